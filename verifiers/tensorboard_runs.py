"""Which runs TensorBoard finds in a log folder, and what it calls them."""

import contextlib
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier
from verifiers.event_files import log
from verifiers.tensorboard_flags import flags

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its copy of html5lib says at import that it is deprecated
    from tensorboard.backend.event_processing.data_ingester import LocalDataIngester
    from tensorboard.context import RequestContext


@verifier("tensorboard")
def count(
    models: Annotated[int, Int(1, 6)],
    seeds: Annotated[int, Int(1, 6)],
    files: Annotated[int, Int(1, 4)] = 1,
    logdir: Annotated[str, Choice("log", "log/model0", "log/model0/seed0")] = "log",
) -> Result:
    """How many runs TensorBoard finds where log has model folders, these seed folders, and these event files."""
    with project() as here:
        for model in range(models):
            for seed in range(seeds):
                for at in range(files):
                    log(here / f"log/model{model}/seed{seed}", range(3 * at, 3 * at + 3))
        found = _runs(logdir)
    return Result(
        len(found),
        steps=[f"--logdir={logdir}", *found[:8], *(["…"] if len(found) > 8 else [])],
        mistakes=[
            mistake(
                len(found) * files,
                "Files in one folder are one run, no matter how many there are.",
                "同一个文件夹里的事件文件算一个 run，不管有几个。",
            ),
            mistake(
                1,
                "It looks into all folders below: each that holds event files is a run of its own.",
                "它会一直找到下面所有的子文件夹：每个含事件文件的文件夹各算一个 run。",
            ),
            mistake(
                models,
                "Not the folders right below count, but those that hold event files.",
                "算的不是第一层文件夹，而是含有事件文件的文件夹。",
            ),
            mistake(
                models * seeds,
                "What lies outside --logdir is not seen.",
                "--logdir 之外的文件夹是看不到的。",
            ),
        ],
        snippet=_COUNT.format(models=models, seeds=seeds, files=files, logdir=logdir),
    )


@count.second_way
def _count_by_folders(models: int, seeds: int, files: int = 1, logdir: str = "log") -> int:
    return (models if logdir == "log" else 1) * (1 if logdir.count("/") == 2 else seeds)


@verifier("tensorboard")
def name(
    run: Annotated[str, Choice("exp1", "baseline", "resnet50/seed0", "adam/lr1e-3")],
    logdir: Annotated[str, Choice("log", ".", "log/run", "project")],
) -> Result:
    """The name of the run that logs into log/<run>, for a --logdir in the project's folder; log/run is that folder."""
    with project() as here:
        log(here / "log" / run, range(3))
        given = {"log/run": f"log/{run}", "project": str(here)}.get(logdir, logdir)
        (found,) = _runs(given)
    return Result(
        found,
        steps=[f"log/{run}/events.out.tfevents.…", f"--logdir={logdir}: {found}"],
        mistakes=[
            mistake(run, "The name is the path from --logdir on.", "名字是从 --logdir 开始算的路径。"),
            mistake(f"log/{run}", "The name is the path from --logdir on.", "名字是从 --logdir 开始算的路径。"),
            mistake(
                run.split("/")[-1],
                "All folders between --logdir and the files are part of the name.",
                "--logdir 与事件文件之间的每层文件夹都是名字的一部分。",
            ),
        ],
        snippet=_NAME.format(run=run, logdir={"log/run": f"log/{run}", "project": "."}.get(logdir, logdir)),
    )


@name.second_way
def _name_by_path(run: str, logdir: str) -> str:
    start = {"log": "log", "log/run": f"log/{run}"}.get(logdir, ".")
    return Path("log", run).relative_to(start).as_posix()


@verifier("tensorboard")
def from_folder(
    folder: Annotated[str, Choice("project", "project/log", "home")],
    logdir: Annotated[str, Choice("log", ".", "..", "project", "project/log", "/absolute/log")],
    runs: Annotated[int, Int(1, 9)],
) -> Result:
    """How many runs tensorboard shows when it is started in a folder; home has project, that has log with the runs."""
    with project() as here:
        for at in range(runs):
            log(here / f"home/project/log/run{at}", range(2))
        absolute = logdir.startswith("/")
        start = here / "home" if folder == "home" else here / "home" / folder
        given = str(here / "home/project/log") if absolute else logdir
        with contextlib.chdir(start):
            found = _runs(given)
        looked = (start / given).resolve().relative_to(here.resolve()).as_posix()
    return Result(
        len(found),
        steps=[Text(f"it looks in {looked}: {len(found)}", f"它查找的是 {looked}：{len(found)} 个")],
        mistakes=[
            mistake(
                runs,
                "A relative --logdir begins at the folder in which the command is typed.",
                "相对路径的 --logdir 是从敲命令时所在的文件夹算起的。",
            ),
            mistake(
                0,
                "Started from there, that path does lead to the runs or to a folder above them.",
                "从那里出发，这个路径是能走到这些 run 或它们的上级文件夹的。",
            ),
        ],
        snippet=_COUNT_HERE.format(
            runs=runs,
            folder={"home": "."}.get(folder, folder),
            logdir="{home}/project/log" if absolute else logdir,
        ).replace('"{home}', 'home + "'),
        facts={"looked": looked},
    )


@from_folder.second_way
def _from_folder_by_path(folder: str, logdir: str, runs: int) -> int:
    here = [] if folder == "home" else folder.split("/")
    steps = "project/log" if logdir.startswith("/") else logdir
    here = [] if logdir.startswith("/") else here
    for part in steps.split("/"):
        here = here[:-1] if part == ".." else [*here, part] if part != "." else here
    return runs if here == ["project", "log"][: len(here)] else 0


def loaded(*given: str) -> Any:
    """What TensorBoard's own loader makes of the log folder that the flags name, read once."""
    parsed = flags(*given, "--load_fast=false", "--reload_interval=0", "--reload_task=blocking")
    ingester = LocalDataIngester(parsed)
    ingester.start()
    return ingester.data_provider


@contextlib.contextmanager
def project() -> Iterator[Path]:
    """A fresh folder to work in."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        yield Path(folder)


def _runs(logdir: str) -> list[str]:
    """The names of the runs that TensorBoard would list."""
    return sorted(run.run_name for run in loaded(f"--logdir={logdir}").list_runs(RequestContext(), experiment_id=""))


_HEAD = """\
import os
import tempfile

from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from torch.utils.tensorboard import SummaryWriter

before = os.getcwd()
home = tempfile.mkdtemp()
os.chdir(home)
"""
_FOUND = """\
found = EventMultiplexer().AddRunsFromDirectory("{logdir}").Reload().Runs()
os.chdir(before)
"""
_COUNT = (
    _HEAD
    + """\
for model in range({models}):
    for seed in range({seeds}):
        for _ in range({files}):
            SummaryWriter(f"log/model{{model}}/seed{{seed}}").close()
"""
    + _FOUND
    + "print(len(found))"
)
_NAME = _HEAD + 'SummaryWriter("log/{run}").close()\n' + _FOUND + "print(*found)"
_COUNT_HERE = (
    _HEAD
    + """\
for run in range({runs}):
    SummaryWriter(f"project/log/run{{run}}").close()
os.chdir("{folder}")
"""
    + _FOUND
    + "print(len(found))"
)
