"""The statistics of the record in words and pictures, the same on a screen and in `quiz stats`."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

from quizapp.config import Config
from quizapp.core import charts
from quizapp.core.day import Clock
from quizapp.core.event import Event
from quizapp.core.marks import marks
from quizapp.core.missed import HardValue
from quizapp.core.picture import Picture
from quizapp.core.planning import begun
from quizapp.core.share import Share
from quizapp.core.statistics import FORECAST_DAYS, Gathering, HardCard, Histogram, Stats
from quizapp.core.text import fit, on_a_line
from quizapp.language import _, ngettext
from quizapp.library import Library
from quizapp.overview import year
from quizapp.wording import minutes

_MOST = 10
_MOST_DECKS = 40
# Cells of a table's columns: 71 together, and two for a mark.
_DECK, _SHARE, _PREDICTED = 22, 22, 5


def gather(
    library: Library,
    clock: Clock,
    config: Config,
    decks: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Stats:
    """The statistics of some decks, or of everything that was ever reviewed. One pass over the record, of which no more
    than one card's events are held.

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
    unseen = {one.deck: one.new for one in library.counts(clock) if not decks or one.deck in decks}
    coming = begun(unseen, config.rules(decks), store.done(key, clock.today()), FORECAST_DAYS)
    return gathering.stats(coming, sum(unseen.values()))


