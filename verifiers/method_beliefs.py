"""What is often believed about static methods, class methods and `cls`, as rewritings of a program.

Real Python runs the rewritten program and so does what the belief says: its output is the answer of who holds it.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quizapp.authoring import Text

Rewrite = Callable[[ast.Module], None]
Method = tuple[ast.ClassDef, ast.FunctionDef, str]


@dataclass(frozen=True, slots=True)
class Belief:
    """`rewrite` changes a module's tree in place; `text` says what is wrong with the belief.

    errors: those that the belief predicts. Any other says only that it doesn't apply to the program.
    """

    rewrite: Rewrite
    text: Text
    errors: tuple[type[Exception], ...]


METHOD_BELIEFS: list[Belief] = []


def _belief(en: str, zh: str, *errors: type[Exception]) -> Callable[[Rewrite], Rewrite]:
    def add(rewrite: Rewrite) -> Rewrite:
        METHOD_BELIEFS.append(Belief(rewrite, Text(en, zh), errors))
        return rewrite

    return add


@_belief(
    "A forgotten decorator is not made up for: the name cls alone doesn't make a function receive the class.",
    "漏掉的装饰器不会自动补上：光把形参起名叫 cls，并不会让函数收到类。",
)
def _needs_no_decorator(tree: ast.Module) -> None:
    """A first parameter called cls makes a class method, whatever the decorator."""
    for _, method, first in _methods(tree):
        if first == "cls":
            method.decorator_list = [ast.Name("classmethod", ast.Load())]


@_belief(
    "cls is the class that the call went through, here the subclass; not the class in whose body the method stands.",
    "cls 是发起调用的那个类，这里是子类，而不是方法所在的那个类。",
)
def _means_defining_class(tree: ast.Module) -> None:
    """`cls` is the class in whose body the method stands."""
    if not _has_subclasses(tree):
        return
    for owner, method, first in _methods(tree, "classmethod"):
        _rename(method, first, owner.name)
        _Each(lambda node, name=owner.name: _bare_super(node, name)).visit(method)  # type: ignore[misc]


@_belief(
    "A class's name written out in a static method is that class, for a subclass too; nothing says who called it.",
    "静态方法里写死的类名就是那个类，通过子类调用也一样：它并不知道自己是通过哪个类被调用的。",
)
def _static_follows_subclass(tree: ast.Module) -> None:
    """The class's own name in a static method means the class that was called."""
    if not _has_subclasses(tree):
        return
    for owner, method, _ in _methods(tree, "staticmethod"):
        _rename(method, owner.name, "_called")
        method.args.args.insert(0, ast.arg("_called"))
        method.decorator_list = [ast.Name("classmethod", ast.Load())]


@_belief(
    "A class's name in a method is looked up when the method runs, and finds whatever bears that name by then.",
    "方法里写的类名是在方法运行时才去查的，那时谁叫这个名字，找到的就是谁。",
)
def _name_is_fixed(tree: ast.Module) -> None:
    """A class's name in its own body stays bound to that class."""
    for owner, method, _ in _methods(tree):
        _rename(method, owner.name, "__class__")


@_belief(
    "cls is an object, the class itself: that its name now stands for another class makes no difference to it.",
    "cls 是对象，是类本身；这个名字后来指向了别的类，对它没有影响。",
)
def _cls_is_looked_up(tree: ast.Module) -> None:
    """`cls` means whatever bears the class's name by now."""
    for owner, method, first in _methods(tree, "classmethod"):
        _rename(method, first, owner.name)


@_belief(
    "The name cls is a convention: @classmethod passes the class to the first parameter, whatever it is called.",
    "cls 这个名字只是约定：@classmethod 总是把类传给第一个形参，不管它叫什么。",
    TypeError,
    AttributeError,
)
def _needs_name_cls(tree: ast.Module) -> None:
    """The class is passed only to a parameter called cls; to another goes the object."""
    for _, method, first in _methods(tree, "classmethod"):
        if first not in ("cls", ""):
            method.decorator_list = []


@_belief(
    "A class method gets the class, also when it is called on an object; what only the object has it can't see.",
    "类方法收到的是类，通过对象调用也一样；只有对象才有的属性，它看不到。",
    AttributeError,
)
def _cls_is_the_object(tree: ast.Module) -> None:
    """A class method that is called on an object gets the object."""
    for _, method, first in _methods(tree, "classmethod"):
        if first:
            method.decorator_list = []


