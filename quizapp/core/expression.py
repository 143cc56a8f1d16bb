"""Small expressions that decks and verifiers state as data: `kernel <= width + 2 * padding`.

They are read with `ast` and walked, never compiled or executed, and every operation is bounded, so an expression
from a foreign deck can neither reach the interpreter nor use it up.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_LONGEST = 2_000
_DEEPEST = 100
_LARGEST = 10**30
_MOST_DIGITS = 30

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBERLIKE = re.compile(r"(?<![\w.])\.?\d[\w.]*")
_NUMBER = re.compile(r"(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE]\d*)?")

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


def _round(number: float, digits: int | None = None) -> float:
    if digits is not None and abs(digits) > _MOST_DIGITS:  # round(1, -10**9) would compute ten to that power
        raise ValueError(f"'round' takes at most {_MOST_DIGITS} digits")
    return round(number, digits)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "min": min, "max": max, "sum": sum, "len": len, "round": _round, "int": int, "float": float,
    "floor": math.floor, "ceil": math.ceil, "log": math.log, "log2": math.log2, "exp": math.exp, "sqrt": math.sqrt,
}  # fmt: skip


class ExpressionError(ValueError):
    """An expression that can't be read, or can't be evaluated with these values."""


@lru_cache(maxsize=4096)
def parse(source: str) -> ast.expr:
    """The tree of `source`. Raises ExpressionError where it uses anything but arithmetic, comparison and logic."""
    if len(source) > _LONGEST:
        raise ExpressionError("the expression is too long")
    # What Python reads with a warning on stderr is refused before it is asked: backslashes, numbers like `1if`.
    numbers = _NUMBERLIKE.findall(_QUOTED.sub("''", source))
    try:
        if "\\" in source or not all(_NUMBER.fullmatch(number) for number in numbers):
            raise ValueError
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"'{_shown(source)}' is not an expression") from None
    _check(tree, source)
    return tree


def _check(tree: ast.expr, source: str) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(_DEEPEST):
        for node in level:
            match node:
                case ast.Call(ast.Name(name), keywords=[]) if name in _FUNCTIONS:
                    pass
                case ast.Call():
                    raise ExpressionError(
                        f"'{_shown(source)}' calls what can't be called here; there are {', '.join(sorted(_FUNCTIONS))}"
                    )
                case ast.Constant(value) if type(value) not in (bool, int, float, str):
                    raise ExpressionError(f"'{_shown(source)}' may hold numbers, text and truth values only")
                case _ if not isinstance(node, _ALLOWED):
                    raise ExpressionError(
                        f"'{_shown(source)}' may use arithmetic, comparison, 'and', 'or' and 'if … else' only"
                    )
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise ExpressionError(f"'{_shown(source)}' is nested too deeply")


def _shown(source: str) -> str:
    text = source.strip()
    return text if len(text) <= 80 else text[:79] + "…"


_ALLOWED = (
    ast.Name, ast.Load, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Subscript,
    ast.List, ast.Tuple, ast.Call, ast.And, ast.Or, *_BINARY, *_UNARY, *_COMPARE,
)  # fmt: skip


def names(source: str) -> frozenset[str]:
    """The parameters that `source` speaks of. Raises ExpressionError as `parse` does."""
    tree = parse(source)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called)


def evaluate(source: str, values: Mapping[str, Any]) -> Any:
    """The value of `source` where its names stand for `values`. Raises ExpressionError, for any failure."""
    try:
        return _walk(parse(source), values)
    except ExpressionError:
        raise
    except KeyError as error:
        raise ExpressionError(f"'{_shown(source)}' speaks of {error}, which is not a parameter here") from None
    except (ArithmeticError, ValueError, TypeError, IndexError, RecursionError) as error:
        raise ExpressionError(f"'{_shown(source)}' can't be computed: {error}") from None


def _walk(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return values[name]
        case ast.BinOp(left, op, right):
            return _bounded(op, _walk(left, values), _walk(right, values))
        case ast.UnaryOp(op, operand):
            return _UNARY[type(op)](_walk(operand, values))
        case ast.BoolOp(ast.And(), parts):
            return all(_walk(part, values) for part in parts)
        case ast.BoolOp(ast.Or(), parts):
            return any(_walk(part, values) for part in parts)
        case ast.Compare(left, ops, comparators):
            value = _walk(left, values)
            for comparison, comparator in zip(ops, comparators, strict=True):
                other = _walk(comparator, values)
                if not _COMPARE[type(comparison)](value, other):
                    return False
                value = other
            return True
        case ast.IfExp(test, body, orelse):
            return _walk(body if _walk(test, values) else orelse, values)
        case ast.Subscript(value, index):
            return _walk(value, values)[_walk(index, values)]
        case ast.List(items) | ast.Tuple(items):
            return [_walk(item, values) for item in items]
        case ast.Call(ast.Name(name), args):
            return _small(_FUNCTIONS[name](*(_walk(arg, values) for arg in args)))
    raise ExpressionError("that can't be used here")


def _bounded(op: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(op, ast.Pow) and (abs(left) > _LARGEST or abs(right) > 100):
        raise ExpressionError("that power is too large")
    if isinstance(op, ast.Mult) and not (isinstance(left, int | float) and isinstance(right, int | float)):
        raise ExpressionError("only numbers can be multiplied")
    if isinstance(op, ast.Mod) and isinstance(left, str):
        raise ExpressionError("'%' is for numbers here")
    return _small(_BINARY[type(op)](left, right))


def _small(result: Any) -> Any:
    if isinstance(result, complex):
        raise ExpressionError("a negative number has no such power")
    if isinstance(result, int) and abs(result) > _LARGEST**4:
        raise ExpressionError("that number is too large")
    return result
