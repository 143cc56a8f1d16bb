"""Where the convolutions of torchvision's models live, and who calls F.conv2d with a weight of its own."""

from functools import lru_cache
from typing import Annotated, Any

import torch
import torchvision
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torchvision.transforms import functional as transforms

from quizapp.authoring import Choice, Result, mistake, verifier

Model = Annotated[
    str,
    Choice("alexnet", "vgg16", "squeezenet1_1", "mobilenet_v2", "resnet18", "resnet50", "densenet121", "googlenet"),
]


@lru_cache(maxsize=16)
def _counts(model: str) -> tuple[int, int, int]:
    """How many convolutions a model has, how many an nn.Sequential holds directly, and how many at any depth."""
    build: dict[str, Any] = {"init_weights": False} if model == "googlenet" else {}
    with torch.device("meta"):
        net = torchvision.models.get_model(model, weights=None, **build)
    every = sum(isinstance(one, nn.Conv2d) for one in net.modules())
    sequentials = [part for part in net.modules() if isinstance(part, nn.Sequential)]
    held = [one for part in sequentials for one in part.children()]
    nested = {one for part in sequentials for one in part.modules()}
    return (
        every,
        sum(isinstance(one, nn.Conv2d) for one in held),
        sum(isinstance(one, nn.Conv2d) for one in nested),
    )


@verifier("torchvision")
def home(model: Model) -> Result:
    """Of a model's nn.Conv2d, how many an nn.Sequential holds directly: `all`, `most`, `few` or `none`."""
    every, held, nested = _counts(model)
    value = "all" if held == every else "none" if not held else "most" if 2 * held > every else "few"
    return Result(
        value,
        steps=[f"{model}: {held} / {every}"],
        mistakes=[
            mistake(
                "all",
                "Blocks with a branch or a sum need a forward of their own, and hold their convolutions as attributes.",
                "有分支或相加的模块要自己写 forward，卷积是作为属性保存的。",
            ),
            mistake(
                "none",
                f"Counted in the real model: {held} of {every}.",
                f"在真实模型里数得：{every} 个中有 {held} 个。",
            ),
        ],
        snippet="import torch\nfrom torch import nn\nimport torchvision\n\n"
        'with torch.device("meta"):\n'
        f"    net = torchvision.models.{model}({'init_weights=False' if model == 'googlenet' else ''})\n"
        "held = [c for part in net.modules() if isinstance(part, nn.Sequential) for c in part.children()]\n"
        "print(sum(isinstance(c, nn.Conv2d) for c in held), sum(isinstance(c, nn.Conv2d) for c in net.modules()))",
        facts={"held": held, "every": every, "nested": nested},
    )


@home.second_way
def _home_by_names(model: str) -> str:
    """By the names of the weights: a part of an nn.Sequential is named by a number."""
    build: dict[str, Any] = {"init_weights": False} if model == "googlenet" else {}
    with torch.device("meta"):
        names = [
            name.split(".")[-2]
            for name, one in torchvision.models.get_model(model, weights=None, **build).named_parameters()
            if name.endswith("weight") and one.dim() == 4
        ]
    # The stem of DenseNet and its transitions are nn.Sequential with names: conv0, and conv in a transition.
    held = sum(name.isdigit() or (model == "densenet121" and name in ("conv0", "conv")) for name in names)
    return "all" if held == len(names) else "none" if not held else "most" if 2 * held > len(names) else "few"


@verifier("torchvision")
def mostly_in_sequential(model: Model) -> Result:
    """Whether an nn.Sequential directly holds more than half of a model's nn.Conv2d."""
    every, held, _ = _counts(model)
    return Result(2 * held > every, steps=[f"{model}: {held} / {every}"])


@mostly_in_sequential.second_way
def _mostly_by_names(model: str) -> bool:
    return _home_by_names(model) in ("all", "most")


class _Watch(TorchFunctionMode):
    """Counts the calls of F.conv2d whose weight is no nn.Parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.own = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is nn.functional.conv2d:
            weight = args[1] if len(args) > 1 else (kwargs or {})["weight"]
            self.own += not isinstance(weight, nn.Parameter)
        return func(*args, **(kwargs or {}))


@verifier("torchvision", limit_s=20.0)
def calls_with_own_weight(program: Annotated[str, Choice("resnet18", "gaussian_blur")]) -> Result:
    """How often a model, or a transform, calls F.conv2d with a weight that it computed itself and no module holds."""
    image = torch.rand(1, 3, 64, 64)
    net = torchvision.models.resnet18(weights=None).eval() if program == "resnet18" else None
    with _Watch() as watch, torch.no_grad():
        net(image) if net is not None else transforms.gaussian_blur(image, [5, 5])
    return Result(watch.own, steps=[f"{program}: {watch.own}"])


class _Dispatched(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the convolutions that are computed, whoever asks for them."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.seen = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.seen += bool(func is torch.ops.aten.convolution.default)
        return func(*args, **(kwargs or {}))


@calls_with_own_weight.second_way
def _calls_beyond_modules(program: str) -> int:
    """The convolutions that are computed, less those in which a module nn.Conv2d was called."""
    image, modules = torch.rand(1, 3, 64, 64), 0
    net = torchvision.models.resnet18(weights=None).eval()

    def count(*_: Any) -> None:
        nonlocal modules
        modules += 1

    for one in net.modules():
        if isinstance(one, nn.Conv2d):
            one.register_forward_hook(count)
    with _Dispatched() as dispatched, torch.no_grad():
        net(image) if program == "resnet18" else transforms.gaussian_blur(image, [5, 5])
    found: int = dispatched.seen - modules
    return found
