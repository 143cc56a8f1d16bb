"""`python -m tests.store.databases` writes the database of the present schema beside this file.

Run it once, before a new schema's first commit; what it wrote is kept from then on, and every later quizapp must open
it. It refuses to write one that is there.
"""

from dataclasses import replace
from datetime import UTC
from pathlib import Path

from quizapp.core.day import study_day
from quizapp.core.event import Event, Forgotten, Grade, Mark, Marked, Regraded, Rescheduled, Settings, Undone
from quizapp.store import open_store
from quizapp.store.migrations import present
from tests.store.examples import DAY, PACK, START, entry_of, reviewed

CARDS = ("size/a", "size/b", "gone/x", "size/学习", "size/d", "size/e")


def events() -> list[Event]:
    """Events of every kind, some on one moment, some after the clock was set back."""
    found: list[Event] = []
    for number in range(36):
        at = START + (number // 6) * 3 * DAY + number * 60_000
        grade, settings = Grade(1 + number % 4), Settings(retention=0.8 + 0.1 * (number % 2))
        found.append(reviewed(number, CARDS[number % 6], at, grade, settings=settings))
    last = START + 20 * DAY
    heads = [(f"{100 + nth:016x}", card, last + nth, study_day(last + nth, UTC)) for nth, card in enumerate(CARDS)]
    found += [
        Regraded(*heads[0], review=found[-6].id, grade=Grade.AGAIN),
        Undone(*heads[1], event=found[-5].id),
        Forgotten(*heads[2]),
        Rescheduled(*heads[3], due_day=heads[3][3] + 9),
        Marked(*heads[4], mark=Mark.SUSPENDED),
        Marked(*heads[5], mark=Mark.FLAGGED, text="red", note="again, slowly · 慢慢来"),
    ]
    tagged = Marked(f"{200:016x}", CARDS[5], last + 60_000, heads[5][3], mark=Mark.TAGGED, text="hard")
    buried = Marked(f"{201:016x}", CARDS[0], last + 60_000, heads[0][3], mark=Mark.BURIED)
    earlier = replace(reviewed(300, CARDS[1], START - 400 * DAY), truth=[0.5, 2])
    return [*found, tagged, buried, earlier]


def main() -> None:
    """Writes it."""
    path = Path(__file__).parent / f"v{present()}.db"
    if path.exists():
        raise SystemExit(f"{path.name} is there already, and is kept as it is")
    with open_store(f"sqlite:///{path}") as store:
        store.replace_decks(PACK, [entry_of("size", *(card for card in CARDS if card != "gone/x"))], [])
        for event in events():
            store.append(event)
        elsewhere = [reviewed(400 + number, "size/a", START + number * 7) for number in range(3)]
        store.merge(elsewhere)
    print(path)


if __name__ == "__main__":
    main()
