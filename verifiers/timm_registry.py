"""What timm and torchvision say of themselves: their registries of models, counted and compared."""

import fnmatch
import importlib.metadata
import inspect
from typing import Annotated

import timm
import torchvision
from torchvision import models

from quizapp.authoring import Choice, Result, Text, Value, mistake, verifier

# Names of constructors, in the spelling of torchvision where it has them.
CONSTRUCTORS = (
    "resnet50",
    "vgg16",
    "alexnet",
    "googlenet",
    "squeezenet1_0",
    "densenet161",
    "convnextv2_tiny",
    "darknet53",
)

_FEW, _SAME, _MORE, _MANY = "none", "as many", "more", "ten times"


@verifier("timm", where="pattern == '*' or not weights")
def compared(
    pattern: Annotated[
        str,
        Choice(
            "*",
            "resnet*",
            "vit_*",
            "vgg*",
            "alexnet",
            "googlenet",
            "squeezenet*",
            "densenet*",
            "efficientnet_b?",
            "darknet*",
            "inception_v3",
            "convnext*",
            "convnextv2*",
            "eva02*",
            "hiera_*",
        ),
    ],
    weights: Annotated[bool, Choice(True, False)] = False,
) -> Result:
    """timm's architectures with names of a pattern against those for classification in torchvision.models.

    weights: counts sets of pretrained weights instead.
    """
    ours = timm.list_models(pattern, pretrained=weights)
    theirs = fnmatch.filter(models.list_models(module=models), pattern)
    if weights:
        theirs = [one.name for name in theirs for one in models.get_model_weights(name)]
    return Result(
        _word(len(ours), len(theirs)),
        steps=[
            f"timm {timm.__version__}: {len(ours)}",
            f"torchvision.models {torchvision.__version__.partition('+')[0]}: {len(theirs)}",
        ],
        mistakes=[
            mistake(
                one,
                f"timm has {len(ours)}, torchvision.models {len(theirs)}.",
                f"timm 有 {len(ours)} 个，torchvision.models 有 {len(theirs)} 个。",
            )
            for one in (_FEW, _SAME, _MORE, _MANY)
        ],
        facts={"ours": len(ours), "theirs": len(theirs), "version": timm.__version__},
    )


@compared.second_way
def _compared_by_functions(pattern: str, weights: bool = False) -> str:
    """Counts the functions that build a model instead, and of weights the configurations and the members of enums."""
    if weights:
        configured = [timm.get_pretrained_cfg(tag) for tag in timm.list_models(include_tags=True)]
        sets = [one for name, one in vars(models).items() if name.endswith("_Weights")]
        return _word(sum(one is not None and bool(one.has_weights) for one in configured), sum(map(len, sets)))
    # names that are no longer to be used lead to a function of another name
    ours = [name for name in dir(timm.models) if getattr(getattr(timm.models, name), "__name__", "") == name]
    ours = [name for name in ours if timm.is_model(name)]
    theirs = [
        name
        for name, one in vars(models).items()
        if inspect.isfunction(one) and name.islower() and "weights" in inspect.signature(one).parameters
    ]
    return _word(len(fnmatch.filter(ours, pattern)), len(fnmatch.filter(theirs, pattern)))


def _word(ours: int, theirs: int) -> str:
    if ours >= 10 * theirs and ours > theirs:
        return _MANY
    return _FEW if ours == 0 else _SAME if ours == theirs else _MORE if ours > theirs else "fewer"


@verifier("timm")
def registered(where: Annotated[str, Choice("timm only", "torchvision only", "both")]) -> Result:
    """Which of some names are architectures in timm's registry, in torchvision.models', or in both."""
    theirs = models.list_models(module=models)
    homes = {name: _home(name, theirs) for name in CONSTRUCTORS}
    value: list[Value] = [name for name, place in homes.items() if place == where]
    known: list[list[Value]] = [
        [name for name, place in homes.items() if place in (one, "both")] for one in ("timm only", "torchvision only")
    ]
    return Result(
        value,
        steps=[f"{name}: {place}" for name, place in homes.items()],
        mistakes=[
            mistake(
                known[0],
                "Those are all that timm knows, whether torchvision has them or not.",
                "这是 timm 有的全部，没有区分 torchvision 有没有。",
            ),
            mistake(
                known[1],
                "Those are all that torchvision.models knows, whether timm has them or not.",
                "这是 torchvision.models 有的全部，没有区分 timm 有没有。",
            ),
        ],
    )


