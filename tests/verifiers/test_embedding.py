"""The verifiers behind theory/embedding against other libraries, against what is known, and against their programs."""

import contextlib
import io
import math
import warnings
from collections.abc import Iterator

import pytest
import torch

from tests.verifiers.drawn_verifiers import agree, draws, with_second_way
from verifiers import (
    embedding,
    embedding_index,
    embedding_rows,
    embedding_steps,
    fresh_tables,
    one_hot,
    pca,
    skip_gram,
    word_counts,
)

MODULES = (
    "embedding",
    "embedding_index",
    "embedding_rows",
    "embedding_steps",
    "fresh_tables",
    "one_hot",
    "pca",
    "skip_gram",
    "word_counts",
)
# Some work on larger arrays, or train: fewer draws of these say as much.
DEAR = {"fresh_tables.by_chance": 3, "pca.most_components": 6, "pca.one_hot_share": 6, "skip_gram.nearest": 6}


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """As in the worker: on tensors this small, threads only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, about sparse tensors
        exec(compile(program, "<snippet>", "exec"), {"__name__": "__main__"})
    return out.getvalue().strip()


@pytest.mark.parametrize("name", with_second_way(*MODULES))
def test_the_second_way_agrees_over_the_whole_domain(name: str) -> None:
    agree(name, draws(name, DEAR.get(name, 20)))


# Programs of what is no number and no shape


@pytest.mark.parametrize("before", ["never", "in the step before"])
def test_the_program_of_the_optimisers_prints_those_that_move_the_row(before: str) -> None:
    result = embedding_steps.movers(before=before)
    assert printed(result.snippet) == str(result.value)


def test_the_program_of_the_sparse_gradients_prints_those_that_step() -> None:
    result = embedding_steps.takes_sparse()
    assert printed(result.snippet).splitlines()[-1] == str(result.value)


def test_the_program_of_a_lookup_prints_the_row() -> None:
    result = embedding.lookup(table=[[1, 2], [3, 4], [5, 6], [7, -8]], index=3)
    assert printed(result.snippet) == str(result.value)


def test_the_program_of_the_dtype_prints_it() -> None:
    assert printed(one_hot.dtype().snippet) == "torch.int64"


# One-hot vectors


def test_a_one_hot_batch_takes_eight_bytes_a_number() -> None:
    result = one_hot.megabytes(tokens=512, words=30_522)
    assert result.value == pytest.approx(125.018112)
    assert "float32" in result.mistakes[0].text.en


@pytest.mark.parametrize(
    ("measure", "value"),
    [("euclidean", math.sqrt(2)), ("manhattan", 2), ("largest difference", 1), ("cosine", 0), ("dot product", 0)],
)
def test_every_two_words_are_equally_far_apart(measure: str, value: float) -> None:
    for first, second in ((0, 1), (3, 999), (998, 2)):
        assert one_hot.distance(words=1000, first=first, second=second, measure=measure).value == pytest.approx(value)


def test_the_difference_of_indices_is_a_mistake_with_its_sentence() -> None:
    mistake = one_hot.distance(words=1000, first=3, second=57, measure="euclidean").mistakes[0]
    assert mistake.value == 54
    assert "names" in mistake.text.en


def test_an_embedding_may_be_longer_than_the_one_hot_vector() -> None:
    assert one_hot.space(words=7, dimension=16).value == "higher"
    assert one_hot.space(words=16, dimension=16).value == "equal"
    assert one_hot.space(words=10_000, dimension=300).value == "lower"


def test_what_the_note_misspells_cant_be_imported() -> None:
    for name in ("one_hot", "ont_hot"):
        try:
            exec(one_hot.imported(name=name).snippet, {})
            outcome = "works"
        except ImportError:
            outcome = "raises ImportError"
        assert one_hot.imported(name=name).value == outcome


def test_a_sparse_encoding_stores_one_number_a_token() -> None:
    assert word_counts.stored(tokens=128, words=5000).value == 128
    assert word_counts.stored(tokens=128, words=5000, form="dense").value == 640_000


# nn.Embedding


def test_the_table_is_all_that_an_embedding_learns() -> None:
    assert embedding.parameters(words=30_522, dimension=768).value == 23_440_896


def test_a_lookup_takes_a_row_counted_from_0() -> None:
    result = embedding.lookup(table=[[1, 2], [3, 4], [5, 6], [7, -8]], index=2)
    assert result.value == [5, 6]
    assert result.mistakes[0].value == [3, 4]
    first = embedding.lookup(table=[[1, 2], [3, 4], [5, 6], [7, -8]], index=0)
    assert all("before" not in one.text.en for one in first.mistakes)


def test_every_index_becomes_a_row() -> None:
    assert embedding.output_shape(ids=[32, 128], words=30_522, dimension=768).value == [32, 128, 768]
    assert embedding.output_shape(ids=[7], words=10, dimension=1).value == [7, 1]


def test_a_linear_layer_on_one_hot_vectors_learns_the_same_table() -> None:
    result = embedding.linear_weight(words=10_000, dimension=64)
    assert result.value == [64, 10_000]
    assert result.facts["apart"] == 0


@pytest.mark.parametrize(
    ("first", "second", "limit", "value"),
    [(3, 4, 1.0, 0.6), (-6, 8, 5.0, -3.0), (3, 4, 5.0, 3.0), (3, 4, 20.0, 3.0), (0, -12, 2.0, 0.0)],
)
def test_a_row_is_shortened_to_the_norm_and_never_lengthened(
    first: int, second: int, limit: float, value: float
) -> None:
    assert embedding.renormed(first=first, second=second, limit=limit).value == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize("words", [2, 100, 30_522])
@pytest.mark.parametrize(
    ("index", "outcome"),
    [
        ("n - 1", "works"),
        ("int32", "works"),
        ("n", "raises IndexError"),
        ("-1", "raises IndexError"),
        ("float", "raises RuntimeError"),
        ("int", "raises TypeError"),
    ],
)
def test_which_indices_are_refused(words: int, index: str, outcome: str) -> None:
    assert embedding_index.accepts(words=words, index=index).value == outcome


def test_the_program_of_a_refused_index_raises_what_is_said() -> None:
    with pytest.raises(IndexError):
        printed(embedding_index.accepts(words=10, index="-1").snippet)
    with pytest.raises(TypeError):
        printed(embedding_index.accepts(words=10, index="int").snippet)


# Rows in training


def test_gradients_add_up_and_the_padding_gets_none() -> None:
    ids = [[1, 2, 2, 0, 5, 2]]
    assert embedding_rows.gradient(ids=ids, row=2).value == 3
    assert embedding_rows.gradient(ids=ids, row=7).value == 0
    assert embedding_rows.gradient(ids=ids, row=0).value == 1
    assert embedding_rows.gradient(ids=ids, row=0, padding="0").value == 0


def test_a_sparse_gradient_holds_each_row_once_and_not_the_padding() -> None:
    def rows(ids: list[int], padding: str) -> object:
        return embedding_rows.sparse_rows(ids=[ids], words=10_000, dimension=64, padding=padding).value

    assert rows([1, 1, 2, 0, 5, 0], "None") == [4, 64]
    assert rows([1, 1, 2, 0, 5, 0], "0") == [3, 64]
    assert rows([0] * 6, "0") == [0, 64]


def test_a_row_with_gradient_0_may_move_all_the_same() -> None:
    assert embedding_steps.movers(before="never").value == ["SGD(lr=0.1, weight_decay=0.01)", "AdamW(lr=0.1)"]
    moved = embedding_steps.movers(before="in the step before").value
    assert isinstance(moved, list)
    assert "Adam(lr=0.1)" in moved
    assert "Adagrad(lr=0.1)" not in moved


@pytest.mark.parametrize(
    ("start", "row"),
    [
        ("fresh", "[0.0, 0.0]"),
        ("constant_", "[0.5, 0.5]"),
        ("from_pretrained", "[0.5, 0.5]"),
        ("zeroed again", "[0.0, 0.0]"),
    ],
)
def test_the_padding_row_is_zeroed_once(start: str, row: str) -> None:
    result = embedding_rows.padding_row(start=start, fill=0.5)
    assert result.value == row
    assert printed(result.snippet) == row
    assert result.mistakes[0].value != row
    assert ("once" in result.mistakes[0].text.en) == (row != "[0.0, 0.0]")


def test_in_a_fresh_table_any_word_is_as_near_as_another() -> None:
    for words in (5, 11, 21):
        assert fresh_tables.by_chance(words=words).value == pytest.approx(1 / (words - 1), abs=0.02)


# PCA


def test_pca_finds_nothing_in_one_hot_vectors() -> None:
    result = pca.one_hot_share(words=11)
    assert result.value == pytest.approx(0.1)
    assert pytest.approx(1 / 11) in [one.value for one in result.mistakes]
    assert pca.components_needed(data="one-hot vectors").value == 9


@pytest.mark.parametrize(("correlation", "share"), [(0.0, 0.5), (0.9, 0.95), (-0.9, 0.95), (1.0, 1.0), (-1.0, 1.0)])
def test_pca_collapses_what_is_correlated_with_either_sign(correlation: float, share: float) -> None:
    assert pca.correlated_share(correlation=correlation).value == pytest.approx(share)


def test_counts_of_neighbours_need_a_component_less_than_there_are_groups() -> None:
    result = pca.groups_found(groups=4, each=5)
    assert result.value == 3
    assert result.facts["one_hot"] == 19
    assert pca.groups_found(groups=2, each=2).value == 1


def test_there_are_no_more_components_than_documents_or_words() -> None:
    few_documents = pca.most_components(documents=20, words=300)
    assert few_documents.value == 20
    assert few_documents.facts["refusal"] == "ValueError"
    assert pca.most_components(documents=100, words=10).value == 10


# Word2vec


def test_words_in_the_same_contexts_end_up_near_and_their_neighbours_dont() -> None:
    result = skip_gram.nearest(a="dax", b="wug", c="toma", d="fep")
    assert result.value == "wug"
    assert {"drink", "toma"} <= {one.value for one in result.mistakes}


def test_before_training_they_are_not() -> None:
    assert skip_gram.relation_found(relation="same contexts", training="none").value == "apart"
    assert skip_gram.relation_found(relation="opposites", training="none").value == "apart"


def test_the_opposite_is_nearer_than_the_synonym_where_it_shares_the_contexts() -> None:
    close = skip_gram.closeness(skip_gram.opposites("hot", "cold", "scalding"), "hot")
    assert close["cold"] > 0.5 > close["scalding"]


def test_the_program_of_the_skip_gram_finds_the_same_word() -> None:
    result = skip_gram.nearest(a="dax", b="wug", c="toma", d="fep")
    assert printed(result.snippet) == result.value
    opposite = skip_gram.nearest_opposite(words=["hot", "cold", "scalding"])
    assert printed(opposite.snippet) == opposite.value


def test_training_leaves_torchs_own_chance_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1).item()
    torch.manual_seed(5)
    skip_gram.nearest(a="fep", b="wug", c="blick", d="dax")
    fresh_tables.by_chance(words=5)
    assert torch.rand(1).item() == expected
