"""The laboratory without a screen: the latest parameters win, and what is impossible says why."""

import random
import shlex
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from quizapp.core.answer import Origin, Truth, Unverifiable
from quizapp.core.beginning import beginning
from quizapp.core.declaration import Declaration, Explore, Parameter
from quizapp.core.domain import Choice, Code, Distribution, Domain, Int, Lines, Params, Value
from quizapp.core.picture import Captioned, Picture
from quizapp.lab import Lab, View

PACK = Path(__file__).parent / "pack"
OWN = Picture.of(["the truth's own"])


def declaration(
    where: tuple[str, ...] = ("kernel <= width",), explore: Explore | None = None, **domains: Domain
) -> Declaration:
    chosen = domains or {"width": Int(1, 99), "kernel": Int(1, 11)}
    return Declaration(
        name="toy.size",
        summary="What it computes.",
        library="python",
        parameters={name: Parameter(name, domain) for name, domain in chosen.items()},
        where=where,
        limit_s=2.0,
        explore=explore,
    )


STEPS = Explore({"step": Parameter("step", Int(0, 9))}, {"width": Int(1, 8)})


@dataclass
class Bench:
    """A worker that answers when it is told to, and the laboratory that asks it."""

    declared: Declaration
    source: Callable[[Params], Params] | None = None
    truths: list[tuple[Params, Future[Truth | Unverifiable]]] = field(default_factory=list)
    draws: list[tuple[Params, Future[Captioned | Unverifiable]]] = field(default_factory=list)
    seen: list[View] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lab = Lab(
            self.declared,
            self,
            deliver=lambda call: call(),
            changed=lambda: self.seen.append(self.lab.view),
            source=self.source,
        )

    def truth(self, verifier: str, params: Params, limit_s: float) -> Future[Truth | Unverifiable]:
        assert (verifier, limit_s) == ("toy.size", 2.0)
        future: Future[Truth | Unverifiable] = Future()
        self.truths.append((params, future))
        return future

    def draw(self, verifier: str, params: Params, limit_s: float) -> Future[Captioned | Unverifiable]:
        assert (verifier, limit_s) == ("toy.size", 2.0)
        future: Future[Captioned | Unverifiable] = Future()
        self.draws.append((params, future))
        return future

    def answer(self, **broken: str) -> None:
        """Answers all that was asked so far. broken: `truth` or `draw`, and why it has none."""
        asked, drawn = list(self.truths), list(self.draws)
        for params, truth in asked:
            if not truth.done():
                came = Truth(str(sorted(params.items())), Origin("toy.size", {}, "cpu", 1.0), picture=OWN)
                truth.set_result(Unverifiable(broken["truth"], True) if "truth" in broken else came)
        for params, picture in drawn:
            if not picture.done():
                drawing = Captioned(Picture.of([str(params.get("step")), str(params.get("width"))]))
                picture.set_result(Unverifiable(broken["draw"]) if "draw" in broken else drawing)

    @property
    def asked(self) -> list[Params]:
        return [params for params, _future in self.truths]


def started(declared: Declaration, **given: Value) -> Bench:
    bench = Bench(declared)
    bench.lab.start(given)
    bench.answer()
    return bench


def test_what_is_turned_is_computed_at_once() -> None:
    bench = started(declaration(), width=9, kernel=3)
    bench.lab.put("kernel", 5)
    assert bench.lab.view.waiting
    assert bench.asked[-1] == {"width": 9, "kernel": 5}
    bench.answer()
    view = bench.lab.view
    assert view.truth is not None
    assert view.truth.value == "[('kernel', 5), ('width', 9)]"
    assert (view.params, view.waiting, view.old, view.trouble) == ({"width": 9, "kernel": 5}, False, False, "")
    assert view.picture == Captioned(OWN)


def test_of_what_comes_while_the_worker_is_busy_only_the_newest_is_asked() -> None:
    bench = started(declaration(), width=9, kernel=3)
    for width in range(10, 40):
        bench.lab.put("width", width)
    assert [params["width"] for params in bench.asked] == [9, 10]
    bench.answer()
    assert [params["width"] for params in bench.asked] == [9, 10, 39]
    bench.answer()
    assert bench.lab.view.params == {"width": 39, "kernel": 3}
    assert not bench.lab.view.waiting


