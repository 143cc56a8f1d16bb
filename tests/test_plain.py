"""Line mode: a question on standard output, an answer per line on standard input."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quizapp import packs, paths
from quizapp.core.event import Event, Grade, Reviewed
from quizapp.library import Library
from quizapp.store import open_store
from tests.command_line import PACK, Ran, card, command, deck, make_pack, one_worker, process, quiz

AGAIN = 'Try again; an empty line is "don\'t know".'


@pytest.fixture(scope="module", autouse=True)
def _worker() -> Iterator[None]:
    with one_worker():
        yield


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A deck of sums whose truth is always 7, and one of words."""
    return make_pack(
        tmp_path / "pack",
        sums=deck(card("sums/a"), card("sums/b"), card("sums/c")),
        words=deck(card("words/self", "toy.word", "text", "params: {thing: first parameter of a method}")),
    )


def events(pack: Path = PACK) -> list[Event]:
    """What was recorded of the cards of a pack, in order."""
    with open_store(paths.database_url()) as store:
        ids = store.card_ids(packs.at(pack).key)
        found = [event for one in ids for event in store.history(one)]
    return sorted(found, key=lambda event: (event.at, event.id))


def reviews(pack: Path = PACK) -> list[Reviewed]:
    return [event for event in events(pack) if isinstance(event, Reviewed)]


def questions(ran: Ran) -> list[str]:
    """The ids of the cards that were asked, in order."""
    return re.findall(r"^\[\d+ of \d+\] (\S+)$", ran.out, re.MULTILINE)


def test_a_right_answer_is_asked_judged_graded_and_recorded(pack: Path) -> None:
    ran = quiz("--deck", "sums", "--count", "1", typed="7\n", pack=pack)
    assert (ran.code, ran.err) == (0, "")
    assert masked(ran.out).splitlines() == [
        "[1 of 1] sums/a",
        "Question sums/a?",
        "✓ Right: 7",
        "The answer is 7.",
        "python … · cpu · … ms",
        "",
        "3 + 4 = 7",
        "",
        "Because.",
        "Graded good; back in 10 min.",
        "",
        "1 answered in … s: 1 right, 0 wrong (100 %).",
    ]
    [review] = reviews(pack)
    assert (review.card, review.answer, review.truth) == ("sums/a", "7", 7)
    assert (review.right, review.grade) == (True, Grade.GOOD)


def test_a_wrong_answer_names_its_mistake_and_is_recorded_as_again(pack: Path) -> None:
    ran = quiz("--deck", "sums", "--count", "1", typed="12\n", pack=pack)
    assert ran.code == 0, "a sitting with wrong answers went well"
    assert "✗ Wrong: 12. That multiplies." in ran.out
    assert "Graded again; back in 1 min." in ran.out
    assert ran.out.endswith("0 right, 1 wrong (0 %).\nTo look at again: sums/a\n")
    [review] = reviews(pack)
    assert (review.right, review.grade) == (False, Grade.AGAIN)


@pytest.mark.parametrize("blank", ["\n", "   \n", "\t\n", "\r\n"])
def test_a_blank_line_is_dont_know(pack: Path, blank: str) -> None:
    ran = quiz("--deck", "sums", "--count", "1", typed=blank, pack=pack)
    assert "✗ You didn't know.\nThe answer is 7." in ran.out
    [review] = reviews(pack)
    assert (review.right, review.grade, review.answer) == (False, Grade.AGAIN, "")


def test_an_unreadable_line_says_why_asks_again_and_records_nothing(pack: Path) -> None:
    ran = quiz("--deck", "sums", typed="seven\n", pack=pack)
    assert f"That is not a number; 112, 0.51, 1/3, 51%, 1e-3 and 2^10 are. {AGAIN}\n" in ran.out
    assert "wrong" not in ran.out.casefold().replace("no question was answered", "")
    assert ran.out.endswith("No question was answered.\n")
    assert events(pack) == []