def activity(stats: Stats) -> Iterator[str]:
    """How much was done, and for how long."""
    today = stats.days.get(stats.today)
    month = [day for at, day in stats.days.items() if stats.today - 30 < at <= stats.today]
    reviews, spent = sum(day.reviews for day in stats.days.values()), sum(day.ms for day in stats.days.values())
    yield _("{reviews} reviews of {cards} cards on {days} days; {spent} in all, {each} each day.").format(
        reviews=reviews,
        cards=stats.cards,
        days=len(stats.days),
        spent=minutes(spent),
        each=minutes(spent // max(1, len(stats.days))),
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
    return year(reviews, stats.today, weeks)


def retention(stats: Stats) -> Iterator[str]:
    """How well cards were known when they came back, against what was predicted; in all, then deck by deck."""
    for window, share in stats.retention.items():
        yield fit(_("in all") if window is None else _("in {n} days").format(n=window), 12) + remembered(share)
    if not stats.by_deck:
        return
    heads = fit(_("by deck"), _DECK), fit(_("in {n} days").format(n=30), _SHARE), fit(_("in all"), _SHARE)
    yield ""
    yield "".join(heads) + fit("FSRS", _PREDICTED, right=True)
    for deck, windows in list(stats.by_deck.items())[:_MOST_DECKS]:
        every = windows[None]
        yield (
            fit(on_a_line(deck) or _("(in no deck)"), _DECK - 1)
            + " "
            + fit(_known(windows[30]), _SHARE)
            + fit(_known(every), _SHARE)
            + fit(f"{every.predicted or 0:.0%}", _PREDICTED, right=True)
            + {1: " ▲", 0: "", -1: " ▼"}[every.surprise]
        ).rstrip()
    if len(stats.by_deck) > _MOST_DECKS:
        yield _("and {n} more").format(n=len(stats.by_deck) - _MOST_DECKS)
    if any(windows[None].surprise for windows in stats.by_deck.values()):
        yield _("▲ better than predicted, ▼ worse, and not by chance")


def remembered(share: Share) -> str:
    """A share of remembered cards in words, with its uncertainty and the prediction."""
    if share.rate is None or share.predicted is None:
        return _("no card has come back")
    low, high = share.bounds
    text = {
        1: _("You recalled {rate:.0%} ({low:.0f}–{high:.0f}%) of {of}; {predicted:.0%} was predicted: better."),
        0: _("You recalled {rate:.0%} ({low:.0f}–{high:.0f}%) of {of}; {predicted:.0%} was predicted."),
        -1: _("You recalled {rate:.0%} ({low:.0f}–{high:.0f}%) of {of}; {predicted:.0%} was predicted: worse."),
    }[share.surprise]
    return text.format(rate=share.rate, low=100 * low, high=100 * high, predicted=share.predicted, of=share.of)


def _known(share: Share) -> str:
    """The same in a table."""
    if share.rate is None:
        return "—"
    low, high = share.bounds
    return _("{rate:.0%} ({low:.0f}–{high:.0f}%) of {of}").format(
        rate=share.rate, low=100 * low, high=100 * high, of=share.of
    )


def calibration_title() -> str:
    """What the lines of the calibration are."""
    return _("What came of FSRS's predictions (● known, │ predicted)")


def precision(stats: Stats) -> Iterator[str]:
    """How good the predictions are, in two numbers and what these are to be held against."""
    if stats.log_loss is None or stats.plain_loss is None or stats.rmse is None:
        return
    yield _("Log loss {loss:.3f}; saying {rate:.0%} each time would give {plain:.3f}.").format(
        loss=stats.log_loss, rate=stats.retention[None].rate, plain=stats.plain_loss
    )
    yield _("RMSE {rmse:.3f}: predictions are off by {points:.0f} points of a hundred.").format(
        rmse=stats.rmse, points=100 * stats.rmse
    )


def calibration(stats: Stats) -> Picture:
    """Predictions against what came of them."""
    return charts.calibration(stats.calibration)


def forecast_title(stats: Stats) -> str:
    """What the columns of the forecast are."""
    week = sum(stats.forecast[:7])
    return _("Due in the next 30 days: {all}; today {today}, in a week {week}").format(
        all=sum(stats.forecast), today=stats.forecast[0], week=week
    )


def beginning(stats: Stats) -> Iterator[str]:
    """The new cards that the coming days bring, beside those that are due."""
    if coming := sum(stats.beginning):
        yield _("New cards: at most {most} a day, {coming} of {all} in 30 days.").format(
            most=max(stats.beginning), coming=coming, all=stats.unseen
        )


def axis() -> str:
    """Which day each column of the forecast is."""
    return "".join(fit(label, 10) for label in (_("today"), *(_("in {n} d").format(n=n) for n in (10, 20)))).rstrip()


def histograms(stats: Stats) -> Iterator[tuple[str, Histogram]]:
    """The spread of where cards stand, each under its title."""
    yield _halved(_("Intervals in days"), stats.intervals), stats.intervals
    yield _halved(_("Stability in days"), stats.stabilities), stats.stabilities
    yield _halved(_("Difficulty, 1 to 10"), stats.difficulties), stats.difficulties
    title = _("Chance of recall now")
    if stats.reviewed:
        title = _("{title} (you should know {n:.0f} of {all})").format(title=title, n=stats.known, all=stats.reviewed)
    yield title, stats.chances


def _halved(title: str, histogram: Histogram) -> str:
    """A histogram's title that says where the middle of its cards lies."""
    counts, below = sum(histogram.counts), 0
    for edge, count in zip(histogram.edges, histogram.counts, strict=False):
        below += count
        if 2 * below >= counts > 0:
            return _("{title} (half of them below {edge:g})").format(title=title, edge=edge)
    return title


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
        yield _("Missed more often with these numbers, and not by chance:")
        for one in stats.values:
            yield "  " + hard_value(one)


def hard_card(one: HardCard) -> str:
    """A card that is missed often, in words."""
    lapses = ngettext("{n} lapse", "{n} lapses", one.lapses).format(n=one.lapses)
    return _("{card}: {missed} of {reviews} missed, {lapses}").format(
        card=on_a_line(one.card), missed=one.missed, reviews=one.reviews, lapses=lapses
    )


def hard_value(one: HardValue) -> str:
    """A number with which cards are missed often, in words."""
    return (
        _("{verifier} {parameter}={value}: {missed} of {reviews} missed ({rate:.0%}), {expected:.0%} expected")
        .format(
            verifier=on_a_line(one.verifier),
            parameter=on_a_line(one.parameter),
            value=on_a_line(one.value),
            missed=one.missed,
            reviews=one.reviews,
            rate=one.missed / one.reviews,
            expected=one.expected / one.reviews,
        )
        .lstrip()
    )
