"""A window sliding over a small image while its output fills cell by cell: convolution and pooling, drawn for the lab.

Where the window lies is not computed here: the gradient of one output with respect to the padded image says which of
its cells that output was made of. Steps beyond the last output stay there.
"""

import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Explored, Impossible, Picture, Text
from verifiers.drawing import beside
from verifiers.grids import EMPTY, Cell, grid, numbers, titled

Rows = Sequence[Sequence[int]]
Step = int | tuple[int, int]

# Wider than this, cells shrink to squares.
_WIDEST = 74
_TERMS = 9
_IMAGE, _KERNEL = 12, 7


def convolution(
    image: Rows, kernel: Rows, stride: int = 1, padding: int = 0, dilation: int = 1, *, step: Step = 0
) -> Explored:
    """The image with its padding and the window at output number `step`, the kernel, and the output filled so far.

    image, kernel: squares of whole numbers.
    step:          the output's number, or its row and column.

    Raises Impossible where the kernel doesn't fit into the padded image.
    """
    x, w = pixels(image), pixels(kernel)
    layer = nn.Conv2d(1, 1, w.shape[-1], stride, padding, dilation, bias=False, device="cpu")
    with torch.no_grad():
        layer.weight.copy_(w)
        try:
            y = layer(x)[0, 0]
        except RuntimeError:
            raise Impossible("the kernel is larger than the padded image") from None
    row, column = place(step, y.shape[-1])
    padded = F.pad(x, [padding] * 4)
    ones = torch.ones_like(w)
    window, covered = _reached(padded, lambda at: F.conv2d(at, ones, stride=stride, dilation=dilation), row, column)
    inner = _inside(padded.shape[-1], padding, len(image))
    draw = (padded[0, 0], inner, window, covered, torch.zeros_like(window))
    picture = _picture(draw, y, (row, column), kernel, f"{len(image)} + 2·{padding}" if padding else f"{len(image)}")
    seen, taps = (one[window].int().tolist() for one in (padded[0, 0], _laid(w[0, 0], window)))
    products = [f"{a}·({b})" if b < 0 else f"{a}·{b}" for a, b in zip(seen, taps, strict=True) if a and b]
    total = int(y[row, column])
    side = y.shape[-1]
    en, zh = f"y[{row}, {column}] of {side} × {side}", f"{side} × {side} 中的 y[{row}, {column}]"
    sum_ = " + ".join(products) + f" = {total}" if 0 < len(products) <= _TERMS else f"{total}"
    caption = [Text(f"{en} = {sum_}", f"{zh} = {sum_}")]
    return picture, caption + _missed(inner, covered)