@_belief(
    "A static method gets only what stands in the brackets, no matter through what it is called.",
    "静态方法只收到括号里写的实参，不管是通过类还是通过对象调用。",
    TypeError,
)
def _static_is_bound(tree: ast.Module) -> None:
    """A static method gets the object in front of the dot."""
    for _, method, _first in _methods(tree, "staticmethod"):
        method.decorator_list = []


@_belief(
    "With one of the two decorators no object is needed: the method can be called on the class.",
    "有了这两个装饰器之一，就不需要对象，直接通过类调用即可。",
    TypeError,
)
def _needs_instance(tree: ast.Module) -> None:
    """Every method needs an object, decorated or not."""
    names, methods = {owner.name for owner in _classes(tree)}, {method.name for _, method, _ in _methods(tree)}

    def change(node: ast.AST) -> ast.AST:
        match node:
            case ast.Call(ast.Attribute(ast.Name(name), attr)) if name in names and attr in methods:
                return ast.parse("(_ for _ in ()).throw(TypeError())", mode="eval").body
        return node

    _Each(change).visit(tree)


@_belief(
    "self.x = … writes to this one object; the class and its other objects keep theirs.",
    "self.x = … 只写到这一个对象上，类和其他对象不受影响。",
)
def _self_writes_class(tree: ast.Module) -> None:
    """`self.x = …` writes to the class."""
    for owner, method, first in _methods(tree):
        if first == "self" and method.name != "__init__":
            _store_elsewhere(method, first, owner.name)


@_belief(
    "An object holds no copy of the class's attributes: what it has not set itself it finds on the class, as it is.",
    "对象并不保存类属性的副本：自己没设过的属性，取的就是类上现在的值。",
)
def _objects_copy_the_class(tree: ast.Module) -> None:
    """Objects made before `cls.x = …` keep the old value."""
    for _, method, first in _methods(tree, "classmethod"):
        for node in ast.walk(method):
            match node:
                case ast.Assign([ast.Attribute(ast.Name(found))]) if found == first:
                    node.targets = [ast.Name("_nothing", ast.Store())]


@_belief(
    "A call through a class that is named passes that class as cls; only super() passes on the one that was called.",
    "写明类名去调用，传进去的 cls 就是那个类；只有 super() 才会把最初被调用的类接着传下去。",
)
def _named_call_passes_on(tree: ast.Module) -> None:
    """`Base.f()` in a class method of a subclass passes that subclass on."""
    names = {owner.name for owner in _classes(tree)}

    def change(node: ast.AST) -> ast.AST:
        match node:
            case ast.Call(ast.Attribute(ast.Name(name))) if name in names:
                node.func.value = ast.parse("super()", mode="eval").body  # type: ignore[attr-defined]
        return node

    for owner, method, _ in _methods(tree, "classmethod"):
        if owner.bases:
            _Each(change).visit(method)


class _Each(ast.NodeTransformer):
    """Replaces every node by what `change` makes of it, from the leaves up."""

    def __init__(self, change: Callable[[ast.AST], ast.AST]) -> None:
        self.change = change

    def visit(self, node: ast.AST) -> ast.AST:
        return self.change(self.generic_visit(node))


def _bare_super(node: ast.AST, owner: str) -> ast.AST:
    """super().f() as the call on the base class that the belief takes it for: f of the class above `owner`."""
    match node:
        case ast.Call(ast.Name("super"), []):
            return ast.parse(f"{owner}.__base__", mode="eval").body
    return node


def _rename(method: ast.FunctionDef, name: str, other: str) -> None:
    for node in ast.walk(method):
        if isinstance(node, ast.Name) and node.id == name:
            node.id = other


def _store_elsewhere(method: ast.FunctionDef, name: str, other: str) -> None:
    """Has `name.x = …` in the method write to `other.x`."""
    for node in ast.walk(method):
        match node:
            case ast.Attribute(ast.Name(found), ctx=ast.Store()) if found == name:
                node.value = ast.Name(other, ast.Load())


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def _has_subclasses(tree: ast.Module) -> bool:
    return any(owner.bases for owner in _classes(tree))


def _methods(tree: ast.Module, decorator: str = "") -> Iterator[Method]:
    """Each class with each of its methods and that method's first parameter; only those under `decorator`, if given."""
    for owner in _classes(tree):
        for node in owner.body:
            if isinstance(node, ast.FunctionDef) and decorator in ("", *map(ast.unparse, node.decorator_list)):
                yield owner, node, node.args.args[0].arg if node.args.args else ""
