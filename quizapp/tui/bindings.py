"""What the config file may name of the screens: actions whose keys can be changed, and themes."""

import importlib
import pkgutil
from collections.abc import Iterator

from textual.binding import Binding
from textual.dom import DOMNode
from textual.theme import BUILTIN_THEMES

from quizapp.tui import screens, themes, widgets


def actions() -> set[str]:
    """The actions of all screens whose keys can be changed: `drill.undo`."""
    return {binding.id for node in _nodes() for binding in node.BINDINGS if isinstance(binding, Binding) and binding.id}


def theme_names() -> set[str]:
    """The themes there are: Textual's and ours."""
    return {*BUILTIN_THEMES, *(theme.name for theme in themes.OURS)}


def _nodes() -> Iterator[type[DOMNode]]:
    """The classes that stand in the modules of the screens and widgets."""
    for room in (screens, widgets):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            found = vars(importlib.import_module(module.name)).values()
            yield from (one for one in found if isinstance(one, type) and issubclass(one, DOMNode))
