"""The verifiers behind data/kfold: scikit-learn's folds against what is known, and against plain counting."""

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from quizapp.authoring import Impossible, Verifier
from tests.verifiers.drawn_verifiers import agree, draws, with_second_way
from verifiers import fold_pictures, fold_rules, folds, groups, stratified

NOTE = """\
from sklearn.model_selection import KFold
from sklearn.model_selection import StratifiedKFold
import numpy as np

X = np.array([[10, 1], [20, 2], [30, 3], [40, 4], [50, 5], [60, 6], [70, 7], [80, 8], [90, 9], [100, 10], [90, 9], [100, 10]])
Y = np.array([1,1,1,1,1,1,2,2,2,2,2,2])
"""  # noqa: E501  # as the note has it

LOOP = """\
for (trn_idx, val_idx) in {splitter}(n_splits=3, shuffle=False).split(X, Y):
    print(val_idx.tolist())
"""


@pytest.mark.parametrize("name", with_second_way("folds", "stratified", "groups", "fold_pictures"))
def test_the_second_way_agrees_over_all_that_is_accepted(name: str) -> None:
    agree(name, draws(name, 40))


# The note's example


def test_the_note_s_example_without_backticks_gives_the_folds_by_hand() -> None:
    assert fold_rules.last_line(code=NOTE + LOOP.format(splitter="KFold")).value == "[8, 9, 10, 11]"
    assert fold_rules.last_line(code=NOTE + LOOP.format(splitter="StratifiedKFold")).value == "[4, 5, 10, 11]"
    assert folds.validation_rows(rows=12, splits=3, fold=0).value == "0 1 2 3"
    assert stratified.validation_rows(first=6, second=6, splits=3, fold=0).value == "0 1 6 7"
    assert folds.lengths(splits=3).value == folds.lengths(splits=3, splitter="StratifiedKFold").value == [8, 4]


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        ("kfolds = KFold(n_splits=3, shuffle=False)", "runs"),
        ("`kfolds = KFold(n_splits=3, shuffle=False)`", "SyntaxError"),
        ("kfolds = KFold(n_split=3)", "TypeError"),
        ("kfolds = KFold(3, True)", "TypeError"),
        ("kfolds = KFold(n_splits=5, random_state=42)", "ValueError"),
        ("kfolds = StratifiedKFold(n_splits=5, random_state=42)", "ValueError"),
        ("kfolds = KFold(n_splits=1)", "ValueError"),
        ("list(KFold(n_splits=13).split(X))", "ValueError"),
        ("list(StratifiedKFold(n_splits=7).split(X, Y))", "ValueError"),
    ],
)
def test_how_a_line_ends(line: str, ends: str) -> None:
    assert fold_rules.ending(code=NOTE + line).value == ends


def test_the_parameter_has_an_s_and_is_five() -> None:
    for name in ("KFold", "StratifiedKFold"):
        found = fold_rules.parameter(name=name)
        assert (found.value, found.facts) == ("n_splits", {"ending": "TypeError", "default": 5})


# What is known of the splitters


def test_the_rows_left_over_go_to_the_first_folds() -> None:
    assert folds.sizes(rows=11, splits=3).value == "4 4 3"
    assert folds.sizes(rows=103, splits=4).value == "26 26 26 25"


def test_a_fold_may_be_a_single_row() -> None:
    assert folds.validation_rows(rows=5, splits=5, fold=4).value == "4"


@pytest.mark.parametrize(
    ("splitter", "shuffle", "by_lot", "once"),
    [
        ("KFold", False, False, True),
        ("KFold", True, True, True),
        ("StratifiedKFold", False, False, True),
        ("StratifiedKFold", True, True, True),
        ("ShuffleSplit", False, True, False),
        ("StratifiedShuffleSplit", False, True, False),
    ],
)
def test_shuffling_draws_by_lot_and_only_a_shuffle_split_leaves_rows_out(
    splitter: str, shuffle: bool, by_lot: bool, once: bool
) -> None:
    found = fold_rules.by_lot(splitter=splitter, shuffle=shuffle)
    assert found.value is by_lot
    assert ((found.facts["least"], found.facts["most"]) == (1, 1)) is once


