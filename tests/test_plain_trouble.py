"""Line mode when things go wrong: hostile answers, verifiers that fail, faulty decks, interrupts and broken pipes."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.command_line import Ran, card, command, deck, make_pack, process, quiz
from tests.test_plain import AGAIN, questions, reviews


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A deck of sums whose truth is always 7, and one of words."""
    return make_pack(
        tmp_path / "pack",
        sums=deck(card("sums/a"), card("sums/b"), card("sums/c")),
        words=deck(card("words/self", "toy.word", "text", "params: {thing: first parameter of a method}")),
    )


class TestHostileAnswers:
    NO_NUMBERS = (
        b"9" * 10_000_000,
        b"9" * 5_000,
        b"1/" + b"7" * 5_000,
        b"1e9999999999",
        b"9^9^9^9",
        b"9**999999999",
        b"1/0",
        b"nan",
        b"-nan",
        b"7,0",
        b"0x7",
        b"__import__('os')._exit(9)",
        b"[/]",
        b"[bold]7[/bold]",
        b"\x1b[2J\x1b]0;title\x07",
        b"\xff\xfe\x80",
        b"\xed\xa0\x80",
        b"\x00",
        "七".encode(),
        "\u202e7".encode(),
    )

    def test_what_is_no_number_costs_nothing_and_is_not_echoed(self, pack: Path) -> None:
        ran = quiz("--deck", "sums", "--count", "1", typed=b"\n".join([*self.NO_NUMBERS, b"7\n"]), pack=pack)
        _, _, *told = ran.out.splitlines()
        refused = told[: len(self.NO_NUMBERS)]
        assert [line for line in refused if not line.endswith(AGAIN)] == []
        assert max(map(len, refused)) < 160
        assert told[len(refused)] == "✓ Right: 7"
        assert [review.answer for review in reviews(pack)] == ["7"]

    def test_a_number_may_be_written_in_many_ways(self, tmp_path: Path) -> None:
        ways = ["７", "7 ", "7.0", "+7", "14/2", "７．０", "700%", "7e0"]
        pack = make_pack(tmp_path / "ways", sums=deck(*(card(f"sums/{letter}") for letter in "abcdefgh")))
        ran = quiz("--cram", typed="".join(f"{way}\r\n" for way in ways), pack=pack)
        assert re.findall(r"^. (?:Right|Wrong).*$", ran.out, re.MULTILINE) == [
            f"✓ Right: {way.strip()}" for way in ways
        ]

    def test_infinity_is_a_number_and_here_a_wrong_one(self, pack: Path) -> None:
        ran = quiz("--deck", "sums", "--cram", typed="inf\n-inf\n∞\n", pack=pack)
        assert re.findall(r"^✗.*$", ran.out, re.MULTILINE) == ["✗ Wrong: inf", "✗ Wrong: -inf", "✗ Wrong: ∞"]

    def test_a_text_is_echoed_without_what_a_terminal_would_obey(self, pack: Path) -> None:
        typed = "no\x1b[2J\x1b]0;title\x07\x9b31m\u202emore\n"
        ran = quiz("--deck", "words", "--count", "1", typed=typed, pack=pack)
        assert "✗ Wrong: no[2J]0;title31m⟨RLO⟩more\n" in ran.out
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", ran.out)

    def test_a_text_of_any_bytes_is_just_wrong(self, pack: Path) -> None:
        typed = [b"\xff\xfe", b"[/]", b"[red]self", b"{truth}", b"%s", b"\xed\xa0\x80", b"'; drop table events --"]
        ran = quiz("--deck", "words", "--count", "7", typed=b"\n".join(typed), pack=pack)
        assert re.findall(r"^✗ Wrong: (.*)$", ran.out, re.MULTILINE) == [one.decode(errors="replace") for one in typed]
        assert len(reviews(pack)) == 7

    def test_full_width_letters_are_letters(self, pack: Path) -> None:
        ran = quiz("--deck", "words", "--count", "1", typed="ＳＥＬＦ\n", pack=pack)
        assert "✓ Right: ＳＥＬＦ" in ran.out


