"""`quiz verify` and `quiz audit` as commands: what they take, print and exit with."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from quizapp.errors import Exit
from tests.command_line import command, quiz
from tests.verify.test_planted import SOUND


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copytree(SOUND, tmp_path / "pack", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "pack"


def break_it(pack: Path) -> None:
    shop = pack / "verifiers" / "shop.py"
    shop.write_text(shop.read_text("utf-8").replace("return sum([price]", "return 1 + sum([price]"), "utf-8")


def test_a_second_run_is_remembered_and_starts_no_worker(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = quiz("verify", str(pack), "--trust", "--json", pack=None)
    assert (first.code, first.document["unchanged"]) == (Exit.OK, 0)
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started"))
    second = quiz("verify", str(pack), "--trust", "--json", pack=None)
    assert (second.code, second.document["unchanged"]) == (Exit.OK, 16)
    assert second.document["checks"] == first.document["checks"]
    assert second.document["versions"] == first.document["versions"]


def test_results_come_in_the_same_order_whatever_the_jobs(pack: Path) -> None:
    break_it(pack)
    told = [quiz("verify", str(pack), "--trust", "--no-cache", "--json", *jobs, pack=None).document["faults"]
            for jobs in ((), ("--jobs", "2"), ("--jobs", "3"))]  # fmt: skip
    for one in (fault for run in told for fault in run):
        one["library"] = one["library"].partition(",")[0]
    assert told[0] == told[1] == told[2] != []


def test_a_foreign_pack_is_not_run_without_a_yes(pack: Path) -> None:
    ran = quiz("verify", str(pack), pack=None)
    assert ran.code == Exit.BAD_INPUT
    assert "its verifiers are Python that runs on this machine; give --trust to run them, or --static" in ran.err


def test_static_runs_no_verifier_and_needs_no_yes(pack: Path) -> None:
    (pack / "verifiers" / "shop.py").write_text(
        "import os\nos._exit(7)\n" + (pack / "verifiers" / "shop.py").read_text("utf-8"), "utf-8"
    )
    ran = quiz("verify", str(pack), "--static", "--json", pack=None)
    assert (ran.code, ran.document["cards"], ran.document["versions"]) == (Exit.OK, 14, {})


def test_decks_are_named_as_everywhere_or_by_their_file() -> None:
    for name in ("toy/arith", "arith", "cards/toy/arith.yaml"):
        assert quiz("verify", name, "--static", "--json").document["cards"] == 10
    ran = quiz("verify", "arithm", "--static")
    assert (ran.code, "did you mean 'arith'" in ran.err) == (Exit.BAD_INPUT, True)


def test_one_pack_at_a_time(pack: Path) -> None:
    ran = quiz("verify", str(pack), "toy/arith", "--static")
    assert ran.code == Exit.BAD_INPUT
    assert "is verified alone" in ran.err


def test_junit_is_written_beside_what_is_printed(pack: Path, tmp_path: Path) -> None:
    break_it(pack)
    file = tmp_path / "out.xml"
    ran = quiz("verify", str(pack), "--trust", "--junit", str(file), pack=None)
    assert ran.code == Exit.DISAGREEMENT
    assert "shop/prices/total" in ran.out
    [suite] = ElementTree.fromstring(file.read_text("utf-8"))
    assert suite.get("failures") == "1"
    ran = quiz("verify", str(pack), "--static", "--junit", str(tmp_path / "no" / "out.xml"), pack=None)
    assert (ran.code, "can't be written" in ran.err) == (Exit.BAD_INPUT, True)


def test_on_github_annotations_come_by_themselves(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    break_it(pack)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    ran = quiz("verify", str(pack), "--trust", pack=None)
    assert "::error file=" in ran.out
    ran = quiz("verify", str(pack), "--trust", "--json", pack=None)
    assert ran.document["faults"]
    assert "::error file=" in ran.err


def test_ctrl_c_ends_at_once_with_what_was_found(pack: Path, tmp_path: Path) -> None:
    shop = pack / "verifiers" / "shop.py"
    shop.write_text(
        shop.read_text("utf-8").replace("return Result([height", "NOW(60)\n    return Result([height"), "utf-8"
    )
    break_it(pack)
    env = os.environ | {"QUIZ_HOME": str(tmp_path / "home")}
    running = subprocess.Popen(
        command("verify", str(pack), "--trust", "--json", pack=None),
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(3)
    running.send_signal(signal.SIGINT)
    begun = time.monotonic()
    out, err = running.communicate(timeout=20)
    assert time.monotonic() - begun < 5
    assert running.returncode == Exit.INTERRUPTED, err
    told = json.loads(out)
    assert told["stopped"] is True
    assert {fault["id"] for fault in told["faults"]} == {"shop/prices/total"}


def test_an_audit_tells_each_claim_and_fails_where_one_is_stale(pack: Path) -> None:
    ran = quiz("audit", "--json", pack=pack)
    assert ran.code == Exit.OK
    assert [row["id"] for row in ran.document] == ["shop/prices/linear", "shop/prices/halves"]
    fields = {"id", "heading", "claim", "verifier", "note", "library", "outcome", "reason"}
    assert all(fields <= set(row) for row in ran.document)
    assert ran.document[1]["note"] == "part=2: 0.5; part=1: 0.5"
    assert ran.document[1]["library"] == "part=2: 0.5; part=1: 0.25"
    shop = pack / "verifiers" / "shop.py"
    shop.write_text(shop.read_text("utf-8").replace("value = price * count", "value = price * count + 1"), "utf-8")
    ran = quiz("audit", pack=pack)
    assert ran.code == Exit.DISAGREEMENT
    assert "recorded as 'holds', and now it is 'wrong'" in ran.err


def test_an_audit_as_a_page_and_in_chinese(pack: Path) -> None:
    ran = quiz("audit", "--markdown", "--lang", "zh", pack=pack)
    assert ran.code == Exit.OK
    assert "| `shop/prices/linear` 数量加倍，总价加倍 | `shop.total` |" in ran.out
    assert quiz("audit", "--markdown", "--json", pack=pack).code == Exit.BAD_INPUT


def test_the_schema_is_one_json_document() -> None:
    assert quiz("schema").document["title"] == "A deck of quizapp"
