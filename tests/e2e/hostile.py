"""A pack, a record and pastes in which every text carries what a terminal, a reader or a markup would obey."""

import re
from pathlib import Path

from quizapp.core.event import Event, Grade, Mark, Marked, Reviewed, Settings
from quizapp.core.schedule import version
from quizapp.store import open_store
from tests.command_line import make_pack

DAY = 740_000
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
EVIL = (
    "\x1b[38;5;201mink\x1b[2J\x1b[10;10H\x1b]52;c;ZXZpbA==\x07\x1b]0;title\x1b\\\x1bPq#0\x1b\\\x1bc\x1b[?1049l"
    "\x9b31m\x9d52;c;ZXZpbA==\x9c\x85\x00\x07\x08\x0b\x0c\x0e\x7f" + BIDI + "[/] [bold]b[/bold] [@click=app.quit]q[/] "
    "👩‍👩‍👧‍👦 e\u0301 Z͑ͫ̓ͪ̂ \u200b\u2060\ufeff\u2028\u2029 end"
)
LONG = "long word " * 1000
# What fits into any field. No terminal lets an escape through in a paste, since that could end the paste.
PASTED = "\x9b31m\x9d52;c;eA==\x9c\x07\x08\x7f\x0b" + BIDI + "[/] [bold]b e\u0301 👩‍👩‍👧 \u200b\u2028\r\nnext"
# What the app and Textual themselves send: colours and styles, places, modes, the shape of the pointer; nothing else.
_SENT = re.compile(
    rb"\x1b\[(?!38;5;201)[0-9;]*m"
    rb"|\x1b\[\d+;\d+H|\x1b\[[23]?J|\x1b\[K"
    rb"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026)[hl]|\x1b\[\?(?:2026|2048)\$p"
    rb"|\x1b\[>\d+u|\x1b\[<u"
    rb"|\x1b\]22;[a-z-]*\x07"
    rb"|\r?\n|\r"
)
_OBEYED = re.compile(rf"[\x00-\x1f\x7f-\x9f{BIDI}]")


def obeyed(received: bytes | bytearray) -> list[str]:
    """What a terminal was told that neither the app nor Textual says by itself, each with what stood around it."""
    said = _SENT.sub(b"", bytes(received)).decode("utf-8", "replace")
    return [repr(said[max(0, one.start() - 30) : one.end() + 30]) for one in _OBEYED.finditer(said)]


def said(text: str) -> str:
    """A text as YAML writes it between quotes; braces are doubled, since a prompt is a template."""
    escaped = "".join(
        {'"': '\\"', "\\": "\\\\"}.get(one, one if " " <= one <= "~" else f"\\U{ord(one):08x}") for one in text
    )
    return f'"{escaped}"'.replace("{", "{{").replace("}", "}}")


def pack(root: Path) -> Path:
    """A pack of a card of each kind, and a deck with faults."""
    evil = f"{{en: {said(EVIL)}, zh: {said(EVIL)}}}"
    long = f"{{en: {said(LONG + EVIL)}, zh: {said(EVIL + LONG)}}}"
    head = f"title: {evil}\ndescription: {evil}\nsource: {said(EVIL)}\ncards:\n"
    cards = [
        _card("number", "toy.add", long, "params: {a: 3, b: 4}"),
        _card(
            "choice",
            "toy.greater",
            evil,
            "params: {left: 3, right: 4}",
            f"few: {said(EVIL)}",
            _options("left", "right", "neither"),
        ),
        _card("text", "toy.word", evil, "params: {thing: first parameter of a method}", f"aliases: [{said(EVIL * 3)}]"),
        _card("output", "toy.prints", evil, f"code: {said('print(1) # ' + EVIL)}"),
        _card("order", "toy.sequence", evil, f"lines: [{said('a = 1 # ' + EVIL)}, {said('print(a) # ' + EVIL)}]"),
        _card("code", "toy.double", evil, "params: {n: 3}", f"starter: {said('def double(x): # ' + EVIL)}"),
        _card("several", "toy.divisors", evil, "params: {n: 12}", _options(2, 3, 4, 6, 7)),
        f"  - {{id: evil/recall, kind: recall, prompt: {evil}, back: {long}}}\n",
    ]
    broken = f"title: {evil}\n{said(EVIL)}: 3\ncards: [{said(EVIL)}]\n"
    return make_pack(root, evil=head + "".join(cards), broken=broken)


def _card(kind: str, verifier: str, words: str, *more: str) -> str:
    lines = (f"id: evil/{kind}", f"kind: {kind}", f"verifier: {verifier}", f"prompt: {words}", f"explain: {words}")
    every = (*lines, f"source: {said(EVIL)}", *more)
    return "  - " + "\n    ".join(every) + "\n"


def _options(*values: object) -> str:
    return "options: [" + ", ".join(f"{{value: {one}, {_each(f'{one} {EVIL}')}}}" for one in values) + "]"


def _each(text: str) -> str:
    return f"en: {said(text)}, zh: {said(text)}"


def record(path: Path, at: int) -> None:
    """Reviews of a card of the pack and of one that is in no deck, flagged and tagged, as a merge could bring them."""
    day = at // 86_400_000 + 719_163
    events: list[Event] = []
    for card in ("evil/number", f"gone/{EVIL}"):
        for number in range(12):
            then, today = at - (12 - number) * 86_400_000, day - 12 + number
            events.append(_missed(f"{len(events)}", card, then, today))
        events.append(Marked(f"f{card}", card, at - 1000, day, Mark.FLAGGED, True, "red", EVIL + LONG))
        events.append(Marked(f"t{card}", card, at - 900, day, Mark.TAGGED, True, EVIL))
    with open_store(f"sqlite:///{path}") as store:
        store.append_all(events)


def _missed(name: str, card: str, at: int, day: int) -> Reviewed:
    return Reviewed(
        id=name,
        card=card,
        at=at,
        day=day,
        params={"a": 1, "b": EVIL, EVIL: [EVIL, LONG]},
        answer=EVIL + LONG,
        truth=EVIL,
        right=False,
        grade=Grade.AGAIN,
        ms=4000,
        versions={EVIL: EVIL},
        scheduler=version(),
        settings=Settings(),
    )