class TestFailingVerifiers:
    FAILING = ("raises", "returns_nan", "exits", "os_exits", "segfaults", "returns_dict", "impossible", "hangs")

    @pytest.fixture
    def failing(self, tmp_path: Path) -> Path:
        cards = [card(f"bad/{name.replace('_', '-')}", f"bad.{name}", more="tags: [bad]") for name in self.FAILING]
        return make_pack(tmp_path / "bad", verifiers=["toy", "bad"], all=deck(*cards, card("bad/works")))

    def test_each_costs_its_question_and_nothing_else(self, failing: Path) -> None:
        ran = quiz("--deck", "all", "--count", "9", typed="7\n" * 9, pack=failing)
        assert (ran.code, ran.err) == (0, "")
        assert len(questions(ran)) == 9
        assert ran.out.count("Nothing was recorded.") == 8
        assert "✓ Right: 7" in ran.out
        assert [review.card for review in reviews(failing)] == ["bad/works"]
        assert ran.out.splitlines()[-1] == "8 could not be verified and were not recorded."

    def test_each_says_what_happened(self, failing: Path) -> None:
        ran = quiz("--deck", "all", typed="\n" * 8, pack=failing)
        told = re.findall(r"^This can't be verified right now: (.*)$", ran.out, re.MULTILINE)
        words = [
            "raised ValueError",
            "nan",
            "end the program",
            "exit code 7",
            "crashed",
            "dict",
            "no fifth side",
            "0.5 s",
        ]
        assert len(told) == len(words)
        for sentence, word in zip(told, words, strict=True):
            assert word in sentence

    def test_a_card_that_could_not_be_verified_is_asked_again_next_time(self, failing: Path) -> None:
        for _ in range(2):
            ran = quiz("--deck", "all", "--count", "1", typed="7\n", pack=failing)
            assert questions(ran) == ["bad/raises"]
            assert "1 could not be verified and was not recorded." in ran.out

    def test_a_library_that_is_not_installed_is_named_with_what_installs_it(self, tmp_path: Path) -> None:
        one = card("bad/missing", "bad_import.answer", more="tags: [bad]")
        pack = make_pack(tmp_path / "bad", verifiers=["bad_import"], all=deck(one))
        assert "no_such_library is not installed; pip install no_such_library" in quiz(typed="7\n", pack=pack).out


class TestFaultyDecks:
    @pytest.fixture
    def faulty(self, pack: Path) -> Path:
        return make_pack(pack, broken=deck(card("broken/a", "toy.ad"), card("broken/b", kind="numbr")))

    FAULTS = (
        "cards/broken.yaml:6:15: there is no verifier 'toy.ad'; did you mean 'toy.add'",
        "cards/broken.yaml:11:11: ",
    )

    def test_the_other_decks_are_drilled_and_every_fault_is_told_aside(self, faulty: Path) -> None:
        ran = quiz("--deck", "sums", "--count", "1", typed="7\n", pack=faulty)
        assert ran.code == 0
        assert "✓ Right: 7" in ran.out
        self.tells(ran.err.splitlines())
        assert "broken" not in ran.out

    def test_the_broken_deck_itself_is_refused_with_its_faults(self, faulty: Path) -> None:
        ran = quiz("--deck", "broken", typed="7\n", pack=faulty)
        assert (ran.code, ran.out) == (2, "")
        self.tells(ran.err.removeprefix("quiz: ").splitlines())

    def tells(self, lines: list[str]) -> None:
        assert len(lines) == len(self.FAULTS)
        for line, fault in zip(lines, self.FAULTS, strict=True):
            assert line.startswith(fault)


class TestProcesses:
    """What only a process of its own can show."""

    def test_an_interrupt_ends_the_sitting_with_its_summary_and_its_worker_and_130(self, tmp_path: Path) -> None:
        pack = make_pack(tmp_path / "own", verifiers=["bad"], all=deck(card("a/pid", "bad.pid", more="source: none")))
        pipe = subprocess.PIPE
        with interruptible():
            held = subprocess.Popen(command("--plain", pack=pack), stdin=pipe, stdout=pipe, stderr=pipe)
        assert held.stdin is not None
        assert held.stdout is not None
        held.stdin.write(b"1\n")
        held.stdin.flush()
        seen = b""
        while b"[2 of 2]" not in seen:
            seen += held.stdout.readline()
        held.send_signal(signal.SIGINT)
        out, err = held.communicate(timeout=30)
        ran = Ran(held.returncode, out.decode(), err.decode())
        assert ran.code == 130
        assert "1 answered in " in ran.out
        assert ran.err.strip() == "quiz: interrupted"
        assert len(reviews(pack)) == 1, "what was answered stays"
        [worker] = re.findall(rb"The answer is (\d+)\.", seen)
        assert ended(int(worker))

    def test_a_reader_that_goes_away_is_no_error(self, pack: Path) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            command("--deck", "sums", pack=pack), input=b"7\n" * 9, stdout=writing, stderr=subprocess.PIPE, check=False
        )
        os.close(writing)
        ran = Ran(done.returncode, "", done.stderr.decode())
        assert (ran.code, ran.err) == (0, "")

    def test_a_closed_standard_input_is_an_empty_one(self, pack: Path) -> None:
        shell = ["sh", "-c", 'exec "$@" <&-', "sh", *command("--deck", "sums", pack=pack)]
        done = subprocess.run(shell, capture_output=True, check=False)
        ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.endswith("No question was answered.\n")

    def test_the_locale_changes_nothing(self, pack: Path) -> None:
        ran = process(
            "--deck",
            "words",
            "--lang",
            "zh",
            "--count",
            "1",
            typed="自己\n".encode(),
            pack=pack,
            PYTHONIOENCODING="ascii",
        )
        assert (ran.code, ran.err) == (0, "")
        assert "问题 words/self？\n✗ 错误：自己\n" in ran.out


@contextmanager
def interruptible() -> Iterator[None]:
    """Has the processes started inside obey SIGINT, also where this one, started in the background, ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def ended(pid: int) -> bool:
    """Whether a process ends within some seconds; one that only waits to be collected has ended."""
    for _ in range(100):
        listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        if not listed.stdout.strip() or listed.stdout.strip().startswith("Z"):
            return True
        time.sleep(0.05)
    return False
