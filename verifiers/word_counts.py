"""One-hot vectors and counts of words as scikit-learn keeps them."""

from typing import Annotated

import numpy as np
from sklearn.preprocessing import OneHotEncoder

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier


@verifier("scikit-learn")
def stored(
    tokens: Annotated[int, Int(1, 1024, often=(128, 512))],
    words: Annotated[int, Int(2, 10_000, often=(1000, 5000))],
    form: Annotated[str, Choice("OneHotEncoder", "dense")] = "OneHotEncoder",
) -> Result:
    """How many numbers OneHotEncoder's result stores for some tokens: sparse, as by default, or dense."""
    encoder = OneHotEncoder(categories=[np.arange(words)], sparse_output=form != "dense")
    made = encoder.fit_transform(np.arange(tokens).reshape(-1, 1) % words)
    value = int(made.size if form == "dense" else made.data.size)
    cells = tokens * words
    return Result(
        value,
        steps=[
            f"{type(made).__name__}, shape ({tokens}, {words})",
            Text(f"a 1 in each of {tokens} rows", f"{tokens} 行，每行一个 1"),
        ],
        mistakes=[
            mistake(cells, "That counts the zeros, which aren't stored.", "这把 0 也算进去了；0 是不存的。"),
            mistake(
                words, "The vocabulary is the width, and costs nothing here.", "词表大小只是列数，在这里不占空间。"
            ),
            mistake(2 * tokens, "Positions aren't counted here.", "这里不计位置。"),
        ],
        snippet="import numpy as np\nfrom sklearn.preprocessing import OneHotEncoder\n\n"
        f"encoder = OneHotEncoder(categories=[np.arange({words})], sparse_output={form != 'dense'})\n"
        f"made = encoder.fit_transform(np.arange({tokens}).reshape(-1, 1) % {words})\n"
        f"print(made{'' if form == 'dense' else '.data'}.size)",
        facts={"zeros": cells - tokens},
    )


@stored.second_way
def _ones(tokens: int, words: int, form: str = "OneHotEncoder") -> int:
    return tokens * words if form == "dense" else tokens
