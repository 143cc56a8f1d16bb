"""The numbers that pooling returns: maximum and average, and what the padding counts for."""

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Array, Choice, Int, Picture, Result, Run, Tolerance, mistake, verifier
from verifiers.drawing import beside

_HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"
OPERATIONS = ("F.max_pool2d(x, 2)", "F.avg_pool2d(x, 2)", "-F.max_pool2d(-x, 2)", "x[..., ::2, ::2]")


def _pixels(rows: list[list[int]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float32)[None, None]


def _run(operation: str, image: Tensor) -> Tensor:
    match OPERATIONS.index(operation):
        case 0:
            return F.max_pool2d(image, 2)
        case 1:
            return F.avg_pool2d(image, 2)
        case 2:
            return -F.max_pool2d(-image, 2)
    return image[..., ::2, ::2]


@verifier(
    "torch",
    where=(
        "image[0][0] < max(image[0][1], image[1][0], image[1][1])",
        "image[0][0] > min(image[0][1], image[1][0], image[1][1])",
        "3 * image[0][0] != image[0][1] + image[1][0] + image[1][1]",
    ),
)
def operation(
    name: Annotated[
        str, Choice("F.max_pool2d(x, 2)", "F.avg_pool2d(x, 2)", "-F.max_pool2d(-x, 2)", "x[..., ::2, ::2]")
    ],
    image: Annotated[list[list[int]], Array(4, 4, 0, 9)],
) -> Result:
    """Which of four ways to halve a 4 × 4 image made the 2 × 2 one that is drawn; the first window tells them apart."""
    x = _pixels(image)
    outputs = {one: _run(one, x)[0, 0] for one in OPERATIONS}
    inks = (("one", "two"), ("three", "four"))
    before = [[Run("x", "dim")]] + [
        [Run(f"{one:>3}", inks[r // 2][c // 2]) for c, one in enumerate(row)] for r, row in enumerate(image)
    ]
    after = [[Run("y", "dim")]] + [
        [Run(f"{one:>7.4g}", inks[r][c]) for c, one in enumerate(row)] for r, row in enumerate(outputs[name].tolist())
    ]
    return Result(
        name,
        steps=[f"{one}: {[round(v, 4) for row in out.tolist() for v in row]}" for one, out in outputs.items()],
        mistakes=[
            mistake(one, f"That gives {outputs[one].tolist()}.", f"这会得到 {outputs[one].tolist()}。")
            for one in OPERATIONS
            if one != name
        ],
        snippet=f"{_HEAD}x = torch.tensor({image}).float()[None, None]\nprint({name})",
        picture=Picture.of(beside(before, after, gap=4)),
    )


@operation.second_way
def _operation_by_hand(name: str, image: list[list[int]]) -> str:
    """By NumPy, from the drawn output alone."""
    import numpy as np

    windows = np.array(image).reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(2, 2, 4)
    ways = dict(zip(OPERATIONS, (windows.max(-1), windows.mean(-1), windows.min(-1), windows[..., 0]), strict=True))
    drawn = _run(name, _pixels(image))[0, 0].numpy()
    return next(one for one in (name, *OPERATIONS) if np.allclose(ways[one], drawn))


@verifier("torch", where="max(row[0]) < 0 or min(row[0]) > 0")
def padded(
    kind: Annotated[str, Choice("max", "average", "average, count_include_pad=False")],
    row: Annotated[list[list[int]], Array(1, 5, -20, 20)],
) -> Result:
    """The first number that pooling with a window of 3, stride 1 and padding 1 makes of a row of five."""
    include = "False" not in kind
    call = "nn.MaxPool1d(3, 1, padding=1)" if kind == "max" else "nn.AvgPool1d(3, 1, padding=1"
    call += "" if kind == "max" else ")" if include else ", count_include_pad=False)"
    pool = nn.MaxPool1d(3, 1, 1) if kind == "max" else nn.AvgPool1d(3, 1, 1, count_include_pad=include)
    value = float(pool(torch.tensor(row, dtype=torch.float32)[None])[0, 0, 0].item())
    first, second, third = row[0][:3]
    total = first + second
    if kind == "max":
        steps = [f"max(−∞, {first}, {second}) = {value:g}"]
        found = [
            mistake(
                max(0, first, second),
                "Max pooling pads with −∞, not with 0: a padded place never wins.",
                "最大池化补的是 −∞ 而不是 0，补出来的位置永远不会胜出。",
            ),
            mistake(
                max(first, second, third),
                "The first window hangs over the left edge, and ends with the second number.",
                "第一个窗口伸出左边缘一格，只到第二个数为止。",
            ),
            mistake(round(total / 3, 6), "That is the average.", "这是平均值。"),
        ]
    else:
        divisor = 3 if include else 2
        steps = [
            f"(0 + {first} + {second}) / {divisor} = {value:.4g}"
            if include
            else f"({first} + {second}) / {divisor} = {value:.4g}"
        ]
        found = [
            mistake(
                total / (5 - divisor),
                "count_include_pad is on unless it's switched off: the zero is counted, and the sum divided by 3."
                if include
                else "count_include_pad=False doesn't count the padded place: the sum is divided by 2.",
                "count_include_pad 默认打开：补的 0 也算一个数，要除以 3。"
                if include
                else "count_include_pad=False 时补出来的位置不计数，除以 2。",
            ),
            mistake(
                (total + third) / 3,
                "The first window hangs over the left edge, and ends with the second number.",
                "第一个窗口伸出左边缘一格，只到第二个数为止。",
            ),
            mistake(max(first, second), "That is the maximum.", "这是最大值。"),
        ]
    return Result(
        value,
        steps=steps,
        mistakes=found,
        tolerance=Tolerance(absolute=0.01),
        snippet=f"{_HEAD}x = torch.tensor({row}).float()\nprint({call}(x[None])[0, 0, 0].item())",
        facts={"total": total},
    )


@padded.second_way
def _padded_by_hand(kind: str, row: list[list[int]]) -> float:
    inside = row[0][:2]
    if kind == "max":
        return max(inside)
    return sum(inside) / (len(inside) if "False" in kind else len(inside) + 1)


@verifier("torch", where=("index < 4", "len(window) == 1", "sum(window[0]) > 0"))
def gradient(
    kind: Annotated[str, Choice("max", "average")],
    window: Annotated[list[list[int]], Array(1, 4, 0, 9)],
    incoming: Annotated[float, Choice(1.0, 2.0, 4.0, 8.0)],
    index: Annotated[int, Int(0, 3)],
) -> Result:
    """The gradient that reaches one pixel of a 2 × 2 window through pooling, for a gradient coming in from above."""
    pixels = torch.tensor(window[0], dtype=torch.float32).view(1, 1, 2, 2).requires_grad_()
    pool = nn.MaxPool2d(2) if kind == "max" else nn.AvgPool2d(2)
    pool(pixels).backward(torch.full((1, 1, 1, 1), incoming))
    assert pixels.grad is not None
    value = float(pixels.grad.flatten()[index].item())
    largest = max(window[0])
    pixels_named = ", ".join(map(str, window[0]))
    return Result(
        value,
        steps=[f"max({pixels_named}) = {largest}" if kind == "max" else f"{incoming:g} / 4 = {value:g}"],
        mistakes=[
            mistake(
                incoming / 4 if kind == "max" else incoming,
                "Max pooling passes the whole gradient to the largest pixel, and nothing to the others."
                if kind == "max"
                else "An average depends on all four pixels, a quarter on each.",
                "最大池化把梯度全部给最大的像素，其余得 0。"
                if kind == "max"
                else "平均值对四个像素的依赖相同，各分四分之一。",
            ),
            mistake(
                0.0 if value else incoming,
                f"The largest of the four is {largest}.",
                f"四个数里最大的是 {largest}。",
            ),
            mistake(
                incoming * window[0][index],
                "The derivative doesn't contain the pixel's value.",
                "导数里没有像素值本身。",
            ),
        ],
        snippet=f"{_HEAD}x = torch.tensor({window[0]}).float().view(1, 1, 2, 2).requires_grad_()\n"
        f"nn.{'Max' if kind == 'max' else 'Avg'}Pool2d(2)(x).backward(torch.full((1, 1, 1, 1), {incoming}))\n"
        f"print(x.grad.flatten()[{index}].item())",
        facts={"largest": largest},
    )


@gradient.second_way
def _gradient_by_hand(kind: str, window: list[list[int]], incoming: float, index: int) -> float:
    if kind == "average":
        return incoming / 4
    return incoming if window[0].index(max(window[0])) == index else 0.0
