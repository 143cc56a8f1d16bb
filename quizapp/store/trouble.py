"""What can go wrong with a database, in sentences that say what to do."""

from sqlalchemy.exc import DBAPIError

from quizapp.errors import Exit, QuizError
from quizapp.language import _, mark

_RESTORE = mark(
    "nothing was changed; 'quiz restore' brings back a backup, 'quiz doctor --fix' saves what can still be read, "
    "or name another database with --db"
)

# SQLite's primary result codes; sqlite3 names them only from Python 3.11 on, and not all of them.
_SENTENCES = {
    5: (
        mark("the database is busy: another program has been writing to it for more than five seconds"),
        mark("wait until it has finished, then try again"),
    ),
    6: (mark("the database is busy"), mark("try again")),
    8: (
        mark("the database can't be written"),
        mark("make the file and its folder writable, or name another database with --db"),
    ),
    10: (
        mark("the disk failed while the database was read or written"),
        mark("check the disk; what was not saved, was not counted"),
    ),
    11: (mark("the database is damaged"), _RESTORE),
    13: (
        mark("the disk is full; this was not saved"),
        mark("make room, then try again, or name another database with --db"),
    ),
    14: (
        mark("the database can't be opened"),
        mark("check that the folder may be read and written, or name another database with --db"),
    ),
    23: (
        mark("the database may not be used"),
        mark("check who may read and write it, or name another database with --db"),
    ),
    26: (mark("this file is not a database"), _RESTORE),
}
_SENTENCES[3] = _SENTENCES[23]


def trouble(message: str, where: str, hint: str) -> QuizError:
    """An error of the environment: exit code 3."""
    return QuizError(message, where=where, hint=hint, exit=Exit.ENVIRONMENT)


def explained(error: DBAPIError, where: str) -> QuizError:
    """`error` for the user. where: the database's file."""
    return told(error.orig, where)


def told(error: BaseException | None, where: str) -> QuizError:
    """An error of sqlite3 for the user. where: as for `explained`."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code not in _SENTENCES:
        return trouble(_("the database refused: {error}").format(error=error), where, "")
    message, hint = _SENTENCES[code]
    return trouble(_(message), where, _(hint))


def ruined(error: QuizError) -> bool:
    """Whether an error that `explained` gave lies in the file itself: damage, or no database at all."""
    cause = error.__cause__
    return isinstance(cause, DBAPIError) and getattr(cause.orig, "sqlite_errorcode", 0) & 0xFF in (11, 26)


class Unreadable(QuizError):
    """A row of the record that is no event. reason: why."""

    def __init__(self, event: str, card: str, error: Exception) -> None:
        self.reason = f"{type(error).__name__}: {error}"
        super().__init__(
            _("the event {id} of {card} can't be read: {reason}").format(id=event, card=card, reason=self.reason),
            hint=_("'quiz doctor' says what can be done"),
            exit=Exit.ENVIRONMENT,
        )


def foreign(where: str) -> QuizError:
    """The file is another program's, or no database at all."""
    return trouble(
        _("this file is not a database of quizapp"),
        where,
        _(
            "it was left as it is; move it away, or have 'quiz restore' put a backup in its place, "
            "or name another database with --db"
        ),
    )


def newer(where: str, found: int, known: int) -> QuizError:
    """The file's schema is of a later version than this quizapp's."""
    message = _("this database was made by a newer quizapp (its version is {found}, this quizapp knows {known})")
    return trouble(
        message.format(found=found, known=known),
        where,
        _("it was left as it is; update quizapp, or name another database with --db"),
    )
