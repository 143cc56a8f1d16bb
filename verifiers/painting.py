"""A transposed convolution at work on a small image: each input cell paints its kernel, and overlaps add up."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from quizapp.authoring import Explored, Impossible, Picture, Text
from verifiers.drawing import beside
from verifiers.grids import Cell, grid, numbers, titled
from verifiers.sliding import pixels, place

Rows = Sequence[Sequence[int]]

_WIDEST = 74
_CUT = Cell("·", "·", "dim")
_BARE = Cell("□", "□", "dim")


def painted(
    image: Rows, kernel: Rows, stride: int, padding: int, output_padding: int = 0, dilation: int = 1, *, step: int = 0
) -> Explored:
    """The image with cell number `step` marked, the kernel, and the output as the cells up to this one have painted it.

    Dotted is what `padding` cuts off. Raises Impossible where nothing is left, or output_padding is too large.
    """
    x, w = pixels(image), pixels(kernel)
    try:
        whole = _run(x, w, stride, padding, output_padding, dilation)
    except RuntimeError:
        raise Impossible("the padding leaves nothing, or output_padding is as large as the stride") from None
    row, column = place(step, len(image))
    at = row * len(image) + column
    here, so_far = torch.zeros_like(x).flatten(), torch.zeros_like(x).flatten()
    here[at], so_far[: at + 1] = 1, 1
    here, so_far = here.view_as(x), so_far.view_as(x)
    ones = torch.ones_like(w)
    # Without the padding the canvas is larger by `padding` on each side: that is what it cuts.
    uncut = [_run(one, ones, stride, 0, output_padding, dilation) != 0 for one in (here, so_far)]
    sums = _run(x * so_far, w, stride, 0, output_padding, dilation)
    drawn = _drawn(image, kernel, (row, column), padding, sums, *uncut)
    value, side, wide = image[row][column], whole.shape[-1], sums.shape[-1]
    cut = slice(padding, wide - padding)
    cells, over = (
        int(uncut[0][cut, cut].sum()),
        int((uncut[0] & _overlapped(x, w, stride, output_padding, dilation)).sum()),
    )
    return drawn, [
        Text(
            f"x[{row}, {column}] = {value} adds {value} · w to {cells} cells of {side} × {side}; "
            f"{over} of those that it paints are painted by others too",
            f"x[{row}, {column}] = {value} 把 {value} · w 加到 {side} × {side} 输出的 {cells} 个格子上；"
            f"它画到的格子中有 {over} 个也被别的输入画到",
        )
    ]


def _run(x: Tensor, w: Tensor, stride: int, padding: int, output_padding: int, dilation: int) -> Tensor:
    """nn.ConvTranspose2d of one channel without a bias; shape (height, width)."""
    layer = nn.ConvTranspose2d(
        1, 1, w.shape[-1], stride, padding, output_padding, bias=False, dilation=dilation, device="cpu"
    )
    with torch.no_grad():
        layer.weight.copy_(w)
        return layer(x)[0, 0]  # type: ignore[no-any-return]


def _overlapped(x: Tensor, w: Tensor, stride: int, output_padding: int, dilation: int) -> Tensor:
    """Which cells of the canvas several input cells paint."""
    return _run(torch.ones_like(x), torch.ones_like(w), stride, 0, output_padding, dilation) > 1


def _drawn(
    image: Rows, kernel: Rows, at: tuple[int, int], padding: int, sums: Tensor, here: Tensor, so_far: Tensor
) -> Picture:
    values, now, done = sums.int().tolist(), here.tolist(), so_far.tolist()
    side = len(values)
    inside = range(padding, side - padding)
    most = max(len(str(one)) for line in values for one in line)
    digits = 3 * (len(image) + len(kernel)) + (most + 2) * side + 8 <= _WIDEST
    left = [
        [
            Cell(str(one), "▣", "two", "[]")
            if (r, c) == at
            else Cell(str(one), "■" if (r, c) < at else "□", "four" if (r, c) < at else "")
            for c, one in enumerate(line)
        ]
        for r, line in enumerate(image)
    ]
    right = [
        [_canvas_cell(values[r][c], r in inside and c in inside, now[r][c], done[r][c]) for c in range(side)]
        for r in range(side)
    ]
    parts = [titled(f"x  {len(image)} × {len(image)}", grid(left, 1 if digits else 0))]
    if digits:
        parts.append(titled("w", numbers(kernel, "three")))
    size = f"{side - 2 * padding}" + (f" = {side} − 2·{padding}" if padding else "")
    parts.append(titled(f"y  {size}", grid(right, most if digits else 0)))
    return Picture.of(beside(*parts, gap=4))


def _canvas_cell(value: int, inside: bool, now: bool, done: bool) -> Cell:
    if now:
        return Cell(str(value) if inside else "·", "■" if inside else "▪", "two", "[]")
    if not inside:
        return _CUT
    return Cell(str(value), "▣", "four") if done else _BARE
