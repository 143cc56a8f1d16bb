"""What the verifiers of a module declare, read from its source. The module is never imported."""

import ast
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from quizapp.core import expression
from quizapp.core.declaration import DEFAULT_LIMIT_S, Declaration, Parameter
from quizapp.core.domain import Code, Lines
from quizapp.core.expression import ExpressionError
from quizapp.deck import attempts, examples, explores
from quizapp.deck.fault import Fault
from quizapp.deck.literal import NotLiteral, assigned, literal
from quizapp.deck.signature import parameter
from quizapp.errors import nearest

_ARGUMENTS = ("library", "where", "shapes_only", "limit_s", "examples")


def read_declarations(path: Path, shown: str = "") -> tuple[dict[str, Declaration], tuple[Fault, ...]]:
    """The verifiers in the module at `path` by name (`conv.output_size`), and every fault of their declarations.

    A verifier that has a fault is left out. `shown` is what faults name as the file, instead of `path`.
    """
    shown = shown or str(path)
    try:
        source = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in the module's strings, which are not our concern
            tree = ast.parse(source)
    except OSError as error:
        return {}, (Fault(shown, 1, 1, f"the file can't be read: {error.strerror}"),)
    except SyntaxError as error:
        place = max(error.lineno or 1, 1), max(error.offset or 1, 1)
        return {}, (Fault(shown, *place, f"this is not Python: {error.msg}"),)
    except (ValueError, RecursionError, MemoryError):
        return {}, (Fault(shown, 1, 1, "this is not Python", "save the module as plain UTF-8 text"),)
    module = _Module(shown, path.stem, source.split(b"\n"))
    module.read(tree)
    return module.declarations, tuple(sorted(module.faults))


