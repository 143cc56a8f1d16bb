"""Calls of F.conv2d and uses of nn.Conv2d, each made for real: which of them run, and what they return."""

import ast
from typing import Annotated

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Code, Impossible, Mistake, Result, Value, mistake, verifier
from verifiers.execution import execute

CALLS = (
    "F.conv2d(x, w)",
    "F.conv2d(x, weight=w)",
    "F.conv2d(x, filters=w)",
    "F.conv2d(x)",
    "F.conv2d(x, w, kernel_size=3)",
    "F.conv2d(x, w, stride=2, padding=1)",
)
# Which call does what a layer does; x has 4 channels, and w and b are the layer's own.
LAYERS = {
    "stride=2, padding=1": "F.conv2d(x, w, b, 2, 1)",
    "stride=1, padding=2": "F.conv2d(x, w, b, 1, 2)",
    "padding=1, dilation=2": "F.conv2d(x, w, b, 1, 1, 2)",
    "padding=1, groups=2": "F.conv2d(x, w, b, 1, 1, 1, 2)",
}
_HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"


@verifier(
    "torch",
    limit_s=5.0,
    examples=[({"code": "F.conv2d(x, weight=w)"}, "runs"), ({"code": "F.conv2d(x, filters=w)"}, "TypeError")],
)
def ending(code: Annotated[str, Code()]) -> Result:
    """How a program ends that has torch, nn, F, x (1, 3, 8, 8) and w (16, 3, 3, 3): `runs`, or the exception."""
    ran = execute(code, torch=torch, nn=nn, F=F, x=torch.ones(1, 3, 8, 8), w=torch.ones(16, 3, 3, 3))
    said = str(ran.error).splitlines()[0] if ran.error else ran.printed
    return Result(ran.ending, steps=[line for line in (said,) if line])


@verifier("torch")
def calls_that_run() -> Result:
    """Which of six calls of F.conv2d run, for an image x (1, 3, 8, 8) and a weight w (16, 3, 3, 3)."""
    image, weight = torch.ones(1, 3, 8, 8), torch.ones(16, 3, 3, 3)
    endings = {call: execute(call, F=F, x=image, w=weight).ending for call in CALLS}
    value: list[Value] = [call for call, how in endings.items() if how == "runs"]
    return Result(
        value,
        steps=[f"{call}: {how}" for call, how in endings.items()],
        mistakes=[
            mistake(
                [*value, "F.conv2d(x, filters=w)"],
                "filters= is TensorFlow's word. torch calls the argument weight, and takes no other name.",
                "filters= 是 TensorFlow 的叫法；torch 里这个参数叫 weight，别的名字不认。",
            ),
            mistake(
                [*value, "F.conv2d(x, w, kernel_size=3)"],
                "The function reads the kernel's size off the weight; it has no argument for it.",
                "卷积核大小由权重的形状决定，函数没有 kernel_size 参数。",
            ),
        ],
        snippet=f"{_HEAD}x, w = torch.ones(1, 3, 8, 8), torch.ones(16, 3, 3, 3)\nfor call in {CALLS}:\n"
        "    try:\n        eval(call)\n        print(call)\n    except TypeError:\n        pass",
    )


@calls_that_run.second_way
def _calls_by_schema() -> list[str]:
    """By the operator's schema: which arguments there are, and which have no default."""
    arguments = torch.ops.aten.conv2d.default._schema.arguments
    known = [one.name for one in arguments]
    required = {one.name for one in arguments if not one.has_default_value()}
    found = []
    for call in CALLS:
        node = ast.parse(call, mode="eval").body
        assert isinstance(node, ast.Call)
        given = {*known[: len(node.args)], *(one.arg for one in node.keywords)}
        found += [call] if required <= given <= {*known} else []
    return found


@verifier("torch")
def in_sequential(
    what: Annotated[str, Choice("F.conv2d", "nn.Conv2d", "nn.Conv2d(3, 16, 3)", "nn.Conv2d(16, 3, 3)")],
) -> Result:
    """What comes of putting something into nn.Sequential: `works`, or the exception and when it is raised."""
    built = execute(f"net = nn.Sequential({what}, nn.ReLU())", nn=nn, F=F)
    error = built.error
    if error:
        value = f"{built.ending} when built"
    else:
        called = execute("net(x)", net=built.names["net"], x=torch.zeros(1, 3, 8, 8))
        error = called.error
        value = f"{called.ending} when called" if error else "works"
    return Result(
        value,
        steps=[str(error).splitlines()[0]] if error else [],
        mistakes=_misplaced(value),
        snippet=f"{_HEAD}try:\n    net = nn.Sequential({what}, nn.ReLU())\n"
        "    net(torch.zeros(1, 3, 8, 8))\n    print('works')\n"
        "except (TypeError, RuntimeError) as error:\n    print(type(error).__name__)",
    )


def _misplaced(value: str) -> list[Mistake]:
    """What is usually said of a part of nn.Sequential, for the outcome `value`."""
    if value == "TypeError when built":
        return [
            mistake(
                "works",
                "nn.Sequential holds modules, and refuses whatever is none.",
                "nn.Sequential 只收模块，不是模块的一律拒绝。",
            ),
            mistake(
                "TypeError when called",
                "It doesn't come as far as a call: nn.Sequential checks each part as it is built.",
                "根本轮不到调用：nn.Sequential 在构造时就逐个检查成员。",
            ),
        ]
    refused = mistake(
        "TypeError when built",
        "nn.Conv2d with its arguments is a module, and nn.Sequential takes any module.",
        "带参数的 nn.Conv2d(…) 就是模块，nn.Sequential 照收。",
    )
    if value == "works":
        return [
            refused,
            mistake(
                "TypeError when called",
                "No weight has to be given: the module has its own.",
                "不需要再给权重：模块自带。",
            ),
        ]
    return [
        refused,
        mistake(
            "works",
            "in_channels is the first argument, and the image has 3 channels.",
            "第一个参数是 in_channels，而图像有 3 个通道。",
        ),
    ]


