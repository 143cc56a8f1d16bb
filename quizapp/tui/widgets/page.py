"""Text that changes many times a second: the screen is laid out anew only where the new text needs another place."""

from textual.content import Content
from textual.widgets import Static


class Line(Static):
    """One line of fixed height."""

    _said = Content()

    def show(self, content: Content) -> None:
        """Shows another line, if it is another."""
        if content != self._said or content.spans != self._said.spans:
            self._said = content
            self.update(content, layout=False)


class Page(Static):
    """Lines, as many as there are."""

    _said: tuple[int, bool] = (0, False)

    def show(self, content: Content) -> None:
        """Shows other lines."""
        rows = content.split(allow_blank=True)
        said = len(rows), all(row.cell_length <= self.size.width for row in rows)
        # Where no line is broken, as many lines as before have the same place.
        self.update(content, layout=not (said[1] and said == self._said))
        self._said = said
