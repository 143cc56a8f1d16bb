"""timm's own Darknets: a second opinion on what the number in the name counts, and on the leaky slope."""

from typing import Annotated

import timm
import torch
from torch import nn

from quizapp.authoring import Choice, Int, Result, Tolerance, mistake, verifier
from verifiers.darknet_layers import SLOPE, Convolutional


@verifier("timm", shapes_only=True)
def layers(name: Annotated[str, Choice("darknet17", "darknet21", "darknet53")]) -> Result:
    """How many nn.Conv2d and how many nn.Linear one of timm's Darknets has."""
    with torch.device("meta"):
        model = timm.create_model(name)
    convolutions = sum(isinstance(one, nn.Conv2d) for one in model.modules())
    connected = sum(isinstance(one, nn.Linear) for one in model.modules())
    blocks = sum(type(one).__name__ == "DarkBlock" for one in model.modules())
    return Result(
        [convolutions, connected],
        steps=[
            f"nn.Conv2d: 1 + 5 + 2·{blocks} = {convolutions}",
            f"get_classifier() = {model.get_classifier()}",  # type: ignore[operator]
        ],
        mistakes=[
            mistake(
                [convolutions + connected, 0],
                "timm's last layer is an nn.Linear, like the paper's; darknet's own file has a 1 × 1 convolution.",
                "timm 的最后一层是 nn.Linear，与论文的表一致；darknet 自己的配置文件写的是 1 × 1 卷积。",
            ),
            mistake(
                [convolutions + connected, connected],
                "The number in the name counts the fully connected layer as well.",
                "名字里的数字把全连接层也算在内。",
            ),
        ],
        facts={"blocks": blocks, "version": timm.__version__, "total": convolutions + connected},
    )


@layers.second_way
def _layers_by_name(name: str) -> list[int]:
    """The number in the name, the one fully connected layer taken out."""
    return [int(name.removeprefix("darknet")) - 1, 1]


def leaky_slope() -> float:
    """The one slope of all leaky ReLUs in timm's Darknet-53."""
    with torch.device("meta"):
        modules = timm.create_model("darknet53").modules()
    (slope,) = {one.negative_slope for one in modules if isinstance(one, nn.LeakyReLU)}
    return slope


@verifier("torch")
def leaks(x: Annotated[int, Int(1, 100)]) -> Result:
    """What Darknet's leaky ReLU makes of −x, and what torch's makes of it where no slope is given."""
    below = torch.tensor(-float(x), dtype=torch.float64, device="cpu")
    ours, default = Convolutional(1, 1, 1)[-1], nn.LeakyReLU()
    return Result(
        [round(ours(below).item(), 6), round(default(below).item(), 6)],
        steps=[
            f"{SLOPE} · (−{x}) = {ours(below).item():g}",
            f"{default.negative_slope} · (−{x}) = {default(below).item():g}",
        ],
        mistakes=[
            mistake(
                [round(default(below).item(), 6), round(ours(below).item(), 6)],
                "The two slopes are swapped.",
                "两个斜率写反了。",
            ),
            mistake(
                [round(default(below).item(), 6)] * 2,
                f"Darknet's slope is {SLOPE}, ten times torch's default.",
                f"Darknet 的斜率是 {SLOPE}，是 torch 默认值的十倍。",
            ),
            mistake(
                [round(ours(below).item(), 6)] * 2,
                f"Without an argument nn.LeakyReLU takes {default.negative_slope}.",
                f"不给参数时 nn.LeakyReLU 用的是 {default.negative_slope}。",
            ),
            mistake([0, 0], "That is a plain ReLU.", "这是普通的 ReLU。"),
        ],
        tolerance=Tolerance(absolute=1e-6),
        snippet="import torch\nfrom torch import nn\n\n"
        f"x = torch.tensor(-{float(x)})\n"
        f"print([nn.LeakyReLU({SLOPE})(x).item(), nn.LeakyReLU()(x).item()])",
        facts={
            "default": default.negative_slope,
            "own": SLOPE,
            "timm": leaky_slope(),
            "version": timm.__version__,
        },
    )


@leaks.second_way
def _leaks_by_hand(x: int) -> list[float]:
    return [-x / 10, -x / 100]
