"""What the number in a Darknet's name counts, found by walking the modules of Darknet-53 and Darknet-19."""

from collections import Counter
from typing import Annotated

from torch import nn

from quizapp.authoring import Choice, Int, Result, Value, mistake, verifier
from verifiers.darknet_layers import BLOCKS, GROUPS, Darknet19, Darknet53, Residual, on_meta
from verifiers.darknet_program import built

Blocks = Annotated[int, Int(1, 12, often=(1, 2, 4, 8))]
Network = Annotated[str, Choice("Darknet-53", "Darknet-19")]


@verifier("torch", shapes_only=True)
def addends(network: Network = "Darknet-53") -> Result:
    """The weight layers of a Darknet in groups: the first one with the first that halves, then blocks and halvings."""
    model = _network(network)
    runs = _runs(model)
    value: list[Value] = [*runs]
    return Result(value, steps=[" + ".join(map(str, runs)) + f" = {sum(runs)}"], facts={"total": sum(runs)})


@addends.second_way
def _addends_by_hand(network: str = "Darknet-53") -> list[int]:
    if network == "Darknet-19":
        return [*map(len, GROUPS), 1]
    counts = [2]
    for blocks in BLOCKS:
        counts += [blocks * 2, 1]
    return counts


@verifier("torch", shapes_only=True)
def layers(b1: Blocks, b2: Blocks, b3: Blocks, b4: Blocks, b5: Blocks) -> Result:
    """The weight layers, Conv2d and Linear together, of a Darknet with so many residual blocks in its five stages."""
    blocks = (b1, b2, b3, b4, b5)
    model = on_meta(lambda: Darknet53(blocks))
    convolutions = [one for one in model.modules() if isinstance(one, nn.Conv2d)]
    connected = [one for one in model.modules() if isinstance(one, nn.Linear)]
    total, halving = len(convolutions) + len(connected), sum(one.stride == (2, 2) for one in convolutions)
    return Result(
        total,
        steps=["2 + " + " + 1 + ".join(f"{one}×2" for one in blocks) + f" + 1 = {total}"],
        mistakes=[
            mistake(
                len(convolutions),
                "That leaves out the last, fully connected layer; the name counts it as well.",
                "漏了最后的全连接层；名字里的数字把它也算进去了。",
            ),
            mistake(
                total - sum(blocks),
                "A residual block holds two convolutions: a 1 × 1 and a 3 × 3.",
                "每个残差块里有两个卷积：一个 1 × 1，一个 3 × 3。",
            ),
            mistake(
                total - halving,
                "The convolutions of stride 2 that begin the stages are missing.",
                "漏了每个 stage 开头步长为 2 的卷积。",
            ),
            mistake(
                total + sum(blocks),
                "The additions were counted as layers; they have no weights.",
                "把残差相加也当成了层；它没有权重。",
            ),
        ],
        snippet=built(
            "    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, 1000))\n"
            "print(sum(isinstance(one, (nn.Conv2d, nn.Linear)) for one in net.modules()))",
            blocks,
        ),
        facts={"convolutions": len(convolutions), "halving": halving, "inside": 2 * sum(blocks)},
    )


@layers.second_way
def _layers_by_hand(b1: int, b2: int, b3: int, b4: int, b5: int) -> int:
    return 2 + b1 * 2 + 1 + b2 * 2 + 1 + b3 * 2 + 1 + b4 * 2 + 1 + b5 * 2 + 1


@verifier("torch", shapes_only=True)
def counted(network: Network) -> Result:
    """Which kinds of layers the number in a Darknet's name counts: those with a matrix of weights."""
    model = _network(network)
    kinds = {_kind(one): one for one in model.modules() if not list(one.children()) or isinstance(one, Residual)}
    total = sum(_weighty(one) for one in model.modules())
    value: list[Value] = [name for name, one in kinds.items() if _weighty(one)]
    seen = Counter(_kind(one) for one in model.modules() if _weighty(one))
    return Result(
        value,
        steps=[" + ".join(f"{count} {name}" for name, count in seen.items()) + f" = {total}"],
        mistakes=[
            mistake(
                [one for one in value if one != "Linear"],
                "Without Connected, the fully connected layer of the table, there are only 52.",
                "不算表里的 Connected（全连接层），就只有 52 个。",
            ),
            *(
                mistake([*value, *more], en, zh)
                for more, en, zh in (
                    (
                        ["BatchNorm2d"],
                        "Batch norm goes with its convolution.",
                        "批归一化归在它前面的卷积里，不另算一层。",
                    ),
                    (["Residual"], "An addition has no weights.", "相加没有权重。"),
                    (["AdaptiveAvgPool2d"], "Pooling has no weights.", "池化没有权重。"),
                    (["MaxPool2d"], "Pooling has no weights.", "池化没有权重。"),
                    (["Linear"], "Its last layer is a 1 × 1 convolution.", "它最后一层是 1 × 1 卷积，没有全连接层。"),
                    (["3x3/2"], "It halves with max pooling.", "它用最大池化下采样，没有步长 2 的卷积。"),
                )
                if not {*more} & {*value}
            ),
        ],
        facts={"total": total},
    )


@counted.second_way
def _counted_by_name(network: str) -> list[str]:
    """Whatever makes up the number in the name."""
    parts = {
        "Darknet-53": {"3x3": 1 + 23, "3x3/2": 5, "1x1": 23, "Linear": 1},
        "Darknet-19": {"3x3": 12, "1x1": 7},
    }[network]
    assert sum(parts.values()) == int(network.partition("-")[2])
    return list(parts)