@registered.second_way
def _registered_by_attribute(where: str) -> list[str]:
    wanted = {"timm only": (True, False), "torchvision only": (False, True), "both": (True, True)}[where]
    return [name for name in CONSTRUCTORS if (hasattr(timm.models, name), hasattr(models, name)) == wanted]


@verifier("timm")
def with_weights(
    pattern: Annotated[
        str,
        Choice(
            "*",
            "resnet50",
            "resnet18",
            "darknet*",
            "vit_*",
            "regnet*",
            "efficientnet_b?",
            "vgg*",
            "densenet*",
            "darknet17",
        ),
    ],
) -> Result:
    """Whether list_models gives more names, fewer or as many for a pattern when it is asked for pretrained=True."""
    plain, pretrained = timm.list_models(pattern), timm.list_models(pattern, pretrained=True)
    bare = [name for name in plain if not timm.is_model_pretrained(name)]
    value = "more" if len(pretrained) > len(plain) else "fewer" if len(pretrained) < len(plain) else "as many"
    shown = [f"{pretrained[0]}", "…", f"{pretrained[-1]}"] if len(pretrained) > 1 else pretrained
    return Result(
        value,
        steps=[
            f"list_models({pattern!r}): {len(plain)}",
            f"list_models({pattern!r}, pretrained=True): {len(pretrained)}" + (f": {' '.join(shown)}" if shown else ""),
            Text(f"{len(bare)} of {len(plain)} without weights", f"{len(plain)} 个中有 {len(bare)} 个没有权重"),
        ],
        mistakes=[
            mistake(
                one,
                f"timm lists {len(plain)} by architecture and {len(pretrained)} by sets of weights.",
                f"按架构列出 {len(plain)} 项，按权重列出 {len(pretrained)} 项。",
            )
            for one in ("more", "fewer", "as many")
        ],
        facts={"plain": len(plain), "pretrained": len(pretrained), "bare": len(bare), "version": timm.__version__},
    )


@with_weights.second_way
def _with_weights_by_configuration(pattern: str) -> str:
    """Counts the configurations, tag by tag, that say where weights are."""
    names = timm.list_models(pattern)
    tags = timm.list_models(pattern, include_tags=True)
    configured = [timm.get_pretrained_cfg(tag) for tag in tags]
    count = sum(one is not None and bool(one.has_weights) for one in configured)
    return "more" if count > len(names) else "fewer" if count < len(names) else "as many"


@verifier("timm", examples=[({}, ["PyTorch", "Image", "Models"])])
def name_in_full() -> Result:
    """The words that timm's package is called by in its own metadata, from which its name is made."""
    summary = importlib.metadata.metadata("timm")["Summary"]
    value: list[Value] = [*summary.split()]
    return Result(
        value,
        steps=[f"timm {timm.__version__}: {summary}"],
        mistakes=[
            mistake(["Torch", *value[1:]], "The T is in PyTorch.", "T 取自 PyTorch。"),
            mistake([*value[:2], "Modules"], "The last M stands for models.", "最后的 M 是 Models。"),
        ],
        facts={"version": timm.__version__},
    )


@verifier("timm")
def pretrained(
    name: Annotated[str, Choice("resnet50", "vit_base_patch16_224", "darknet53", "darknet17", "darknet21")],
) -> Result:
    """Whether timm has weights for an architecture."""
    tags = timm.list_pretrained(f"{name}.*")
    return Result(timm.is_model_pretrained(name), steps=[f"{', '.join(tags) or '-'}"])


@pretrained.second_way
def _pretrained_by_tags(name: str) -> bool:
    return any(one.partition(".")[0] == name for one in timm.list_models(pretrained=True))


@verifier("timm")
def home(
    name: Annotated[
        str,
        Choice(
            "alexnet",
            "googlenet",
            "squeezenet1_0",
            "resnet50",
            "convnextv2_tiny",
            "eva02_tiny_patch14_224",
            "hiera_tiny_224",
            "mobilenetv4_conv_small",
            "vit_small_patch16_dinov3",
        ),
    ],
) -> Result:
    """In whose registry an architecture is: timm's, that of torchvision.models, or both."""
    return Result(_home(name, models.list_models(module=models)))


@home.second_way
def _home_by_attribute(name: str) -> str:
    return _at_home(hasattr(timm.models, name), hasattr(models, name))


def _home(name: str, theirs: list[str]) -> str:
    return _at_home(timm.is_model(name), name in theirs)


def _at_home(ours: bool, theirs: bool) -> str:
    return "both" if ours and theirs else "timm only" if ours else "torchvision only" if theirs else "neither"
