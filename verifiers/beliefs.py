"""What is often believed about methods and `self`, as rewritings of a program.

Each belief changes a program's tree so that real Python does what the belief says; what the changed program prints is
the answer of someone who holds it.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from quizapp.authoring import Text

Rewrite = Callable[[ast.Module], None]


@dataclass(frozen=True, slots=True)
class Belief:
    """`rewrite` changes a module's tree in place; `text` says what is wrong with the belief."""

    rewrite: Rewrite
    text: Text


BELIEFS: list[Belief] = []


def _belief(en: str, zh: str) -> Callable[[Rewrite], Rewrite]:
    def add(rewrite: Rewrite) -> Rewrite:
        BELIEFS.append(Belief(rewrite, Text(en, zh)))
        return rewrite

    return add


@_belief(
    "That would be so if self.x = … wrote to the class. It makes an attribute of this one object.",
    "只有当 self.x = … 写到类上时才会这样；实际上它只给这一个对象建属性。",
)
def _writes_class(tree: ast.Module) -> None:
    """`self.x = …` writes to the class."""
    for owner, method, me in _methods(tree):
        if method.name != "__init__":
            for node in ast.walk(method):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _is(node.value, me):
                    node.value = ast.Name(owner.name, ast.Load())


@_belief(
    "A list in the class body is made once, and every instance finds that same list.",
    "写在类体里的列表只创建一次，所有实例找到的都是同一个列表。",
)
def _keeps_attributes(tree: ast.Module) -> None:
    """Every instance gets a list of its own from a list in the class body."""
    for owner in _classes(tree):
        lists = [one for one in owner.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.List)]
        if lists:
            made = "\n    ".join(f"made.{ast.unparse(one)}" for one in lists)
            source = f"def __new__(cls, *args):\n    made = object.__new__(cls)\n    {made}\n    return made"
            owner.body.append(ast.parse(source).body[0])


