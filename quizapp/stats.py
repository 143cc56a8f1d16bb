"""`quiz stats`: reviews, retention against prediction, what is coming, what is hard; in words, or as one document."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from quizapp import figures, opening
from quizapp.core import charts
from quizapp.core.picture import Picture
from quizapp.core.share import Share
from quizapp.core.statistics import BINS, HardCard, Histogram, Stats
from quizapp.document import print_json
from quizapp.language import _

if TYPE_CHECKING:
    from quizapp.common import Common

_PATIENCE_S = 1.0
_SHOWN_AGAIN_S = 0.2


def run(names: Sequence[str], common: "Common", as_json: bool) -> None:
    """`quiz stats`. Raises QuizError for a deck that isn't there."""
    with opening.library(common) as library:
        opening.warn(library)
        decks = library.decks(names) if names else []
        stats = figures.gather(library, opening.clock(common), common.config, decks, _progress())
    if as_json:
        print_json(facts(stats))
    else:
        print(*told(stats), sep="\n")


def told(stats: Stats) -> Iterator[str]:
    """Everything in words and small pictures, in the order in which one would ask."""
    if not stats.days:
        yield _("Nothing has been reviewed yet: there is nothing to tell.")
        return
    yield from figures.activity(stats)
    yield ""
    yield str(figures.heatmap(stats))
    yield ""
    yield from figures.retention(stats)
    yield ""
    if stats.log_loss is not None:
        yield from _titled(figures.calibration_title(), figures.calibration(stats))
        yield from figures.precision(stats)
        yield ""
    yield from _titled(figures.forecast_title(stats), charts.columns(stats.forecast))
    yield figures.axis()
    yield from figures.beginning(stats)
    for title, histogram in figures.histograms(stats):
        yield ""
        yield from _titled(title, figures.bars(histogram))
    yield from figures.hard(stats)


def facts(stats: Stats) -> dict[str, Any]:
    """The statistics as `quiz stats --json` tells them; times in ms, shares 0 to 1, days as dates."""
    return {
        "today": _date(stats.today),
        "cards": stats.cards,
        "streak": stats.streak,
        "days": [
            {"day": _date(at), "reviews": day.reviews, "missed": day.missed, "ms": day.ms}
            for at, day in stats.days.items()
        ],
        "retention": [{"days": window} | _share(share) for window, share in stats.retention.items()],
        "by_deck": [
            {"deck": deck, "retention": [{"days": window} | _share(share) for window, share in windows.items()]}
            for deck, windows in stats.by_deck.items()
        ],
        "calibration": [
            {"from": place / BINS, "to": (place + 1) / BINS} | _share(share)
            for place, share in enumerate(stats.calibration)
        ],
        "log_loss": stats.log_loss,
        "plain_loss": stats.plain_loss,
        "rmse": stats.rmse,
        "forecast": list(stats.forecast),
        "beginning": list(stats.beginning),
        "unseen": stats.unseen,
        "intervals": _histogram(stats.intervals),
        "stability": _histogram(stats.stabilities),
        "difficulty": _histogram(stats.difficulties),
        "recall_now": _histogram(stats.chances),
        "known_now": stats.known,
        "reviewed": stats.reviewed,
        "leeches": [_hard(one) for one in stats.leeches],
        "hardest": [_hard(one) for one in stats.hardest],
        "parameters": [
            {
                "verifier": one.verifier,
                "parameter": one.parameter,
                "value": one.value,
                "missed": one.missed,
                "reviews": one.reviews,
                "expected": one.expected,
            }
            for one in stats.values
        ],
    }


def _titled(title: str, picture: Picture) -> Iterator[str]:
    yield f"{title}:"
    yield str(picture)


def _share(share: Share) -> dict[str, Any]:
    low, high = share.bounds
    return {
        "reviews": share.of,
        "known": share.hits,
        "rate": share.rate,
        "low": low,
        "high": high,
        "predicted": share.predicted,
    }


def _histogram(histogram: Histogram) -> dict[str, Any]:
    return {"edges": list(histogram.edges), "counts": list(histogram.counts)}


def _hard(one: HardCard) -> dict[str, Any]:
    return {"card": one.card, "missed": one.missed, "reviews": one.reviews, "lapses": one.lapses}


def _date(day: int) -> str:
    return date.fromordinal(day).isoformat()


def _progress() -> Callable[[int, int], None]:
    """Tells on a terminal how far the reading has come, once it takes longer than a moment."""
    begun = shown = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if sys.stderr.isatty() and now - begun > _PATIENCE_S and (now - shown > _SHOWN_AGAIN_S or done == of):
            shown = now
            line = _("{done} of {of} events").format(done=done, of=of) if done < of else ""
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    return tell
