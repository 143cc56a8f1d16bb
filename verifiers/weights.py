"""Sets of weights of torchvision: which of them a call asks for. Nothing is downloaded."""

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from unittest import mock

from torchvision import models
from torchvision.models import get_model_weights

from quizapp.authoring import Choice, Result, Text, mistake, verifier
from verifiers.execution import execute
from verifiers.zoo import META, VERSION, build

Model = Annotated[
    str,
    Choice(
        "resnet18",
        "resnet50",
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
Call = Annotated[
    str,
    Choice(
        "",
        "pretrained=True",
        "pretrained=False",
        "pretrainde=True",
        "True",
        "weights=None",
        "weights=True",
        'weights="DEFAULT"',
        'weights="IMAGENET1K_V1"',
        'weights="IMAGENET1K_V2"',
        "init_weights=True",
    ),
]


class Tried:
    """What a call of a constructor did: the weights that it asked for, its warnings, and how it ended."""

    def __init__(self) -> None:
        self.urls: list[str] = []
        self.warned: list[tuple[str, str]] = []
        self.error: Exception | None = None
        self.training: bool | None = None


def attempt_call(model: str, call: str) -> Tried:
    """Calls models.<model>(<call>) on the meta device, with blank weights instead of downloaded ones."""
    tried = Tried()
    with META, _no_loader(model, tried):
        ran = execute(f"made = models.{model}({call})", models=models)
    tried.error, tried.warned = ran.error, list(ran.warned)
    tried.training = ran.names["made"].training if ran.error is None else None
    return tried


@verifier("torchvision")
def asked(model: Model, call: Call) -> Result:
    """The weights that a constructor asks for: their name, `random` for none, or the name of the exception."""
    tried = attempt_call(model, call)
    names = {weights.url: weights.name for weights in get_model_weights(model)}
    loaded = names[tried.urls[0]] if tried.urls else "random"
    value = type(tried.error).__name__ if tried.error is not None else loaded
    default = get_model_weights(model)["DEFAULT"].name
    return Result(
        value,
        steps=[
            *(Text(f"{category}: {said}") for category, said in tried.warned),
            *([Text(f"{value}: {tried.error}")] if tried.error else []),
            *(Text(f"loads {url.rsplit('/', 1)[-1]}", f"加载 {url.rsplit('/', 1)[-1]}") for url in tried.urls),
            Text(f"weights of {model}: {', '.join(names.values())}", f"{model} 的权重：{', '.join(names.values())}"),
        ],
        mistakes=_asked_mistakes(model, call, " / ".join(names.values())),
        facts={
            "default": default,
            "names": ", ".join(names.values()),
            "names_zh": "、".join(names.values()),
            "since": _since(tried),
            "warnings": len(tried.warned),
            "version": VERSION,
            "said": str(tried.error) if tried.error else "",
        },
    )


@asked.second_way
def _asked_by_rules(model: str, call: str) -> str:
    newer = model in ("resnet50", "mobilenet_v2", "resnext50_32x4d", "wide_resnet50_2")
    if call in ("", "weights=None", "pretrained=False"):
        return "random"
    if call in ("pretrained=True", "True", "weights=True", 'weights="IMAGENET1K_V1"'):
        return "IMAGENET1K_V1"
    if call == 'weights="DEFAULT"':
        return "IMAGENET1K_V2" if newer else "IMAGENET1K_V1"
    if call == 'weights="IMAGENET1K_V2"':
        return "IMAGENET1K_V2" if newer else "KeyError"
    takes = call == "init_weights=True" and model in ("vgg16", "inception_v3", "googlenet")
    return "random" if takes else "TypeError"


@verifier("torchvision")
def complaint(model: Model, call: Call) -> Result:
    """What a constructor says when called: a warning's category, an exception's name, or `nothing`."""
    tried = attempt_call(model, call)
    if tried.error is not None:
        value, said = type(tried.error).__name__, str(tried.error)
    else:
        value, said = tried.warned[0] if tried.warned else ("nothing", "")
    return Result(
        value,
        steps=[Text(f"{value}: {said}") if said else Text("no warning", "没有警告")],
        mistakes=[
            mistake(
                "UserWarning",
                "Only the old parameter pretrained is told off with a UserWarning.",
                "只有旧参数 pretrained 会触发这条 UserWarning。",
            ),
            mistake(
                "FutureWarning",
                "That comes from inception_v3 and googlenet, where init_weights isn't said and no weights are loaded.",
                "它只来自 inception_v3 和 googlenet，而且是在没写 init_weights、也不加载权重时。",
            ),
            mistake(
                "TypeError",
                "A TypeError takes a parameter that neither the builder nor the model's class knows.",
                "只有构造函数和模型类都不认识的参数才会引发 TypeError。",
            ),
        ],
        facts={"warnings": len(tried.warned), "version": VERSION, "said": said},
    )


@complaint.second_way
def _complaint_by_rules(model: str, call: str) -> str:
    found = _asked_by_rules(model, call)
    if found in ("TypeError", "KeyError"):
        return str(found)
    if "pretrained" in call or call in ("True", "weights=True"):
        return "UserWarning"
    return "FutureWarning" if model in ("inception_v3", "googlenet") and call in ("", "weights=None") else "nothing"


@verifier("torchvision")
def loads(model: Model, call: Call) -> Result:
    """Whether a call brings weights trained on ImageNet: `ImageNet weights`, `random weights` or the exception."""
    tried = attempt_call(model, call)
    if tried.error is not None:
        return Result(type(tried.error).__name__, steps=[str(tried.error)])
    trained = [one for one in get_model_weights(model) if one.url in tried.urls and len(one.meta["categories"]) == 1000]
    return Result("ImageNet weights" if trained else "random weights", steps=[*tried.urls])


@loads.second_way
def _loads_by_rules(model: str, call: str) -> str:
    found = _asked_by_rules(model, call)
    shown = {"random": "random weights"}.get(found, "ImageNet weights")
    return str(found) if found.endswith("Error") else shown


@verifier("torchvision")
def parameter(model: Model) -> Result:
    """The name of a constructor's parameter for weights, as its signature has it."""
    names = list(inspect.signature(getattr(models, model)).parameters)
    return Result(names[0], steps=[", ".join(names)])


@parameter.second_way
def _parameter_in_warning(model: str) -> str:
    said = attempt_call(model, "pretrained=True").warned[0][1]
    return str(re.findall(r"please use '(\w+)'", said)[0])


_ASKS_FOR_NONE = {
    "": ("Without an argument nothing is loaded.", "不写参数就什么也不加载。"),
    "weights=None": ("None asks for no weights.", "None 就是不要权重。"),
    "pretrained=False": ("False asks for no weights.", "False 就是不要权重。"),
    "init_weights=True": (
        "init_weights loads nothing, and a model whose class doesn't know it raises a TypeError.",
        "init_weights 不加载权重；模型的类不认识它，就会引发 TypeError。",
    ),
    "pretrainde=True": (
        "Letter by letter: no parameter is called pretrainde, and what a constructor doesn't know it doesn't ignore.",
        "逐个字母看：没有叫 pretrainde 的参数，而构造函数不会忽略不认识的参数。",
    ),
}


def _asked_mistakes(model: str, call: str, names: str) -> list[Any]:
    if call in _ASKS_FOR_NONE:
        values = ("random", "IMAGENET1K_V1", "IMAGENET1K_V2", "TypeError", "KeyError")
        return [mistake(one, *_ASKS_FOR_NONE[call]) for one in values]
    has = (f"{model} has {names}", f"{model} 有 {names}")
    if "DEFAULT" in call:
        which = (f"DEFAULT is the newest set; {has[0]}.", f"DEFAULT 是最新的一套；{has[1]}。")
    elif "IMAGENET" in call:
        which = (f"The name says which set; {has[0]}.", f"名字指明了是哪一套；{has[1]}。")
    else:
        which = (
            "pretrained stands for the first set of weights, as before version 0.13; it never means DEFAULT.",
            "pretrained 对应的是 0.13 之前就有的第一套权重，从来不等于 DEFAULT。",
        )
    return [
        mistake("IMAGENET1K_V1", *which),
        mistake("IMAGENET1K_V2", *which),
        mistake(
            "random", "A set of weights is asked for: it is loaded, or the call fails.", "要了权重，就会加载或报错。"
        ),
        mistake(
            "TypeError",
            "The old way of asking is deprecated, and still translated into weights: that is a warning."
            if "pretrained" in call
            else "weights is a parameter of every constructor, and takes a name as well.",
            "旧写法虽已弃用，仍会转换成 weights，只是警告。"
            if "pretrained" in call
            else "每个构造函数都有 weights 参数，也接受名字。",
        ),
        mistake(
            "KeyError", f"A KeyError takes a name that isn't there; {has[0]}.", f"找不到名字才会是 KeyError；{has[1]}。"
        ),
    ]


def _since(tried: Tried) -> str:
    """The version that a warning about an old parameter names, or nothing."""
    found = [match[1] for _, said in tried.warned if (match := re.search(r"deprecated since (\d+\.\d+)", said))]
    return found[0] if found else ""


@contextmanager
def _no_loader(model: str, tried: Tried) -> Iterator[None]:
    """torchvision gets a state dict without values, and `tried` its address; any other way to the net raises."""

    def blank(url: str, *_: Any, **__: Any) -> dict[str, Any]:
        tried.urls.append(url)
        return build(model).state_dict()

    def refused(url: str, *_: Any, **__: Any) -> None:
        raise RuntimeError(f"{url} was to be downloaded")

    with (
        mock.patch("torchvision.models._api.load_state_dict_from_url", blank),
        mock.patch("torch.hub.download_url_to_file", refused),
    ):
        yield