def test_the_line_after_an_unreadable_one_is_the_answer(pack: Path) -> None:
    ran = quiz("--deck", "sums", "--count", "1", typed="seven\n7 7\n7\n", pack=pack)
    assert ran.out.count(AGAIN) == 2
    assert [review.answer for review in reviews(pack)] == ["7"]


def test_a_line_that_does_not_end_is_still_an_answer(pack: Path) -> None:
    assert "✓ Right: 7" in quiz("--deck", "sums", typed="7", pack=pack).out
    assert len(reviews(pack)) == 1


def test_the_end_of_input_ends_the_sitting_with_its_summary(pack: Path) -> None:
    ran = quiz("--deck", "sums", typed="7\n", pack=pack)
    assert ran.code == 0
    assert questions(ran) == ["sums/a", "sums/b"]
    assert ran.out.splitlines()[-1].startswith("1 answered in ")
    assert len(reviews(pack)) == 1


def test_no_input_at_all_shows_the_first_question_and_the_summary(pack: Path) -> None:
    ran = quiz("--deck", "sums", pack=pack)
    assert ran.out == "[1 of 3] sums/a\nQuestion sums/a?\nNo question was answered.\n"
    assert (ran.code, events(pack)) == (0, [])


def test_without_a_terminal_and_without_a_deck_everything_is_asked(pack: Path) -> None:
    assert quiz(pack=pack).out.startswith("[1 of 4] sums/a\n")


def test_a_missed_card_comes_back_in_the_sitting(pack: Path) -> None:
    ran = quiz("--deck", "words", typed="\nself\n", pack=pack)
    assert questions(ran)[:2] == ["words/self"] * 2
    assert [review.right for review in reviews(pack)] == [False, True]


def test_count_is_the_most_that_is_asked(pack: Path) -> None:
    ran = quiz("--deck", "sums", "--count", "2", typed="7\n" * 9, pack=pack)
    assert re.findall(r"^\[.*\]", ran.out, re.MULTILINE) == ["[1 of 2]", "[2 of 2]"]
    assert len(reviews(pack)) == 2


def test_a_tag_narrows_what_is_asked() -> None:
    ran = quiz("--deck", "arith", "--tag", "shape", "--count", "2", typed="\n\n")
    assert sorted(questions(ran)) == ["toy/arith/shape", "toy/arith/transposed"]


def test_tags_that_no_card_of_the_decks_has_are_refused() -> None:
    ran = quiz("--deck", "bad", "--tag", "easy", "--cram")
    assert (ran.code, ran.error) == (2, "quiz: easy: no card of these decks has these tags")


def test_chinese_cards_are_asked_and_explained_in_chinese() -> None:
    ran = quiz("--deck", "arith", "--tag", "easy", "--lang", "zh", "--count", "1", typed="\n")
    assert re.search(r"^\d+ \+ \d+ 等于多少？$", ran.out, re.MULTILINE)
    assert "两数中较大的是" in ran.out


@pytest.mark.parametrize("typed", ["8 × 5", "abc", "1,2,3,4,5,6,7,8,9,10,11,12,13"])
def test_what_is_no_shape_is_unreadable(typed: str) -> None:
    ran = quiz("--deck", "arith", "--tag", "shape", "--count", "1", typed=f"{typed}\n")
    read = typed == "8 × 5"
    assert (AGAIN in ran.out) is not read
    assert len(reviews()) == read