def test_an_answer_that_is_behind_is_shown_until_the_newest_comes() -> None:
    bench = started(declaration(), width=9, kernel=3)
    bench.lab.put("width", 10)
    bench.lab.put("width", 11)
    bench.answer()
    assert bench.lab.view.params["width"] == 10
    assert bench.lab.view.waiting


def test_going_back_to_what_was_asked_asks_no_more() -> None:
    bench = started(declaration(), width=9, kernel=3)
    bench.lab.put("width", 10)
    bench.lab.put("width", 11)
    bench.lab.put("width", 10)
    bench.answer()
    assert len(bench.asked) == 2
    assert not bench.lab.view.waiting
    bench.lab.put("width", 10)
    assert len(bench.asked) == 2


def test_what_is_impossible_says_why_is_never_asked_and_keeps_the_last_picture() -> None:
    bench = started(declaration(), width=5, kernel=5)
    before = bench.lab.view
    bench.lab.put("width", 4)
    view = bench.lab.view
    assert view.trouble == "these numbers are impossible together: kernel <= width does not hold"
    assert (view.truth, view.picture, view.old, view.waiting) == (before.truth, before.picture, True, False)
    assert len(bench.asked) == 1
    bench.lab.put("kernel", 4)
    bench.answer()
    assert (bench.lab.view.trouble, bench.lab.view.old) == ("", False)


def test_an_answer_that_comes_when_the_numbers_have_become_impossible_is_dropped() -> None:
    bench = started(declaration(), width=5, kernel=5)
    before = bench.lab.view.truth
    bench.lab.put("width", 6)
    bench.lab.put("width", 4)
    bench.answer()
    view = bench.lab.view
    assert view.truth is before
    assert "impossible together" in view.trouble
    assert len(bench.asked) == 2


def test_what_the_verifier_refuses_says_why_and_keeps_the_last_picture() -> None:
    bench = started(declaration(), width=5, kernel=5)
    bench.lab.put("width", 6)
    bench.answer(truth="the library raised")
    view = bench.lab.view
    assert (view.trouble, view.old, view.picture) == ("the library raised", True, Captioned(OWN))
    assert view.params["width"] == 5


def test_after_closing_whatever_comes_is_dropped() -> None:
    bench = started(declaration(), width=5, kernel=5)
    bench.lab.put("width", 6)
    bench.truths[-1][1].set_running_or_notify_cancel()
    bench.lab.close()
    before = list(bench.seen)
    bench.answer()
    bench.lab.put("width", 7)
    assert bench.seen == before
    assert len(bench.asked) == 2


def test_closing_takes_back_what_was_asked_and_not_begun() -> None:
    bench = started(declaration(), width=5, kernel=5)
    bench.lab.put("width", 6)
    bench.lab.close()
    assert bench.truths[-1][1].cancelled()


def test_a_step_of_the_picture_asks_for_no_new_truth() -> None:
    bench = started(declaration(explore=STEPS), width=5, kernel=2)
    bench.lab.put("step", 4)
    bench.answer()
    assert len(bench.asked) == 1
    assert bench.draws[-1][0] == {"width": 5, "kernel": 2, "step": 4}
    assert str(bench.lab.view.picture.picture) == "4\n5"  # type: ignore[union-attr]
    assert bench.lab.view.truth is not None


def test_outside_the_pictures_domains_the_truth_is_shown_alone() -> None:
    bench = started(declaration(explore=STEPS), width=50, kernel=2)
    assert bench.draws == []
    why = "The picture is drawn where width is a whole number from 1 to 8: turn it, or reset."
    assert bench.lab.view.undrawn == why
    assert bench.lab.view.picture == Captioned(OWN)
    (knob,) = bench.lab.knobs("width")
    bench.lab.put("width", knob.put(knob.turned(-1)))
    bench.answer()
    assert (bench.lab.view.undrawn, bench.lab.values["width"]) == ("", 8)
    assert knob.read("60") == 60


