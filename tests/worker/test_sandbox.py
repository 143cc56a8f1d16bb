"""A learner's code runs apart: all that it does wrong is a sentence, and the next attempt works."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from quizapp.core.answer import Attempt, Truth, Unverifiable
from quizapp.worker.client import Client

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="fork, its limit on memory and its way to end with its parent are Linux's"
)

SOUND = "def double(x):\n    return x + x\n"
HOME = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Client]:
    with Client(HOME / "tests" / "pack", code_budget=256 * 2**20) as one:
        yield one


def run(client: Client, source: str, limit_s: float = 5.0, verifier: str = "toy.double", **params: Any) -> Any:
    return client.run_code(verifier, params or {"n": 3}, source, limit_s).result(timeout=60)


def probe(client: Client, source: str) -> str:
    """What `source` leaves behind as `found`, and before it how many attempts its process has seen."""
    outcome = client.run_code("bad.probe", {}, source).result(timeout=60)
    assert isinstance(outcome, Attempt), outcome
    assert outcome.right, outcome
    return outcome.text.en


def assert_works(client: Client) -> None:
    outcome = run(client, SOUND)
    assert isinstance(outcome, Attempt), outcome
    assert outcome.right, outcome
    assert outcome.text.en == "double(3) gives 6."
    assert outcome.text.zh == "double(3) 得到 6。"


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize(
    "source",
    [
        SOUND,
        "double = lambda number: number * 2",
        "from operator import mul\nfrom functools import partial\ndouble = partial(mul, 2)",
        "class Doubler:\n    def __call__(self, x): return x << 1\ndouble = Doubler()",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\ndef double(x): return 2 * x",
        "import asyncio\nasync def f(x): return 2 * x\ndef double(x): return asyncio.run(f(x))",
        "from __future__ import annotations\nimport math\ndef double(x: nothing) -> nobody: return math.prod((2, x))",
        "print('x' * 200_000)\nimport os\nos.write(2, b'y' * 200_000)\ndef double(x): return 2 * x",
        "import os\ntry: os.fork()\nexcept PermissionError: pass\ndef double(x): return 2 * x",
        "def double(x):\n    return 2 * x\nimport sys\nsys.stdout = None\nsys.setrecursionlimit(50)",
    ],
)
def test_any_code_that_does_what_was_asked_is_right(sandbox: Client, source: str) -> None:
    outcome = run(sandbox, source)
    assert isinstance(outcome, Attempt), outcome
    assert outcome.right, outcome.text


WRONG = [
    ("def double(x): return x ** 2", r"double\(3\) gives 9; twice 3 is 6\."),
    ("def dubel(x): return 2 * x", r"Your code defines no double\."),
    ("", r"Your code defines no double\."),
    ("x = 1\ny = x / 0", r"Your code raised ZeroDivisionError: division by zero, in line 2\."),
    ("def double(x):\n    return x.twice", r"Your code raised AttributeError: .*'twice', in line 2\."),
    ("def double(): return 2", r"Your code raised TypeError: double\(\) takes 0 positional arguments .*\."),
    ("double = 6", r"Your code raised TypeError: 'int' object is not callable\."),
    ("x = 1\ndef double(x) return x", r"Your code is not Python: expected ':', in line 2\."),
    ("(" * 5_000, r"Your code is not Python: too many nested parentheses, in line 1\."),
    ("-" * 90_000 + "1", r"Your code is not Python: .*"),
    ("x = '\0'", r"Your code is not Python: .*null bytes.*"),
    ("x = '\ud800'", r"Your code is not Python: .*surrogates.*"),
    ("x = 1\n" * 100_000, r"Your code is longer than 100,000 characters\."),
    ("x = 1\nexit()", r"Your code ended the program .*\(SystemExit\), in line 2: leave out exit\(\), .*"),
    ("def double(x):\n    import sys\n    sys.exit(3)", r"Your code ended the program .*, in line 3: .*"),
    ("import os\nos._exit(0)", r"Your code ended the program .*\(os\._exit with exit code 0\): .*"),
    ("raise KeyboardInterrupt", r"Your code raised KeyboardInterrupt, in line 1\."),
    ("raise GeneratorExit", r"Your code raised GeneratorExit, in line 1\."),
    ("class E(Exception):\n    def __str__(self): return 1\nraise E", r"Your code raised E, in line 3\."),
    ("input('a number? ')", r"Your code raised EOFError: .*, in line 1\.\nIt printed:\na number\?"),
    ("import os\nwhile True:\n    os.fork()", r"Your code may not start programs \(os\.fork\), in line 3: .*"),
    ("import os\nos.system('ls')", r"Your code may not start programs \(os\.system\), in line 2: .*"),
    ("import os\nos.execv('/bin/ls', ['ls'])", r"Your code may not start programs \(os\.exec\), in line 2: .*"),
    ("import os\nos.posix_spawn('/bin/ls', ['ls'], {})", r"Your code may not start programs \(os\.posix_spawn\), .*"),
    ("import pty\npty.spawn('ls')", r"Your code may not start programs \(pty\.spawn\), in line 2: .*"),
    (
        "import subprocess\nsubprocess.run('ls')",
        r"Your code may not start programs \(subprocess\.Popen\), in line 2: .*",
    ),
    (
        "import multiprocessing\nmultiprocessing.get_context('spawn').Process().start()",
        r"Your code may not start programs \(multiprocessing\), in line 2: .*",
    ),
    ("import ctypes\nctypes.CDLL(None).fork()", r"Your code may not start programs \(ctypes: fork\), in line 2: .*"),
    ("import os\nos.kill(os.getppid(), 9)", r"Your code may not send signals .* \(os\.kill\), in line 2: .*"),
    ("import os\nos.killpg(0, 9)", r"Your code may not send signals .*"),
    (
        "import socket\nsocket.create_connection(('127.0.0.1', 9))",
        r"Your code may not use the network \(socket\..*\), in line 2: .*",
    ),
    (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        r"Your code may not change its own limits \(resource\.setrlimit\), in line 2: .*",
    ),
    ("x = [0] * 10**9", r"Your code asked for more memory than the 0\.25 GiB that it may use, in line 1\."),
    ("x = []\nwhile True:\n    x.append(bytes(10**6))", r"Your code asked for more memory than .*, in line 3\."),
    ("x = None\nwhile True:\n    x = [x] * 9_000", r"Your code asked for more memory than .*"),
    ("def double(x):\n    return bytes(2**40)", r"Your code asked for more memory than .*, in line 2\."),
    ("def f():\n    return f()\nf()", r"Your code called itself too deeply \(RecursionError\), in line 2: .*"),
    ("import os\nos.abort()", r"Your code crashed Python itself \(SIGABRT\), in line 2\."),
    ("import ctypes\nctypes.string_at(0)", r"Your code crashed Python itself \(SIGSEGV\), in line 2\."),
    ("import os\nos.closerange(0, 500)\ndef double(x): return 2 * x", r"Your code left no way to tell its result: .*"),
    ("import os\nos.write = None\nimport json\njson.dumps = None", r"Your code left no way to tell its result: .*"),
    ("import builtins\nbuiltins.len = None", r"Your code changed Python's own names \(len\): .*"),
    (
        "import builtins\nbuiltins.isinstance = builtins.str = None",
        r"Your code changed .* \((isinstance, str|str, isin.*)\).*",
    ),
    ("import builtins\nbuiltins.__dict__.clear()", r"Your code changed Python's own names \(.*\): .*"),
    (
        "def double(x):\n    import builtins\n    builtins.range = 2\n    return 2 * x",
        r"Your code changed .* \(range\).*",
    ),
    ("print('seen')\nprint(1 / 0)", r"Your code raised ZeroDivisionError: .*, in line 2\.\nIt printed:\nseen"),
    (
        "print('\\x1b[31m[/]')\nraise ValueError('\\x1b]52;c;eA==\\x07[/]')",
        r"Your code raised ValueError: \]52;c;eA==\[/\], in line 2\.\nIt printed:\n\[31m\[/\]",
    ),
]


@pytest.mark.parametrize(("source", "sentence"), WRONG, ids=range(len(WRONG)))
def test_what_goes_wrong_becomes_a_sentence(sandbox: Client, source: str, sentence: str) -> None:
    outcome = run(sandbox, source)
    assert isinstance(outcome, Attempt), outcome
    assert not outcome.right
    assert re.fullmatch(sentence, outcome.text.en, re.S), outcome.text.en
    assert outcome.text.zh
    assert_works(sandbox)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\nwhile True:\n    pass", "at line [23]"),
        ("def double(x):\n    while True:\n        x += 1", "at line [23]"),
        ("import re\nre.match(r'(a+)+$', 'a' * 64 + 'b')", "at line 2"),
        ("import time\ntime.sleep(60)", "at line 2"),
        ("while True:\n    print('x' * 1000)", "at line [12]"),
        ("while True:\n    try: __import__('os').fork()\n    except PermissionError: pass", r"at line \d"),
        ("while True:\n    try: exit()\n    except BaseException: pass", r"at line \d"),
        ("import os\nos.kill(os.getpid(), 19)", ""),
    ],
)
def test_code_without_end_is_ended_and_told_where_it_was(sandbox: Client, source: str, line: str) -> None:
    begun = time.monotonic()
    outcome = run(sandbox, source, 0.4)
    assert time.monotonic() - begun < 3
    assert isinstance(outcome, Attempt), outcome
    assert not outcome.right
    assert re.match(rf"Your code was still running after 0\.4 s ?{line}: an endless loop", outcome.text.en)
    assert_works(sandbox)


def test_output_is_cut(sandbox: Client) -> None:
    outcome = run(sandbox, "for number in range(100_000): print(number)\nraise ValueError")
    assert isinstance(outcome, Attempt)
    assert outcome.text.en.startswith("Your code raised ValueError, in line 2.\nIt printed:\n0\n1\n2\n")
    assert outcome.text.en.endswith("\n…")
    assert len(outcome.text.en) < 2_000
    assert_works(sandbox)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("raise", r"bad\.faulty raised ValueError: this attempt is broken \(verifiers/bad\.py line \d+\)"),
        ("int", r"bad\.faulty returned an int instead of an Attempt"),
        ("exit", r"bad\.faulty raised SystemExit: 3 \(verifiers/bad\.py line \d+\)"),
        ("hang", r"bad\.faulty took longer than 0\.3 s"),
        ("impossible", r"nothing can be tried here"),
    ],
)
def test_a_fault_of_the_verifier_is_not_the_learners(sandbox: Client, how: str, sentence: str) -> None:
    outcome = run(sandbox, SOUND, 0.3, "bad.faulty", how=how)
    assert isinstance(outcome, Unverifiable)
    assert re.fullmatch(sentence, outcome.error), outcome.error
    assert outcome.impossible is (how == "impossible")
    assert_works(sandbox)


@pytest.mark.parametrize(
    ("verifier", "sentence"),
    [
        ("toy.add", "toy.add can't try an answer; it has no function marked with its .attempt"),
        ("nowhere.answer", "the pack has no verifiers/nowhere.py"),
        ("bad_import.answer", "no_such_library is not installed; pip install no_such_library"),
        ("bad_crash.answer", "importing verifiers/bad_crash.py ended the worker with exit code 9"),
    ],
)
def test_what_cannot_try_code_says_so(sandbox: Client, verifier: str, sentence: str) -> None:
    outcome = run(sandbox, SOUND, verifier=verifier)
    assert isinstance(outcome, Unverifiable)
    assert outcome.error == sentence
    assert_works(sandbox)


def test_an_attempt_leaves_no_trace_in_the_zygote(sandbox: Client) -> None:
    spoil = (
        "import sys, math, random\nmath.pi = 3\nrandom.seed(1)\nsys.modules['verifiers.bad'].seen.append(1)\nfound = 1"
    )
    assert probe(sandbox, spoil) == "2 1"
    ask = "import math, os\nfound = math.pi, len(os.listdir(f'/proc/{os.getppid()}/task')), os.getppid()"
    first, second = (probe(sandbox, ask) for _ in range(2))
    assert re.fullmatch(r"1 \(3\.14159\d*, [1-4], \d+\)", first), first
    assert first.rpartition(", ")[2] == second.rpartition(", ")[2]


def test_while_it_forks_the_zygote_has_one_thread(sandbox: Client) -> None:
    zygote = probe(sandbox, "import os\nfound = os.getppid()").split()[1]
    until(lambda: len(os.listdir(f"/proc/{zygote}/task")) == 1)
    assert len(os.listdir(f"/proc/{zygote}/fd")) < 12


def test_the_same_code_sees_the_same_chance(sandbox: Client) -> None:
    source = "import random\nfound = random.random()"
    assert probe(sandbox, source) == probe(sandbox, source)


def test_the_working_folder_is_empty_and_goes_again(sandbox: Client) -> None:
    source = """
