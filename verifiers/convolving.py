"""What a convolution computes, on small arrays: the window at one output, cross-correlation or convolution, by hand."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import (
    Array,
    Attempt,
    Explored,
    Int,
    Picture,
    Result,
    Run,
    Value,
    attempt,
    mistake,
    verifier,
)
from verifiers import sliding
from verifiers.drawing import beside

_HEAD = "import torch\nimport torch.nn.functional as F\n\n"


@verifier(
    "torch",
    where=("row * stride + 3 <= 5 + 2 * padding", "column * stride + 3 <= 5 + 2 * padding"),
)
def window(
    image: Annotated[list[list[int]], Array(5, 5, 0, 9)],
    kernel: Annotated[list[list[int]], Array(3, 3, -4, 4)],
    stride: Annotated[int, Int(1, 2)],
    padding: Annotated[int, Int(0, 1)],
    row: Annotated[int, Int(0, 4)],
    column: Annotated[int, Int(0, 4)],
) -> Result:
    """One number of F.conv2d's output of a 5 × 5 image and a 3 × 3 kernel, with the window that it comes from drawn."""
    x, w = _pixels(image), _pixels(kernel)
    output = F.conv2d(x, w, stride=stride, padding=padding)[0, 0].int().tolist()
    turned = F.conv2d(x, w.flip(2, 3), stride=stride, padding=padding)[0, 0].int().tolist()
    padded = F.pad(x, [padding] * 4)[0, 0].int().tolist()
    top, left = row * stride, column * stride
    seen = [line[left : left + 3] for line in padded[top : top + 3]]
    value = output[row][column]
    terms = [
        f"{one}·({weight})" if weight < 0 else f"{one}·{weight}"
        for pixels, weights in zip(seen, kernel, strict=True)
        for one, weight in zip(pixels, weights, strict=True)
        if one and weight
    ]
    transposed = sum(seen[r][c] * kernel[c][r] for r in range(3) for c in range(3))
    unweighted = sum(map(sum, seen))
    return Result(
        value,
        steps=[f"{' + '.join(terms) or '0'} = {value}"],
        mistakes=[
            mistake(
                turned[row][column],
                "That turns the kernel by 180° first, as convolution in mathematics does; conv2d lays it on as it is.",
                "这是先把卷积核旋转 180°，即数学上的卷积；conv2d 直接按原样对齐相乘。",
            ),
            mistake(
                transposed,
                "That multiplies the rows of the window by the columns of the kernel; like places belong together.",
                "这是拿窗口的行去乘卷积核的列；应当是相同位置相乘。",
            ),
            mistake(
                unweighted,
                "That adds up the window; each pixel is weighed by the kernel first.",
                "这只是把窗口里的数相加；每个像素要先乘以卷积核的权重。",
            ),
        ],
        distractors=[one for one in dict.fromkeys([*_slips(seen, kernel), value + 1, value - 2]) if one != value],
        snippet=f"{_HEAD}x = torch.tensor({image}).float().view(1, 1, 5, 5)\n"
        f"w = torch.tensor({kernel}).float().view(1, 1, 3, 3)\n"
        f"print(F.conv2d(x, w, stride={stride}, padding={padding})[0, 0, {row}, {column}].int().item())",
        picture=_drawn(padded, kernel, output, padding, (top, left), (row, column)),
        facts={"first": top - padding, "last": top - padding + 2},
    )


def _slips(seen: Sequence[Sequence[int]], kernel: Sequence[Sequence[int]]) -> list[int]:
    """What slips of the pen make of a window: signs left out, its last row or column forgotten."""
    terms = [[one * weight for one, weight in zip(*lines, strict=True)] for lines in zip(seen, kernel, strict=True)]
    return [
        sum(one * abs(weight) for lines in zip(seen, kernel, strict=True) for one, weight in zip(*lines, strict=True)),
        sum(map(sum, terms[:-1])),
        sum(sum(line[:-1]) for line in terms),
    ]


@window.second_way
def _window_by_scipy(
    image: list[list[int]], kernel: list[list[int]], stride: int, padding: int, row: int, column: int
) -> int:
    import numpy as np
    from scipy import signal

    whole = signal.correlate2d(np.pad(np.array(image), padding), np.array(kernel), mode="valid")
    return int(whole[row * stride, column * stride])


@window.explore
def _slid(
    image: list[list[int]], kernel: list[list[int]], stride: int, padding: int, row: int, column: int
) -> Explored:
    return sliding.convolution(image, kernel, stride, padding, step=(row, column))


def _drawn(
    padded: Sequence[Sequence[int]],
    kernel: Sequence[Sequence[int]],
    output: Sequence[Sequence[int]],
    padding: int,
    corner: tuple[int, int],
    asked: tuple[int, int],
) -> Picture:
    """Input with the window in brackets and padding as dots; the kernel; the output with a question mark."""
    side = len(padded)
    inner = range(padding, side - padding)
    grid: list[list[Run | str]] = [[Run("x", "dim"), "  "]]
    for r, line in enumerate(padded):
        cells: list[Run | str] = []
        for c, one in enumerate(line):
            sign = str(one) if r in inner and c in inner else "·"
            inside = all(start <= at < start + 3 for at, start in zip((r, c), corner, strict=True))
            cells.append(Run(f"[{sign}]", "two") if inside else Run(f" {sign} ", "dim" if sign == "·" else ""))
        grid.append(cells)
    weights: list[list[Run | str]] = [[Run("w", "dim"), "  "]]
    weights += [[Run("".join(f"{one:>3}" for one in line), "three")] for line in kernel]
    width = max(len(str(one)) for line in output for one in line) + 2
    results: list[list[Run | str]] = [[Run("y", "dim"), "  "]]
    for r, line in enumerate(output):
        results.append(
            [
                Run("[?]".rjust(width), "one") if (r, c) == asked else Run(f"{one:>{width - 1}} ", "dim")
                for c, one in enumerate(line)
            ]
        )
    return Picture.of(beside(grid, weights, results, gap=4))