def test_a_picture_that_fails_costs_the_picture_alone() -> None:
    bench = started(declaration(explore=STEPS), width=5, kernel=2)
    bench.lab.put("width", 6)
    bench.answer(draw="toy.size raised")
    view = bench.lab.view
    assert (view.undrawn, view.trouble, view.old) == ("toy.size raised", "", False)
    assert view.params["width"] == 6


def test_playing_goes_on_step_by_step_and_begins_again_where_nothing_changes() -> None:
    bench = started(declaration(explore=STEPS), width=5, kernel=2)
    steps = []
    for _ in range(24):
        bench.lab.advance()
        bench.lab.advance()  # nothing waits twice
        bench.answer()
        steps.append(bench.lab.values["step"])
    assert steps == [*range(1, 10), *range(10), *range(5)]
    still = started(declaration(explore=STEPS), width=5, kernel=2)
    steps = []
    for _ in range(8):
        still.lab.advance()
        for _params, future in still.draws:
            if not future.done():
                future.set_result(Captioned(Picture.of([str(min(3, int(_params["step"])))])))  # type: ignore[arg-type]
        steps.append(still.lab.values["step"])
    assert steps == [1, 2, 3, 4, 0, 1, 2, 3]


def test_two_distributions_of_one_length_keep_it() -> None:
    declared = declaration(("len(p) == len(q)",), p=Distribution(2, 4, 0.25), q=Distribution(2, 4, 0.25), n=Int(1, 3))
    bench = started(declared, p=[0.5, 0.5], q=[0.25, 0.75], n=1)
    length = bench.lab.knobs("p")[0]
    bench.lab.put("p", length.put(3))
    assert bench.lab.problem == ""
    assert [len(bench.lab.values[name]) for name in "pq"] == [3, 3]  # type: ignore[arg-type]


def test_source_follows_the_parameters_until_it_is_rewritten() -> None:
    bench = Bench(declaration((), code=Code(), a=Int(0, 9)), source=lambda params: {"code": f"print({params['a']})"})
    bench.lab.start({"a": 3})
    assert bench.asked[-1] == {"code": "print(3)", "a": 3}
    bench.answer()
    bench.lab.put("a", 4)
    bench.answer()
    assert bench.asked[-1]["code"] == "print(4)"
    bench.lab.put("code", "print(1)")
    bench.answer()
    bench.lab.put("a", 5)
    bench.answer()
    assert bench.asked[-1] == {"code": "print(1)", "a": 5}
    bench.lab.shuffle(random.Random(1))
    assert bench.lab.values["code"] == "print(1)"


def test_numbers_are_drawn_as_they_are_possible_and_given_back() -> None:
    bench = started(declaration(explore=STEPS), width=5, kernel=2, step=7)
    for seed in range(20):
        bench.lab.shuffle(random.Random(seed))
        assert bench.lab.problem == ""
        assert bench.lab.values["step"] == 7
        assert 1 <= int(bench.lab.values["width"]) <= 8  # type: ignore[arg-type]
    bench.lab.reset()
    assert bench.lab.values == beginning(bench.declared, {})


def test_the_command_gives_the_same_parameters_to_a_shell() -> None:
    bench = started(declaration((), x=Choice("same", "it's"), p=Distribution(2, 4, 0.1)), x="it's", p=[0.3, 0.7])
    assert shlex.split(bench.lab.command) == ["quiz", "compute", "toy.size", "x=it's", "p=0.3, 0.7"]


def test_the_command_holds_source_as_it_is_written() -> None:
    bench = started(declaration((), lines=Lines(), code=Code()), lines=["a = 'x'", "b"], code="if 1:\n    print()\n")
    lines, code = shlex.split(bench.lab.command)[3:]
    assert Lines().read(lines.removeprefix("lines=")) == ["a = 'x'", "b"]
    assert Code().read(code.removeprefix("code=")) == "if 1:\n    print()\n"
