"""How the worker's processes are started: the command, and the environment that each of them gets."""

import os
import sys
from pathlib import Path

import quizapp
from quizapp import language

# Which language the app speaks.
LANGUAGE = "QUIZ_LANG"

# The folder that a user starts in may hold a random.py or a torch.py: -P keeps it off the child's path. quizapp itself
# is where this process has it from, installed or not.
_BOOT = (
    "import importlib, sys; home, room = sys.argv[1:3]; del sys.argv[1:3]; "
    "home in sys.path or sys.path.insert(0, home); "
    "importlib.import_module('quizapp.worker.' + room).main(*sys.argv[1:])"
)
# The app never calls out by itself, and strings hash alike in every child: the same question, the same truth.
_ENVIRONMENT = {
    "NO_ALBUMENTATIONS_UPDATE": "1",
    "HF_HUB_OFFLINE": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONHASHSEED": "0",
    # What verifiers compute is small: more threads than one only wait for each other.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
# A process that forks must have no thread but one, and must not have asked for cuda.
_FORKABLE = {
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
}
# All that is passed on to where a learner's code runs: how to find Python and its libraries, and which language.
_HARMLESS = {
    *("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "HOME", "USERPROFILE"),
    *("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT"),
}


def command(room: str, *args: str) -> list[str]:
    """The command that runs `main(*args)` of `quizapp.worker.room` in a Python of its own."""
    home = str(Path(quizapp.__file__).resolve().parents[1])
    return [sys.executable, "-P", "-c", _BOOT, home, room, *args]


def environment() -> dict[str, str]:
    """The user's, for verifiers: they are as trusted as the app."""
    return os.environ | _ENVIRONMENT | {LANGUAGE: language.current()}


def bare_environment() -> dict[str, str]:
    """Nothing that could be a secret, for the process that a learner's code is forked from."""
    kept = {name: value for name, value in os.environ.items() if name.upper() in _HARMLESS}
    return kept | _ENVIRONMENT | _FORKABLE | {LANGUAGE: language.current()}


def speak() -> None:
    """Has this process, one of the worker's, speak what the app spoke when it was started."""
    language.use(os.environ.get(LANGUAGE, "en"))
    language._("again")  # reads the catalogue now: after a learner's code has run, nothing should be imported
