"""Finding models of timm by a pattern of their names."""

import fnmatch
import re
from collections.abc import Mapping
from typing import Annotated, Any

import timm

from quizapp.authoring import Attempt, Choice, Result, Text, Value, attempt, mistake, verifier

# Names that a pattern is tried on; each is an architecture of timm.
NAMES = ("resnet50", "resnet50d", "seresnet50", "wide_resnet50_2", "resnet101", "resnext50_32x4d")


@verifier("timm")
def found(
    pattern: Annotated[
        str,
        Choice(
            "resnet50",
            "resnet50*",
            "*resnet50",
            "*resnet50*",
            "resnet*",
            "resnet50?",
            "resnet???",
            "*50*",
            "resne[tx]*",
            "resnet[0-9]*",
            "*50",
            "RESNET50",
        ),
    ],
) -> Result:
    """Which of six names timm.list_models finds for a pattern."""
    listed = timm.list_models(pattern)
    value: list[Value] = [name for name in NAMES if name in listed]
    return Result(
        value,
        steps=[
            Text(
                f"{len(listed)} of {len(timm.list_models())} architectures fit",
                f"{len(timm.list_models())} 个架构中有 {len(listed)} 个符合",
            )
        ],
        mistakes=[
            mistake(
                [name for name in NAMES if fnmatch.fnmatchcase(name, f"*{pattern}*")],
                "A pattern must fit the whole name; without a * at an end nothing may stand there.",
                "通配符要匹配整个名称；某一端没有 *，那一端就不能多出字符。",
            ),
            mistake(
                [name for name in NAMES if fnmatch.fnmatchcase(name, f"{pattern}*")],
                "Without a * at its end the pattern says how a name ends, too.",
                "末尾没有 *，结尾也必须对上。",
            ),
        ],
        facts={"count": len(listed)},
    )


@found.second_way
def _found_by_expression(pattern: str) -> list[str]:
    """The pattern read as a regular expression for the whole name; brackets mean the same in both."""
    expression = re.compile(pattern.replace("*", ".*").replace("?", "."))
    return [name for name in NAMES if expression.fullmatch(name)]


@verifier(
    "timm",
    examples=[({"ends": ["vgg", "_bn"]}, 'pattern = "vgg*_bn"'), ({"ends": ["swin", "384"]}, 'pattern = "swin*384"')],
)
def pattern_for(
    ends: Annotated[
        list[str],
        Choice(
            ["resnet", "d"],
            ["vit", "224"],
            ["vit", "384"],
            ["swin", "224"],
            ["swin", "384"],
            ["convnext", "tiny"],
            ["convnext", "large"],
            ["mobilenet", "100"],
            ["deit", "224"],
            ["vgg", "_bn"],
            ["eva02", "224"],
        ),
    ],
) -> Result:
    """A pattern for the models whose names begin and end as asked, as one example of many."""
    wanted = _wanted(ends)
    return Result(
        f'pattern = "{ends[0]}*{ends[1]}"',
        steps=[Text(f"{len(wanted)} names, among them {wanted[0]}", f"{len(wanted)} 个，例如 {wanted[0]}")],
        facts={"count": len(wanted), "example": wanted[0]},
    )


@pattern_for.attempt
def finds(answer: Mapping[str, Any], ends: list[str]) -> Attempt:
    """Asks timm with the learner's pattern."""
    pattern = answer.get("pattern")
    if not isinstance(pattern, str):
        return attempt(False, en="There is no text called pattern.", zh="没有名为 pattern 的字符串。")
    listed, wanted = timm.list_models(pattern), _wanted(ends)
    missing = [name for name in wanted if name not in listed]
    extra = [name for name in listed if name not in wanted]
    if missing:
        return attempt(
            False,
            en=f"It finds {len(listed)} of timm's names, and {missing[0]} isn't among them.",
            zh=f"找到 {len(listed)} 个，其中没有 {missing[0]}。",
        )
    if extra:
        return attempt(False, en=f"It finds {extra[0]} as well.", zh=f"把 {extra[0]} 也找出来了。")
    return attempt(True, en=f"It finds just these {len(wanted)}.", zh=f"恰好找到这 {len(wanted)} 个。")


def _wanted(ends: list[str]) -> list[str]:
    start, end = ends
    return [name for name in timm.list_models() if name.startswith(start) and name.endswith(end)]
