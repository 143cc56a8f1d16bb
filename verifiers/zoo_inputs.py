"""What the constructors of torchvision.models take: channels, the smallest image, training mode; run on meta."""

from typing import Annotated, Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from quizapp.authoring import Choice, Int, Result, Text, Value, mistake, verifier
from verifiers.zoo import META, build, first_weights, metadata, run

Model = Annotated[
    str,
    Choice(
        "resnet18",
        "alexnet",
        "vgg16",
        "squeezenet1_0",
        "densenet161",
        "inception_v3",
        "googlenet",
        "shufflenet_v2_x1_0",
        "mobilenet_v2",
        "resnext50_32x4d",
        "wide_resnet50_2",
        "mnasnet1_0",
    ),
]
Flag = Annotated[bool, Choice(True, False)]


@verifier("torchvision")
def smallest(model: Model, training: Flag = False) -> Result:
    """The smallest side of a square image that a model takes; in training, two images at once."""
    network = build(model).train(training)
    refused: dict[int, str] = {}

    def works(side: int) -> bool:
        try:
            run(network, 2 if training else 1, side)
        except (RuntimeError, ValueError) as error:
            refused[side] = str(error).splitlines()[0]
        return side not in refused

    # The metadata's own minimum is tried first, to save time; what runs decides.
    below, side = 0, int(metadata(model)["min_size"][0])
    while not works(side):
        below, side = side, 2 * side
    if below == 0 and side > 1 and not works(side - 1):
        below = side - 1
    while side - below > 1:
        middle = (below + side) // 2
        below, side = (below, middle) if works(middle) else (middle, side)
    steps = [Text(f"{side} × {side}: works", f"{side} × {side}：可以运行")]
    if below:
        steps.insert(0, Text(f"{below} × {below}: {refused[below]}", f"{below} × {below}：{refused[below]}"))
    crop = int(first_weights(model).transforms().crop_size[0])
    return Result(
        side,
        steps=steps,
        mistakes=[
            mistake(
                crop,
                f"{crop} is what the weights' preprocessing crops to; the layers themselves take less.",
                f"{crop} 是这套权重的预处理裁剪到的尺寸；网络层本身可以接受更小的图像。",
            ),
            mistake(
                32,
                "Five halvings reach 1 × 1 at 32, but it matters how each layer pads and rounds.",
                "五次减半在 32 时到 1 × 1，但还要看各层怎样填充和取整。",
            ),
            mistake(
                1,
                "Some layer without enough padding runs out of pixels before that.",
                "有的层填充不够，在那之前像素就用完了。",
            ),
        ],
        distractors=[one for one in (15, 21, 63, 75, 299) if one != side],
        snippet=_SMALLEST.format(
            model=model, mode="train" if training else "eval", batch=2 if training else 1, largest=512
        ),
        facts={"crop": crop, "below": below, "said": refused.get(below, "")},
    )


_SMALLEST = """\
import torch
from torchvision import models

with torch.device("meta"):
    model = models.{model}().{mode}()
    below, side = 0, {largest}
    while side - below > 1:
        middle = (below + side) // 2
        try:
            model(torch.zeros({batch}, 3, middle, middle))
            side = middle
        except RuntimeError:
            below = middle
print(side)"""


@smallest.second_way
def _smallest_by_metadata(model: str, training: bool = False) -> int:
    if model == "inception_v3" and training:  # backwards from the auxiliary classifier's 5 × 5 kernel
        side = 3 * (5 - 1) + 5
        side = 2 * (side - 1) + 3
        side = 2 * (side - 1) + 3 + 2
        side = 2 * (side - 1) + 3 + 2
        return 2 * (side - 1) + 3
    return int(metadata(model)["min_size"][0])


@verifier("torchvision")
def channels(model: Model) -> Result:
    """How many channels an image must have for a model to take it, of 1 to 4 tried."""
    network = build(model).eval()
    taken: list[Value] = []
    for tried in (1, 2, 3, 4):
        try:
            run(network, 1, 96, tried)
        except RuntimeError:
            continue
        taken.append(tried)
    return Result(taken[0] if len(taken) == 1 else taken)


@channels.second_way
def _channels_of_first_layer(model: str) -> int:
    return next(layer.in_channels for layer in build(model).modules() if isinstance(layer, nn.Conv2d))


@verifier("torchvision")
def takes(model: Model, side: Annotated[int, Int(1, 512, often=(223, 224, 299))], training: Flag = False) -> Result:
    """Whether a model takes square images of that side, two at once: `works` or the name of the exception."""
    try:
        run(build(model).train(training), 2, side)
    except (RuntimeError, ValueError) as error:
        return Result(type(error).__name__, steps=[str(error).splitlines()[0]])
    return Result("works")


@takes.second_way
def _takes_by_metadata(model: str, side: int, training: bool = False) -> str:
    return "works" if side >= _smallest_by_metadata(model, training) else "RuntimeError"


@verifier("torchvision", where="first != second and first != third and second != third")
def restless(first: Model, second: Model, third: Model) -> Result:
    """Which of three models (`first`, `second`, `third`) drop out at random in training mode, by what they run."""
    value: list[Value] = []
    steps = []
    for place, model in (("first", first), ("second", second), ("third", third)):
        network = build(model).train()
        with META, torch.no_grad(), _Seen() as seen:
            network(torch.zeros(2, 3, 299, 299))
        dropped = "native_dropout" in seen.names or "bernoulli_" in seen.names
        normed = bool(seen.names & {"native_batch_norm", "_native_batch_norm_legit"})
        if dropped:
            value.append(place)
        has = [*(["Dropout"] if dropped else []), *(["BatchNorm2d"] if normed else [])]
        steps.append(f"{model}: {', '.join(has)}")
    return Result(value, steps=steps)


@restless.second_way
def _with_dropout(first: str, second: str, third: str) -> list[str]:
    chosen = {"first": first, "second": second, "third": third}
    return [
        place
        for place, model in chosen.items()
        if any(isinstance(layer, nn.Dropout) and layer.p > 0 for layer in build(model).modules())
    ]


class _Seen(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes the names of the operators that run."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: set[str] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.names.add(func.overloadpacket.__name__)
        return func(*args, **(kwargs or {}))
