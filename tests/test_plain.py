"""Line mode: a question on standard output, an answer per line on standard input."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizapp import packs, paths
from quizapp.core.day import Clock
from quizapp.core.event import Event, Grade, Reviewed
from quizapp.library import Library
from quizapp.store import open_store
from tests.command_line import PACK, Ran, card, deck, make_pack, one_worker, quiz

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
        "Python that prints it:",
        "    print(3 + 4)",
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


class TestOtherKinds:
    """Every kind of card of the toy pack can be asked, and answered with don't know, an unreadable line, nothing."""

    @pytest.fixture
    def ids(self) -> list[str]:
        with open_store(paths.database_url()) as store:
            library = Library(packs.at(PACK), store)
            return library.plan(["toy/arith", "toy/kinds"], (), Clock(lambda: 0, None), most=99)

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


def masked(out: str) -> str:
    """Without what differs from run to run and from machine to machine."""
    out = re.sub(r"python \S+ · (\w+) · [\d.]+ ms", r"python … · \1 · … ms", out)
    return re.sub(r"answered in \d+ s", "answered in … s", out)
