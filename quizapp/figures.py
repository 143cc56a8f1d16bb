"""The statistics of the record in words and pictures, the same on a screen and in `quiz stats`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from quizapp.config import Config
from quizapp.core import charts
from quizapp.core.day import Clock
from quizapp.core.event import Event
from quizapp.core.marks import marks
from quizapp.core.picture import Picture
from quizapp.core.schedule import recall
from quizapp.core.share import Share
from quizapp.core.statistics import Gathering, HardCard, Histogram, Stats
from quizapp.core.text import on_a_line
from quizapp.language import _, mark, ngettext
from quizapp.library import Library
from quizapp.wording import minutes

_MOST = 10
# A stability in days so long that parts of it can be counted in whole ones.
_FINE = 1000.0
MONTHS = mark("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
WEEKDAYS = mark("Mo Tu We Th Fr Sa Su")


def gather(
    library: Library,
    clock: Clock,
    config: Config,
    decks: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Stats:
    """The statistics of some decks, or of everything that was ever reviewed.

    progress: told how many events have been read, and of how many, after each card.
    """
    store, key = library.store, library.key
    deck_of, verifiers = store.decks_of_cards(key), store.verifiers_of_cards(key)
    gathering = Gathering(clock.today(), leech=config.option("leech"))
    total, done = store.event_count(), 0
    for card, own in groupby(store.events(), key=lambda event: event.card):
        events: list[Event] = list(own)
        done += len(events)
        deck = deck_of.get(card, "")
        if not decks or deck in decks:
            gathering.add(card, deck, verifiers.get(card, ""), events, marks(events), config.settings(deck))
        progress(done, total)
    return gathering.stats()


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
        forecast=store.forecast(day, 7),
        known=store.known(day - 29),
        aim=config.rule("retention").value,
        chances=chances,
        pace=store.pace(),
    )


def year_of(overview: Overview, *, today: int, weeks: int = 53) -> Picture:
    """The past year of an overview."""
    return charts.year(overview.reviews, today, _(MONTHS).split(), _(WEEKDAYS).split(), weeks)


def behind(overview: Overview) -> Iterator[str]:
    """The week ahead, and how well cards were known lately."""
    week = str(charts.columns(overview.forecast, 1))
    yield _("next 7 days {chart} {n} due").format(chart=week, n=sum(overview.forecast))
    hits, of = overview.known
    if of:
        yield _("known {rate:.0%} of {of} in 30 days · aim {aim:.0%}").format(rate=hits / of, of=of, aim=overview.aim)


def activity(stats: Stats) -> Iterator[str]:
    """How much was done, and for how long."""
    today = stats.days.get(stats.today)
    month = [day for at, day in stats.days.items() if at > stats.today - 30]
    reviews, spent = sum(day.reviews for day in stats.days.values()), sum(day.ms for day in stats.days.values())
    yield _("{reviews} reviews of {cards} cards on {days} days; {spent} in all.").format(
        reviews=reviews, cards=stats.cards, days=len(stats.days), spent=minutes(spent)
    )
    yield _("Today {today}; in 30 days {month} in {spent}; {streak} in a row.").format(
        today=today.reviews if today else 0,
        month=sum(day.reviews for day in month),
        spent=minutes(sum(day.ms for day in month)),
        streak=ngettext("{n} day", "{n} days", stats.streak).format(n=stats.streak),
    )


def heatmap(stats: Stats, weeks: int = 53) -> Picture:
    """A year of study days."""
    reviews = {at: day.reviews for at, day in stats.days.items()}
    return charts.year(reviews, stats.today, _(MONTHS).split(), _(WEEKDAYS).split(), weeks)


def retention(stats: Stats) -> Iterator[str]:
    """How well cards were known when they came back, against what was predicted."""
    for window, share in stats.retention.items():
        when = _("in all") if window is None else _("in {n} days").format(n=window)
        yield f"{when:14} {remembered(share)}"
    for deck, share in stats.by_deck.items():
        yield f"{deck or '—':24} {remembered(share)}"


def remembered(share: Share) -> str:
    """A share of remembered cards in words, with its uncertainty and the prediction."""
    if share.rate is None or share.predicted is None:
        return _("no card has come back yet")
    low, high = share.bounds
    return _("{rate:.0%} known ({low:.0%}–{high:.0%}), {predicted:.0%} predicted, {of} reviews").format(
        rate=share.rate, low=low, high=high, predicted=share.predicted, of=share.of
    )


def calibration_title() -> str:
    """What the lines of the calibration are."""
    return _("What came of each tenth of FSRS's predictions (● known, │ predicted)")


def calibration(stats: Stats) -> Picture:
    """Predictions against what came of them."""
    return charts.calibration(stats.calibration)


def forecast_title(stats: Stats) -> str:
    """What the columns of the forecast are."""
    week = sum(stats.forecast[:7])
    return _("Due in the next 30 days: {all}; today {today}, in a week {week}").format(
        all=sum(stats.forecast), today=stats.forecast[0], week=week
    )


def histograms(stats: Stats) -> Iterator[tuple[str, Histogram]]:
    """The spread of where cards stand, each under its title."""
    yield _("Intervals in days"), stats.intervals
    yield _("Stability in days"), stats.stabilities
    yield _("Difficulty, 1 to 10"), stats.difficulties
    yield _("Chance of recall now"), stats.chances


def bars(histogram: Histogram) -> Picture:
    """A histogram as bars, the empty ones at both ends left out."""
    edges, counts = histogram.edges, histogram.counts
    labels = [f"< {edges[0]:g}", *(f"{low:g}–{high:g}" for low, high in pairwise(edges))]
    rows = list(zip([*labels, f"≥ {edges[-1]:g}"], counts, strict=True))
    filled = [place for place, (_, count) in enumerate(rows) if count]
    return charts.bars(rows[filled[0] : filled[-1] + 1] if filled else [])


def hard(stats: Stats) -> Iterator[str]:
    """Leeches, the hardest cards, and the numbers with which cards are missed."""
    for title, cards in ((_("Leeches"), stats.leeches), (_("Missed most"), stats.hardest)):
        if cards:
            yield ""
            yield f"{title}:"
            yield from (f"  {hard_card(one)}" for one in cards[:_MOST])
            if len(cards) > _MOST:
                yield "  " + _("and {n} more").format(n=len(cards) - _MOST)
    if stats.values:
        yield ""
        yield _("Missed more with these numbers than without:")
        for one in stats.values:
            yield "  " + _("{verifier} {parameter}={value}: {missed} of {reviews}, {expected:.1f} expected").format(
                verifier=one.verifier,
                parameter=on_a_line(one.parameter),
                value=on_a_line(one.value),
                missed=one.missed,
                reviews=one.reviews,
                expected=one.expected,
            )


def hard_card(one: HardCard) -> str:
    """A card that is missed often, in words."""
    lapses = ngettext("{n} lapse", "{n} lapses", one.lapses).format(n=one.lapses)
    return _("{card}: {missed} of {reviews} missed, {lapses}").format(
        card=on_a_line(one.card), missed=one.missed, reviews=one.reviews, lapses=lapses
    )
