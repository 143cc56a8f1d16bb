"""The worker's processes speak what the app spoke when they were started."""

from pathlib import Path

from quizapp import language
from quizapp.core.answer import Unverifiable
from quizapp.worker.client import Client


def error(outcome: object) -> str:
    assert isinstance(outcome, Unverifiable)
    return outcome.error


def test_what_befalls_a_verifier_is_told_in_chinese(pack: Path) -> None:
    language.use("zh")
    with Client(pack) as client:

        def truth(verifier: str, limit_s: float = 5.0) -> str:
            return error(client.truth(verifier, {}, limit_s).result(timeout=60))

        assert truth("bad_import.answer") == "没有安装 no_such_library；请 pip install no_such_library"
        assert client.state.label == "没有安装 no_such_library；请 pip install no_such_library"
        assert truth("bad.raises").startswith("bad.raises 抛出了 ValueError")
        assert truth("bad.raises").endswith("（verifiers/bad.py 第 18 行）")
        assert truth("bad.os_exits").startswith("bad.os_exits 使子进程以退出码 ")
        assert truth("bad.hangs", 0.3) == "bad.hangs 用时超过 0.3 秒"


def test_what_befalls_an_attempt_is_told_in_chinese(pack: Path) -> None:
    language.use("zh")
    with Client(pack) as client:
        outcome = client.attempt("bad.faulty", {"how": "raise"}, "x", 5.0).result(timeout=60)
        assert error(outcome).startswith("bad.faulty 抛出了 ValueError: this attempt is broken")
        code = client.attempt("toy.add", {"a": 1}, {"code": "1"}, 5.0)
        assert error(code.result(timeout=60)).startswith("toy.add 不能试算答案")


def test_a_child_that_runs_goes_on_as_it_was_started_and_the_next_one_follows(pack: Path) -> None:
    with Client(pack) as client:
        assert error(client.truth("bad.raises", {}, 5.0).result(timeout=60)).startswith("bad.raises raised")
        language.use("zh")
        assert error(client.truth("bad.raises", {}, 5.0).result(timeout=60)).startswith("bad.raises raised")
        client.truth("bad.os_exits", {}, 5.0).result(timeout=60)
        assert error(client.truth("bad.raises", {}, 5.0).result(timeout=60)).startswith("bad.raises 抛出了")
