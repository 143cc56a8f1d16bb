"""Convolutions that the learner makes up for a number of parameters: any that has them is right."""

from collections.abc import Mapping
from typing import Annotated

import torch
from torch import nn

from quizapp.authoring import Attempt, Impossible, Int, Result, attempt, verifier


@verifier(
    "torch",
    where="count % groups == 0",
    examples=[
        ({"count": 1792, "groups": 1}, "channels=3 filters=64 kernel=3"),
        ({"count": 320, "groups": 2}, "channels=2 filters=32 kernel=3"),
    ],
)
def with_parameters(
    count: Annotated[int, Int(10, 1000000, often=(320, 640, 1792, 9472, 36928))],
    groups: Annotated[int, Int(1, 64, often=(1, 2, 4))],
) -> Result:
    """Channels, filters and a kernel above 1 with which nn.Conv2d(…, groups=groups) has so many parameters."""
    for kernel, filters in (
        (k, f) for k in (3, 5, 7, 2, 4, 6) for f in range(min(count, 512) // groups * groups, 0, -groups)
    ):
        each, left = divmod(count, filters)
        share, odd = divmod(each - 1, kernel * kernel)
        if not left and not odd and share and share * groups <= 1024:
            break
    else:
        raise Impossible(f"no small convolution has {count} parameters in {groups} groups")
    channels = share * groups
    has = _count(channels, filters, kernel, groups)
    return Result(
        f"channels={channels} filters={filters} kernel={kernel}",
        steps=[f"({kernel} · {kernel} · {channels} / {groups} + 1) · {filters} = {has}"],
        snippet="from torch import nn\n\n"
        f"conv = nn.Conv2d({channels}, {filters}, {kernel}, groups={groups})\n"
        "print(sum(p.numel() for p in conv.parameters()))",
        facts={"has": has, "each": has // filters},
    )


@with_parameters.attempt
def has_parameters(answer: Mapping[str, int], count: int, groups: int) -> Attempt:
    """Builds the learner's layer and counts."""
    channels, filters, kernel = answer["channels"], answer["filters"], answer["kernel"]
    try:
        has = _count(channels, filters, kernel, groups)
    except ValueError as error:
        return attempt(False, en=f"torch refuses that layer: {error}.", zh=f"torch 拒绝这一层：{error}。")
    each = channels // groups * kernel * kernel
    return attempt(
        has == count,
        en=f"{filters} filters of {each} weights and a bias have {has} parameters; {count} are wanted.",
        zh=f"{filters} 个卷积核，每个 {each} 个权重加 1 个偏置，共 {has} 个参数；要求是 {count} 个。",
    )


def _count(channels: int, filters: int, kernel: int, groups: int) -> int:
    with torch.device("meta"):
        return sum(one.numel() for one in nn.Conv2d(channels, filters, kernel, groups=groups).parameters())
