"""Study days: a learner's day ends when they sleep, not at midnight."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def study_day(at_ms: int, zone: tzinfo | None, rollover_hour: int = 4) -> int:
    """The study day of a moment, as a proleptic ordinal (`date.toordinal`).

    at_ms:         milliseconds of UTC since 1970.
    zone:          the learner's; None is the system's, by the rules that held there at that moment.
    rollover_hour: the local hour at which a new study day begins; what is earlier belongs to the day before.
    """
    local = (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone)
    # By the clock on the wall: on the night of a time change the day still turns at the rollover hour.
    day = (local.replace(tzinfo=None) - timedelta(hours=rollover_hour)).toordinal()
    # Clocks that go back can pass the rollover hour twice. The next day has begun when they passed it first (fold 0).
    turn = datetime.fromordinal(day + 1).replace(hour=rollover_hour, tzinfo=zone)
    return day + (turn.timestamp() * 1000 <= at_ms)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and how it falls into study days. `now` gives milliseconds of UTC; `zone` None is the system's."""

    now: Callable[[], int]
    zone: tzinfo | None
    rollover_hour: int = 4

    def today(self) -> int:
        """The study day that it is now."""
        return self.day_of(self.now())

    def day_of(self, at_ms: int) -> int:
        """The study day of a moment, milliseconds of UTC."""
        return study_day(at_ms, self.zone, self.rollover_hour)