def test_a_warning_is_an_ending_of_its_own() -> None:
    assert fold_rules.ending(code="import warnings\nwarnings.warn('no effect')").value == "warns"
    assert fold_rules.ending(code="import warnings\nwarnings.warn('no effect')\n1 / 0").value == "ZeroDivisionError"


def test_folds_that_need_no_shuffling_take_no_seed() -> None:
    code = "from sklearn.model_selection import KFold\nKFold(5, shuffle={}, random_state={})"
    found = {(s, r): fold_rules.ending(code=code.format(s, r)).value for s in (True, False) for r in (None, 0, 42)}
    assert {key for key, ends in found.items() if ends == "ValueError"} == {(False, 0), (False, 42)}
    assert {*found.values()} == {"ValueError", "runs"}


def test_sorted_labels_leave_whole_folds_of_one_class_to_kfold() -> None:
    counts = [stratified.rare_by_kfold(common=70, rare=30, splits=4, fold=fold).value for fold in range(4)]
    assert counts == [0, 0, 5, 25]


@pytest.mark.parametrize(
    ("sizes", "splits", "ends"),
    [
        ((5, 5, 5), 5, "runs"),
        ((50, 7, 4), 5, "warns"),
        ((50, 1, 1), 10, "warns"),
        ((4, 3, 2), 5, "raises ValueError"),
        ((4, 3, 2), 3, "warns"),
        ((4, 3, 2), 2, "runs"),
    ],
)
def test_rare_classes(sizes: tuple[int, int, int], splits: int, ends: str) -> None:
    a, b, c = sizes
    found = stratified.outcome(a=a, b=b, c=c, splits=splits)
    assert found.value == ends
    assert bool(found.facts["said"]) == (ends != "runs")


def test_a_rare_class_is_missing_where_it_has_no_row_to_give() -> None:
    found = stratified.folds_without(common=50, rare=3, splits=5)
    assert found.value == 2
    assert "only 3 members" in str(found.facts["said"])


def test_the_warning_about_rare_classes_stays_inside_the_verifier() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stratified.folds_without(common=50, rare=3, splits=5)


# Labels that the learner makes up


def tried(y: list[int], splits: int) -> tuple[bool, str]:
    found = stratified.both_ways(answer={"y": [y]}, splits=splits)
    assert found.text.zh
    return found.right, found.text.en


@pytest.mark.parametrize(
    ("y", "splits", "right", "says"),
    [
        ([1, 0, 0, 1, 1, 0], 3, True, "[[0, 1], [2, 3], [4, 5]]"),
        ([0, 0, 1, 1, 0, 0], 2, True, "[[0, 1, 2], [3, 4, 5]]"),
        ([0, 0, 1, 0, 1, 1], 2, True, "[[0, 1, 2], [3, 4, 5]]"),
        ([0, 0, 0, 1, 1, 1], 3, False, "StratifiedKFold [[0, 3], [1, 4], [2, 5]]"),
        ([0, 0, 0, 0, 0, 0], 3, False, "[6] rows"),
        ([0, 1, 0, 0, 1, 0], 3, False, "[4, 2] rows"),
        ([0, 1, 2, 0, 1, 2], 2, True, "KFold"),
    ],
)
def test_other_labels_are_split_with_both(y: list[int], splits: int, right: bool, says: str) -> None:
    assert tried(y, splits)[0] is right
    assert says in tried(y, splits)[1]


# Groups


def test_groups_go_whole_into_the_smallest_fold() -> None:
    assert groups.validation_sizes(sizes=[6, 3, 2, 1], splits=2).value == "6 6"
    assert groups.validation_sizes(sizes=[1, 9], splits=2).value == "9 1"


def test_more_folds_than_groups_is_an_error_of_scikit_learn_too() -> None:
    with pytest.raises(ValueError, match="number of groups"):
        next(GroupKFold(3).split(np.zeros(4), groups=[0, 0, 1, 1]))


