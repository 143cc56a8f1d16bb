"""Study days: a learner's day ends when they sleep, not at midnight."""

from datetime import UTC, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def study_day(at_ms: int, zone: tzinfo, rollover_hour: int = 4) -> int:
    """The study day of a moment, as a proleptic ordinal (`date.toordinal`).

    at_ms:         milliseconds of UTC since 1970.
    rollover_hour: the local hour at which a new study day begins; what is earlier belongs to the day before.
    """
    local = (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone)
    # By the clock on the wall: on the night of a time change the day still turns at the rollover hour.
    return (local.replace(tzinfo=None) - timedelta(hours=rollover_hour)).toordinal()
