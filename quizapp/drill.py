"""`quiz` and `quiz --deck`: the app on a terminal, line mode elsewhere."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizapp import opening
from quizapp.errors import Exit, QuizError
from quizapp.language import _
from quizapp.sitting import Options
from quizapp.study import Scope, Study

if TYPE_CHECKING:
    from quizapp.common import Common


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asked for."""

    deck: tuple[str, ...]
    tags: tuple[str, ...]
    count: int | None
    cram: bool
    ahead: bool
    seed: int | None
    plain: bool

    @property
    def drills(self) -> bool:
        """Whether anything says that this is to be a drill, and not a look around."""
        return bool(self.deck or self.tags or self.count or self.cram or self.ahead or self.seed is not None)


def start(wanted: Wanted, common: "Common") -> None:
    """Holds the sitting that was asked for. Raises QuizError for an unknown deck, a missing device, a broken store."""
    on_screen = sys.stdin.isatty() and sys.stdout.isatty() and not wanted.plain
    with opening.library(common) as library:
        # No names: all decks, without naming each of perhaps a thousand in every query.
        scope = Scope(tuple(library.decks(wanted.deck)) if wanted.deck else (), library.tags(wanted.tags), wanted.count)
        if scope.tags and not library.ahead(scope.decks, scope.tags, opening.clock(common)):
            raise QuizError(_("no card of these decks has these tags"), where=", ".join(scope.tags))
        with opening.worker(library.pack, common) as client:
            config = common.config
            options = Options(
                lang=common.lang,
                seed=wanted.seed,
                cram=wanted.cram,
                ahead=wanted.ahead,
                leech=config.option("leech"),
                settings_of=config.settings,
            )
            study = Study(library, client, opening.clock(common), options, config)
            if on_screen:
                from quizapp.tui.app import QuizApp

                fault = QuizApp(study, scope if wanted.drills else None).run()
                if isinstance(fault, QuizError):
                    raise fault
            else:
                opening.warn(library)
                _plain(study, scope)


def _plain(study: Study, scope: Scope) -> None:
    from quizapp import plain
    from quizapp.wording import nothing_due

    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sitting = study.sitting(scope)
    if sitting.queue.remaining == 0:
        print(*nothing_due(study.next_due(scope), study.clock), sep="\n")
        print(_("To drill ahead without touching the schedule, add --cram."))
        return
    study.back_up(lambda sentence: print(sentence, file=sys.stderr))
    try:
        plain.run(sitting, sys.stdin, sys.stdout)
    except KeyboardInterrupt:
        from quizapp.wording import summary

        print("", *summary(sitting.tally), sep="\n")
        raise QuizError(_("interrupted"), exit=Exit.INTERRUPTED) from None
