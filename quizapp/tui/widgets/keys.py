"""The line of keys at the bottom of a screen."""

from typing import ClassVar

from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.widgets import Static

from quizapp.language import _


class Keys(Static):
    """The screen's keys, as they hold at the moment; a click presses one.

    Textual's Footer mounts a widget for each key whenever one changes, which takes longer than the rest of going from
    a question to its verdict. This is one line of text.
    """

    ALLOW_SELECT: ClassVar[bool] = False

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._show)
        self.call_after_refresh(self._show, self.screen)

    def on_resize(self) -> None:
        self._show(self.screen)

    def _show(self, screen: Screen[object]) -> None:
        found: list[tuple[Content, str]] = []
        shown = set()  # of the keys that do the same, one is enough here
        for _node, binding, enabled, _tooltip in screen.active_bindings.values():
            if binding.show and enabled and binding.action not in shown:
                shown.add(binding.action)
                key = self.app.get_key_display(binding)
                one = Content.assemble((f" {key}", "bold $text-accent"), f" {_(binding.description)} ")
                found.append((one, binding.key))
        # The last is that of the help, which names those that there is no room for.
        while len(found) > 1 and sum(one.cell_length for one, _key in found) > self.size.width > 0:
            del found[-2]
        self._places: list[tuple[int, str]] = []
        end = 0
        for one, name in found:
            end += one.cell_length
            self._places.append((end, name))
        self.update(Content("").join(one for one, _key in found))

    def on_click(self, event: Click) -> None:
        for end, key in self._places:
            if event.x < end:
                self.app.simulate_key(key)
                return
