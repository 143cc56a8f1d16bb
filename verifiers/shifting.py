"""An image is shifted, run through real layers, and the outputs are compared: what moves along, and what stays."""

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Int, Result, Text, Value, mistake, verifier

_HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"
_SIDE = 48


def _whole(*shape: int) -> Tensor:
    """Random whole numbers, whose sums float32 holds exactly on every device."""
    return torch.randint(0, 50, shape).float()


def _conv(kernel: int, stride: int = 1, mode: str = "circular") -> nn.Conv2d:
    """A convolution with random whole weights that keeps the size at stride 1."""
    conv = nn.Conv2d(1, 1, kernel, stride=stride, padding=kernel // 2, padding_mode=mode, bias=False)  # type: ignore[arg-type]
    with torch.no_grad():
        conv.weight.copy_(torch.randint(1, 10, conv.weight.shape))
    return conv


@verifier("torch")
def output_shift(
    shift: Annotated[int, Int(1, 12, often=(1, 2, 4))],
    stride: Annotated[int, Choice(1, 2, 3, 4)],
    layer: Annotated[str, Choice("conv", "max", "average")] = "conv",
) -> Result:
    """By how many columns the output moves where the image is shifted round by `shift`: a number, or `none` fits."""
    image = _whole(1, 1, _SIDE, _SIDE)
    net: nn.Module = _conv(3, stride)
    if layer != "conv":
        net = (nn.MaxPool2d if layer == "max" else nn.AvgPool2d)(stride, stride)
    with torch.no_grad():
        before, after = net(image), net(image.roll(shift, -1))
    moved = [by for by in range(before.shape[-1]) if torch.allclose(before.roll(by, -1), after)]
    value = str(moved[0]) if len(moved) == 1 else "none"
    return Result(
        value,
        steps=[f"{shift} / {stride} = {shift / stride:g}"],
        mistakes=[
            mistake(
                "0",
                "That would be invariance. A convolution is equivariant: its output moves along with the image.",
                "那是不变性；卷积具有的是等变性：图像移动，输出跟着移动。",
            ),
            mistake(
                str(shift),
                f"With stride {stride} a column of the output stands for {stride} columns of the image.",
                f"步长为 {stride} 时，输出的一列对应图像的 {stride} 列。",
            ),
            mistake(
                str(shift // stride),
                "The windows stand elsewhere on the image, and read what they haven't read before.",
                "窗口落在了图像的别的位置上，读到的是之前没读过的组合。",
            ),
        ],
        snippet=f"{_HEAD}conv = nn.Conv2d(1, 1, 3, stride={stride}, padding=1, padding_mode='circular')\n"
        f"x = torch.rand(1, 1, {_SIDE}, {_SIDE})\ny, moved = conv(x), conv(x.roll({shift}, -1))\n"
        "same = [by for by in range(y.shape[-1]) if torch.allclose(y.roll(by, -1), moved, atol=1e-5)]\n"
        "print(same[0] if same else 'none')",
    )


@output_shift.second_way
def _shift_by_hand(shift: int, stride: int, layer: str = "conv") -> str:
    return "none" if shift % stride else str(shift // stride)


@verifier("torch", where=("layers * (kernel - 1) + shift <= width", "kernel % 2 == 1"))
def border_columns(
    kernel: Annotated[int, Choice(3, 5, 7)],
    layers: Annotated[int, Int(1, 8, often=(1, 2, 3))],
    width: Annotated[int, Int(16, 256, often=(28, 32, 64))],
    shift: Annotated[int, Int(1, 8)] = 1,
) -> Result:
    """How many columns differ between two crops' outputs, of those that both see, after layers padded with zeros.

    The crops are `width` wide and lie `shift` columns apart in one larger image.
    """
    scene = torch.randint(1, 9, (1, 1, 1, width + shift)).double().cpu()
    net = nn.Sequential(
        *(
            nn.Conv2d(1, 1, (1, kernel), padding=(0, kernel // 2), bias=False, dtype=torch.float64, device="cpu")
            for _ in range(layers)
        )
    )
    with torch.no_grad():
        for weight in net.parameters():
            weight.copy_(torch.randint(1, 5, weight.shape).double())
        left, right = net(scene[..., :width]), net(scene[..., shift:])
    differ = int((left[..., shift:] != right[..., : width - shift]).sum())
    reach = layers * (kernel // 2)
    return Result(
        differ,
        steps=[f"{layers} · {kernel // 2} = {reach}", f"2 · {reach} = {differ}"],
        mistakes=[
            mistake(
                0,
                "Near an edge the windows read zeros in one crop, and the scene itself in the other.",
                "靠近边缘处，一个裁剪读到的是补的零，另一个读到的是真实内容。",
            ),
            mistake(
                reach,
                "That is one side; each crop has an edge where the other still sees the scene.",
                "这只是一侧；两个裁剪各有一条边缘，而另一个在那里还看得到画面。",
            ),
            mistake(
                2 * (kernel // 2),
                f"That is one layer; each of the {layers} layers carries the zeros further in.",
                f"这只是一层；{layers} 层中每一层都把零的影响向内多推进 {kernel // 2} 列。",
            ),
            mistake(
                2 * shift,
                "It's not the distance of the crops that counts, but how deep the padding reaches.",
                "关键不在错开多少，而在填充的影响有多深。",
            ),
        ],
        snippet=f"{_HEAD}scene = torch.randint(1, 9, (1, 1, 1, {width + shift})).double()\n"
        f"net = nn.Sequential(*(nn.Conv2d(1, 1, (1, {kernel}), padding=(0, {kernel // 2}), bias=False) "
        f"for _ in range({layers}))).double()\n"
        "for weight in net.parameters():\n    nn.init.constant_(weight, 1)\n"
        f"left, right = net(scene[..., :{width}]), net(scene[..., {shift}:])\n"
        f"print((left[..., {shift}:] != right[..., :{width - shift}]).sum().item())",
        facts={"reach": reach, "shared": width - shift},
    )


@border_columns.second_way
def _border_by_hand(kernel: int, layers: int, width: int, shift: int = 1) -> int:
    """A column differs where its field hangs over the right crop's left edge, or the left crop's right edge."""
    reach = layers * (kernel // 2)
    return sum(at - reach < shift or at + reach >= width for at in range(shift, width))


@verifier("torch", where=("width % pool == 0", "shift < width"))
def unmoved(
    width: Annotated[int, Int(4, 64, often=(8, 12, 16))],
    pool: Annotated[int, Choice(2, 3, 4)],
    shift: Annotated[int, Int(1, 6, often=(1, 2))],
) -> Result:
    """From how many places a lone bright pixel may move by `shift` without nn.MaxPool1d's output changing."""
    places, inside = width - shift, max(0, pool - shift)
    before, after = torch.eye(width)[:places, None], torch.eye(width)[shift:, None]
    net = nn.MaxPool1d(pool)
    same = int((net(before) == net(after)).flatten(1).all(1).sum())
    return Result(
        same,
        steps=[
            Text(f"{width // pool} windows of {pool}", f"{width // pool} 个窗口，每个 {pool} 格"),
            f"{width // pool} · max(0, {pool} − {shift}) = {same}",
        ],
        mistakes=[
            mistake(
                places,
                "That is all of them; a pixel that crosses from one window to the next changes two outputs.",
                "这是全部位置；像素一旦跨进下一个窗口，就有两个输出改变。",
            ),
            mistake(
                0,
                "Within a window it doesn't matter where the maximum stands.",
                "最大值在窗口内的哪个位置并不影响输出。",
            ),
            mistake(
                width // pool,
                f"That is one for each window; a window has {inside} places from which the pixel stays inside.",
                f"这是每个窗口一个；每个窗口里有 {inside} 个位置移动后仍在窗口内。",
            ),
        ],
        snippet=f"{_HEAD}x = torch.eye({width})[:, None]  # a row for each place of the pixel\n"
        f"y = nn.MaxPool1d({pool})(x)\nprint((y[:-{shift}] == y[{shift}:]).flatten(1).all(1).sum().item())",
        facts={"places": places, "windows": width // pool, "inside": inside},
    )


@unmoved.second_way
def _unmoved_by_counting(width: int, pool: int, shift: int) -> int:
    return sum(at // pool == (at + shift) // pool for at in range(width - shift))


@verifier("torch")
def lone_pixel_stays(
    start: Annotated[int, Int(0, 11)],
    shift: Annotated[int, Int(1, 12)],
    pool: Annotated[int, Choice(2, 3, 4)],
) -> Result:
    """Whether nn.MaxPool1d's output stays the same where a lone bright pixel of a row moves right by `shift`."""
    row = torch.zeros(2, 1, 24)
    row[0, 0, start] = row[1, 0, start + shift] = 1
    before, after = nn.MaxPool1d(pool)(row)
    return Result(torch.equal(before, after), steps=[f"⌊{start} / {pool}⌋, ⌊{start + shift} / {pool}⌋"])


@lone_pixel_stays.second_way
def _stays_in_window(start: int, shift: int, pool: int) -> bool:
    return start // pool == (start + shift) // pool


NETS = ("circular", "zeros", "stride 2", "max pool 4", "flatten")
_IN_CHINESE = dict(zip(NETS, ("循环填充", "补零", "步长 2", "MaxPool2d(4)", "展平"), strict=True))


def _pooled(name: str, image: Tensor, generator: torch.Generator) -> Tensor:
    """What comes out of one of NETS; all of them but `flatten` end in a global average."""
    weight = torch.randint(1, 10, (1, 1, 3, 3), generator=generator, device="cpu").to(image)
    padded = F.pad(image, (1, 1, 1, 1), mode="constant" if name == "zeros" else "circular")
    maps = F.conv2d(padded, weight, stride=2 if name == "stride 2" else 1)
    if name == "max pool 4":
        maps = F.max_pool2d(maps, 4)
    return maps.flatten() if name == "flatten" else maps.mean((2, 3)).flatten()


def _gap(name: str, shift: int) -> float:
    """By how much the outputs for an image and for its shifted copy differ, against the largest of them."""
    image = _whole(1, 1, 16, 16)
    once, again = (_pooled(name, one, torch.Generator("cpu").manual_seed(1)) for one in (image, image.roll(shift, -1)))
    return float((once - again).abs().max() / once.abs().max())


@verifier("torch")
def stays(
    net: Annotated[str, Choice("circular", "zeros", "stride 2", "max pool 4", "flatten")],
    shift: Annotated[int, Int(1, 15)],
) -> Result:
    """Whether one of five networks returns exactly the same for an image shifted round by `shift` columns."""
    gap = _gap(net, shift)
    return Result(gap < 1e-6, steps=[f"{gap:.1%}"])


@stays.second_way
def _stays_by_reason(net: str, shift: int) -> bool:
    return net in _invariant_by_reason(shift)


@verifier("torch")
def invariant(shift: Annotated[int, Int(1, 15, often=(1, 2, 4))]) -> Result:
    """Which of five networks return exactly the same for a 16 × 16 image shifted round by `shift` columns."""
    gaps = {name: _gap(name, shift) for name in NETS}
    value: list[Value] = [name for name, gap in gaps.items() if gap < 1e-6]
    return Result(
        value,
        steps=[
            Text(f"{name}: differs by {gap:.1%}", f"{_IN_CHINESE[name]}：相差 {gap:.1%}") for name, gap in gaps.items()
        ],
        mistakes=[
            mistake(
                list(NETS[:-1]),
                "A global average forgets where something stands, but not which windows read it.",
                "全局平均会抹掉位置，但抹不掉“哪些窗口读到了它”的差别。",
            ),
            mistake(
                ["circular", "zeros"],
                "Padding with zeros treats what comes near the edge differently.",
                "补零会让靠近边缘的内容得到不同的处理。",
            ),
            mistake(
                list(NETS),
                "Flattened maps still say where everything stands.",
                "展平后的特征图仍然保留着位置信息。",
            ),
        ],
        snippet=f"{_HEAD}x, w = torch.rand(1, 1, 16, 16), torch.rand(1, 1, 3, 3)\n\n"
        "def net(x, stride=1):\n    x = F.pad(x, (1, 1, 1, 1), mode='circular')\n"
        "    return F.conv2d(x, w, stride=stride).mean()\n\n"
        f"moved = x.roll({shift}, -1)\n"
        "for stride in (1, 2):\n    print(stride, torch.isclose(net(x, stride), net(moved, stride)).item())",
    )


@invariant.second_way
def _invariant_by_reason(shift: int) -> list[str]:
    """The windows of a stride or a pool of s fall on the same pixels where s divides the shift."""
    return ["circular", *(name for name, s in (("stride 2", 2), ("max pool 4", 4)) if shift % s == 0)]