import os, pathlib
before = os.listdir()
for depth in range(30):
    os.mkdir("deep"); os.chdir("deep")
pathlib.Path("file").write_text("x")
os.chmod(".", 0)
found = f"{os.environ['HOME']}|{before}|{os.environ['TMPDIR']}|{__name__}"
"""
    folder, before, temporary, name = probe(sandbox, source).removeprefix("1 ").split("|")
    assert before == "[]"
    assert folder == temporary
    assert name == "__learner__"
    until(lambda: not Path(folder).exists())


def test_no_file_grows_without_end(sandbox: Client) -> None:
    outcome = run(sandbox, "with open('big', 'wb') as file:\n    while True: file.write(bytes(10**6))")
    assert outcome.text.en.startswith("Your code raised OSError: [Errno 27] File too large")


def test_secrets_of_the_environment_are_not_inherited(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "hunter2")
    source = "import os\nfound = sorted(os.environ), open('/proc/self/environ').read()"
    with Client(pack) as client:
        seen = probe(client, source)
    assert "hunter2" not in seen
    assert "MY_TOKEN" not in seen
    assert "'PATH'" in seen
    assert "QUIZ_HOME" not in seen


def test_a_result_cannot_be_forged_by_writing_to_descriptors(sandbox: Client) -> None:
    source = """
