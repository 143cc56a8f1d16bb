"""What models cost: parameters and operations, counted on the meta device, against the errors they make."""

from typing import Annotated

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from quizapp.authoring import Choice, Result, Text, mistake, verifier
from verifiers.error_rates import entry, rate
from verifiers.metadata_source import figure
from verifiers.zoo import META, build, count

# Without those that also build auxiliary classifiers.
Plain = Annotated[
    str,
    Choice(
        "alexnet",
        "vgg11",
        "vgg13",
        "vgg16",
        "vgg19",
        "vgg11_bn",
        "vgg13_bn",
        "vgg16_bn",
        "vgg19_bn",
        "resnet18",
        "resnet34",
        "resnet50",
        "squeezenet1_0",
        "squeezenet1_1",
        "densenet121",
        "shufflenet_v2_x1_0",
        "mobilenet_v2",
        "resnext50_32x4d",
        "wide_resnet50_2",
        "mnasnet1_0",
    ),
]


@verifier("torchvision", where="first != second")
def widest_gap(first: Plain, second: Plain) -> Result:
    """In what two models differ most, in proportion: `error`, `parameters`, `operations`; counted on meta."""
    errors = rate(first), rate(second)
    networks = build(first).eval(), build(second).eval()
    amounts = count(networks[0]), count(networks[1])
    operations = _operations(networks[0]), _operations(networks[1])
    measured: dict[str, tuple[float, float]] = {"error": errors, "parameters": amounts, "operations": operations}
    gaps = {name: max(one / other, other / one) for name, (one, other) in measured.items()}
    value = max(gaps, key=lambda name: gaps[name])
    steps = [
        Text(f"error: {errors[0]:g} %, {errors[1]:g} %", f"错误率：{errors[0]:g}%、{errors[1]:g}%"),
        Text(f"parameters: {amounts[0]:,}, {amounts[1]:,}", f"参数量：{amounts[0]:,}、{amounts[1]:,}"),
        Text(
            "operations: {:.2f} G, {:.2f} G".format(*(one / 1e9 for one in operations)),
            "运算量：{:.2f} G、{:.2f} G".format(*(one / 1e9 for one in operations)),
        ),
    ]
    return Result(
        value,
        steps=steps,
        mistakes=[
            mistake(name, f"That differs by a factor of {gap:.2f}.", f"这一项只相差 {gap:.2f} 倍。")
            for name, gap in gaps.items()
            if name != value
        ],
        facts={
            "errors": "{:g} / {:g}".format(*errors),
            "amounts": "{:.2f} / {:.2f}".format(*(one / 1e6 for one in amounts)),
            "giga": "{:.2f} / {:.2f}".format(*(one / 1e9 for one in operations)),
            "factor": f"{gaps[value]:.2f}",
        },
    )


@widest_gap.second_way
def _widest_by_metadata(first: str, second: str) -> str:
    old, new = entry(first).meta, entry(second).meta
    gaps = {
        "error": (100 - figure(first, "IMAGENET1K_V1", "acc@1")) / (100 - figure(second, "IMAGENET1K_V1", "acc@1")),
        "parameters": old["num_params"] / new["num_params"],
        "operations": old["_ops"] / new["_ops"],
    }
    return max(gaps, key=lambda name: max(gaps[name], 1 / gaps[name]))


def _operations(network: nn.Module) -> int:
    """Multiplications of convolutions and matrix products for one image of 224 × 224."""
    with META, torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, 3, 224, 224))
    return int(counter.get_total_flops()) // 2