@in_sequential.second_way
def _by_kind(what: str) -> str:
    part = {"F.conv2d": F.conv2d, "nn.Conv2d": nn.Conv2d, "nn.Conv2d(16, 3, 3)": nn.Conv2d(16, 3, 3)}.get(
        what, nn.Conv2d(3, 16, 3)
    )
    if not isinstance(part, nn.Module):
        return "TypeError when built"
    return "works" if part.in_channels == 3 else "RuntimeError when called"


@verifier("torch")
def same_call(
    layer: Annotated[
        str, Choice("stride=2, padding=1", "stride=1, padding=2", "padding=1, dilation=2", "padding=1, groups=2")
    ],
) -> Result:
    """Which call of F.conv2d, its arguments by position, does what nn.Conv2d(4, 8, 3, …) with these settings does."""
    conv = eval(f"nn.Conv2d(4, 8, 3, {layer})", {"nn": nn})  # noqa: S307  # one of the four above
    image = torch.rand(2, 4, 9, 9)
    wanted = conv(image)
    found, steps = [], []
    for call in LAYERS.values():
        ran = execute(f"y = {call}", F=F, x=image, w=conv.weight, b=conv.bias)
        if ran.error:
            steps.append(f"{call}: {ran.ending}")
            continue
        output = ran.names["y"]
        alike = output.shape == wanted.shape and bool(torch.allclose(output, wanted, atol=1e-2))
        steps.append(f"{call}: {'x'.join(map(str, output.shape))}")
        found += [call] if alike else []
    if len(found) != 1:
        raise Impossible(f"{len(found)} of the calls do what the layer does")
    return Result(
        found[0],
        steps=[f"nn.Conv2d(4, 8, 3, {layer}): {'x'.join(map(str, wanted.shape))}", *steps],
        mistakes=[
            mistake(
                call,
                f"That is nn.Conv2d(4, 8, 3, {name}).",
                f"这对应 nn.Conv2d(4, 8, 3, {name})。",
            )
            for name, call in LAYERS.items()
        ],
        snippet=f"{_HEAD}conv = nn.Conv2d(4, 8, 3, {layer})\nx, w, b = torch.rand(2, 4, 9, 9), conv.weight, conv.bias\n"
        f"print(torch.allclose(conv(x), {found[0]}, atol=1e-5))",
    )


@same_call.second_way
def _call_from_settings(layer: str) -> str:
    """The settings in the order in which F.conv2d's signature lists them, up to the last that isn't its default."""
    order = ("stride", "padding", "dilation", "groups")
    given = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
    given |= {name: int(value) for name, value in (part.split("=") for part in layer.split(", "))}
    last = max(at for at, name in enumerate(order) if f"{name}=" in layer)
    return f"F.conv2d(x, w, b, {', '.join(str(given[name]) for name in order[: last + 1])})"


@verifier("torch")
def of_dimensions(
    size: Annotated[
        list[int], Choice([28, 28], [1, 28, 28], [3, 28, 28], [1, 1, 28, 28], [3, 1, 28, 28], [1, 3, 1, 28, 28])
    ],
) -> Result:
    """What F.conv2d with a weight (8, 1, 3, 3) returns for an input of this size: `8x26x26`, or an exception's name."""
    try:
        value = "x".join(map(str, F.conv2d(torch.zeros(size), torch.zeros(8, 1, 3, 3)).shape))
        said = value
    except RuntimeError as error:
        value, said = type(error).__name__, str(error).splitlines()[0]
    return Result(
        value,
        steps=[f"({', '.join(map(str, size))}) → {said}"],
        mistakes=[
            mistake(
                "8x26x26",
                "No dimension is added or taken away: (N, C, H, W) gives four, (C, H, W) three, (H, W) nothing.",
                "函数不会替你增减维度：(N, C, H, W) 得四维，(C, H, W) 得三维，(H, W) 则报错。",
            ),
            mistake(
                "1x8x26x26",
                "No dimension is added or taken away: an image without a batch gives a map without one.",
                "函数不会替你增减维度：输入没有批量维，输出也没有。",
            ),
            mistake(
                "3x8x26x26",
                "Of three dimensions the first are the channels, and the weight is for one channel.",
                "三维输入的第一维是通道，而这个权重只有一个输入通道。",
            ),
            mistake(
                "RuntimeError",
                f"torch takes it: {said}.",
                f"torch 接受这个输入：得到 {said}。",
            ),
        ],
        snippet=f"{_HEAD}try:\n    y = F.conv2d(torch.zeros({size}), torch.zeros(8, 1, 3, 3))\n"
        "    print('x'.join(map(str, y.shape)))\n"
        "except RuntimeError as error:\n    print(type(error).__name__)",
    )


@of_dimensions.second_way
def _dimensions_by_hand(size: list[int]) -> str:
    *batch, channels, height, width = [0, *size] if len(size) == 2 else size
    fits = len(size) in (3, 4) and channels == 1
    return "x".join(map(str, [*batch, 8, height - 2, width - 2])) if fits else "RuntimeError"
