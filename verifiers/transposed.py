"""The size of what nn.ConvTranspose2d returns, and how output_padding picks one of several."""

from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Explored, Impossible, Int, Result, mistake, verifier
from verifiers import sliding
from verifiers.painting import painted


@verifier(
    "torch",
    where=(
        "output_padding < max(stride, dilation)",
        "(width - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1 >= 1",
    ),
)
def transposed_size(
    width: Annotated[int, Int(1, 512, often=(7, 14, 28, 56, 112))],
    kernel: Annotated[int, Int(1, 16, often=(2, 3, 4))],
    stride: Annotated[int, Int(1, 8, often=(2,))],
    padding: Annotated[int, Int(0, 8, often=(0, 1))],
    output_padding: Annotated[int, Int(0, 7, often=(0, 1))] = 0,
    dilation: Annotated[int, Int(1, 8)] = 1,
) -> Result:
    """The side that nn.ConvTranspose2d returns for a square image."""
    conv = nn.ConvTranspose2d(
        1, 1, kernel, stride=stride, padding=padding, output_padding=output_padding, dilation=dilation
    )
    side = int(conv(torch.zeros(1, 1, width, width)).shape[-1])
    extent = dilation * (kernel - 1) + 1
    found = []
    if stride > 1:
        found.append(
            mistake(
                width * stride,
                f"Not simply times {stride}: {width} kernels of {extent} columns, {stride} apart, less the padding.",
                f"并不是简单乘以 {stride}：{width} 个宽 {extent} 的卷积核相距 {stride} 列排开，再减去填充。",
            )
        )
    if side > extent:
        found.append(
            mistake(
                side - extent,
                f"The kernel's own width is missing: the last column, too, paints {extent} columns.",
                f"漏了卷积核自身的宽度：最后一列也会画出 {extent} 列。",
            )
        )
    if padding:
        found.append(
            mistake(
                side + 2 * padding,
                f"The padding isn't taken off: in a transposed convolution it cuts {padding} off each side.",
                f"没有减去填充：转置卷积里 padding 是从每边裁掉 {padding} 列。",
            )
        )
        found.append(
            mistake(
                side + 4 * padding,
                "The padding goes the other way: what a convolution adds, its transpose takes off.",
                "填充的方向反了：卷积里补上的列，转置卷积要减去。",
            )
        )
    if stride > 1 and width + 2 * padding >= extent:
        found.append(
            mistake(
                (width + 2 * padding - extent) // stride + 1,
                "That is the convolution's own formula; the transposed one goes from its output back to its input.",
                "这是普通卷积的公式；转置卷积是从它的输出回到输入。",
            )
        )
    return Result(
        side,
        steps=[
            "N = (W − 1)·S − 2P + D·(F − 1) + output_padding + 1",
            f"  = ({width} − 1)·{stride} − 2·{padding} + {dilation}·({kernel} − 1) + {output_padding} + 1 = {side}",
        ],
        mistakes=found,
        snippet="import torch\nfrom torch import nn\n\n"
        f"conv = nn.ConvTranspose2d(1, 1, {kernel}, stride={stride}, padding={padding},\n"
        f"                          output_padding={output_padding}, dilation={dilation})\n"
        f"print(conv(torch.zeros(1, 1, {width}, {width})).shape[-1])",
        facts={"spread": (width - 1) * stride, "painted": (width - 1) * stride + extent},
    )


@transposed_size.second_way
def _transposed_size_by_hand(
    width: int, kernel: int, stride: int, padding: int, output_padding: int = 0, dilation: int = 1
) -> int:
    painted = {pixel * stride + tap * dilation for pixel in range(width) for tap in range(kernel)}
    return max(painted) + 1 - 2 * padding + output_padding


@transposed_size.explore(
    width=Int(1, 5, often=(4,)), kernel=Int(1, 4, often=(3,)), stride=Int(1, 3, often=(2,)),
    padding=Int(0, 3, often=(1,)), output_padding=Int(0, 2), dilation=Int(1, 2),
)  # fmt: skip
def _painted(
    width: int, kernel: int, stride: int, padding: int, output_padding: int, dilation: int,
    *, step: Annotated[int, Int(0, 24)],
) -> Explored:  # fmt: skip
    sizes = stride, padding, output_padding, dilation
    return painted(sliding.sample(width), sliding.weights(kernel, 1, 3), *sizes, step=step)


