"""What any Textual app costs: a header, one line, a footer. The measure for `bench/screen.py`."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Static


class BareApp(App[None]):
    """Paints once."""

    def compose(self) -> ComposeResult:
        yield Header()
        yield Static("one line is here")
        yield Footer()


BareApp().run()
