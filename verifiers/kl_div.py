"""F.kl_div as it is called: which argument is which, what its reductions divide by, what zeros do to it."""

import inspect
import math
import warnings
from typing import Annotated

import torch
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Distribution, Impossible, Int, Mistake, Result, Text, Value, mistake, verifier
from verifiers.distributions import nats, paste, real

# What stands between the brackets of F.kl_div: input, target, log_target.
_CALLS = {
    "log_q, p": ("log_q", "p", False),
    "log_p, q": ("log_p", "q", False),
    "p, log_q": ("p", "log_q", False),
    "p, q": ("p", "q", False),
}
_LOG_CALLS = {
    "log_q, log_p": ("log_q", "log_p", False),
    "log_p, log_q": ("log_p", "log_q", False),
    "log_q, log_p, log_target=True": ("log_q", "log_p", True),
    "log_p, log_q, log_target=True": ("log_p", "log_q", True),
}


@verifier(
    "torch",
    where=["len(p) == len(q)", "p != q"],
    examples=[
        ({"p": [0.3, 0.7], "q": [0.6, 0.4]}, "log_q, p"),
        ({"p": [0.3, 0.7], "q": [0.6, 0.4], "target": "logarithms"}, "log_q, log_p, log_target=True"),
    ],
)
def arguments(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
    target: Annotated[str, Choice("probabilities", "logarithms")] = "probabilities",
) -> Result:
    """Which arguments make F.kl_div return D_KL(P‖Q), where P comes as probabilities or as their logarithms."""
    calls = _CALLS if target == "probabilities" else _LOG_CALLS
    given = {"p": real(p), "q": real(q), "log_p": real(p).log(), "log_q": real(q).log()}
    values = {
        call: F.kl_div(given[first], given[second], reduction="sum", log_target=log_target).item()
        for call, (first, second, log_target) in calls.items()
    }
    wanted = torch.distributions.kl_divergence(
        torch.distributions.Categorical(probs=given["p"]), torch.distributions.Categorical(probs=given["q"])
    ).item()
    agree = [call for call, value in values.items() if math.isclose(value, wanted, rel_tol=1e-5, abs_tol=1e-8)]
    if len(agree) != 1:
        raise Impossible("with these P and Q more than one call gives the same number")
    return Result(
        agree[0],
        steps=[f"D_KL(P‖Q) = {wanted:.4f}", *(f"F.kl_div({call}) = {value:.4f}" for call, value in values.items())],
        mistakes=[
            mistake(call, f"With these numbers it returns {value:.4f}.", f"代入这些数，它返回 {value:.4f}。")
            for call, value in values.items()
        ],
        snippet=paste(
            {"p": p, "q": q},
            "log_p, log_q = p.log(), q.log()",
            "wanted = (p * (log_p - log_q)).sum()",
            "calls = {",
            *(f'    "{call}": F.kl_div({call}, reduction="sum"),' for call in calls),
            "}",
            "print(next(call for call, value in calls.items() if torch.isclose(value, wanted)))",
        ),
        facts={"divergence": wanted},
    )


@verifier("torch", where="len(p) == len(q)", examples=[({"p": [0.3, 0.7], "q": [0.6, 0.4]}, "no log")])
def negative(
    p: Annotated[list[float], Distribution(2, 10, 0.05)],
    q: Annotated[list[float], Distribution(2, 10, 0.05)],
) -> Result:
    """Which slip makes F.kl_div of two distributions negative: no log, swapped, mean or log target."""
    above, below = real(p), real(q)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch advises against 'mean'; that is what is asked about
        values = {
            "no log": F.kl_div(below, above, reduction="sum").item(),
            "swapped": F.kl_div(above.log(), below, reduction="sum").item(),
            "mean": F.kl_div(below.log(), above, reduction="mean").item(),
            "log target": F.kl_div(below.log(), above.log(), reduction="sum").item(),
        }
    calls = ("q, p", "log_p, q", 'log_q, p, reduction="mean"', "log_q, log_p")
    negative = [slip for slip, value in values.items() if value < 0]
    if len(negative) != 1:
        raise Impossible("with these P and Q it is not one slip alone")
    return Result(
        negative[0],
        steps=[f"F.kl_div({call}) = {value:.4f}" for call, value in zip(calls, values.values(), strict=True)],
        mistakes=[
            mistake(
                slip,
                f"That gives {value:.4f} here, not a negative number.",
                f"这种写法在这里得到 {value:.4f}，不是负数。",
            )
            for slip, value in values.items()
        ],
        snippet=paste(
            {"p": p, "q": q},
            "values = {",
            '    "no log": F.kl_div(q, p, reduction="sum"),',
            '    "swapped": F.kl_div(p.log(), q, reduction="sum"),',
            '    "mean": F.kl_div(q.log(), p, reduction="mean"),',
            '    "log target": F.kl_div(q.log(), p.log(), reduction="sum"),',
            "}",
            "print(next(slip for slip, value in values.items() if value < 0))",
        ),
        facts={"loss": values["no log"], "divergence": nats(p, q)},
    )