@verifier("torch")
def impulse(kernel: Annotated[list[list[int]], Array(3, 3, 0, 9)]) -> Result:
    """The first row of what F.conv2d with padding=1 makes of a 3 × 3 image that is 1 in the middle and 0 elsewhere."""
    image = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    output = F.conv2d(_pixels(image), _pixels(kernel), padding=1)[0, 0].int().tolist()
    rows: list[list[Value]] = [[*line] for line in kernel]
    return Result(
        list(output[0]),
        steps=[f"y = {output}"],
        mistakes=[
            mistake(
                rows[0],
                "A true convolution gives the kernel as it is; conv2d doesn't turn it, and so returns it turned.",
                "这是真正的卷积的结果，即卷积核原样；conv2d 不翻转卷积核，所以结果反而是翻转的。",
            ),
            mistake(
                rows[0][::-1],
                "Turned left to right only; it is turned upside down as well.",
                "这里只左右翻转了；上下也翻转。",
            ),
            mistake(
                rows[2],
                "Turned upside down only; it is turned left to right as well.",
                "这里只上下翻转了；左右也翻转。",
            ),
        ],
        snippet=f"{_HEAD}x = torch.tensor({image}).float().view(1, 1, 3, 3)\n"
        f"w = torch.tensor({kernel}).float().view(1, 1, 3, 3)\n"
        "print(F.conv2d(x, w, padding=1)[0, 0, 0].int().tolist())",
    )


@impulse.second_way
def _impulse_by_scipy(kernel: list[list[int]]) -> list[int]:
    import numpy as np
    from scipy import signal

    image = np.zeros((3, 3), dtype=int)
    image[1, 1] = 1
    found: list[int] = signal.correlate2d(image, np.array(kernel), mode="same")[0].tolist()
    return found


_AT_STRIDE_1 = """\
def conv2d(image, kernel):
    high, wide = len(kernel), len(kernel[0])
    return [
        [
            sum(image[r + i][c + j] * kernel[i][j] for i in range(high) for j in range(wide))
            for c in range(0, len(image[0]) - wide + 1, 1)
        ]
        for r in range(0, len(image) - high + 1, 1)
    ]"""


@verifier("torch", limit_s=3.0, examples=[({"stride": 1}, _AT_STRIDE_1)])
def by_hand(stride: Annotated[int, Int(1, 4)]) -> Result:
    """A way to write F.conv2d, without padding and at a stride, of one image and one kernel as lists of rows."""
    step = "" if stride == 1 else stride
    return Result(
        _AT_STRIDE_1.replace(", 1)", f", {stride})"),
        steps=[f"y[r][c] = Σ image[{step}r + i][{step}c + j] · kernel[i][j]"],
    )


@by_hand.attempt
def _like_torch(answer: Mapping[str, Any], stride: int) -> Attempt:
    """Holds the learner's function against F.conv2d on images and kernels that aren't square."""
    own = answer.get("conv2d")
    if not callable(own):
        return attempt(False, en="There is no function conv2d.", zh="没有定义函数 conv2d。")
    for high, wide, kernel_high, kernel_wide in ((3, 3, 3, 3), (5, 6, 3, 3), (6, 5, 2, 3), (8, 7, 1, 1), (4, 9, 3, 2)):
        image, kernel = torch.randint(0, 10, (high, wide)), torch.randint(-3, 4, (kernel_high, kernel_wide))
        x, w = image.float()[None, None], kernel.float()[None, None]
        wanted = F.conv2d(x, w, stride=stride)[0, 0].int().tolist()
        case = f"{high} × {wide} image, {kernel_high} × {kernel_wide} kernel"
        where = f"图像 {high} × {wide}、卷积核 {kernel_high} × {kernel_wide}"
        try:
            got = own(image.tolist(), kernel.tolist())
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
            return attempt(False, en=f"{case}: your function raises {raised}.", zh=f"{where}：你的函数抛出 {raised}。")
        if _plain(got) == wanted:
            continue
        if _plain(got) == F.conv2d(x, w.flip(2, 3), stride=stride)[0, 0].int().tolist():
            return attempt(
                False,
                en=f"{case}: you turn the kernel first, as a true convolution does; conv2d doesn't.",
                zh=f"{where}：你先翻转了卷积核，那是真正的卷积；conv2d 不翻转。",
            )
        if stride > 1 and _plain(got) == F.conv2d(x, w)[0, 0].int().tolist():
            return attempt(
                False,
                en=f"{case}: that is stride 1; the window moves {stride} at a time.",
                zh=f"{where}：这是步长 1 的结果；窗口每次要移动 {stride}。",
            )
        said, right = str(got)[:120], str(wanted)[:120]
        return attempt(
            False, en=f"{case}: you return {said}, torch {right}.", zh=f"{where}：你返回 {said}，torch 返回 {right}。"
        )
    return attempt(True, en="It agrees with torch on five images.", zh="在五张图像上都与 torch 一致。")


def _plain(got: Any) -> Any:
    """Rows of numbers as lists, whatever the learner made them of."""
    try:
        return [[float(one) for one in row] for row in got]
    except (TypeError, ValueError):
        return got


def _pixels(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float32)[None, None]
