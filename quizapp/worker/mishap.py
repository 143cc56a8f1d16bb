"""What can befall a learner's code, each in a sentence that says what to do. None of it is right."""

from quizapp.core.answer import Attempt
from quizapp.core.text import Text


def _wrong(en: str, zh: str) -> Attempt:
    return Attempt(False, Text(en, zh))


def _in(line: int) -> tuple[str, str]:
    """Where it was, in both languages; nothing for line 0, which stands for an unknown one."""
    return (f", in line {line}", f"（第 {line} 行）") if line else ("", "")


def too_long(most: int) -> Attempt:
    return _wrong(f"Your code is longer than {most:,} characters.", f"代码超过了 {most:,} 个字符。")


def unreadable(why: str, line: int) -> Attempt:
    en, zh = _in(line)
    return _wrong(f"Your code is not Python: {why}{en}.", f"代码不是合法的 Python：{why}{zh}。")


def raised(what: str, line: int) -> Attempt:
    """what: `ZeroDivisionError: division by zero`."""
    en, zh = _in(line)
    return _wrong(f"Your code raised {what}{en}.", f"代码抛出了 {what}{zh}。")


def ended(how: str, line: int = 0) -> Attempt:
    """how: `SystemExit`, or `os._exit with exit code 3`."""
    en, zh = _in(line)
    return _wrong(
        f"Your code ended the program instead of leaving its names behind ({how}){en}: "
        "leave out exit(), sys.exit() and os._exit().",
        f"代码结束了程序（{how}），没有留下所要求的名字{zh}：请去掉 exit()、sys.exit() 和 os._exit()。",
    )


def endless(limit_s: float, line: int) -> Attempt:
    en, zh = (f" at line {line}", f"，停在第 {line} 行") if line else ("", "")
    return _wrong(
        f"Your code was still running after {limit_s:g} s{en}: an endless loop, or more work than there is time for.",
        f"代码运行了 {limit_s:g} 秒仍未结束{zh}：可能是死循环，或计算量太大。",
    )


def exhausted(budget: int, line: int) -> Attempt:
    """budget: bytes that the code was allowed; 0 where it was up to the system."""
    en, zh = _in(line)
    most = f"{budget / 2**30:.3g} GiB" if budget else ""
    return _wrong(
        f"Your code asked for more memory than {f'the {most} that it may use' if most else 'there is'}{en}.",
        f"代码要求的内存超过了{f'允许的 {most}' if most else '系统所有'}{zh}。",
    )


def too_deep(line: int) -> Attempt:
    en, zh = _in(line)
    return _wrong(
        f"Your code called itself too deeply (RecursionError){en}: every path must come to an end.",
        f"代码的递归太深（RecursionError）{zh}：每条路径都必须能够终止。",
    )


def crashed(how: str, line: int) -> Attempt:
    """how: `SIGSEGV`."""
    en, zh = _in(line)
    return _wrong(f"Your code crashed Python itself ({how}){en}.", f"代码使 Python 本身崩溃了（{how}）{zh}。")


def forbidden(deed: Text, event: str, line: int) -> Attempt:
    """deed: `start programs`; event: what Python calls it, `subprocess.Popen`."""
    en, zh = _in(line)
    return _wrong(
        f"Your code may not {deed.en} ({event}){en}: the answer needs nothing of the kind.",
        f"代码不能{deed.zh}（{event}）{zh}：这道题不需要这样做。",
    )


def mute() -> Attempt:
    return _wrong(
        "Your code left no way to tell its result: it closed descriptors that it did not open, or changed what Python "
        "itself needs.",
        "代码使结果无法传回：它关闭了不是由它打开的描述符，或改动了 Python 本身所需要的东西。",
    )


def meddled(names: list[str]) -> Attempt:
    """names: those of Python's own that aren't what they were."""
    shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
    return _wrong(
        f"Your code changed Python's own names ({shown}): use names of your own.",
        f"代码改动了 Python 的内置名字（{shown}）：请使用自己的名字。",
    )


def missing(name: str) -> Attempt:
    return _wrong(f"Your code defines no {name}.", f"代码没有定义 {name}。")


def with_output(attempt: Attempt, printed: str, *, cut: bool) -> Attempt:
    """The attempt and what the code printed, which often says more than any message; `cut` where it printed more."""
    if not printed.strip():
        return attempt
    printed = printed.rstrip() + ("\n…" if cut else "")
    return Attempt(
        attempt.right,
        Text(f"{attempt.text.en}\nIt printed:\n{printed}", f"{attempt.text.zh or attempt.text.en}\n输出：\n{printed}"),
    )
