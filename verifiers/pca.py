"""PCA as a way to word vectors: what it finds in one-hot vectors, in correlated counts, and how much of it there is."""

import math
from typing import Annotated

import numpy as np
from sklearn.decomposition import PCA

from quizapp.authoring import Choice, Grid, Int, Result, Text, Tolerance, mistake, verifier


@verifier("scikit-learn")
def one_hot_share(words: Annotated[int, Int(3, 150, often=(11, 51, 101))]) -> Result:
    """The share of the variance that the first component of all one-hot vectors of a vocabulary explains."""
    found = PCA(svd_solver="full").fit(np.eye(words)).explained_variance_ratio_
    value = float(found[0])
    return Result(
        value,
        steps=[
            Text(
                f"explained_variance_ratio_: {words - 1} times {value:.4g}, once {abs(found[-1]):.1g}",
                f"explained_variance_ratio_：{words - 1} 个 {value:.4g}，1 个 {abs(found[-1]):.1g}",
            ),
            f"1 / ({words} − 1) = {value:.4g}",
        ],
        mistakes=[
            mistake(
                1.0,
                "Nothing is correlated enough to be collapsed: all directions are alike.",
                "没有可以折叠的相关维度：所有方向都一样。",
            ),
            mistake(
                1 / words,
                f"The mean is taken off, so of the {words} directions one has no variance.",
                f"PCA 会减去均值，{words} 个方向里有一个方差为 0。",
            ),
        ],
        tolerance=Tolerance(relative=0.02),
        snippet="import numpy as np\nfrom sklearn.decomposition import PCA\n\n"
        f'print(PCA(svd_solver="full").fit(np.eye({words})).explained_variance_ratio_[0])',
        facts={"components": words - 1},
    )


@one_hot_share.second_way
def _by_eigenvalues(words: int) -> float:
    centred = np.eye(words) - 1 / words
    _, singular, _ = np.linalg.svd(centred)
    return float(singular[0] ** 2 / (singular**2).sum())


@verifier("scikit-learn")
def correlated_share(correlation: Annotated[float, Grid(-1.0, 1.0, 0.05, often=(0.0, 0.5, 0.9))]) -> Result:
    """The share of the variance that PCA's first component explains of two columns of equal spread."""
    data = _columns(correlation)
    found = PCA().fit(data)
    value = float(found.explained_variance_ratio_[0])
    return Result(
        value,
        steps=[
            f"np.corrcoef: {np.asarray(np.corrcoef(data.T)).item(1):.3g}",
            f"(1 + |{correlation:g}|) / 2 = {value:.4g}",
        ],
        mistakes=[
            mistake(
                (1 + correlation) / 2,
                "A negative correlation can be collapsed as well: PCA turns the axis.",
                "负相关同样可以折叠：PCA 会把轴转过去。",
            ),
            mistake(abs(correlation), "Even without any correlation it is one half.", "即使毫不相关，也有一半。"),
            mistake(
                correlation**2, "That is what one column predicts of the other.", "这是一列能预测另一列的比例（r²）。"
            ),
            mistake(0.5, "That is without correlation.", "这是不相关时的值。"),
            mistake(1.0, "Only a perfect correlation leaves nothing over.", "只有完全相关才会一点不剩。"),
        ],
        tolerance=Tolerance(absolute=0.012),
        snippet=_CORRELATED.format(r=correlation),
        facts={"left": 1 - value},
    )


@correlated_share.second_way
def _first_eigenvalue(correlation: float) -> float:
    return (1 + abs(correlation)) / 2


@verifier("scikit-learn")
def components_needed(
    data: Annotated[str, Choice("two correlated words", "two opposed words", "one-hot vectors")],
) -> Result:
    """How many components PCA needs for 95% of the variance: of two columns that nearly repeat, of ten one-hots."""
    made = {
        "two correlated words": _columns(0.98),
        "two opposed words": _columns(-0.98),
        "one-hot vectors": np.eye(10),
    }[data]
    found = PCA(n_components=0.95, svd_solver="full").fit(made)
    shares = ", ".join(f"{one:.3g}" for one in found.explained_variance_ratio_)
    return Result(int(found.n_components_), steps=[f"explained_variance_ratio_: {shares}"])


@components_needed.second_way
def _by_cumulated(data: str) -> int:
    if data == "one-hot vectors":
        return math.ceil(0.95 * 9)
    return 1 if (1 + 0.98) / 2 >= 0.95 else 2


