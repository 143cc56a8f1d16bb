"""How programs end that look for models in torch itself."""

from typing import Annotated

import torchvision  # noqa: F401  # loaded here, so that the time it takes isn't the program's

from quizapp.authoring import Choice, Code, Result, mistake, verifier
from verifiers.execution import execute


@verifier("torchvision")
def ending(
    code: Annotated[str, Code()],
    line: Annotated[
        str,
        Choice(
            "",
            "import torch.models",
            "torch.models.list_models()",
            "from torch import models",
            "torchvision.models.list_models()",
        ),
    ] = "",
) -> Result:
    """`runs`, or the exception with which a program ends. `line` only fills in the source."""
    ran = execute(code)
    said = str(ran.error).partition(" (")[0] if ran.error else "runs"  # without the path of a file
    return Result(
        ran.ending,
        steps=[said if ran.error is None else f"{ran.ending}: {said}"],
        mistakes=[
            mistake("runs", "torch has no part called models.", "torch 里没有 models。"),
            mistake(
                "AttributeError",
                "An attribute that is missing is asked for with a dot; this fails at the import already.",
                "用点号取不存在的属性才是它；这里在 import 时就已失败。",
            ),
            mistake(
                "ModuleNotFoundError",
                "Only an import of a module that isn't there raises it.",
                "只有导入不存在的模块才会抛出它。",
            ),
            mistake(
                "ImportError",
                "It is raised where a module is found, and a name in it isn't.",
                "模块找到了、里面的名字找不到时，才抛出它。",
            ),
        ],
        facts={"said": f"{ran.ending}: {said}" if ran.error else "no error"},
    )