@verifier("torch")
def default_reduction() -> Result:
    """How F.kl_div reduces its entries when it isn't told."""
    value = inspect.signature(F.kl_div).parameters["reduction"].default
    return Result(
        value,
        mistakes=[
            mistake(
                "batchmean",
                "That is the one that matches the mathematics; torch has announced it, but not made it the default.",
                "batchmean 才符合数学定义；torch 只是预告要改成它，目前还不是默认值。",
            ),
            mistake("sum", "It isn't summed: torch averages by default.", "默认不是求和，torch 默认取平均。"),
            mistake(
                "none", "That keeps every entry; a loss needs one number.", "none 会保留每个元素；损失需要的是一个数。"
            ),
        ],
        snippet="import inspect\nimport torch.nn.functional as F\n\n"
        'print(inspect.signature(F.kl_div).parameters["reduction"].default)',
    )


@default_reduction.second_way
def _reduction_by_result() -> str:
    p, log_q = torch.full((2, 3), 1 / 3), torch.tensor([[0.5, 0.25, 0.25]] * 2).log()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = F.kl_div(log_q, p)
        return next(one for one in ("sum", "mean", "batchmean") if F.kl_div(log_q, p, reduction=one) == found)


@verifier(
    "torch",
    examples=[
        ({"rows": 32, "classes": 10}, 320),
        ({"rows": 32, "classes": 10, "reduction": "batchmean"}, 32),
        ({"rows": 0, "classes": 10, "reduction": "batchmean"}, 10),
        ({"rows": 32, "classes": 10, "reduction": "sum"}, 1),
    ],
)
def divisor(
    rows: Annotated[int, Int(0, 4096, often=(0, 16, 32, 64, 128, 256))],
    classes: Annotated[int, Int(2, 1000, often=(2, 3, 5, 10, 100, 1000))],
    reduction: Annotated[str, Choice("default", "mean", "batchmean", "sum")] = "default",
) -> Result:
    """What F.kl_div divides the sum of its entries by, for tensors (rows, classes); for (classes,) where rows is 0."""
    shape = (rows, classes) if rows else (classes,)
    log_q = torch.arange(math.prod(shape)).sin().reshape(shape).log_softmax(-1)
    p = torch.full(shape, 1 / classes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asked = F.kl_div(log_q, p) if reduction == "default" else F.kl_div(log_q, p, reduction=reduction)
    total = F.kl_div(log_q, p, reduction="sum")
    value = round((total / asked).item())
    named = "" if reduction == "default" else f', reduction="{reduction}"'
    return Result(
        value,
        steps=[f"sum = {total.item():.6g}", f"F.kl_div(log_q, p{named}) = {asked.item():.6g}"],
        mistakes=[
            *([mistake(rows, "That counts the rows only.", "这只数了行数。")] if rows else []),
            mistake(math.prod(shape), "That counts every element.", "这把每个元素都数进去了。"),
            mistake(classes, "That counts the classes only.", "这只数了类别数。"),
            mistake(
                1,
                'Then it would be the sum; only reduction="sum" leaves it undivided.',
                '那就成了总和；只有 reduction="sum" 才不做除法。',
            ),
        ],
        snippet="import torch\nimport torch.nn.functional as F\n\n"
        f"log_q = torch.arange({math.prod(shape)}).sin().reshape({shape}).log_softmax(-1)\n"
        f"p = torch.full({shape}, 1 / {classes})\n"
        'total = F.kl_div(log_q, p, reduction="sum")\n'
        f"print(round((total / F.kl_div(log_q, p{named})).item()))",
    )


@verifier(
    "torch",
    examples=[
        ({"target": 0.0, "probability": 0.0}, "nan"),
        ({"target": 0.5, "probability": 0.0}, "inf"),
        ({"target": 0.0, "probability": 0.5}, "0.0"),
    ],
)
def entry(
    target: Annotated[float, Choice(0.0, 0.5)],
    probability: Annotated[float, Choice(0.0, 0.5)],
    log_target: Annotated[bool, Choice(True, False)] = False,
) -> Result:
    """What one entry of F.kl_div is where a probability may be 0, as it prints: 0.0, inf, nan or a number."""
    first, second = real([probability]).log(), real([target])
    given = second.log() if log_target else second
    value = str(F.kl_div(first, given, reduction="none", log_target=log_target).item())
    named = ", log_target=True" if log_target else ""
    logged = ".log()" if log_target else ""
    return Result(
        value,
        steps=[
            f"input  = log({probability:g}) = {first.item():g}",
            f"target = {f'log({target:g}) = ' if log_target else ''}{given.item():g}",
            f"F.kl_div = {value}",
        ],
        mistakes=[
            mistake(
                "0.0",
                "Mathematics counts 0 · log 0 as 0; in floating point 0 times an infinity is nan.",
                "数学上规定 0 · log 0 = 0；但浮点数里 0 乘无穷大是 nan。",
            ),
            mistake(
                "inf",
                "For infinity the target would have to be above 0 where Q is 0.",
                "要得到无穷大，必须是 Q 为 0 而 target 大于 0。",
            ),
            *([] if log_target else [_nan(target)]),
        ],
        snippet="import torch\nimport torch.nn.functional as F\n\n"
        f"q, p = torch.tensor({probability}), torch.tensor({target})\n"
        f'print(F.kl_div(q.log(), p{logged}, reduction="none"{named}).item())',
    )


def _nan(target: float) -> Mistake:
    if target:
        return mistake(
            "nan",
            "A positive target times log 0 = −inf is a plain infinity.",
            "正的 target 乘以 log 0 = −inf，就是无穷大。",
        )
    return mistake(
        "nan",
        "torch takes x · log x as 0 at x = 0, and log Q is finite here.",
        "torch 在 x = 0 处取 x · log x = 0，而这里 log Q 是有限的。",
    )


@verifier(
    "torch",
    examples=[
        ({"loss": "kl_div", "rows": 32, "classes": 10}, [32, 10]),
        ({"loss": "cross_entropy", "rows": 32, "classes": 10}, [32]),
    ],
)
def unreduced_shape(
    loss: Annotated[str, Choice("kl_div", "cross_entropy")],
    rows: Annotated[int, Int(1, 1024, often=(16, 32, 64, 128))],
    classes: Annotated[int, Int(2, 1000, often=(10, 21, 80, 100, 1000))],
) -> Result:
    """The shape that F.kl_div or F.cross_entropy returns for (rows, classes) tensors with reduction="none"."""
    log_q, p = torch.zeros(rows, classes).log_softmax(-1), torch.full((rows, classes), 1 / classes)
    function = F.kl_div if loss == "kl_div" else F.cross_entropy
    shape: list[Value] = list(function(log_q, p, reduction="none").shape)
    return Result(
        shape,
        steps=[
            f"log_q: ({rows}, {classes}), p: ({rows}, {classes})",
            Text(
                f"F.{loss} adds up over the classes: {'no' if loss == 'kl_div' else 'yes'}",
                f"F.{loss} 是否沿类别求和：{'否' if loss == 'kl_div' else '是'}",
            ),
            f'F.{loss}(log_q, p, reduction="none"): {tuple(shape)}',
        ],
        mistakes=[
            mistake([rows], "That is cross_entropy's: one number a row.", "这是 cross_entropy 的形状：每行一个数。"),
            mistake(
                [rows, classes], "That is kl_div's: it leaves every entry.", "这是 kl_div 的形状：每个元素都保留。"
            ),
            mistake([], "That is after a reduction.", "那是做过 reduction 之后的形状。"),
        ],
        snippet="import torch\nimport torch.nn.functional as F\n\n"
        f"log_q = torch.zeros({rows}, {classes}).log_softmax(-1)\n"
        f"p = torch.full(({rows}, {classes}), 1 / {classes})\n"
        f'print(list(F.{loss}(log_q, p, reduction="none").shape))',
    )
