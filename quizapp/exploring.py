"""`quiz lab`: a verifier's laboratory on the screen."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from quizapp import opening, paths
from quizapp.commands import read_params
from quizapp.errors import QuizError
from quizapp.language import _
from quizapp.sitting import Options
from quizapp.study import Study
from quizapp.tried import Tried

if TYPE_CHECKING:
    from quizapp.common import Common


def lab(verifier: str, params: Sequence[str], common: "Common") -> None:
    """Opens the laboratory of `verifier`, with those parameters in place of what was tried last; without a name, the
    list of all.

    Raises QuizError for an unknown verifier or parameter, and where there is no terminal.
    """
    with opening.library(common) as library:
        if verifier:
            declaration = library.declaration(verifier)
            domains = {name: one.domain for name, one in declaration.parameters.items()}
            given = read_params(params, domains, verifier)
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            hint = _("quiz compute {verifier} computes without one").format(verifier=verifier or "VERIFIER")
            raise QuizError(_("a laboratory needs a terminal"), hint=hint)
        if verifier and given:
            tried = Tried(paths.home() / "lab.json")
            tried.note(verifier, dict(tried.of(verifier)) | given)
        from quizapp.tui.app import QuizApp

        with opening.worker(library.pack, common) as client:
            options = Options(lang=common.lang, settings_of=common.config.settings)
            study = Study(library, client, opening.clock(common), options, common.config)
            fault = QuizApp(study, lab=verifier).run()
            if isinstance(fault, QuizError):
                raise fault
