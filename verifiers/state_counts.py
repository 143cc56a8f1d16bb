"""How many tensors and how many numbers parameters() and state_dict() hold, counted in real modules."""

from collections.abc import Mapping
from typing import Annotated

from torch import nn

from quizapp.authoring import Attempt, Choice, Int, Result, Text, Value, attempt, mistake, verifier
from verifiers.execution import execute

Blocks = Annotated[int, Int(1, 50, often=(2, 3, 4))]
Channels = Annotated[int, Int(1, 1024, often=(16, 32, 64))]
Bias = Annotated[bool, Choice(True, False)]


@verifier("torch", shapes_only=True)
def entries(blocks: Blocks, bias: Bias, channels: Channels = 16) -> Result:
    """How many tensors parameters() and state_dict() hold for blocks of a convolution, a BatchNorm and a ReLU."""
    net = nn.Sequential(*(_block(channels, bias) for _ in range(blocks)))
    value: list[Value] = [len(list(net.parameters())), len(net.state_dict())]
    each = [len(list(net[0].parameters())), len(net[0].state_dict())]
    return Result(
        value,
        steps=[
            Text(
                f"parameters of a block: {', '.join(dict(net[0].named_parameters()))}",
                f"一个块的参数：{'、'.join(dict(net[0].named_parameters()))}",
            ),
            Text(
                f"buffers of a block: {', '.join(dict(net[0].named_buffers()))}",
                f"一个块的缓冲区：{'、'.join(dict(net[0].named_buffers()))}",
            ),
            f"{blocks} · {each[0]} = {value[0]}, {blocks} · {each[1]} = {value[1]}",
        ],
        mistakes=[
            mistake(
                [value[0], value[0]],
                "BatchNorm's running_mean, running_var and num_batches_tracked are in the state_dict too.",
                "state_dict 里还有 BatchNorm 的 running_mean、running_var 和 num_batches_tracked。",
            ),
            mistake(
                [value[0], blocks * (each[1] - 1)],
                "num_batches_tracked is an entry as well.",
                "num_batches_tracked 也算一项。",
            ),
            mistake([value[1], value[0]], "The two are swapped.", "两个数写反了。"),
        ],
        facts={"parameters": each[0], "saved": each[1]},
    )


@entries.second_way
def _entries_by_hand(blocks: int, bias: bool, channels: int = 16) -> list[int]:
    return [blocks * (1 + bias + 2), blocks * (1 + bias + 5)]


@verifier("torch", shapes_only=True)
def surplus(blocks: Blocks, channels: Channels) -> Result:
    """How many numbers more the state_dict of such blocks holds than their parameters."""
    net = nn.Sequential(*(_block(channels, False) for _ in range(blocks)))
    saved = sum(one.numel() for one in net.state_dict().values())
    learnt = sum(one.numel() for one in net.parameters())
    value = saved - learnt
    return Result(
        value,
        steps=[
            f"BatchNorm2d({channels}): running_mean {channels}, running_var {channels}, num_batches_tracked 1",
            f"{blocks} · (2 · {channels} + 1) = {value}",
        ],
        mistakes=[
            mistake(
                blocks * 2 * channels,
                "Each BatchNorm has num_batches_tracked besides, one number more.",
                "每个 BatchNorm 还有 num_batches_tracked，多一个数。",
            ),
            mistake(
                3 * blocks,
                "Those are the entries; two of them hold a number for each channel.",
                "这是条目数；其中两项每个通道各有一个数。",
            ),
            mistake(
                blocks * (4 * channels + 1),
                "BatchNorm's weight and bias are parameters, so both sides have them.",
                "BatchNorm 的 weight 和 bias 是参数，两边都有。",
            ),
            mistake(0, "The state_dict holds the buffers too.", "state_dict 里还有缓冲区。"),
        ],
        snippet=_SURPLUS.format(blocks=blocks, channels=channels),
        facts={"saved": saved, "learnt": learnt},
    )


@surplus.second_way
def _surplus_by_hand(blocks: int, channels: int) -> int:
    return blocks * (2 * channels + 1)


