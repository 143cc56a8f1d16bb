"""Which libraries a verifier's module uses, and in which versions: from its source and from installed metadata."""

import ast
import importlib.metadata
import platform
import re
import sys
from functools import cache

# Where the name that is imported is not the name that is installed.
_INSTALLED_AS = {
    "cv2": "opencv-python",
    "PIL": "pillow",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
_OURS = {"quizapp", "verifiers"}


def distribution(name: str) -> str:
    """The distribution that is installed for `import name`."""
    return _INSTALLED_AS.get(name, name)


def libraries(source: str) -> tuple[str, ...]:
    """The distributions that a module imports, anywhere in its source and in that order; not the standard library.

    Raises SyntaxError where `source` is not Python.
    """
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=aliases):
                modules = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case _:
                continue
        for top in (module.partition(".")[0] for module in modules):
            if top not in sys.stdlib_module_names and top not in _OURS:
                found[distribution(top)] = None
    return tuple(found)


@cache
def version(library: str) -> str:
    """The installed version of a distribution or of `python`; empty where it is not installed."""
    if library == "python":
        return platform.python_version()
    try:
        return importlib.metadata.version(distribution(library))
    except importlib.metadata.PackageNotFoundError:
        return ""


def versions(declared: str, imported: tuple[str, ...]) -> dict[str, str]:
    """Versions by library: the declared one first, then the imported ones that are installed, then Python's."""
    found = {declared: version(declared) or "of unknown version"}
    for library in (*imported, "python"):
        if library != distribution(declared) and version(library):
            found[library] = version(library)
    return found


@cache
def runs_on_torch(library: str) -> bool:
    """Whether a distribution is torch, or builds on it: then its verifiers run on torch's device."""
    if library == "torch":
        return True
    try:
        required = importlib.metadata.requires(distribution(library)) or []
    except importlib.metadata.PackageNotFoundError:
        return False
    return any(re.match(r"torch(?![\w.-])", one) and "extra ==" not in one for one in required)