class TestNothingDue:
    @pytest.fixture
    def learned(self, tmp_path: Path) -> Path:
        """A pack whose only card was learned just now."""
        pack = make_pack(tmp_path / "pack", sums=deck(card("sums/a")))
        ran = quiz("--deck", "sums", typed="7\n7\n", pack=pack)
        assert questions(ran) == ["sums/a", "sums/a"], "it is asked once more before it goes"
        return pack

    def test_it_says_so_and_when_the_next_card_comes_and_offers_to_drill_ahead(self, learned: Path) -> None:
        ran = quiz("--deck", "sums", typed="7\n", pack=learned)
        said, soon, offer = ran.out.splitlines()
        assert said == "Nothing is due here."
        assert re.fullmatch(r"The next card comes in \d+ d\.", soon)
        assert offer == "To drill ahead without touching the schedule, add --cram."
        assert (ran.code, ran.err) == (0, "")

    def test_cram_asks_all_the_same_and_leaves_events_and_schedule_alone(self, learned: Path) -> None:
        before = events(learned), quiz("decks", "--json", pack=learned).document
        assert len(before[0]) == 2
        ran = quiz("--deck", "sums", "--cram", typed="7\n", pack=learned)
        assert questions(ran) == ["sums/a"]
        assert "✓ Right: 7" in ran.out
        assert "Graded" not in ran.out
        assert (events(learned), quiz("decks", "--json", pack=learned).document) == before

    def test_cramming_new_cards_leaves_them_new(self, pack: Path) -> None:
        ran = quiz("--deck", "sums", "--cram", typed="7\n8\n\n", pack=pack)
        assert questions(ran) == ["sums/a", "sums/b", "sums/c"], "each once, right or wrong"
        assert events(pack) == []
        assert [row["new"] for row in quiz("decks", "--json", pack=pack).document] == [3, 1]


class TestSeed:
    TYPED = "3\n\n10\nx\n8, 2\nnone\nself\n0\\n1\\n4\n" * 3

    def sitting(self, seed: str, db: Path) -> str:
        ran = quiz("--deck", "toy/arith", "--plain", "--seed", seed, "--db", f"sqlite:///{db}", typed=self.TYPED)
        assert len(questions(ran)) > 10
        return masked(ran.out)

    def test_a_whole_sitting_can_be_repeated_and_another_seed_is_another_sitting(self, tmp_path: Path) -> None:
        first, again, other = (
            self.sitting(seed, tmp_path / f"{number}.db") for number, seed in enumerate(["5", "5", "6"])
        )
        assert first == again
        assert other != first

    def test_a_sitting_asks_first_what_show_shows_for_its_seed(self) -> None:
        shown = quiz("show", "toy/arith/sum", "--seed", "0", "--json").document
        ran = quiz("--deck", "arith", "--seed", "0", "--count", "1", typed=f"{shown['truth']}\n")
        assert ran.out.splitlines()[1] == shown["prompt"]
        assert "✓ Right" in ran.out

    def test_without_a_seed_the_numbers_are_new_each_time(self) -> None:
        first, second = (quiz("--deck", "arith", "--count", "9", "--cram", typed="\n" * 9) for _ in range(2))
        assert questions(first) == questions(second)
        assert masked(first.out) != masked(second.out)


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


class TestOtherKinds:
    """Every kind of card of the toy pack can be asked, and answered with don't know, an unreadable line, nothing."""

    @pytest.fixture
    def ids(self) -> list[str]:
        with open_store(paths.database_url()) as store:
            return Library(packs.at(PACK), store).ahead(["toy/arith", "toy/kinds"], ())

    def test_dont_know_is_told_and_recorded_for_every_kind(self, ids: list[str]) -> None:
        ran = quiz("--deck", "arith", "--deck", "kinds", "--count", str(len(ids)), typed="\n" * 40)
        assert ran.code == 0
        assert sorted(questions(ran)) == sorted(ids)
        assert ran.out.count("✗ You didn't know.") == len(ids)
        assert sorted(review.card for review in reviews()) == sorted(ids)

    def test_input_may_end_at_any_line(self) -> None:
        typed = "3\n\nself\n.\ny\n8, 2\na\n" * 3
        for length in range(0, len(typed), 13):
            ran = quiz("--deck", "toy/kinds", "--cram", "--seed", "1", typed=typed[:length])
            assert ran.code == 0
            assert re.search(r"^(\d+ answered in .*|No question was answered\.)$", ran.out, re.MULTILINE)


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
        assert "问题 words/self？\n✗ Wrong: 自己\n" in ran.out


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


def masked(out: str) -> str:
    """Without what differs from run to run and from machine to machine."""
    out = re.sub(r"python \S+ · (\w+) · [\d.]+ ms", r"python … · \1 · … ms", out)
    return re.sub(r"answered in \d+ s", "answered in … s", out)