@dataclass(slots=True)
class _Module:
    path: str
    name: str
    lines: Sequence[bytes]
    constants: dict[str, Any] = field(default_factory=dict)
    verifiers: dict[str, ast.FunctionDef] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    explored: set[str] = field(default_factory=set)
    declarations: dict[str, Declaration] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def read(self, tree: ast.Module) -> None:
        """Statement by statement, so that a constant means what it means where it is used."""
        for statement in tree.body:
            match statement:
                case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), value=ast.expr() as value):
                    self._constant(name, value)
                case ast.ImportFrom(module="quizapp.authoring", names=names):
                    for alias in names:
                        if alias.asname not in (None, alias.name):
                            message = f"'{alias.name}' goes by another name here"
                            self._fault(alias, message, f"import it as '{alias.name}', so that it is found")
                case ast.FunctionDef() if decorator := _decorator(statement):
                    self._function(statement, decorator)
                    continue
                case ast.FunctionDef() if verifier := self._tried_by(statement):
                    self._attempt(statement, verifier)
                    continue
                case ast.FunctionDef() if verifier := self._explored_by(statement):
                    self._explore(statement, verifier)
                    continue
                case ast.FunctionDef(decorator_list=[ast.Attribute(ast.Name(first), "second_way")]):
                    self._second_way(first)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    pass
                case _:
                    for name in assigned(statement):
                        self.constants.pop(name, None)
            for inner in ast.walk(statement):
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    if _decorator(inner):
                        message = f"'{inner.name}' can't be a verifier"
                        self._fault(inner, message, "a verifier is a plain function at the top of its module")
                    elif self._tried_by(inner):
                        message = f"'{inner.name}' can't be an attempt"
                        self._fault(inner, message, "an attempt is a plain function at the top of its module")
                    elif self._explored_by(inner):
                        message = f"'{inner.name}' can't draw a laboratory's picture"
                        self._fault(inner, message, "write a plain function at the top of its module")

    def _constant(self, name: str, value: ast.expr) -> None:
        self.constants.pop(name, None)
        match value:
            case ast.Subscript(ast.Name("Annotated") | ast.Attribute(attr="Annotated")):
                self.constants[name] = value
            case _:
                # What is no literal matters only where a declaration uses the name, and is reported there.
                with suppress(NotLiteral):
                    self.constants[name] = literal(value, self.constants)

    def _function(self, function: ast.FunctionDef, decorator: ast.expr) -> None:
        before = len(self.faults)
        self.verifiers[function.name] = function
        name = f"{self.name}.{function.name}"
        if name in self.declarations:
            self._fault(function, f"there are two verifiers '{name}'", "give one of them another name")
        parameters = {one.name: one for one in self._parameters(function)}
        settings = self._settings(decorator)
        sources = {name for name, one in parameters.items() if isinstance(one.domain, Code | Lines)}
        known = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)} - sources
        conditions = self._conditions(settings.get("where"), known)
        summary = (ast.get_docstring(function) or "").strip().partition("\n")[0]
        if not summary:
            self._fault(function, f"'{function.name}' has no docstring", "say in its first line what it computes")
        library = self._setting(settings, "library", str) or ""
        if "library" not in settings:
            hint = 'write @verifier("torch"), or "python" where it is Python itself'
            self._fault(decorator, "the verifier doesn't say whose answer it gives", hint)
        self._setting(settings, "shapes_only", bool)
        limit = self._setting(settings, "limit_s", int, float)
        if limit is not None and limit <= 0:
            self._fault(settings["limit_s"], "'limit_s' must be above 0")
        if len(self.faults) == before:
            declaration = Declaration(
                name=name,
                summary=summary,
                library=library,
                parameters=parameters,
                where=conditions,
                limit_s=DEFAULT_LIMIT_S if limit is None else float(limit),
                place=f"{self.path}:{function.lineno}",
            )
            worked, problems = examples.read(settings.get("examples"), declaration, self.constants)
            for problem in problems:
                self._fault(*problem)
            if not problems:
                self.declarations[name] = replace(declaration, examples=worked)

    def _tried_by(self, function: attempts.Function) -> ast.FunctionDef | None:
        """The verifier above whose attempt the function is marked as."""
        found = attempts.decorator(function)
        return self.verifiers.get(found[0]) if found else None

    def _attempt(self, function: ast.FunctionDef, verifier: ast.FunctionDef) -> None:
        before = len(self.faults)
        name = f"{self.name}.{verifier.name}"
        if verifier.name in self.tried:
            self._fault(function, f"there are two attempts for '{name}'", "take one of them out")
        self.tried.add(verifier.name)
        for problem in attempts.problems(function, verifier):
            self._fault(*problem)
        if len(self.faults) > before:
            self.declarations.pop(name, None)
        elif name in self.declarations:
            self.declarations[name] = replace(self.declarations[name], attempts=True)

    def _explored_by(self, function: attempts.Function) -> ast.FunctionDef | None:
        """The verifier above whose picture the function is marked to draw."""
        found = explores.decorator(function)
        return self.verifiers.get(found[0]) if found else None

    def _explore(self, function: ast.FunctionDef, verifier: ast.FunctionDef) -> None:
        name = f"{self.name}.{verifier.name}"
        declaration = self.declarations.get(name)
        if verifier.name in self.explored:
            self._fault(function, f"there are two pictures to explore for '{name}'", "take one of them out")
            self.declarations.pop(name, None)
        self.explored.add(verifier.name)
        if declaration is None:  # its own faults are told already
            return
        explore, problems = explores.read(function, verifier, dict(declaration.parameters), self.constants)
        for problem in problems:
            self._fault(*problem)
        if problems:
            self.declarations.pop(name, None)
        elif name in self.declarations:
            self.declarations[name] = replace(declaration, explore=explore)

    def _second_way(self, first: str) -> None:
        name = f"{self.name}.{first}"
        if name in self.declarations:
            self.declarations[name] = replace(self.declarations[name], second=True)

    def _parameters(self, function: ast.FunctionDef) -> Iterator[Parameter]:
        arguments = function.args
        for one in (arguments.vararg, arguments.kwarg, *arguments.posonlyargs):
            if one is not None:
                message = f"'{one.arg}' has no name that a card could use"
                self._fault(one, message, "write each parameter out, without '*', '**' and '/'")
        missing = [None] * (len(arguments.args) - len(arguments.defaults))
        defaults = [*missing, *arguments.defaults[-len(arguments.args) :]] if arguments.args else []
        for argument, default in zip(
            (*arguments.args, *arguments.kwonlyargs), (*defaults, *arguments.kw_defaults), strict=True
        ):
            found, problems = parameter(argument, default, self.constants)
            for problem in problems:
                self._fault(*problem)
            if found is not None:
                yield found

    def _settings(self, decorator: ast.expr) -> dict[str, ast.expr]:
        """The decorator's arguments by name."""
        if not isinstance(decorator, ast.Call):
            return {}
        for extra in decorator.args[1:]:
            self._fault(extra, "only the library is given without a name", "write where=…, shapes_only=… or limit_s=…")
        settings = dict(zip(_ARGUMENTS, decorator.args[:1], strict=False))
        for keyword in decorator.keywords:
            if keyword.arg in _ARGUMENTS:
                settings[keyword.arg] = keyword.value
            else:
                self._fault(keyword, f"@verifier takes no '{keyword.arg}'", nearest(keyword.arg or "", _ARGUMENTS))
        return settings

    def _setting(self, settings: dict[str, ast.expr], name: str, *types: type) -> Any:
        node = settings.get(name)
        if node is None:
            return None
        try:
            value = literal(node, self.constants)
        except NotLiteral as error:
            self._fault(error.node, error.message, error.hint)
            return None
        if type(value) not in types or value == "":
            wanted = {str: "a text", bool: "True or False", int: "a number of seconds"}[types[0]]
            self._fault(node, f"'{name}' must be {wanted}")
            return None
        return value

    def _conditions(self, node: ast.expr | None, known: Collection[str]) -> tuple[str, ...]:
        match node:
            case None:
                return ()
            case ast.List(items) | ast.Tuple(items):
                nodes = items
            case _:
                nodes = [node]
        found: list[str] = []
        for one in nodes:
            try:
                value = literal(one, self.constants)
            except NotLiteral as error:
                self._fault(error.node, error.message, error.hint)
                continue
            for condition in value if isinstance(value, list | tuple) else (value,):
                self._condition(one, condition, known)
                found.append(str(condition))
        return tuple(found)

    def _condition(self, node: ast.expr, condition: Any, known: Collection[str]) -> None:
        if not isinstance(condition, str):
            self._fault(node, "a condition is a text", 'write where="kernel <= width"')
            return
        try:
            strange = sorted(expression.names(condition).difference(known))
        except ExpressionError as error:
            self._fault(node, str(error))
            return
        for name in strange:
            self._fault(node, f"the condition speaks of '{name}', which is no parameter", nearest(name, known))

    def _fault(self, node: Any, message: str, hint: str = "") -> None:
        before = self.lines[node.lineno - 1][: node.col_offset] if node.lineno <= len(self.lines) else b""
        column = len(before.decode("utf-8", errors="replace")) + 1
        self.faults.append(Fault(self.path, node.lineno, column, message, hint))


def _decorator(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.expr | None:
    """The `@verifier` of a function, with or without its arguments."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Name("verifier") | ast.Attribute(attr="verifier"):
                return decorator
            case ast.Call(ast.Name("verifier") | ast.Attribute(attr="verifier")):
                return decorator
    return None
