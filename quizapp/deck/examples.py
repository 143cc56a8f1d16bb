"""The worked examples of a verifier, as its decorator states them: `examples=[({"width": 7}, 4)]`."""

import ast

from quizapp.core.declaration import Declaration, Example
from quizapp.deck.literal import Constants, NotLiteral, literal, plain
from quizapp.deck.signature import Problem


def read(
    node: ast.expr | None, declaration: Declaration, constants: Constants
) -> tuple[tuple[Example, ...], list[Problem]]:
    """The examples in `node`, a list of pairs of parameters and value, and what is wrong with them."""
    if node is None:
        return (), []
    if not isinstance(node, ast.List):
        return (), [(node, "the examples are no list", 'write examples=[({"width": 7}, 4)]')]
    found, problems = [], []
    for item in node.elts:
        try:
            example = _example(item, constants)
        except NotLiteral as error:
            problems.append((error.node, error.message, error.hint))
            continue
        if problem := declaration.misfit(example.params):
            problems.append((item, f"{declaration.name} can't be asked that: {problem}", "give another example"))
        found.append(example)
    return tuple(found), problems


def _example(item: ast.expr, constants: Constants) -> Example:
    """The example that `item` writes. Raises NotLiteral."""
    match item:
        case ast.Tuple([ast.Dict(keys, values), value]) if all(isinstance(one, ast.Constant) for one in keys):
            names = [str(literal(key, constants)) for key in keys if key is not None]
            given = [plain(literal(one, constants)) for one in values]
            return Example(dict(zip(names, given, strict=True)), plain(literal(value, constants)))
    raise NotLiteral(item, "that is no example", 'write ({"width": 7}, 4): parameters, then the value')
