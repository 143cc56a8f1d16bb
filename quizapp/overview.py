"""The record in a few numbers, as the home shows them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from quizapp.config import Config
from quizapp.core import charts
from quizapp.core.day import Clock
from quizapp.core.picture import Picture
from quizapp.core.schedule import recall
from quizapp.language import _, mark
from quizapp.library import Library

# A stability in days so long that parts of it can be counted in whole ones.
_FINE = 1000.0
_MONTHS = mark("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
_WEEKDAYS = mark("Mo Tu We Th Fr Sa Su")


@dataclass(frozen=True, slots=True)
class Overview:
    """The record in a few numbers.

    reviews: study day -> how many, of the past year. forecast: cards due in the coming days, today first.
    known:   of the cards that came back in 30 days, how many were known, and how many came. aim: the share wanted.
    chances: deck -> the sum of its reviewed cards' chances of recall, and how many cards these are.
    pace:    milliseconds an answer; None before there are a few.
    """

    reviews: Mapping[int, int]
    forecast: Sequence[int]
    known: tuple[int, int]
    aim: float
    chances: Mapping[str, tuple[float, int]]
    pace: int | None

    def share(self, decks: Sequence[str]) -> float | None:
        """The share of the reviewed cards of `decks` that should be known now; None where none was reviewed."""
        sums = [self.chances[deck] for deck in decks if deck in self.chances]
        of = sum(count for _, count in sums)
        return sum(total for total, _ in sums) / of if of else None


def overview(library: Library, clock: Clock, config: Config) -> Overview:
    """What the home shows, by questions that don't read the whole record."""
    store, day = library.store, clock.today()
    chances: dict[str, tuple[float, int]] = {}
    for deck, bins in store.elapsed(library.key, day).items():
        told = config.settings(deck)
        total = sum(recall(_FINE, round(passed * _FINE), told) * cards for passed, cards in bins.items())
        chances[deck] = (total, sum(bins.values()))
    return Overview(
        reviews=store.reviews_by_day(day - 370),
        forecast=store.forecast(library.key, day, 7),
        known=store.known(day - 29),
        aim=config.rule("retention").value,
        chances=chances,
        pace=store.pace(),
    )


def year_of(overview: Overview, *, today: int, weeks: int = 53) -> Picture:
    """The past year of an overview."""
    return year(overview.reviews, today, weeks)


def year(reviews: Mapping[int, int], today: int, weeks: int = 53) -> Picture:
    """A year of study days; reviews: study day -> how many."""
    return charts.year(reviews, today, _(_MONTHS).split(), _(_WEEKDAYS).split(), weeks)


def behind(overview: Overview) -> Iterator[str]:
    """The week ahead, and how well cards were known lately."""
    week = str(charts.columns(overview.forecast, 1))
    yield _("next 7 days {chart} {n} due").format(chart=week, n=sum(overview.forecast))
    hits, of = overview.known
    if of:
        yield _("known {rate:.0%} of {of} in 30 days · aim {aim:.0%}").format(rate=hits / of, of=of, aim=overview.aim)
