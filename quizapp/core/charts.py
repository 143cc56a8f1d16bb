"""Charts made of characters, told apart without colours too: a year of days, columns, bars, calibration."""

from collections.abc import Mapping, Sequence
from datetime import date

from quizapp.core.picture import Picture, Run
from quizapp.core.share import Share
from quizapp.core.text import cells, fit

_LEVELS = "·░▒▓█"
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_PARTS = " ▏▎▍▌▋▊▉█"


def year(
    reviews: Mapping[int, int], today: int, months: Sequence[str], weekdays: Sequence[str], weeks: int = 53
) -> Picture:
    """A year of study days, a column for each week that ends with the present one; the darker, the more reviews.

    reviews: study day -> how many. months: twelve short names. weekdays: seven short names, from Monday.
    """
    monday = today - date.fromordinal(today).weekday()
    first = monday - 7 * (weeks - 1)
    most = max([1, *(count for day, count in reviews.items() if first <= day <= today)])
    rows: list[list[Run | str]] = [["   ", _month_line(first, weeks, months)]]
    for weekday in range(7):
        row: list[Run | str] = [fit(weekdays[weekday] if weekday % 2 == 0 else "", 3)]
        for week in range(weeks):
            day = first + 7 * week + weekday
            row.append(_cell(reviews.get(day, 0), most, day == today) if day <= today else " ")
        rows.append(row)
    return Picture.of(rows)


def columns(counts: Sequence[int], height: int = 4, ink: str = "one") -> Picture:
    """A column for each count, from left to right; the highest fills all rows."""
    most = max([1, *counts])
    eighths = [max(count > 0, round(count * 8 * height / most)) for count in counts]
    rows = []
    for row in reversed(range(height)):
        rows.append([Run("".join(_EIGHTHS[min(max(one - 8 * row, 0), 8)] for one in eighths), ink)])
    return Picture.of(rows)


def bar(share: float, width: int) -> str:
    """A bar that fills `share` of `width` characters, to an eighth of one."""
    eighths = round(min(max(share, 0.0), 1.0) * 8 * width)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_PARTS[rest] if rest else "")).ljust(width)


def bars(rows: Sequence[tuple[str, int]], width: int = 24, ink: str = "two") -> Picture:
    """A bar for each label with its count behind it; the largest is `width` long."""
    most = max([1, *(count for _, count in rows)])
    room = max((cells(label) for label, _ in rows), default=0)
    return Picture.of(
        [fit(label, room, right=True) + " ", Run(bar(count / most, width), ink), Run(f" {count}", "dim")]
        for label, count in rows
    )


def calibration(bins: Sequence[Share], width: int = 30) -> Picture:
    """For each range of predictions, all equally wide, what came of it: its interval as a line, the share known as ●,
    the prediction as │.

    Where ● stands on │, FSRS predicts well there.
    """
    rows: list[list[Run | str]] = []
    for place, share in enumerate(bins):
        if not share.of:
            continue
        line = [" "] * (width + 1)
        low, high = share.bounds
        for at in range(round(low * width), round(high * width) + 1):
            line[at] = "─"
        line[round((share.predicted or 0) * width)] = "│"
        known = round((share.rate or 0) * width)
        low_label = 100 * place // len(bins)
        rows.append(
            [
                f"{low_label:3}–{low_label + 100 // len(bins):<3} % ",
                Run("".join(line[:known]), "dim"),
                Run("●", "three"),
                Run("".join(line[known + 1 :]), "dim"),
                Run(f" {share.of}", "dim"),
            ]
        )
    return Picture.of(rows)


def _cell(count: int, most: int, now: bool) -> Run:
    level = 0 if not count else 1 + min(3, 3 * count // most)
    return Run(_LEVELS[level], "strong" if now else "three" if level else "dim")


def _month_line(first: int, weeks: int, months: Sequence[str]) -> Run:
    """The names of months above the weeks in which they begin."""
    line = ""
    for week in range(weeks):
        day = date.fromordinal(first + 7 * week)
        if day.day <= 7 and cells(line) <= week:
            line += " " * (week - cells(line)) + months[day.month - 1]
    return Run(line, "dim")
