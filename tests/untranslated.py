"""Finds what the app would say in English whatever language it speaks: words in its source that no `_` stands around.

Two nets. What reads like a sentence is caught wherever it stands, since it may reach a screen by any way. Single words
are caught where they are shown: as a widget's text, a binding's description, an error's message, what is printed.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

# Calls that translate, mark what is translated later, or take the words in both languages.
TRANSLATING = {"_", "mark", "ngettext", "Text", "_wrong"}
# Calls whose texts are shown.
SHOWING = {
    "Static", "Label", "Button", "Content", "Option", "Checkbox", "Select", "TabPane", "Collapsible", "Notification",
    "styled", "assemble", "notify", "update", "say", "print", "echo", "confirm", "prompt", "_hint",
    "QuizError", "trouble", "Unreadable",
}  # fmt: skip
# Keywords, and attributes that are assigned, whose texts are shown in whatever call they stand.
SHOWN_AS = {"placeholder", "hint", "description", "tooltip", "title", "label", "border_title", "border_subtitle"}
SHOWN_ATTRIBUTES = {"HELP", "TITLE", "SUB_TITLE", "border_title", "border_subtitle", "tooltip", "placeholder"}
# Calls whose texts nobody reads: patterns, statements for the database, names that Textual or Python look up.
SILENT = {
    "compile", "fullmatch", "match", "search", "sub", "split", "exec_driver_sql", "text", "query", "query_one",
    "getattr", "add_class", "remove_class", "set_class", "removeprefix", "removesuffix", "metadata", "strftime", "DDL",
}  # fmt: skip
# Keywords that say where or how, and nothing to a reader.
QUIET = {"id", "classes", "where", "style", "variant", "severity", "sep", "end", "name", "language", "key", "theme"}

_STATEMENT = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|BEGIN|VACUUM|ATTACH) [A-Za-z_(*]")
_SENTENCE = re.compile(r"[A-Za-z']{2,} +(?:\{\} +)?[A-Za-z']{2,}|[A-Z][a-z]+[.…]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_STYLE = re.compile(r"(?:(?:bold|italic|underline|reverse|dim|strike|not|on|auto|\$[\w-]+|#\w+)[ \d%]*)+")

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Found:
    """Words that would be said in English: where they stand, and which they are."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text!r}"


def untranslated(source: str, path: str) -> list[Found]:
    """All that a module says without asking in which language."""
    # Textual's Option is a row that is shown; ours is what can be configured.
    showing = SHOWING if "textual" in source else SHOWING - {"Option"}
    return sorted(set(_Net(path, showing).catch(ast.parse(source))))


class _Net:
    def __init__(self, path: str, showing: set[str]) -> None:
        self.path = path
        self.showing = showing

    def catch(self, node: ast.AST, shown: bool = False) -> Iterator[Found]:
        """What `node` and all below it say. shown: whether a word that stands here is shown."""
        match node:
            case ast.Constant(value=str(text)):
                yield from self._text(node, text, shown)
            case ast.JoinedStr():
                said = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
                yield from self._text(node, said, shown)
                for part in node.values:
                    if isinstance(part, ast.FormattedValue):
                        yield from self.catch(part.value)
            case ast.Call():
                yield from self._call(node, shown)
            case ast.Module() | ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._body(node)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.Assign(targets=[ast.Attribute(attr=name)]):
                yield from self.catch(node.value, name in SHOWN_ATTRIBUTES)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                name = target.id if isinstance(target, ast.Name) else ""
                yield from self.catch(value, name in SHOWN_ATTRIBUTES)
            case ast.AnnAssign() | ast.Compare() | ast.match_case(guard=None, body=[]):
                pass  # annotations and comparisons say nothing
            case ast.Subscript():
                yield from self.catch(node.value)
            case ast.Attribute():
                yield from self.catch(node.value, shown)
            case ast.Dict():
                for value in node.values:
                    yield from self.catch(value, shown)
            case ast.Raise(exc=ast.Call() as call) if _name(call) not in self.showing:
                # What only a programmer sees, unless it is handed on: then the sentence's own net has it.
                yield from self.catch(call)
            case ast.Tuple() | ast.List() | ast.IfExp() | ast.BoolOp() | ast.BinOp() | ast.Starred() | ast.ListComp():
                for child in ast.iter_child_nodes(node):
                    yield from self.catch(child, shown)
            case _:
                for child in ast.iter_child_nodes(node):
                    yield from self.catch(child)

    def _call(self, node: ast.Call, shown: bool) -> Iterator[Found]:
        name = _name(node)
        if name in TRANSLATING or name in SILENT:
            return
        yield from self.catch(node.func, shown)  # "…".join(…), "…".format(…)
        for at, argument in enumerate(node.args):
            if name == "Binding":
                yield from self.catch(argument, at == 2)
            elif name == "assemble" and isinstance(argument, ast.Tuple) and argument.elts:
                yield from self.catch(argument.elts[0], True)
            elif name == "styled" and at > 0:
                continue
            else:
                yield from self.catch(argument, name in self.showing)
        for keyword in node.keywords:
            if keyword.arg not in QUIET:
                yield from self.catch(keyword.value, keyword.arg in SHOWN_AS)

    def _body(self, node: ast.Module | ast.ClassDef | _Function) -> Iterator[Found]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                if default is not None:
                    yield from self.catch(default)
        for statement in node.body:
            match statement:
                case ast.Expr(value=ast.Constant(value=str())):  # a docstring
                    pass
                case _:
                    yield from self.catch(statement)

    def _text(self, node: ast.expr, text: str, shown: bool) -> Iterator[Found]:
        bare = text.replace("{}", "")
        caught = bool(_SENTENCE.search(text)) or (shown and bool(_WORD.search(bare)))
        if caught and not _STATEMENT.match(text) and not _STYLE.fullmatch(bare.strip()):
            yield Found(self.path, node.lineno, text)


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
