"""The commands: what they print, as text and as JSON, and the exit codes that scripts rely on."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import PACK, card, deck, make_pack, one_worker, quiz, write

SUM = ("toy/arith/sum", "a=3", "b=4")
DECKS = (path.read_text(encoding="utf-8") for path in sorted(PACK.rglob("*.yaml")) if path.stem != "bad")
CARDS = re.findall(r"^  - id: (\S+)$", "".join(DECKS), re.MULTILINE)


@pytest.fixture(scope="module", autouse=True)
def _worker() -> Iterator[None]:
    with one_worker():
        yield


def without_time(document: dict[str, Any]) -> dict[str, Any]:
    assert isinstance(document["ms"], float)
    return {name: value for name, value in document.items() if name != "ms"}


class TestDecks:
    def test_they_are_listed_with_their_counts(self) -> None:
        ran = quiz("decks")
        assert (ran.code, ran.err) == (0, "")
        head, first, *_ = ran.out.splitlines()
        assert head.split() == ["deck", "cards", "computed", "drawn", "new", "due"]
        assert first.split() == ["toy/arith", "10", "100", "%", "6", "10", "0"]

    def test_as_json_they_are_a_list_with_the_promised_fields(self) -> None:
        ran = quiz("decks", "--json")
        assert (ran.code, ran.err) == (0, "")
        assert [row["deck"] for row in ran.document][:2] == ["toy/arith", "toy/bad"]
        for row in ran.document:
            assert {"deck", "title", "cards", "computed", "drawn", "new", "due"} <= set(row)
        assert ran.document[0]["title"] == "Small sums"

    def test_titles_come_in_the_language_asked_for_before_or_after_the_command(self) -> None:
        for arguments in (["decks", "--json", "--lang", "zh"], ["--lang", "zh", "decks", "--json"]):
            assert quiz(*arguments).document[0]["title"] == "小算术"

    def test_an_answered_card_is_no_longer_new(self) -> None:
        quiz("--deck", "arith", "--count", "1", typed="\n")
        [row] = [row for row in quiz("decks", "--json").document if row["deck"] == "toy/arith"]
        assert row["new"] == 9

    def test_faults_follow_the_list_on_standard_error_and_exit_with_2(self, tmp_path: Path) -> None:
        broken = deck(card("b/a", "toy.ad"), card("b/b", kind="numbr"), card("b/c", more="params: {a: 300, b: 4}"))
        pack = make_pack(tmp_path / "pack", good=deck(card("good/a")), broken=broken, worse="title: [")
        ran = quiz("decks", "--json", pack=pack)
        assert ran.code == 2
        assert [row["deck"] for row in ran.document] == ["good"]
        places = [
            re.match(r"cards/(\w+)\.yaml:(\d+):(\d+): .", line) for line in ran.err.removeprefix("quiz: ").splitlines()
        ]
        assert [found and (found[1], int(found[2])) for found in places] == [
            ("broken", 6),
            ("broken", 11),
            ("broken", 21),
            ("worse", 1),
        ]
        assert quiz("decks", pack=pack).err == ran.err


class TestShow:
    FIELDS = frozenset(
        [
            "id",
            "deck",
            "kind",
            "seed",
            "params",
            "prompt",
            "truth",
            "tolerance",
            "mistakes",
            "source",
            "versions",
            "device",
            "ms",
        ]
    )

    def test_a_question_is_shown_with_its_truth_steps_mistakes_and_reasons(self) -> None:
        ran = quiz("show", *SUM)
        assert (ran.code, ran.err) == (0, "")
        for line in (
            "toy/arith/sum · number · seed 0",
            "What is 3 + 4?",
            "truth    7",
            "mistake  12: That multiplies.",
            "mistake  -1: That subtracts.",
            "why      3 and 4 more make 7; the larger of the two is 4.",
            "params   a=3 b=4",
            "source   加减乘除",
            "place    cards/toy/arith.yaml:5:5",
            "print(3 + 4)",
        ):
            assert line in ran.out.splitlines()

    def test_as_json_it_has_the_promised_fields(self) -> None:
        shown = quiz("show", *SUM, "--json").document
        assert set(shown) >= self.FIELDS
        assert (shown["id"], shown["deck"], shown["kind"]) == ("toy/arith/sum", "toy/arith", "number")
        assert (shown["params"], shown["prompt"], shown["truth"]) == ({"a": 3, "b": 4}, "What is 3 + 4?", 7)
        assert shown["mistakes"] == [
            {"value": 12, "text": "That multiplies."},
            {"value": -1, "text": "That subtracts."},
        ]
        assert list(shown["versions"]) == ["python"]
        assert (shown["seed"], shown["device"]) == (0, "cpu")
        assert shown["ms"] >= 0

    @pytest.mark.parametrize("name", CARDS)
    def test_every_sound_card_can_be_shown_in_both_languages(self, name: str) -> None:
        shown = quiz("show", name, "--json", "--seed", "3", "--lang", "zh")
        assert shown.code == 0
        assert set(shown.document) >= self.FIELDS
        assert re.search(r"[\u4e00-\u9fff]", shown.document["prompt"])

    def test_a_mistake_that_gives_the_truth_with_these_numbers_is_none(self) -> None:
        assert [one["value"] for one in quiz("show", "toy/arith/sum", "a=2", "b=2", "--json").document["mistakes"]] == [
            0
        ]

    def test_the_same_seed_shows_the_same_and_another_another(self) -> None:
        first, again, other = (
            quiz("show", "toy/arith/sum", "--seed", seed, "--json").document for seed in ("11", "11", "12")
        )
        assert without_time(first) == without_time(again)
        assert first["params"] != other["params"]

    def test_one_parameter_can_be_pinned_and_the_others_are_drawn(self) -> None:
        seeds = [f"--seed={seed}" for seed in range(4)]
        drawn = [quiz("show", "toy/arith/quotient", "divisor=7", seed, "--json").document["params"] for seed in seeds]
        assert {params["divisor"] for params in drawn} == {7}
        assert len({params["dividend"] for params in drawn}) > 1

    def test_what_the_card_never_draws_can_be_pinned_too(self) -> None:
        assert quiz("show", "toy/arith/ten", "b=9", "--json").document["truth"] == 19
        assert quiz("show", "toy/arith/transposed", "rows=5", "--json").document["truth"] == [4, 5]

    def test_infinity_is_written_as_text_since_json_has_none(self) -> None:
        shown = quiz("show", "toy/bad/infinite", "--json")
        assert (shown.document["truth"], shown.document["mistakes"][0]["value"]) == ("inf", "-inf")

    @pytest.mark.parametrize("flags", [[], ["--json"]])
    def test_a_truth_that_cannot_be_had_is_exit_3_and_prints_nothing(self, flags: list[str]) -> None:
        ran = quiz("show", "toy/bad/raises", *flags)
        assert (ran.code, ran.out) == (3, "")
        assert ran.error.startswith("quiz: toy/bad/raises: bad.raises raised ValueError: a is ")

    def test_parameters_that_have_no_answer_are_bad_input(self) -> None:
        ran = quiz("show", "toy/bad/impossible")
        assert (ran.code, ran.error) == (2, "quiz: toy/bad/impossible: a square has no fifth side")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["toy/arith/sun"], "there is no card 'toy/arith/sun'; did you mean 'toy/arith/sum'"),
            (["toy/arith/sum", "c=1"], "toy/arith/sum: there is no parameter 'c'; there are a, b"),
            (["toy/arith/sum", "a"], "toy/arith/sum: 'a' is no parameter; write name=value"),
            (["toy/arith/sum", "a="], "toy/arith/sum: a: "),
            (["toy/arith/sum", "a=100"], "toy/arith/sum: a: 100 is not a whole number from 0 to 99"),
            (["toy/arith/sum", "a=three"], "toy/arith/sum: a: 'three' is not a whole number"),
            (["toy/arith/sum", "a=" + "9" * 5_000], "toy/arith/sum: a: "),
            (["toy/arith/ten", "b=5"], "toy/arith/ten: "),
        ],
        ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else "",
    )
    def test_bad_input_is_exit_2_and_says_what_would_do(self, arguments: list[str], said: str) -> None:
        ran = quiz("show", *arguments)
        assert ran.code == 2
        assert ran.error.startswith(f"quiz: {said}")
        assert len(ran.error) < 300

    def test_a_card_of_a_faulty_deck_is_not_missing_without_a_word_about_the_faults(self, tmp_path: Path) -> None:
        pack = make_pack(tmp_path / "pack", good=deck(card("good/a")), broken=deck(card("broken/a", "toy.ad")))
        ran = quiz("show", "broken/a", pack=pack)
        assert ran.code == 2
        assert ran.err.startswith("cards/broken.yaml:6:15: there is no verifier 'toy.ad'")
        assert quiz("show", "good/a", pack=pack).code == 0


class TestCheck:
    FIELDS = frozenset({"id", "params", "answer", "verdict", "truth", "mistake"})

    @pytest.mark.parametrize(
        ("answer", "code", "verdict", "mistake"),
        [
            ("7", 0, "right", None),
            ("14/2", 0, "right", None),
            ("８", 1, "wrong", None),
            ("12", 1, "wrong", "That multiplies."),
            ("-1", 1, "wrong", "That subtracts."),
            ("seven", 2, "unreadable", None),
            ("", 2, "unreadable", None),
        ],
    )
    def test_an_answer_is_judged_and_the_exit_code_says_how(
        self, answer: str, code: int, verdict: str, mistake: str | None
    ) -> None:
        name, *params = SUM
        ran = quiz("check", name, answer, *params, "--json")
        assert (ran.code, ran.err) == (code, "")
        judged = ran.document
        assert set(judged) >= self.FIELDS
        assert (judged["id"], judged["params"], judged["answer"]) == (name, {"a": 3, "b": 4}, answer)
        assert (judged["verdict"], judged["mistake"]) == (verdict, mistake)
        assert judged["truth"] == (None if verdict == "unreadable" else 7)

    def test_a_verdict_reads_well(self) -> None:
        name, *params = SUM
        assert quiz("check", name, "7", *params).out.splitlines()[:2] == ["right", "truth    7"]
        wrong = quiz("check", name, "12", *params).out.splitlines()
        assert (wrong[0], wrong[-1]) == ("wrong", "mistake  That multiplies.")
        [unreadable] = quiz("check", name, "seven", *params).out.splitlines()
        assert unreadable.startswith("unreadable: That is not a number; ")

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("raises", "bad.raises raised ValueError: a is 0 and that is bad (verifiers/bad.py line "),
            ("returns-nan", "bad.returns_nan returned nan"),
            ("exits", "bad.exits tried to end the program"),
            ("os-exits", "bad.os_exits ended the worker with exit code 7"),
            ("segfaults", "bad.segfaults crashed the worker"),
            ("returns-dict", "bad.returns_dict returned a dict"),
            ("impossible", "a square has no fifth side"),
            ("missing-library", "no_such_library is not installed; pip install no_such_library"),
        ],
    )
    def test_a_truth_that_cannot_be_had_is_unverifiable_and_no_wrong_answer(self, name: str, why: str) -> None:
        ran = quiz("check", f"toy/bad/{name}", "3", "--json")
        assert (ran.code, ran.err) == (3, "")
        judged = ran.document
        assert set(judged) >= self.FIELDS
        assert (judged["verdict"], judged["truth"], judged["mistake"]) == ("unverifiable", None, None)
        assert judged["why"].startswith(why)

    def test_an_unverifiable_answer_says_why_in_one_line(self) -> None:
        ran = quiz("check", "toy/bad/returns-nan", "3")
        assert (ran.code, ran.out) == (3, "unverifiable: bad.returns_nan returned nan\n")

    @pytest.mark.parametrize("name", CARDS)
    def test_an_answer_full_of_signs_is_unreadable_or_wrong_for_every_kind(self, name: str) -> None:
        ran = quiz("check", name, "\x1b[2J [/] \udcff {truth} ", "--json")
        assert (ran.document["verdict"], ran.code) in (("wrong", 1), ("unreadable", 2))

    def test_seed_0_is_meant_unless_another_is_given(self) -> None:
        def params(*more: str) -> object:
            return quiz("check", "toy/arith/sum", "1", *more, "--json").document["params"]

        assert params() == params("--seed", "0") == quiz("show", "toy/arith/sum", "--json").document["params"]
        assert params() != params("--seed", "12")

    def test_negative_answers_are_no_options(self) -> None:
        assert quiz("check", "toy/bad/infinite", "-inf", "--json").document["mistake"] == "The sign."
        name, *params = SUM
        assert quiz("check", name, "-1/3", *params).code == 1

    def test_a_checked_answer_is_no_review(self) -> None:
        name, *params = SUM
        quiz("check", name, "7", *params)
        assert quiz("decks", "--json").document[0]["new"] == 10


class TestCompute:
    def test_a_verifier_is_a_calculator(self) -> None:
        ran = quiz("compute", "toy.add", "a=3", "b=4")
        assert (ran.code, ran.err) == (0, "")
        value, origin, step = ran.out.splitlines()
        assert (value, step.strip()) == ("7", "3 + 4 = 7")
        assert origin.strip().startswith("python 3.")

    def test_as_json_it_has_the_promised_fields(self) -> None:
        ran = quiz("compute", "toy.add", "a=3", "b=4", "--json")
        assert {"verifier", "params", "value", "versions", "device", "ms"} <= set(ran.document)
        assert (ran.document["verifier"], ran.document["value"]) == ("toy.add", 7)

    def test_a_default_need_not_be_given(self) -> None:
        assert quiz("compute", "toy.add", "a=3", "--json").document["params"] == {"a": 3, "b": 1}

    def test_a_shape_is_a_list_in_json(self) -> None:
        ran = quiz("compute", "toy.shape", "rows=2", "columns=3", "transposed=true", "--json")
        assert ran.document["value"] == [3, 2]

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (["toy.ad", "a=3"], 2, "there is no verifier 'toy.ad'; did you mean 'toy.add'"),
            (["toy.add"], 2, "toy.add: 'a' is missing; write a=…, a whole number from 0 to 99"),
            (["toy.add", "a=300"], 2, "toy.add: a: 300 is not a whole number from 0 to 99"),
            (["toy.add", "a=x"], 2, "toy.add: a: 'x' is not a whole number"),
            (["toy.add", "3"], 2, "toy.add: '3' is no parameter; write name=value"),
            (["toy.add", "a=3", "c=1"], 2, "toy.add: there is no parameter 'c'; there are a, b"),
            (["toy.divide", "dividend=1", "divisor=0"], 2, "toy.divide: nothing can be divided by 0"),
            (["toy.shape", "rows=64", "columns=64"], 2, "toy.shape: "),
            (["bad.raises"], 3, "bad.raises: bad.raises raised ValueError"),
            (["bad_import.answer"], 3, "bad_import.answer: no_such_library is not installed"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else "",
    )
    def test_what_cannot_be_computed_says_why(self, arguments: list[str], code: int, said: str) -> None:
        ran = quiz("compute", *arguments, "--json")
        assert ran.code == code
        assert ran.error.startswith(f"quiz: {said}")

    def test_the_list_names_every_verifier_with_its_parameters(self) -> None:
        listed = quiz("compute", "--list", "--json").document
        [add] = [one for one in listed if one["verifier"] == "toy.add"]
        assert add["summary"] == "The sum of two whole numbers."
        assert add["library"] == "python"
        assert {name: one["default"] for name, one in add["parameters"].items()} == {"a": None, "b": 1}
        shown = quiz("compute", "--list").out
        assert [one["verifier"] for one in listed if f"{one['verifier']}(" not in shown] == []
        assert "    a: a whole number from 0 to 99\n" in shown

    def test_a_module_with_a_fault_is_named_by_the_list_and_for_its_verifiers(self, tmp_path: Path) -> None:
        pack = make_pack(tmp_path / "pack")
        write(pack / "verifiers" / "broken.py", "import ((\n")
        for arguments in (["--list", "--json"], ["broken.answer"]):
            ran = quiz("compute", *arguments, pack=pack)
            assert ran.code == 2
            assert ran.err.startswith("quiz: verifiers/broken.py:1:8: ")
        assert quiz("compute", "toy.add", "a=1", pack=pack).code == 0

    def test_neither_a_verifier_nor_the_list_is_a_misuse(self) -> None:
        ran = quiz("compute")
        assert (ran.code, ran.out) == (2, "")
        assert "Name a verifier, or give --list to see them all." in ran.err
