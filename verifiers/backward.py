"""What small programs print that go backwards: once, twice, from one number or from many, before and after."""

import ast
from collections.abc import Callable
from typing import Annotated

from quizapp.authoring import Choice, Code, Int, Mistake, Result, Text, verifier
from verifiers.dual_numbers import Torch
from verifiers.execution import execute
from verifiers.gradients import shown

Number = Annotated[int, Int(0, 999)]
Backward = Annotated[
    str,
    Choice(
        "loss.backward()",
        "loss.backward(retain_graph=True)",
        "loss.sum().backward()",
        "loss.mean().backward()",
        "loss.backward(torch.ones_like(loss))",
    ),
]


@verifier("torch", limit_s=5.0)
def prints(code: Annotated[str, Code()], a: Number = 0, b: Number = 0, line: Backward = "loss.backward()") -> Result:
    """What a program with gradients prints; an error counts as its type's name. a, b and line only fill it in."""
    ran = execute(code)
    printed = shown(ran)
    mistakes: dict[str, Mistake] = {}
    for rewrite, text in _BELIEFS:
        tree = ast.parse(code)
        if rewrite(tree):
            believed = shown(execute(ast.unparse(ast.fix_missing_locations(tree))))
            if believed != printed:
                mistakes.setdefault(believed, Mistake(believed, text))
    said = str(ran.error).partition(".")[0] if ran.error else ""
    return Result(
        printed,
        steps=[f"{type(ran.error).__name__}: {said}"] if ran.error else printed.splitlines(),
        mistakes=list(mistakes.values()),
        snippet=code.rstrip(),
    )


@prints.second_way
def _prints_by_dual_numbers(code: str, a: int = 0, b: int = 0, line: str = "") -> str:
    return shown(execute(code.replace("import torch\n", ""), torch=Torch()))


def _forward_makes(tree: ast.Module) -> bool:
    """The first line that mentions backward() has run when the loss was there already."""
    for at, node in enumerate(tree.body):
        if _is_backward(node):
            tree.body.insert(1 + _line_of(tree, "loss"), tree.body.pop(at))
            return True
    return False


def _replaces(tree: ast.Module) -> bool:
    """backward() puts its gradient in the place of the old one."""
    return _before_backward(tree, "weight.grad = None")


def _keeps_graph(tree: ast.Module) -> bool:
    """A graph can be gone through any number of times."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "backward":
            node.keywords = [ast.keyword("retain_graph", ast.Constant(True))]
    return True


def _adds_up(tree: ast.Module) -> bool:
    """backward() adds up, or a mean is as good as a sum."""
    return _replaced(tree, "loss.mean()", "loss.sum()") or _replaced(tree, "loss.backward()", "loss.sum().backward()")


def _averages(tree: ast.Module) -> bool:
    """backward() averages over the samples."""
    return any(
        _replaced(tree, one, "loss.mean().backward()")
        for one in ("loss.backward()", "loss.sum().backward()", "loss.backward(torch.ones_like(loss))")
    )


def _whole(tree: ast.Module) -> bool:
    """A number without a fraction prints without its point."""
    return _replaced(tree, "weight.grad.item()", "int(weight.grad.item())")


def _raises(tree: ast.Module) -> bool:
    """Whatever this is, torch refuses it."""
    tree.body[-1:] = ast.parse("raise RuntimeError").body
    return True


_BELIEFS: tuple[tuple[Callable[[ast.Module], bool], Text], ...] = (
    (
        _forward_makes,
        Text(
            "The forward pass makes no gradients, it only notes how to compute them; backward() makes them.",
            "前向传播不产生梯度，只记下怎样求；梯度是 backward() 产生的。",
        ),
    ),
    (
        _replaces,
        Text(
            "backward() adds to the gradient that is there, it doesn't replace it.",
            "backward() 会加到已有的梯度上，而不是替换它。",
        ),
    ),
    (
        _keeps_graph,
        Text(
            "The first backward() frees what the graph had saved; a second needs retain_graph=True.",
            "第一次 backward() 会释放计算图保存的中间值；再来一次需要 retain_graph=True。",
        ),
    ),
    (
        _adds_up,
        Text(
            "Only an explicit sum() adds up over the samples; mean() divides, and a bare loss is refused.",
            "只有写了 sum() 才是对样本求和；mean() 还要除以个数，什么都不写则会报错。",
        ),
    ),
    (
        _averages,
        Text("Nothing averages here unless mean() is written.", "不写 mean() 就不会取平均。"),
    ),
    (
        _whole,
        Text(
            "The number is right, but item() gives a float here, and print() shows its .0.",
            "数值没错，但这里 item() 得到的是浮点数，print() 会带上 .0。",
        ),
    ),
    (
        _raises,
        Text(
            "torch accepts this: it has one number, or is told how to weigh several, and the graph is still there.",
            "torch 接受这种写法：要么是标量，要么给了权重，而且计算图还在。",
        ),
    ),
)


def _is_backward(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and ".backward(" in ast.unparse(node)


def _line_of(tree: ast.Module, name: str) -> int:
    """Where `name` is assigned to first."""
    return next(
        at for at, node in enumerate(tree.body) if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    )


def _before_backward(tree: ast.Module, line: str) -> bool:
    for at, node in reversed(list(enumerate(tree.body))):
        if _is_backward(node):
            tree.body[at:at] = ast.parse(line).body
    return True


def _replaced(tree: ast.Module, old: str, new: str) -> bool:
    source = ast.unparse(tree)
    if old not in source:
        return False
    tree.body = ast.parse(source.replace(old, new)).body
    return True
