"""Which port tensorboard takes where some are taken: by its own search, without a socket."""

from typing import Annotated

from quizapp.authoring import Choice, Int, Result, Text, mistake, verifier
from verifiers.tensorboard_flags import flags, ports, program, server


@verifier("tensorboard", where="closed <= running")
def next_port(
    running: Annotated[int, Int(1, 12)],
    closed: Annotated[int, Int(0, 12)] = 0,
) -> Result:
    """The port of one more tensorboard, after `running` were started without --port, and the nth of them closed."""
    taken: list[int] = []
    for _ in range(running):
        with ports(taken):
            taken.append(int(server("--logdir=log").server_port))
    first = taken[0]
    if closed:
        taken.pop(closed - 1)
    with ports(taken):
        port = int(server("--logdir=log").server_port)
    return Result(
        port,
        steps=[
            Text(f"taken: {', '.join(map(str, taken)) or 'none'}", f"已占用：{', '.join(map(str, taken)) or '无'}"),
            Text(f"the first free one from {first} on: {port}", f"从 {first} 起第一个空闲的：{port}"),
        ],
        mistakes=[
            mistake(
                first + running,
                f"It looks from {first} on every time, and takes the first that is free.",
                f"每次都从 {first} 开始找，取第一个空闲的。",
            ),
            mistake(
                first, f"{first} is taken, so it tries the next ones.", f"{first} 已被占用，它会接着试后面的端口。"
            ),
            mistake(
                first + running - 1,
                f"The first takes {first}, the second {first + 1}: the nth takes {first - 1} + n.",
                f"第 1 个用 {first}，第 2 个用 {first + 1}，第 n 个用 {first - 1} + n。",
            ),
        ],
        snippet=f"taken = {taken}\nprint(next(port for port in range({first}, {first} + 100) if port not in taken))",
        facts={"first": first, "end": first + running},
    )


@next_port.second_way
def _next_by_search(running: int, closed: int = 0) -> int:
    return 6005 + closed if closed else 6006 + running


@verifier("tensorboard")
def where_taken(port: Annotated[str, Choice("", "--port=6006", "--port=default")]) -> Result:
    """What tensorboard does where another program has port 6006: takes another port, or gives up."""
    with ports([6006]):
        try:
            found = int(server("--logdir=log", port).server_port)
        except program.TensorBoardServerException as error:
            return Result("gives up", steps=[error.msg], mistakes=_TAKEN)
    return Result("takes another port", steps=[f"http://localhost:{found}/"], mistakes=_TAKEN)


@where_taken.second_way
def _searches(port: str) -> str:
    return "takes another port" if flags("--logdir=log", *filter(None, [port])).port is None else "gives up"


_TAKEN = [
    mistake(
        "takes another port",
        "It looks for another port only if none was named.",
        "只有没指定端口时，它才会另找一个。",
    ),
    mistake(
        "gives up",
        "Nobody asked for the default port: it looks for the next free one.",
        "默认端口不是用户指定的，它会接着找下一个空闲端口。",
    ),
    mistake(
        "shares the port",
        "Two programs can share a port only with --reuse_port, which is off.",
        "只有打开 --reuse_port 才可能共用端口，它默认是关闭的。",
    ),
    mistake("stops the other", "It ends no other program.", "它不会去结束别的程序。"),
]