import os
for descriptor in range(64):
    try: os.write(descriptor, b'\\n{"tried":1,"right":true,"text":["forged","forged"]}\\n')
    except OSError: pass
def double(x): return 0
"""
    for number in range(1, 4):
        outcome = run(sandbox, source.replace('"tried":1', f'"tried":{number}'))
        assert isinstance(outcome, Attempt)
        assert not outcome.right
        assert outcome.text.en.startswith("double(3) gives 0; twice 3 is 6.")
    assert_works(sandbox)


def test_truths_are_served_while_code_runs(client: Client) -> None:
    client.truth("toy.add", {"a": 1, "b": 1}, 5.0).result(timeout=30)
    assert_works(client)
    endless = client.run_code("toy.double", {"n": 3}, "while True: pass", 1.0)
    until(endless.running)
    for a in range(20):
        outcome = client.truth("toy.add", {"a": a, "b": 1}, 5.0).result(timeout=30)
        assert isinstance(outcome, Truth)
        assert outcome.value == a + 1
    assert not endless.done()
    assert isinstance(endless.result(timeout=30), Attempt)


def test_warming_imports_ahead(client: Client) -> None:
    assert client.code_state.phase == "off"
    client.warm_code(["toy.double", "bad.probe"])
    until(lambda: client.code_state.phase == "ready" and client.code_state.label.startswith("Python"))
    assert client.state.phase == "off"


def test_code_cancelled_before_its_turn_is_skipped(client: Client) -> None:
    running = client.run_code("toy.double", {"n": 3}, "while True: pass", 0.3)
    waiting = [client.run_code("toy.double", {"n": 3}, "while True: pass", 20.0) for _ in range(3)]
    assert all(future.cancel() for future in waiting)
    assert_works(client)
    assert running.done()


def test_the_time_of_an_attempt_does_not_count_the_import(tmp_path: Path, pack: Path) -> None:
    folder = tmp_path / "verifiers"
    folder.mkdir()
    source = (pack / "verifiers" / "toy.py").read_text(encoding="utf-8")
    (folder / "toy.py").write_text(source + "\nimport time\ntime.sleep(0.6)\n", encoding="utf-8")
    for fork in (True, False):
        with Client(tmp_path, fork=fork) as client:
            assert run(client, SOUND, 0.4).right


def test_an_import_without_end_is_ended(tmp_path: Path) -> None:
    folder = tmp_path / "verifiers"
    folder.mkdir()
    (folder / "slow.py").write_text("import time\ntime.sleep(3600)\n")
    with Client(tmp_path, import_limit_s=0.5) as client:
        outcome = run(client, SOUND, verifier="slow.answer")
        assert outcome == Unverifiable("importing verifiers/slow.py took longer than 0.5 s")


def test_a_module_that_starts_threads_is_not_forked_beside_them(tmp_path: Path, pack: Path) -> None:
    folder = tmp_path / "verifiers"
    folder.mkdir()
    source = (pack / "verifiers" / "toy.py").read_text(encoding="utf-8")
    thread = "\nimport threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    (folder / "toy.py").write_text(source + thread, encoding="utf-8")
    with Client(tmp_path) as client:
        assert_works(client)
        assert run(client, "exit()").text.en.startswith("Your code ended the program")


def mark(path: Path) -> str:
    """Code that writes its process's id and its zygote's to `path`, and never ends."""
    write = f"with open({str(path)!r}, 'w') as file: file.write(f'{{os.getpid()}} {{os.getppid()}} \\n')"
    return f"import os\n{write}\nwhile True: pass"


def ids(path: Path) -> tuple[int, int]:
    until(lambda: path.exists() and path.read_text(encoding="utf-8").endswith("\n"))
    learner, zygote = map(int, path.read_text(encoding="utf-8").split())
    return learner, zygote


def test_closing_ends_code_that_runs(pack: Path, tmp_path: Path, ends: Callable[[int], bool]) -> None:
    client = Client(pack)
    running = client.run_code("toy.double", {"n": 3}, mark(tmp_path / "ids"), 60.0)
    waiting = client.run_code("toy.double", {"n": 3}, SOUND)
    learner, zygote = ids(tmp_path / "ids")
    begun = time.monotonic()
    client.close()
    assert time.monotonic() - begun < 3
    for future in (running, waiting):
        assert future.result(timeout=0) == Unverifiable("the worker is closed")
    assert ends(learner)
    assert ends(zygote)


def test_nothing_is_left_of_code_when_the_app_is_killed(
    pack: Path, tmp_path: Path, ends: Callable[[int], bool]
) -> None:
    source = """