def pooling(
    image: Rows, kernel: int, stride: int, padding: int = 0, ceil_mode: bool = False, *, step: int = 0
) -> Explored:
    """The image with its padding, the window of nn.MaxPool2d at output number `step` and the maximum that it finds."""
    x = pixels(image)
    try:
        pool = nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil_mode, return_indices=True)
        values, winners = (one[0, 0] for one in pool(x))
    except RuntimeError:
        raise Impossible("the window is larger than the padded image, or the padding than half the window") from None
    row, column = place(step, values.shape[-1])
    # With ceil_mode the last window may hang over the padding's edge: there the image goes on for as long as it needs.
    over = padding + kernel + stride
    wide = F.pad(x, [padding, over, padding, over])
    window, covered = _reached(wide, lambda at: F.avg_pool2d(at, kernel, stride), row, column, values.shape[-1])
    side = max(len(image) + 2 * padding, int(covered.any(0).nonzero().max()) + 1)
    winner = int(winners[row, column])
    won = torch.zeros_like(window)
    won[padding + winner // len(image), padding + winner % len(image)] = True
    inner = _inside(wide.shape[-1], padding, len(image))
    draw = tuple(one[:side, :side] for one in (wide[0, 0], inner, window, covered, won))
    picture = _picture(draw, values, (row, column), None, f"{len(image)} + 2·{padding}" if padding else f"{len(image)}")
    top = int(values[row, column])
    side = values.shape[-1]
    caption = [
        Text(
            f"y[{row}, {column}] of {side} × {side} = {top}, the largest in the window; the padding never wins",
            f"{side} × {side} 中的 y[{row}, {column}] = {top}，即窗口内的最大值；填充永远不会被选中",
        )
    ]
    return picture, caption + _missed(inner, covered)


def sample(width: int) -> list[list[int]]:
    """An image of digits, at most 12 wide; a wider one of the same call begins with the same digits."""
    return _cut(_IMAGE, width, 0, 9)


def weights(kernel: int, low: int = -1, high: int = 2) -> list[list[int]]:
    """A kernel of small whole numbers, at most 7 wide."""
    return _cut(_KERNEL, kernel, low, high)


def _cut(side: int, width: int, low: int, high: int) -> list[list[int]]:
    rng = random.Random(side)
    whole = [[rng.randint(low, high) for _ in range(side)] for _ in range(side)]
    return [line[:width] for line in whole[:width]]


def place(step: Step, side: int) -> tuple[int, int]:
    """Row and column of output number `step`, counted from 0; of the last one, where there are fewer."""
    if isinstance(step, tuple):
        return step
    return divmod(min(step, side * side - 1), side)


def pixels(rows: Rows) -> Tensor:
    """Rows of whole numbers as an image of shape (1, 1, height, width), on the CPU."""
    return torch.tensor(rows, dtype=torch.float32, device="cpu")[None, None]


def _reached(
    x: Tensor, layer: Callable[[Tensor], Tensor], row: int, column: int, side: int | None = None
) -> tuple[Tensor, Tensor]:
    """Which cells of `x` one output depends on, and which any of the first `side` rows and columns do; by autograd."""
    at = torch.ones_like(x).requires_grad_()
    output = layer(at)[0, 0, :side, :side]
    one = torch.autograd.grad(output[row, column], at, retain_graph=True)[0]
    every = torch.autograd.grad(output.sum(), at)[0]
    return one[0, 0] != 0, every[0, 0] != 0


def _inside(side: int, padding: int, width: int) -> Tensor:
    mask = torch.zeros(side, side, dtype=torch.bool, device="cpu")
    mask[padding : padding + width, padding : padding + width] = True
    return mask


def _laid(kernel: Tensor, window: Tensor) -> Tensor:
    """The kernel's weights, laid on the cells that the window touches."""
    spread = torch.zeros_like(window, dtype=kernel.dtype)
    spread[window] = kernel.flatten()
    return spread


def _picture(drawn: Sequence[Tensor], output: Tensor, at: tuple[int, int], kernel: Rows | None, size: str) -> Picture:
    values, inner, window, covered, won = (one.tolist() for one in drawn)
    results = output.int().tolist()
    most = max(len(str(one)) for line in results for one in line)
    wide = 3 * len(values) + (most + 2) * len(results) + 4
    digits = wide <= _WIDEST
    image = [
        [
            _input_cell(int(value), *marks)
            for value, *marks in zip(line, *(mask[r] for mask in (inner, window, covered, won)), strict=True)
        ]
        for r, line in enumerate(values)
    ]
    parts = [titled(f"x  {size}", grid(image, 1 if digits else 0))]
    if kernel and wide + 3 * len(kernel) + 4 <= _WIDEST:
        parts.append(titled("w", numbers(kernel, "three")))
    filled = [[_output_cell(one, (r, c), at) for c, one in enumerate(line)] for r, line in enumerate(results)]
    parts.append(titled(f"y  {len(results)} × {len(results)}", grid(filled, most if digits else 0)))
    return Picture.of(beside(*parts, gap=4))


def _input_cell(value: int, inner: bool, window: bool, covered: bool, won: bool) -> Cell:
    sign = str(value) if inner else "·"
    if won:
        return Cell(sign, "◆", "one", "()")
    if window:
        return Cell(sign, "■" if inner else "▪", "two", "[]")
    if not inner:
        return Cell("·", "·", "dim")
    return Cell(sign, "□") if covered else Cell("×", "×", "dim")


def _output_cell(value: int, here: tuple[int, int], at: tuple[int, int]) -> Cell:
    if here == at:
        return Cell(str(value), "▣", "one", "[]")
    return Cell(str(value), "■", "four") if here < at else EMPTY


def _missed(inner: Tensor, covered: Tensor) -> list[str | Text]:
    """A line about the columns of the image that no window reaches; none where there are none."""
    count = int((inner.any(0) & ~(covered & inner).any(0)).sum())
    if not count:
        return []
    en = "1 column and 1 row are" if count == 1 else f"{count} columns and {count} rows are"
    return [Text(f"× {en} in no window", f"× 有 {count} 列、{count} 行不在任何窗口内")]