@verifier("torch", where="kernel <= width + 2 * padding")
def restoring_output_padding(
    width: Annotated[int, Int(1, 512, often=(28, 56, 112, 224))],
    kernel: Annotated[int, Int(1, 15, often=(3, 4, 5, 7))],
    stride: Annotated[int, Int(1, 8, often=(2, 3, 4))],
    padding: Annotated[int, Int(0, 7, often=(0, 1, 3))],
) -> Result:
    """The output_padding with which nn.ConvTranspose2d gives back the size that nn.Conv2d took in, by trying all."""
    x = torch.zeros(1, 1, width, width)
    small = nn.Conv2d(1, 1, kernel, stride=stride, padding=padding)(x)
    side = int(small.shape[-1])
    back = {}
    for extra in range(stride):
        up = nn.ConvTranspose2d(1, 1, kernel, stride=stride, padding=padding, output_padding=extra)
        try:
            back[int(up(small).shape[-1])] = extra
        except RuntimeError:  # nothing is left of so small an output
            continue
    if width not in back:
        raise Impossible(f"no output_padding gives {width} back")
    extra = back[width]
    base = (side - 1) * stride - 2 * padding + kernel
    found = [
        mistake(
            0 if extra else 1,
            f"Then {side} would become {base + (extra == 0)}, not {width}.",
            f"那样 {side} 会变成 {base + (extra == 0)}，而不是 {width}。",
        )
    ]
    if extra:
        found.append(
            mistake(
                stride - extra,
                "So much is missing for one more position of the convolution; asked is what it left over.",
                "这是卷积再多一个位置还缺的列数；要的是它剩下的列数。",
            )
        )
    elif stride > 2:
        found.append(
            mistake(
                stride - 1,
                f"The largest allowed gives {base + stride - 1}; it is right only where the remainder is largest.",
                f"允许的最大值会得到 {base + stride - 1}；只有余数最大时才对。",
            )
        )
    if all(padding != one.value for one in found):
        found.append(
            mistake(
                padding,
                "output_padding has nothing to do with padding; it makes up for what the rounding dropped.",
                "output_padding 与 padding 无关；它补的是取整时舍去的部分。",
            )
        )
    return Result(
        extra,
        steps=[
            f"nn.Conv2d: {width} → {side}",
            f"nn.ConvTranspose2d: ({side} − 1)·{stride} − 2·{padding} + {kernel} = {base}",
            f"output_padding = {width} − {base} = {extra}",
        ],
        mistakes=found,
        snippet="import torch\nfrom torch import nn\n\n"
        f"small = nn.Conv2d(1, 1, {kernel}, stride={stride}, padding={padding})(torch.zeros(1, 1, {width}, {width}))\n"
        f"for extra in range({stride}):\n"
        f"    up = nn.ConvTranspose2d(1, 1, {kernel}, stride={stride}, padding={padding}, output_padding=extra)\n"
        f"    if up(small).shape[-1] == {width}:\n"
        "        print(extra)",
        facts={"small": side, "base": base},
    )


@restoring_output_padding.second_way
def _restoring_output_padding_by_hand(width: int, kernel: int, stride: int, padding: int) -> int:
    return (width + 2 * padding - kernel) % stride


