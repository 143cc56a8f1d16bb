"""The size of what nn.Conv2d returns, read off real convolutions; the arithmetic stands beside it as the second way."""

from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Choice, Explored, Impossible, Int, Result, mistake, verifier
from verifiers import sliding
from verifiers.conv_slips import distinct, of_size

# Kernel, stride, padding. Of a width that 4 divides, one of them returns all, one half and one a quarter.
LAYERS = {
    "3/1/1": (3, 1, 1),
    "3/1/0": (3, 1, 0),
    "5/2/2": (5, 2, 2),
    "5/2/1": (5, 2, 1),
    "4/4/0": (4, 4, 0),
    "7/4/1": (7, 4, 1),
}
# Width times kernel above which a square takes seconds.
_SQUARE = 8192


def _side(width: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    """The last dimension of a real convolution's output.

    Rows and columns don't mix in a shape, so where a square would take seconds a strip just high enough will do.
    """
    height = width
    if width * kernel > _SQUARE:
        height = max(1, dilation * (kernel - 1) + 1 - 2 * padding)
    conv = nn.Conv2d(1, 1, kernel, stride=stride, padding=padding, dilation=dilation)
    return int(conv(torch.zeros(1, 1, height, width)).shape[-1])


def _call(kernel: int, stride: int, padding: int, dilation: int = 1) -> str:
    tail = f", dilation={dilation}" if dilation > 1 else ""
    return f"nn.Conv2d(1, 1, {kernel}, stride={stride}, padding={padding}{tail})"


def _starts(size: int, kernel: int, stride: int, padding: int) -> int:
    """How many places the left edge of the kernel may take, counted one by one."""
    return len(range(-padding, size + padding - kernel + 1, stride))


@verifier("torch", where="dilation * (kernel - 1) < width + 2 * padding")
def output_size(
    width: Annotated[int, Int(1, 4096, often=(224, 256, 299, 512, 640))],
    kernel: Annotated[int, Int(1, 64, often=(1, 3, 5, 7))],
    stride: Annotated[int, Int(1, 64, often=(1, 2))],
    padding: Annotated[int, Int(0, 128, often=(0, 1, 3))],
    dilation: Annotated[int, Int(1, 64, often=(1, 2))] = 1,
) -> Result:
    """The side, in pixels, of the square that nn.Conv2d returns for a square image."""
    side = _side(width, kernel, stride, padding, dilation)
    extent = dilation * (kernel - 1) + 1
    room = width + 2 * padding - extent
    moves, left = divmod(room, stride)
    if dilation == 1:
        steps = [
            "N = ⌊(W − F + 2P) / S⌋ + 1",
            f"  = ⌊({width} − {kernel} + 2·{padding}) / {stride}⌋ + 1",
        ]
    else:
        steps = [
            "N = ⌊(W + 2P − D·(F − 1) − 1) / S⌋ + 1",
            f"  = ⌊({width} + 2·{padding} − {dilation}·({kernel} − 1) − 1) / {stride}⌋ + 1",
        ]
    steps += [f"  = ⌊{room} / {stride}⌋ + 1", f"  = {moves} + 1 = {side}"]
    return Result(
        side,
        steps=steps,
        mistakes=distinct(of_size(width, kernel, stride, padding, dilation)),
        snippet="import torch\nfrom torch import nn\n\n"
        f"conv = {_call(kernel, stride, padding, dilation)}\n"
        f"print(conv(torch.zeros(1, 1, {width}, {width})).shape[-1])",
        facts={"extent": extent, "padded": width + 2 * padding, "room": room, "moves": moves, "left": left},
    )


@output_size.second_way
def _output_size_by_hand(width: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    return _starts(width, dilation * (kernel - 1) + 1, stride, padding)


@output_size.explore(
    width=Int(1, 10, often=(7,)),
    kernel=Int(1, 7, often=(3,)),
    stride=Int(1, 4, often=(2,)),
    padding=Int(0, 3, often=(1,)),
    dilation=Int(1, 3),
)
def _slid(
    width: int, kernel: int, stride: int, padding: int, dilation: int, *, step: Annotated[int, Int(0, 255)]
) -> Explored:
    return sliding.convolution(sliding.sample(width), sliding.weights(kernel), stride, padding, dilation, step=step)


@verifier("torch", where="patch <= width")
def patches(
    width: Annotated[int, Int(1, 1024, often=(224, 256, 384))],
    patch: Annotated[int, Int(1, 64, often=(8, 14, 16, 32))],
) -> Result:
    """How many patches a convolution with kernel and stride `patch` cuts a square image into."""
    cut = nn.Conv2d(1, 1, patch, stride=patch)(torch.zeros(1, 1, width, width))
    count, side = int(cut.flatten(2).shape[-1]), int(cut.shape[-1])
    return Result(
        count,
        steps=[f"N = ⌊({width} − {patch}) / {patch}⌋ + 1 = {side}", f"N² = {side}² = {count}"],
        mistakes=[
            mistake(
                side,
                f"That is one side; there are {side} rows of {side}.",
                f"这只是一边；一共 {side} 行、每行 {side} 个。",
            ),
            mistake(
                count + 1,
                "That adds the class token, which the transformer puts in front and no convolution makes.",
                "这多算了分类 token；它由 Transformer 另外拼在最前面，不是卷积产生的。",
            ),
            mistake(
                width * width // (patch * patch),
                "That divides the areas; a patch must fit whole, and what is left at the edges makes none.",
                "这是用面积相除；图块必须完整放下，边缘余下的部分不成块。",
            ),
            mistake(
                patch * patch,
                f"That is how many pixels one patch has, {patch} by {patch}.",
                f"这是一个图块的像素数，{patch} 乘 {patch}。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"conv = nn.Conv2d(1, 1, {patch}, stride={patch})\n"
        f"print(conv(torch.zeros(1, 1, {width}, {width})).flatten(2).shape[-1])",
        facts={"side": side},
    )


@patches.second_way
def _patches_by_hand(width: int, patch: int) -> int:
    return (width // patch) ** 2


@verifier("torch", where="(output - 1) * stride + kernel - 2 * padding >= 1")
def narrowest_input(
    output: Annotated[int, Int(1, 128, often=(7, 14, 28, 56, 112))],
    kernel: Annotated[int, Int(1, 15, often=(3, 5, 7))],
    stride: Annotated[int, Int(1, 8, often=(1, 2, 4))],
    padding: Annotated[int, Int(0, 8, often=(0, 1, 3))],
) -> Result:
    """The narrowest square image that nn.Conv2d turns into a square of side `output`, found by trying widths."""
    low, high = max(1, kernel - 2 * padding), output * stride + kernel
    while low < high:
        middle = (low + high) // 2
        if _side(middle, kernel, stride, padding) < output:
            low = middle + 1
        else:
            high = middle
    found = [
        mistake(
            output * stride + kernel - 2 * padding,
            f"{output} positions are joined by {output - 1} moves, so only {output - 1} strides are needed.",
            f"{output} 个位置之间只移动 {output - 1} 次，所以只需要 {output - 1} 个步长。",
        )
    ]
    if stride > 1:
        found.append(
            mistake(
                low + stride - 1,
                f"That gives {output} too, but so do narrower images, down to {low}.",
                f"它确实也得到 {output}，但更窄的也可以，最窄到 {low}。",
            )
        )
        found.append(
            mistake(
                output * stride,
                f"Output times stride: the kernel's own {kernel} columns and the padding are left out.",
                f"这只是输出乘步长：没有考虑卷积核自身的 {kernel} 列和填充。",
            )
        )
    if padding:
        found.append(
            mistake(
                low + 2 * padding,
                f"That is the padded image: 2·{padding} of these columns are zeros that torch adds.",
                f"这是填充之后的宽度：其中 2·{padding} 列是 torch 补的零。",
            )
        )
    return Result(
        low,
        steps=[
            "W = (N − 1)·S + F − 2P",
            f"  = ({output} − 1)·{stride} + {kernel} − 2·{padding} = {low}",
        ],
        mistakes=distinct(found),
        snippet="import torch\nfrom torch import nn\n\n"
        'with torch.device("meta"):  # which computes shapes only\n'
        f"    conv, width = {_call(kernel, stride, padding)}, {max(1, kernel - 2 * padding)}\n"
        f"    while conv(torch.zeros(1, 1, width, width)).shape[-1] < {output}:\n"
        "        width += 1\n"
        "print(width)",
    )


@narrowest_input.second_way
def _narrowest_input_by_hand(output: int, kernel: int, stride: int, padding: int) -> int:
    return (output - 1) * stride + kernel - 2 * padding


@verifier("torch", where="width % 4 == 0")
def reaching_layer(
    width: Annotated[int, Int(8, 1024, often=(224, 256, 320, 640))],
    divisor: Annotated[int, Choice(1, 2, 4)],
) -> Result:
    """Which kernel/stride/padding of 3/1/1, 3/1/0, 5/2/2, 5/2/1, 4/4/0 and 7/4/1 divides a width by 1, 2 or 4."""
    sides = {name: _side(width, *layer) for name, layer in LAYERS.items()}
    reaching = [name for name, side in sides.items() if side * divisor == width]
    if len(reaching) != 1:
        raise Impossible(f"not one but {len(reaching)} of the layers turn {width} into {width // divisor}")
    value = reaching[0]
    kernel, stride, padding = LAYERS[value]
    twin = next(name for name in LAYERS if name != value and LAYERS[name][1] == stride)
    return Result(
        value,
        steps=[f"{name}: {width} → {side}" for name, side in sides.items()],
        mistakes=[
            mistake(name, f"{name} turns {width} into {side}.", f"{name} 把 {width} 变成 {side}。")
            for name, side in sides.items()
            if name != value
        ],
        snippet="import torch\nfrom torch import nn\n\n"
        f"for layer in {list(LAYERS.values())}:\n"
        f"    if nn.Conv2d(1, 1, *layer)(torch.zeros(1, 1, {width}, {width})).shape[-1] == {width // divisor}:\n"
        '        print(*layer, sep="/")',
        facts={"kernel": kernel, "stride": stride, "padding": padding, "twin": twin, "twin_side": sides[twin]},
    )


@reaching_layer.second_way
def _reaching_layer_by_hand(width: int, divisor: int) -> str:
    return next(name for name, (f, s, p) in LAYERS.items() if _starts(width, f, s, p) * divisor == width)
