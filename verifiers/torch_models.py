"""How programs end that look for models in torch itself."""

from typing import Annotated

import torchvision  # noqa: F401  # loaded here, so that the time it takes isn't the program's

from quizapp.authoring import Choice, Code, Result, mistake, verifier
from verifiers.execution import execute


@verifier(
    "torchvision",
    examples=[
        ({"code": "import torch.models"}, "ModuleNotFoundError"),
        ({"code": "from torch import models"}, "ImportError"),
        ({"code": "import torch\ntorch.models"}, "AttributeError"),
        ({"code": "import torchvision\ntorchvision.models.list_models()"}, "runs"),
    ],
)
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
                "torchvision has the part models; it is torch that hasn't."
                if ran.error is None
                else "A missing attribute that is asked for with a dot raises it; this fails at the import already.",
                "torchvision 里有 models；没有的是 torch。"
                if ran.error is None
                else "用点号取不存在的属性才会抛出它；这里在 import 时就已失败。",
            ),
            mistake(
                "ModuleNotFoundError",
                "It comes from importing a module that isn't there.",
                "导入不存在的模块时才抛出它。",
            ),
            mistake(
                "ImportError",
                "It comes from `from … import …`, where the module is found and the name in it isn't.",
                "用 from … import … 时，模块找到了而里面没有这个名字，才抛出它。",
            ),
        ],
        facts={"said": f"{ran.ending}: {said}" if ran.error else "no error"},
    )