@verifier("scikit-learn")
def groups_found(
    groups: Annotated[int, Int(2, 12, often=(2, 3, 4))], each: Annotated[int, Int(2, 12, often=(3, 5))]
) -> Result:
    """How many components explain anything of counts of neighbours, where words come in groups with the same ones."""
    counts = _grouped(groups, each)
    words = groups * each
    shares = PCA(svd_solver="full").fit(counts).explained_variance_ratio_
    value = int((shares > 1e-9).sum())
    return Result(
        value,
        steps=[
            f"counts.shape = {counts.shape}",
            Text(f"{groups} different rows, their mean taken off", f"{groups} 种不同的行，减去均值"),
            "explained_variance_ratio_: " + ", ".join(f"{one:.3g}" for one in shares[: value + 1]),
        ],
        mistakes=[
            mistake(groups, "The mean is taken off, and that costs one direction.", "PCA 会减去均值，少一个方向。"),
            mistake(
                words - 1,
                "That many one-hot vectors would need; here rows repeat.",
                "one-hot 才需要这么多；这里的行是重复的。",
            ),
            mistake(
                words, "Words of a group have the same counts, and fall together.", "同组词的计数相同，会重合在一起。"
            ),
            mistake(
                2 * groups, "The two neighbours of a group go up and down together.", "同组的两个邻词总是同增同减。"
            ),
        ],
        snippet="import numpy as np\nfrom sklearn.decomposition import PCA\n\n"
        f"counts = np.kron(np.eye({groups}), np.full(({each}, 2), 4.0))\n"
        'print((PCA(svd_solver="full").fit(counts).explained_variance_ratio_ > 1e-9).sum())',
        facts={"words": words, "one_hot": words - 1},
    )


@groups_found.second_way
def _rank(groups: int, each: int) -> int:
    counts = _grouped(groups, each)
    return int(np.linalg.matrix_rank(counts - counts.mean(0)))


@verifier("scikit-learn", where="documents != words")
def most_components(
    documents: Annotated[int, Int(2, 200, often=(20, 50, 100))],
    words: Annotated[int, Int(2, 500, often=(10, 100, 300))],
) -> Result:
    """How many components PCA() keeps of counts of words in documents."""
    counts = np.random.default_rng(0).poisson(1.0, (documents, words))
    value = int(PCA().fit(counts).n_components_)
    try:
        PCA(n_components=value + 1).fit(counts)
        refusal = ""
    except ValueError as error:
        refusal = type(error).__name__
    return Result(
        value,
        steps=[f"X.shape = ({documents}, {words})", f"PCA(n_components={value + 1}): {refusal}"],
        mistakes=[
            mistake(
                words,
                "There are no more components than documents, either.",
                "成分数也不会超过文档数。",
            ),
            mistake(documents, "There are no more components than columns, either.", "成分数也不会超过列数。"),
            mistake(
                documents - 1,
                "That many have a variance above 0, as the mean is taken off; PCA() keeps one more.",
                "减去均值后，方差不为 0 的是这么多；但 PCA() 会多保留一个。",
            ),
            mistake(2, "2 is for drawing; nothing was said to PCA().", "2 是画图时常用的；这里没有传 n_components。"),
        ],
        snippet="import numpy as np\nfrom sklearn.decomposition import PCA\n\n"
        f"counts = np.random.default_rng(0).poisson(1.0, ({documents}, {words}))\n"
        "print(PCA().fit(counts).n_components_)",
        facts={"more": value + 1, "refusal": refusal},
    )


@most_components.second_way
def _smaller_side(documents: int, words: int) -> int:
    return min(documents, words)


def _grouped(groups: int, each: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Counts: a row for each word, two columns of neighbours for each group, seen four times by every word of it."""
    return np.kron(np.eye(groups), np.full((each, 2), 4.0))


def _columns(correlation: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Two columns of four numbers with equal spread and exactly this correlation."""
    x, z = np.array([1.0, 1, -1, -1]), np.array([1.0, -1, 1, -1])
    return np.column_stack([x, correlation * x + math.sqrt(1 - correlation**2) * z])


_CORRELATED = """\
import numpy as np
from sklearn.decomposition import PCA

r = {r}
x, z = np.array([1.0, 1, -1, -1]), np.array([1.0, -1, 1, -1])
data = np.column_stack([x, r * x + np.sqrt(1 - r**2) * z])
print(PCA().fit(data).explained_variance_ratio_[0])"""