@verifier("torch")
def tied(
    vocabulary: Annotated[int, Int(2, 20000, often=(1000, 10000))],
    width: Annotated[int, Int(1, 256, often=(64, 100, 128))],
    bias: Bias,
) -> Result:
    """How many numbers parameters() and state_dict() hold of an embedding and an output layer that share a weight."""
    embed, out = nn.Embedding(vocabulary, width), nn.Linear(width, vocabulary, bias=bias)
    out.weight = embed.weight
    net = nn.ModuleList([embed, out])
    once = sum(one.numel() for one in net.parameters())
    twice = sum(one.numel() for one in net.state_dict().values())
    table = vocabulary * width
    value: list[Value] = [once, twice]
    return Result(
        value,
        steps=[
            f"parameters(): {f'{table} + {vocabulary} = ' if bias else ''}{once}",
            f"state_dict(): {', '.join(net.state_dict())}: 2 · {table}{f' + {vocabulary}' if bias else ''} = {twice}",
        ],
        mistakes=[
            mistake(
                [twice, twice],
                "parameters() gives a tensor once, however many names it has.",
                "一个张量不管有几个名字，parameters() 只给一次。",
            ),
            mistake(
                [once, once],
                "The state_dict goes by names, and the shared weight has two.",
                "state_dict 按名字来，共享的权重有两个名字。",
            ),
            mistake([twice, once], "The two are swapped.", "两个数写反了。"),
        ],
        facts={"table": table},
    )


@tied.second_way
def _tied_by_hand(vocabulary: int, width: int, bias: bool) -> list[int]:
    table, extra = vocabulary * width, vocabulary * bias
    return [table + extra, 2 * table + extra]


@verifier("torch")
def again(
    how: Annotated[
        str,
        Choice(
            "net.parameters()",
            "net.named_parameters()",
            "list(net.parameters())",
            "net.state_dict()",
            "net.state_dict().values()",
        ),
    ],
    layers: Annotated[int, Int(1, 20)],
    bias: Bias = True,
) -> Result:
    """What two counts of the same thing print, one after the other: `4 0` or `4 4`."""
    program = _AGAIN.format(how=how, layers=layers, bias=bias)
    value = execute(program).printed
    full = layers * (1 + bias)
    return Result(
        value,
        steps=[
            Text(
                f"{layers} layers, tensors in each: {1 + bias}; {full} in all",
                f"{layers} 层，每层 {1 + bias} 个张量，共 {full} 个",
            )
        ],
        mistakes=[
            mistake(
                f"{full} {full}" if value.endswith(" 0") else f"{full} 0",
                "A generator is empty once it has been gone through; a list or a dict is not.",
                "生成器遍历一次就空了；列表和字典不会。",
            ),
            *(
                mistake(
                    one,
                    "Tensors are counted, not layers: each layer has a weight and a bias.",
                    "数的是张量，不是层：每层有 weight 和 bias 两个。",
                )
                for one in (f"{layers} {layers}", f"{layers} 0")
            ),
        ],
        snippet=program,
        facts={"full": full},
    )


@again.second_way
def _again_by_hand(how: str, layers: int, bias: bool = True) -> str:
    full = layers * (1 + bias)
    return f"{full} {0 if how in ('net.parameters()', 'net.named_parameters()') else full}"


@verifier(
    "torch",
    shapes_only=True,
    examples=[({"total": 650}, [64, 10]), ({"total": 4}, [1, 2]), ({"total": 7}, [6, 1])],
)
def exactly(total: Annotated[int, Int(4, 10000, often=(650, 1290, 5130))]) -> Result:
    """The sides of an nn.Linear with bias whose state_dict holds exactly `total` numbers, as one example of many."""
    outputs = next(one for one in range(10, 0, -1) if total % one == 0 and total // one >= 2)
    value: list[Value] = [total // outputs - 1, outputs]
    return Result(
        value,
        steps=[f"({value[0]} + 1) · {outputs} = {total}"],
        facts={"inputs": value[0], "outputs": outputs},
    )


@exactly.attempt
def holds(answer: Mapping[str, int], total: int) -> Attempt:
    """Builds the learner's layer and counts its state_dict."""
    inputs, outputs = answer["inputs"], answer["outputs"]
    kept = nn.Linear(inputs, outputs).state_dict()
    weight, bias = kept["weight"].numel(), kept["bias"].numel()
    return attempt(
        weight + bias == total,
        en=f"nn.Linear({inputs}, {outputs}) holds {weight} in its weight and {bias} in its bias: {weight + bias}.",
        zh=f"nn.Linear({inputs}, {outputs}) 的 weight 有 {weight} 个数，bias 有 {bias} 个，共 {weight + bias} 个。",
    )


_SURPLUS = """\
from torch import nn

def block():
    return nn.Sequential(nn.Conv2d({channels}, {channels}, 3, bias=False), nn.BatchNorm2d({channels}), nn.ReLU())

net = nn.Sequential(*[block() for _ in range({blocks})])
saved = sum(one.numel() for one in net.state_dict().values())
print(saved - sum(one.numel() for one in net.parameters()))"""

_AGAIN = """\
from torch import nn

net = nn.Sequential(*[nn.Linear(8, 8, bias={bias}) for _ in range({layers})])
found = {how}
print(len(list(found)), len(list(found)))"""


def _block(channels: int, bias: bool) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1, bias=bias), nn.BatchNorm2d(channels), nn.ReLU())