@_belief(
    "A bare name in a method is a local or a global, never an attribute; that takes self.",
    "方法里不带 self. 的名字只会按局部变量、全局变量去找，不会去找属性。",
)
def _finds_bare_names(tree: ast.Module) -> None:
    """A bare name in a method means the attribute of that name."""
    for owner, method, me in _methods(tree):
        held = {n.attr for n in ast.walk(owner) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
        own = {one.arg for one in ast.walk(method) if isinstance(one, ast.arg)}

        def change(node: ast.AST, me: str = me, names: frozenset[str] = frozenset(held - own)) -> ast.AST:
            if isinstance(node, ast.Name) and node.id in names:
                return ast.Attribute(ast.Name(me, ast.Load()), node.id, node.ctx)
            return node

        _Each(change).visit(method)


@_belief(
    "self is the object, and its class is the subclass, also while code of the base class runs.",
    "self 是那个对象；就算跑的是父类里的代码，它的类型仍是子类。",
)
def _means_defining_class(tree: ast.Module) -> None:
    """`self` in a base class's code belongs to the base class."""
    bases = {ast.unparse(base) for owner in _classes(tree) for base in owner.bases}
    for owner, method, me in _methods(tree):
        if owner.name in bases:
            defined = {ast.unparse(t) for one in owner.body if isinstance(one, ast.Assign) for t in one.targets}

            def change(
                node: ast.AST, me: str = me, name: str = owner.name, defined: frozenset[str] = frozenset(defined)
            ) -> ast.AST:
                match node:
                    case ast.Attribute(ast.Name(object_name), attr, ast.Load()) if (
                        object_name == me and attr in defined
                    ):
                        node.value = ast.Name(name, ast.Load())
                    case ast.Call(ast.Name("type"), [ast.Name(object_name)]) if object_name == me:
                        return ast.Name(name, ast.Load())
                return node

            _Each(change).visit(method)


@_belief(
    "self is a local name: to assign to it changes nothing outside the method.",
    "self 只是方法里的局部变量，给它重新赋值影响不到外面的对象。",
)
def _replaces_object(tree: ast.Module) -> None:
    """`self = …` makes the caller's object another one."""
    for _, method, me in _methods(tree):
        for at, statement in enumerate(method.body):
            if isinstance(statement, ast.Assign) and _is(statement.targets[0], me):
                method.body[at] = ast.parse(f"{me}.__dict__.update(vars({ast.unparse(statement.value)}))").body[0]


@_belief(
    "self is the object itself, not a copy: what the method changes stays changed.",
    "self 就是对象本身，不是副本；方法里改了什么，外面就变了什么。",
)
def _passes_copy(tree: ast.Module) -> None:
    """A method works on a copy of the object."""
    for _, method, me in _methods(tree):
        if method.name != "__init__" and me:
            method.body.insert(0, ast.parse(f"{me} = __import__('copy').copy({me})").body[0])


@_belief(
    "A bound method holds the object; it doesn't look the variable up again.",
    "绑定方法里存的是对象，调用时不会再去查那个变量名。",
)
def _follows_name(tree: ast.Module) -> None:
    """`f = box.show` looks `box` up when f is called."""
    for statement in _assignments(tree):
        match statement.value:
            case ast.Attribute(ast.Name(), attr) if attr in _method_names(tree):
                source = f"lambda *args: {ast.unparse(statement.value)}(*args)"
                statement.value = ast.parse(source, mode="eval").body


@_belief(
    "A bound method holds the object itself, not a copy of how it was.",
    "绑定方法存的是对象本身，不是当时状态的副本。",
)
def _takes_snapshot(tree: ast.Module) -> None:
    """`f = box.show` keeps the object as it was at that moment."""
    for statement in _assignments(tree):
        match statement.value:
            case ast.Attribute(ast.Name(name), attr) if attr in _method_names(tree):
                source = f"__import__('copy').copy({name}).{attr}"
                statement.value = ast.parse(source, mode="eval").body


@_belief(
    "Only a function found on the class is bound; one stored on the object is called as it is, without self.",
    "只有从类上找到的函数才会绑定；存在对象自己身上的函数照原样调用，不会传 self。",
)
def _binds_anywhere(tree: ast.Module) -> None:
    """A function becomes a method wherever it is stored."""
    for statement in _assignments(tree):
        match statement.targets[0], statement.value:
            case ast.Attribute(ast.Name(name)), ast.Name(function) if function in _functions(tree):
                if name not in _class_names(tree):
                    statement.value = ast.parse(f"{function}.__get__({name})", mode="eval").body


@_belief(
    "It doesn't matter when a function gets onto the class: what is found there is bound.",
    "函数是什么时候放到类上的无所谓，只要是从类上找到的就会绑定。",
)
def _binds_in_body_only(tree: ast.Module) -> None:
    """Only functions written in the class body become methods."""
    for statement in _assignments(tree):
        match statement.targets[0], statement.value:
            case ast.Attribute(ast.Name(name)), ast.Name(function) if function in _functions(tree):
                if name in _class_names(tree):
                    statement.value = ast.parse(f"staticmethod({function})", mode="eval").body


@_belief(
    "Through the class a method is a plain function: it takes whatever is passed, and checks nothing.",
    "通过类取到的方法就是普通函数：传什么收什么，不做任何检查。",
)
def _needs_instance(tree: ast.Module) -> None:
    """A method can't be called through its class."""

    def change(node: ast.AST) -> ast.AST:
        match node:
            case ast.Call(ast.Attribute(ast.Name(name), attr)) if name in classes and attr in methods:
                return ast.parse("(_ for _ in ()).throw(TypeError())", mode="eval").body
        return node

    classes, methods = _class_names(tree), _method_names(tree)
    _Each(change).visit(tree)


@_belief(
    "The name self is a convention: the object goes to the first parameter, whatever it is called.",
    "self 这个名字只是约定；对象总是传给第一个参数，不管它叫什么。",
)
def _needs_name_self(tree: ast.Module) -> None:
    """The object is passed only to a parameter that is called self."""
    for _, method, me in _methods(tree):
        if me != "self" and not method.decorator_list:
            method.decorator_list.append(ast.Name("staticmethod", ast.Load()))


@_belief(
    "Each access makes a new bound method, but two of the same object and function are equal.",
    "每次取方法都会新建一个绑定方法，但对象和函数都相同的两个绑定方法是相等的。",
)
def _counts_accesses(tree: ast.Module) -> None:
    """Each access of a method is another value."""
    _set_of(tree, "list({})")
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            node.ops = [ast.Is() if isinstance(op, ast.Eq) else op for op in node.ops]


@_belief(
    "An object doesn't store its methods: each access binds the class's function anew.",
    "对象并不保存自己的方法；每次取方法，都是把类里的函数重新绑定一次。",
)
def _stores_methods(tree: ast.Module) -> None:
    """An object holds its bound methods, made once."""
    for owner, method, _ in _methods(tree):
        for at, statement in reversed(list(enumerate(tree.body))):
            match statement:
                case ast.Assign([ast.Name(name)], ast.Call(ast.Name(called))) if called == owner.name:
                    kept = f"{name}.{method.name} = {name}.{method.name}"
                    tree.body.insert(at + 1, ast.parse(kept).body[0])


@_belief(
    "Bound methods of different objects differ, though the function is the same.",
    "对象不同，绑定方法就不相等，尽管函数是同一个。",
)
def _counts_functions(tree: ast.Module) -> None:
    """Bound methods of one function are equal."""
    _set_of(tree, "set(getattr(one, '__func__', one) for one in {})")


class _Each(ast.NodeTransformer):
    """Replaces every node by what `change` makes of it, from the leaves up."""

    def __init__(self, change: Callable[[ast.AST], ast.AST]) -> None:
        self.change = change

    def visit(self, node: ast.AST) -> ast.AST:
        return self.change(self.generic_visit(node))


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def _class_names(tree: ast.Module) -> set[str]:
    return {owner.name for owner in _classes(tree)}


def _functions(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def _assignments(tree: ast.Module) -> list[ast.Assign]:
    return [node for node in tree.body if isinstance(node, ast.Assign)]


def _methods(tree: ast.Module) -> Iterator[tuple[ast.ClassDef, ast.FunctionDef, str]]:
    """Each class with each of its methods and the name of that method's first parameter, empty where it has none."""
    for owner in _classes(tree):
        for node in owner.body:
            if isinstance(node, ast.FunctionDef):
                yield owner, node, node.args.args[0].arg if node.args.args else ""


def _method_names(tree: ast.Module) -> set[str]:
    return {method.name for _, method, _ in _methods(tree)}


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _set_of(tree: ast.Module, written: str) -> None:
    def change(node: ast.AST) -> ast.AST:
        match node:
            case ast.Call(ast.Name("set"), [argument]):
                return ast.parse(written.format(ast.unparse(argument)), mode="eval").body
        return node

    _Each(change).visit(tree)