import sys
from pathlib import Path
from quizapp.worker.client import Client
Client(Path(sys.argv[1])).run_code("toy.double", {"n": 3}, sys.argv[2], 60.0).result()
"""
    path = os.pathsep.join([str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", source, str(pack), mark(tmp_path / "ids")]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path}) as app:
        learner, zygote = ids(tmp_path / "ids")
        app.send_signal(signal.SIGKILL)
    assert ends(learner)
    assert ends(zygote)


def test_a_zygote_killed_from_outside_takes_its_fork_along_and_is_replaced(
    client: Client, tmp_path: Path, ends: Callable[[int], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    running = client.run_code("toy.double", {"n": 3}, mark(tmp_path / "ids"), 60.0)
    learner, zygote = ids(tmp_path / "ids")
    os.kill(zygote, signal.SIGKILL)
    assert ends(learner)
    outcome = running.result(timeout=30)
    assert isinstance(outcome, Unverifiable)
    assert "killed" in outcome.error
    assert_works(client)
    assert len(list(tmp_path.glob("quiz-code-*"))) == 1
    client.close()
    assert not list(tmp_path.glob("quiz-code-*"))


@pytest.fixture(scope="module")
def afresh() -> Iterator[Client]:
    with Client(HOME / "tests" / "pack", code_budget=256 * 2**20, fork=False) as one:
        yield one


CHOSEN = [0, 3, 7, 13, 15, 20, 32, 37, 38, 39, 41, 45]


@pytest.mark.parametrize(("source", "sentence"), [WRONG[one] for one in CHOSEN], ids=CHOSEN)
def test_without_fork_a_fresh_process_says_the_same(afresh: Client, source: str, sentence: str) -> None:
    outcome = run(afresh, source)
    assert isinstance(outcome, Attempt), outcome
    assert not outcome.right
    assert re.fullmatch(sentence, outcome.text.en, re.S), outcome.text.en


def test_without_fork_it_is_judged_limited_and_loaded_as_well(afresh: Client) -> None:
    assert_works(afresh)
    assert run(afresh, "while True: pass", 0.3).text.en.startswith("Your code was still running after 0.3 s at line 1")
    outcome = run(afresh, SOUND, verifier="nowhere.answer")
    assert outcome == Unverifiable("the pack has no verifiers/nowhere.py")
    assert "'PATH'" in probe(afresh, "import os\nfound = sorted(os.environ)")
    assert_works(afresh)
