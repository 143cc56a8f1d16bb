"""What a tqdm bar looks like at its end: the figures behind it, and the lines that nested bars leave."""

import io
import re
from typing import Annotated

import torch

from quizapp.authoring import Choice, Grid, Int, Mistake, Result, mistake, verifier
from verifiers.progress import bar_over


@verifier("tqdm")
def postfix(
    loss: Annotated[float, Grid(0.0001, 99.9999, 0.0001, often=(0.6931, 2.3026))],
    tensor: Annotated[bool, Choice(True, False)] = False,
) -> Result:
    """What bar.set_postfix(loss=loss) puts behind a bar, of a float or of a tensor."""
    shown = {}
    for name, given in (("float", loss), ("tensor", torch.tensor(loss, device="cpu"))):
        out = io.StringIO()
        bar = bar_over(range(3), out)
        bar.set_postfix(loss=given)
        found = re.findall(r"loss=[^\]]*", out.getvalue())
        shown[name] = found[-1]
        bar.close()
    value = shown["tensor" if tensor else "float"]
    return Result(
        value,
        steps=[f"{name}: {one}" for name, one in shown.items()],
        mistakes=[
            mistake(
                shown["float" if tensor else "tensor"],
                "Only Python's and numpy's numbers are shortened; a tensor is shown as str() writes it."
                if tensor
                else "That is how a tensor would look.",
                "只有数字才会缩短；张量按 str() 原样显示。" if tensor else "张量才会这样显示。",
            ),
            *(
                [mistake(f"loss={loss:g}", "str() of a tensor says that it is one.", "张量的 str() 会写出 tensor(…)。")]
                if tensor
                else _other_digits(loss)
            ),
        ],
        snippet="import io\nfrom tqdm import tqdm\n\n"
        f"bar = tqdm(range(3), file=io.StringIO())\nbar.set_postfix(loss={loss})\nprint(bar.postfix)",
    )


@postfix.second_way
def _postfix_by_format(loss: float, tensor: bool = False) -> str:
    return f"loss={torch.tensor(loss, device='cpu')!s}" if tensor else f"loss={loss:.3g}"


def _other_digits(loss: float) -> list[Mistake]:
    """What a number would be, were it shortened in another way."""
    return [
        mistake(f"loss={loss:g}", "Three significant digits are kept.", "只保留三位有效数字。"),
        mistake(f"loss={loss:#.3g}", "Zeros at the end are not written.", "末尾的 0 不写。"),
        mistake(
            f"loss={loss:.3f}",
            "Three digits in all are kept, not three behind the point.",
            "保留的是三位有效数字，不是三位小数。",
        ),
        mistake(
            f"loss={loss:.2f}",
            "Three digits in all are kept, not two behind the point.",
            "保留的是三位有效数字，不是两位小数。",
        ),
    ]


@verifier("tqdm")
def lines_left(
    epochs: Annotated[int, Int(1, 12, often=(3, 5))],
    batches: Annotated[int, Int(1, 20)] = 4,
    leave: Annotated[bool, Choice(True, False)] = True,
) -> Result:
    """How many lines with a bar are left on a terminal after a bar over epochs, with one over batches inside."""
    out = io.StringIO()
    for _ in bar_over(range(epochs), out, desc="epochs"):
        for _ in bar_over(range(batches), out, desc="batches", leave=leave):
            pass
    screen = _screen(out.getvalue())
    value = sum("/" in line for line in screen)
    return Result(
        value,
        steps=[line.split("[")[0].rstrip() for line in screen if "/" in line],
        mistakes=[
            mistake(
                epochs if leave else epochs + 1,
                "Count the outer bar too." if leave else "leave=False wipes the inner bar out when it ends.",
                "外层的进度条也算一行。" if leave else "leave=False 会在内层结束时把它擦掉。",
            ),
            mistake(
                2,
                "Every epoch makes a new inner bar." if leave else "Only the outer one stays.",
                "每个 epoch 都会新建一个内层进度条。" if leave else "只有外层的留下。",
            ),
            mistake(
                1, "leave is True unless given, so the inner bars stay.", "leave 默认为 True，内层的进度条会留下。"
            ),
            mistake(
                epochs * batches + epochs,
                "Steps are redrawn in place; only ended bars take a line.",
                "每一步都在原地重画，只有结束的进度条才占一行。",
            ),
        ],
        snippet=_NESTED.format(epochs=epochs, batches=batches, leave=leave),
    )


@lines_left.second_way
def _left_by_rule(epochs: int, batches: int = 4, leave: bool = True) -> int:
    return epochs + 1 if leave else 1


def _screen(written: str) -> list[str]:
    """The lines of a terminal after this was written to it."""
    lines, row, column = [""], 0, 0
    for part in re.findall(r"\x1b\[A|\r|\n|[^\x1b\r\n]+", written):
        match part:
            case "\r":
                column = 0
            case "\n":
                row, column = row + 1, 0
            case "\x1b[A":
                row = max(0, row - 1)
            case text:
                lines[row] = lines[row][:column].ljust(column) + text + lines[row][column + len(text) :]
                column += len(text)
        lines += [""] * (row + 1 - len(lines))
    return [line.rstrip() for line in lines]


_NESTED = """\
import io
import re
from tqdm import tqdm

out = io.StringIO()
for _ in tqdm(range({epochs}), file=out, ascii=True):
    for _ in tqdm(range({batches}), file=out, ascii=True, leave={leave}):
        pass

lines, row = [""], 0  # a small terminal
for part in re.findall(r"\\x1b\\[A|\\r|\\n|[^\\x1b\\r\\n]+", out.getvalue()):
    if part == "\\n":
        row += 1
    elif part == "\\x1b[A":
        row = max(0, row - 1)
    elif part != "\\r":
        lines[row] = part.rstrip()
    lines += [""] * (row + 1 - len(lines))
print(sum("/" in line for line in lines))"""