@verifier("torch")
def generator_side(layers: Annotated[int, Int(1, 8, often=(4, 5))]) -> Result:
    """The side that `layers` transposed convolutions of a DCGAN generator make from a 1 × 1 latent vector.

    The first has kernel 4, stride 1, padding 0; each further one kernel 4, stride 2, padding 1.
    """
    net = nn.Sequential(
        nn.ConvTranspose2d(1, 1, 4),
        *(nn.ConvTranspose2d(1, 1, 4, stride=2, padding=1) for _ in range(layers - 1)),
    )
    sides = [1]
    x = torch.zeros(1, 1, 1, 1)
    for layer in net:
        x = layer(x)
        sides.append(int(x.shape[-1]))
    found = [
        mistake(
            2**layers,
            "That lets the first layer double too; from 1 × 1 it makes the kernel's own 4 × 4.",
            "这是把第一层也当成翻倍；它把 1 × 1 变成卷积核自身的 4 × 4。",
        ),
        mistake(
            4 * 2**layers,
            f"That is one doubling too many: the first layer makes the 4 × 4, and {layers - 1} follow.",
            f"多翻倍了一次：第一层得到 4 × 4，其后只有 {layers - 1} 层。",
        ),
    ]
    if layers > 2:
        found.append(
            mistake(
                4**layers,
                "Stride 2 doubles a side; a kernel of 4 doesn't multiply it by four.",
                "步长 2 让边长翻倍；大小为 4 的卷积核并不会让边长乘 4。",
            )
        )
    return Result(
        sides[-1],
        steps=[
            "N = (W − 1)·S − 2P + F",
            "(1 − 1)·1 − 0 + 4 = 4, then (W − 1)·2 − 2 + 4 = 2W",
            " → ".join(map(str, sides)),
        ],
        mistakes=found,
        snippet="import torch\nfrom torch import nn\n\n"
        "x = nn.ConvTranspose2d(1, 1, 4)(torch.zeros(1, 1, 1, 1))\n"
        f"for _ in range({layers - 1}):\n"
        "    x = nn.ConvTranspose2d(1, 1, 4, stride=2, padding=1)(x)\n"
        "print(x.shape[-1])",
        facts={"doublings": layers - 1},
    )


@generator_side.second_way
def _generator_side_by_hand(layers: int) -> int:
    return 4 << (layers - 1)


@verifier("torch", where="(width - 1) * stride + 3 + output_padding > 2")
def too_much_output_padding(
    width: Annotated[int, Int(1, 512, often=(28, 56, 112))],
    stride: Annotated[int, Int(1, 4, often=(2,))],
    output_padding: Annotated[int, Int(0, 4, often=(1, 2))],
) -> Result:
    """What nn.ConvTranspose2d with kernel 3 and padding 1 does, as a word: the side, or the exception it raises."""
    conv = nn.ConvTranspose2d(1, 1, 3, stride=stride, padding=1, output_padding=output_padding)
    try:
        value = str(conv(torch.zeros(1, 1, width, width)).shape[-1])
    except RuntimeError as error:
        value = type(error).__name__
    base = (width - 1) * stride - 2 + 3
    return Result(
        value,
        steps=[f"output_padding = {output_padding}, stride = {stride}, dilation = 1", f"nn.ConvTranspose2d: {value}"],
        mistakes=[
            *(
                mistake(
                    str(base + extra),
                    f"That would be output_padding={extra}; here it is {output_padding}, and the stride is {stride}.",
                    f"那是 output_padding={extra} 的结果；这里是 {output_padding}，步长为 {stride}。",
                )
                for extra in range(stride)
            ),
            mistake(
                str(base + stride),
                f"The sum is right, but torch takes an output_padding below the stride, {stride}, only."
                if output_padding == stride
                else f"That would be output_padding={stride}, which torch refuses.",
                f"算得没错，但 torch 只接受小于步长 {stride} 的 output_padding。"
                if output_padding == stride
                else f"那是 output_padding={stride} 的结果，而 torch 不接受这个值。",
            ),
            mistake(
                "RuntimeError",
                f"torch takes any output_padding below the stride, {stride}.",
                f"只要 output_padding 小于步长 {stride}，torch 就接受。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        "try:\n"
        f"    up = nn.ConvTranspose2d(1, 1, 3, stride={stride}, padding=1, output_padding={output_padding})\n"
        f"    print(up(torch.zeros(1, 1, {width}, {width})).shape[-1])\n"
        "except RuntimeError as error:\n"
        "    print(type(error).__name__)",
        facts={"base": base},
    )


@too_much_output_padding.second_way
def _too_much_output_padding_by_hand(width: int, stride: int, output_padding: int) -> str:
    return str((width - 1) * stride + 1 + output_padding) if output_padding < stride else "RuntimeError"