@verifier("torch", shapes_only=True)
def convolutions(network: Network, last: Annotated[str, Choice("connected", "convolutional")] = "connected") -> Result:
    """How many nn.Conv2d a Darknet has; `last` is how Darknet-53's last layer is written, 19's is a convolution."""
    model = _network(network, last)
    value = sum(isinstance(one, nn.Conv2d) for one in model.modules())
    linear = sum(isinstance(one, nn.Linear) for one in model.modules())
    return Result(value, steps=[f"{value} nn.Conv2d, {linear} nn.Linear"], facts={"linear": linear})


@convolutions.second_way
def _convolutions_by_timm(network: str, last: str = "connected") -> int:
    """Those of timm's Darknet-53, whose last layer is fully connected; Darknet-19 has as many as its name says."""
    import timm

    if network == "Darknet-19":
        return int(network.removeprefix("Darknet-"))
    found = on_meta(lambda: timm.create_model("darknet53")).modules()
    return sum(isinstance(one, nn.Conv2d) for one in found) + (last == "convolutional")


@verifier("torch", shapes_only=True)
def written(
    blocks: Annotated[
        list[int],
        Choice([1, 2, 8, 8, 4], [1, 1, 1, 1, 1], [1, 1, 1, 2, 2], [1, 2, 4, 4, 2], [1, 2, 6, 6, 3], [1, 2, 8, 16, 4]),
    ],
    last: Annotated[str, Choice("connected", "convolutional")],
) -> Result:
    """The nn.Conv2d and the nn.Linear of a Darknet with such blocks, its last layer written in one of two ways."""
    modules = [*on_meta(lambda: Darknet53(blocks, last=last)).modules()]
    convolutions, connected = (sum(isinstance(one, kind) for one in modules) for kind in (nn.Conv2d, nn.Linear))
    total, inside = convolutions + connected, 2 * sum(blocks)
    halving = sum(isinstance(one, nn.Conv2d) and one.stride == (2, 2) for one in modules)
    return Result(
        [convolutions, connected],
        steps=[
            f"1 + {halving} + 2·{sum(blocks)} = {total - 1}",
            f"{convolutions} nn.Conv2d + {connected} nn.Linear = {total}",
        ],
        mistakes=[
            mistake(
                [total, 0] if connected else [total - 1, 1],
                "That is how darknet's own configuration writes the last layer."
                if connected
                else "That is how the paper's table writes the last layer.",
                "这是按 darknet 自己的配置文件的写法。" if connected else "这是按论文里的表的写法。",
            ),
            mistake(
                [total, 1],
                "The last layer is counted twice, as a convolution and as fully connected.",
                "最后一层算了两次：既当卷积，又当全连接层。",
            ),
            mistake(
                [total - 1, 0],
                "The last layer is missing.",
                "漏了最后一层。",
            ),
            mistake(
                [convolutions - halving, connected],
                "The convolutions of stride 2 that begin the stages are missing.",
                "漏了每个 stage 开头步长为 2 的卷积。",
            ),
            mistake(
                [convolutions - sum(blocks), connected],
                "A residual block holds two convolutions: a 1 × 1 and a 3 × 3.",
                "每个残差块里有两个卷积：一个 1 × 1，一个 3 × 3。",
            ),
        ],
        facts={"total": total, "inside": inside, "other": total - 1},
    )


@written.second_way
def _written_by_hand(blocks: list[int], last: str) -> list[int]:
    return [6 + 2 * sum(blocks) + (last == "convolutional"), int(last == "connected")]


@verifier("torch", shapes_only=True)
def last_layer(last: Annotated[str, Choice("connected", "convolutional")]) -> Result:
    """The type of Darknet-53's last layer with weights, where its table or its configuration is followed."""
    found = [one for one in on_meta(lambda: Darknet53(last=last)).modules() if _weighty(one)][-1]
    return Result(type(found).__name__, steps=[repr(found)])


@last_layer.second_way
def _last_layer_by_weights(last: str) -> str:
    weights = [one for one in _network("Darknet-53", last).state_dict().values() if one.dim() > 1]
    return {2: "Linear", 4: "Conv2d"}[weights[-1].dim()]


def _network(name: str, last: str = "connected") -> nn.Module:
    return on_meta(lambda: Darknet53(last=last)) if name == "Darknet-53" else on_meta(Darknet19)


def _weighty(one: nn.Module) -> bool:
    """Whether a layer has weights of its own that form a matrix or a kernel."""
    return any(weight.dim() > 1 for weight in one.parameters(recurse=False))


def _kind(one: nn.Module) -> str:
    if isinstance(one, nn.Conv2d):
        return f"{one.kernel_size[0]}x{one.kernel_size[1]}" + ("/2" if one.stride == (2, 2) else "")
    return type(one).__name__


def _runs(model: nn.Module) -> list[int]:
    """Weight layers from one halving to the next; a convolution that halves is a run of its own but for the first."""
    if isinstance(model, Darknet53):
        runs = [sum(map(_weighty, model.stem.modules()))]
        for stage in model.stages:
            assert isinstance(stage, nn.Sequential)
            halving, *blocks = stage
            runs += [sum(map(_weighty, halving.modules())), sum(_weighty(one) for b in blocks for one in b.modules())]
        runs = [runs[0] + runs[1], *runs[2:]]
        return [*runs, sum(map(_weighty, model.last.modules()))]
    runs = [0]
    for layer in model.children():
        if isinstance(layer, (nn.MaxPool2d, nn.Conv2d)):
            runs.append(0)
        runs[-1] += sum(map(_weighty, layer.modules()))
    return runs
