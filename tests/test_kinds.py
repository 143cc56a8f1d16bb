"""Every kind of question, wherever it is asked: a right, a wrong, an unreadable and an absurd answer."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest

from quizapp import packs, plain
from quizapp.asking import request_attempt, request_truth
from quizapp.core.answer import Attempt, Right, Truth, Unreadable, Wrong
from quizapp.core.card import Kind
from quizapp.core.day import Clock
from quizapp.core.event import Grade, Reviewed
from quizapp.core.question import Question, ask, rng_for
from quizapp.library import Library
from quizapp.sitting import Options, Sitting
from quizapp.store import open_store
from quizapp.worker.client import Client
from tests.conftest import PACK

NOON = 1_790_000_000_000


@dataclass
class Room:
    library: Library
    client: Client

    def question(self, card: str, seed: int = 1) -> tuple[Question, Truth]:
        asked = ask(self.library.card(card), rng_for(seed, card))
        truth = asked.settle(request_truth(self.client, asked).result())
        assert isinstance(truth, Truth), truth
        return asked.exhibit(truth), truth

    def judge(self, question: Question, truth: Truth, typed: str) -> Right | Wrong | Unreadable:
        reading = question.read(typed)
        if isinstance(reading, Unreadable):
            return reading
        running = request_attempt(self.client, question, reading)
        attempt = running.result() if running is not None else None
        assert attempt is None or isinstance(attempt, Attempt), attempt
        return question.judge(reading, truth, attempt)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    home = tmp_path_factory.mktemp("room")
    with open_store(f"sqlite:///{home / 'quiz.db'}") as store, Client(PACK) as client:
        yield Room(Library(packs.at(PACK), store), client)


def letters_of(question: Question, holds: Callable[[object], bool]) -> str:
    return " ".join(
        letter for letter, option in zip(question.letters, question.options, strict=True) if holds(option.value)
    )


def in_order(*lines: str) -> Callable[[Question, Truth], str]:
    return lambda question, truth: " ".join(question.letters[question.lines.index(line)] for line in lines)


def number(question: Question, name: str) -> int:
    value = question.params[name]
    assert isinstance(value, int)
    return value


Typed = Callable[[Question, Truth], str]

# Kind -> card, right answers, wrong answers, unreadable ones; each made for the question that was drawn.
KINDS: dict[Kind, tuple[str, list[Typed], list[Typed], list[str]]] = {
    Kind.NUMBER: (
        "toy/arith/sum",
        [lambda q, t: f"{t.value}", lambda q, t: f"{t.value}.0", lambda q, t: f" +{t.value} "],
        [lambda q, t: "-1", lambda q, t: "1e6"],
        ["twelve", "1,024", "--1"],
    ),
    Kind.SHAPE: (
        "toy/arith/shape",
        [
            lambda q, t: q.write(t.value),
            lambda q, t: f"[{q.write(t.value)}]",
            lambda q, t: q.write(t.value).replace(", ", "x"),
        ],
        [lambda q, t: "1", lambda q, t: "1, 2, 3"],
        ["a, b", "1.5, 2"],
    ),
    Kind.CHOICE: (
        "toy/kinds/computed",
        [lambda q, t: letters_of(q, lambda value: value == t.value), lambda q, t: f"{t.value}"],
        [lambda q, t: letters_of(q, lambda value: value != t.value)[0]],
        ["z", "a b", "?"],
    ),
    Kind.SEVERAL: (
        "toy/kinds/several",
        [lambda q, t: letters_of(q, lambda value: value in t.value)],  # type: ignore[operator]
        [lambda q, t: "none", lambda q, t: letters_of(q, lambda value: value not in t.value)],  # type: ignore[operator]
        ["z", "a a", "az"],
    ),
    Kind.TEXT: (
        "toy/arith/self",
        [lambda q, t: "Self", lambda q, t: "the instance", lambda q, t: "ｓｅｌｆ"],
        [lambda q, t: "cls", lambda q, t: "this"],
        [],
    ),
    Kind.CLOZE: (
        "toy/kinds/cloze",
        [lambda q, t: q.write(t.value).replace(", ", "; ")],
        [lambda q, t: "99; below", lambda q, t: "0; nowhere"],
        ["3", "below; 3", ";"],
    ),
    Kind.ORDER: (
        "toy/kinds/order",
        [
            in_order("total = 0", "total += 3", "total += 4", "print(total)"),
            in_order("total = 0", "total += 4", "total += 3", "print(total)"),
        ],
        [
            in_order("print(total)", "total = 0", "total += 4", "total += 3"),
            in_order("total = 0", "total += 3", "print(total)", "total += 4"),
        ],
        ["a b", "a a b c", "1 2 3 4"],
    ),
    Kind.OUTPUT: (
        "toy/arith/printed",
        [lambda q, t: str(t.value).replace("\n", r"\n")],
        [lambda q, t: "nothing", lambda q, t: "TypeError"],
        [],
    ),
    Kind.CODE: (
        "toy/kinds/code",
        [lambda q, t: "def double(x):\n    return x + x", lambda q, t: "double = lambda x: 2 * x"],
        [
            lambda q, t: "def double(x):\n    return x",
            lambda q, t: "def double(x):\n    return x / 0",
            lambda q, t: "x = 1",
            lambda q, t: "exit()",
        ],
        ["def double(x:", "return = 1"],
    ),
    Kind.OPEN: (
        "toy/kinds/open",
        [lambda q, t: f"1; {number(q, 'total') - 1}", lambda q, t: f"a={number(q, 'total') + 3} b=-3"],
        [lambda q, t: "0; 0", lambda q, t: "a=1 b=1"],
        ["1", "a=1", "a=1 c=2", "a=1000 b=1"],
    ),
    Kind.PICTURE: (
        "toy/kinds/picture",
        [lambda q, t: letters_of(q, lambda value: value == t.value)],
        [lambda q, t: letters_of(q, lambda value: value != t.value)[0]],
        ["z"],
    ),
    Kind.RECALL: ("toy/kinds/recall", [lambda q, t: "y"], [lambda q, t: "n"], ["perhaps"]),
}

ABSURD = [
    "x" * 10_000_000,
    "9" * 5_000,
    "nan",
    "\x1b]52;c;AAAA\x07\x1b[2J",
    "１" * 3_000,
    "[/]",
    "[red]" * 100,
    "\u202e" * 50,
]


def test_every_kind_is_here() -> None:
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", Kind)
def test_right_answers_are_right_and_wrong_ones_wrong(room: Room, kind: Kind, seed: int) -> None:
    card, right, wrong, _ = KINDS[kind]
    question, truth = room.question(card, seed)
    for typed in right:
        assert isinstance(room.judge(question, truth, typed(question, truth)), Right), typed(question, truth)
    for typed in wrong:
        assert isinstance(room.judge(question, truth, typed(question, truth)), Wrong), typed(question, truth)


@pytest.mark.parametrize("kind", Kind)
def test_unreadable_answers_are_never_wrong_and_say_what_could_be_read(room: Room, kind: Kind) -> None:
    card, _, _, unreadable = KINDS[kind]
    question, truth = room.question(card)
    for typed in ["", "  \n", *unreadable]:
        found = room.judge(question, truth, typed)
        assert isinstance(found, Unreadable), typed
        assert len(found.why) > 10


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("typed", ABSURD, ids=lambda typed: repr(typed[:10]))
def test_absurd_answers_are_never_right_and_break_nothing(room: Room, kind: Kind, typed: str) -> None:
    question, truth = room.question(KINDS[kind][0])
    assert not isinstance(room.judge(question, truth, typed), Right)


def test_the_options_are_distinct_and_hold_the_truth_once(room: Room) -> None:
    for seed in range(10):
        question, truth = room.question("toy/kinds/computed", seed)
        values = [option.value for option in question.options]
        assert values.count(truth.value) == 1
        assert len(values) == len({str(value) for value in values}) >= 4


def test_what_the_mistakes_give_are_options_with_their_sentence(room: Room) -> None:
    question, truth = room.question("toy/kinds/computed")
    slip = next(one for one in truth.mistakes if one.value != truth.value)
    verdict = room.judge(question, truth, str(slip.value))
    assert isinstance(verdict, Wrong)
    assert verdict.mistake == slip


def sitting(room: Room, cards: list[str], home: Path) -> Sitting:
    store = open_store(f"sqlite:///{home / 'quiz.db'}")
    return Sitting(
        cards,
        cards=room.library.card,
        record=store,
        truths=room.client,
        clock=Clock(lambda: NOON, UTC),
        options=Options(seed=1),
        count=len(cards),
    )


def lines_for(kind: Kind, question: Question, truth: Truth) -> str:
    """A right answer as line mode wants it."""
    typed = KINDS[kind][1][0](question, truth)
    match kind:
        case Kind.CODE:
            return f"{typed}\n.\n"
        case Kind.RECALL:
            return f"\n{typed}\n"
    return f"{typed}\n"


@pytest.mark.parametrize("kind", Kind)
def test_line_mode_asks_every_kind_takes_its_answer_and_records_it(room: Room, kind: Kind, tmp_path: Path) -> None:
    card = KINDS[kind][0]
    question, truth = room.question(card)
    held = sitting(room, [card], tmp_path)
    out = io.StringIO()
    unreadable = "?!\n" if KINDS[kind][3] and kind not in (Kind.CODE, Kind.RECALL) else ""
    plain.run(held, io.StringIO(unreadable + lines_for(kind, question, truth)), out)
    said = out.getvalue()
    assert "✓ Right" in said, said
    assert ("Try again" in said) == bool(unreadable)
    with open_store(f"sqlite:///{tmp_path / 'quiz.db'}") as store:
        [event] = store.history(card)
    assert isinstance(event, Reviewed)
    assert (event.right, event.grade) == (True, Grade.GOOD)


def test_a_guess_in_line_mode_is_marked_by_a_question_mark_and_counts_as_again(room: Room, tmp_path: Path) -> None:
    question, truth = room.question("toy/kinds/computed")
    letter = letters_of(question, lambda value: value == truth.value)
    out = io.StringIO()
    plain.run(sitting(room, ["toy/kinds/computed"], tmp_path), io.StringIO(f"{letter}?\n"), out)
    assert "guess counts as again" in out.getvalue()
    with open_store(f"sqlite:///{tmp_path / 'quiz.db'}") as store:
        [event] = store.history("toy/kinds/computed")
    assert isinstance(event, Reviewed)
    assert (event.right, event.grade) == (True, Grade.AGAIN)


@pytest.mark.parametrize(("said", "right"), [("y", True), ("n", False), ("", False)])
def test_line_mode_asks_about_a_near_miss(room: Room, tmp_path: Path, said: str, right: bool) -> None:
    out = io.StringIO()
    plain.run(sitting(room, ["toy/arith/self"], tmp_path), io.StringIO(f"sefl\n{said}\n"), out)
    assert "close to 'self'" in out.getvalue()
    with open_store(f"sqlite:///{tmp_path / 'quiz.db'}") as store:
        [event] = store.history("toy/arith/self")
    assert isinstance(event, Reviewed)
    assert event.right is right