def test_folds_that_begin_with_a_group_cut_none() -> None:
    assert groups.cut_groups(rows=120, group=4, splits=5).value == 0
    assert groups.cut_groups(rows=120, group=8, splits=10).value == 5


def test_which_splitter_sees_to_what() -> None:
    assert groups.keeps(need="both").value == ["StratifiedGroupKFold"]
    once = groups.keeps(need="once").value
    assert isinstance(once, list)
    assert len(once) == 4


# Mistakes


@pytest.mark.parametrize(
    ("verifier", "params", "answer", "says"),
    [
        (folds.validation_rows, {"rows": 11, "splits": 3, "fold": 1}, "3 4 5", "left over"),
        (folds.validation_rows, {"rows": 12, "splits": 3, "fold": 1}, "1 4 7 10", "in turn"),
        (folds.validation_rows, {"rows": 12, "splits": 3, "fold": 1}, "0 1 2 3", "from 0"),
        (folds.sizes, {"rows": 11, "splits": 3}, "3 4 4", "not the last"),
        (folds.sizes, {"rows": 11, "splits": 3}, "3 3 5", "one each"),
        (folds.lengths, {"splits": 3}, [4, 8], "training rows first"),
        (folds.times_trained, {"splits": 5}, 5, "held out"),
        (stratified.validation_rows, {"first": 6, "second": 6, "splits": 3, "fold": 0}, "0 1 2 3", "KFold"),
        (stratified.rare_by_kfold, {"common": 80, "rare": 20, "splits": 5, "fold": 4}, 4, "even share"),
        (stratified.bounds, {"common": 60, "rare": 17, "splits": 5}, [3, 3], "divide"),
        (stratified.folds_without, {"common": 50, "rare": 3, "splits": 5}, 3, "have one"),
        (groups.validation_sizes, {"sizes": [1, 9, 2], "splits": 2}, "6 6", "aren't cut"),
        (groups.keeps, {"need": "neighbours"}, ["KFold", "StratifiedKFold"], "lie mixed"),
        (groups.cut_groups, {"rows": 120, "group": 8, "splits": 10}, 9, "nothing is cut"),
    ],
)
def test_a_usual_mistake_is_known_by_its_value(
    verifier: Verifier[Any], params: dict[str, Any], answer: object, says: str
) -> None:
    found = verifier(**params)
    told = next(one for one in found.mistakes if one.value == answer)
    assert says in told.text.en
    assert told.text.zh
    assert told.value != found.value


# The picture


@pytest.mark.parametrize("name", fold_pictures.NAMES)
@pytest.mark.parametrize("labels", ["sorted", "mixed"])
@pytest.mark.parametrize("seed", [2, 11, 36])
def test_a_picture_bears_the_marks_of_one_splitter_alone(name: str, labels: str, seed: int) -> None:
    found = fold_pictures.splitter(name=name, labels=labels, seed=seed)
    assert found.value == name
    assert found.picture is not None
    assert max(len(str(row)) for row in str(found.picture).splitlines()) <= 72


def test_the_blocks_of_a_picture_are_the_rows_that_scikit_learn_holds_out() -> None:
    picture = fold_pictures.splitter(name="StratifiedKFold", labels="sorted", seed=2).picture
    lines = str(picture).splitlines()
    shown = [[at for at in range(18) if line[9 + 2 * at :].startswith("█")] for line in lines if "█" in line[:45]][:3]
    y = ["A"] * 12 + ["B"] * 6
    assert shown == [held.tolist() for _, held in StratifiedKFold(3).split(y, y)]
    assert [line for line in lines if line.startswith("y ")] == ["y        " + " ".join(y)]


def test_folds_that_could_be_another_splitter_s_are_not_shown() -> None:
    ambiguous = 0
    for seed in range(40):
        try:
            fold_pictures.splitter(name="KFold", labels="mixed", seed=seed)
        except Impossible:
            y, _ = fold_pictures._rows("mixed", seed)
            counts = {sum(y[row] == "B" for row in held) for _, held in KFold(3).split(y)}
            assert counts == {2}, "only even classes make KFold look stratified"
            ambiguous += 1
    assert ambiguous
