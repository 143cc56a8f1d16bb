"""Which points of a curve TensorBoard holds: thinned out, or dropped after a restart. By both of its loaders."""

import os
import subprocess
import warnings
from typing import Annotated, Any
from unittest import mock

from quizapp.authoring import Choice, Impossible, Int, Result, Text, mistake, verifier
from verifiers.event_files import log, read
from verifiers.tensorboard_flags import flags
from verifiers.tensorboard_runs import loaded, project

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its copy of html5lib says at import that it is deprecated
    from tensorboard.backend.event_processing.data_ingester import DEFAULT_TENSOR_SIZE_GUIDANCE
    from tensorboard.context import RequestContext
    from tensorboard.data import server_ingester


@verifier("tensorboard", limit_s=60.0)
def kept(
    points: Annotated[int, Int(1, 4000, often=(500, 1000, 2000))],
    samples: Annotated[str, Choice("", "scalars=100", "scalars=500", "scalars=2000", "scalars=0", "images=50")] = "",
) -> Result:
    """How many points TensorBoard holds of a curve, for a --samples_per_plugin."""
    given = [f"--samples_per_plugin={samples}"] if samples else []
    with project() as here:
        log(here / "log", range(points))
        held = len(_steps(loaded("--logdir=log", *given)))
    default = DEFAULT_TENSOR_SIZE_GUIDANCE["scalars"]
    limit = flags("--logdir=log", *given).samples_per_plugin.get("scalars", default)
    return Result(
        held,
        steps=[
            Text(f"written: {points}", f"写入：{points}"),
            Text(f"held: {held}", f"保留：{held}"),
        ],
        mistakes=[
            mistake(
                points,
                "Of a curve with more points than the limit, a random choice is kept.",
                "点数超过上限的曲线，只随机保留一部分点。",
            ),
            mistake(
                limit,
                "The limit is not filled up: a curve with fewer points keeps what it has.",
                "上限不会被凑满：点数不到上限时，有多少留多少。",
            )
            if limit > points
            else mistake(
                min(points, default),
                f"{default} is the limit where the flag doesn't name scalars.",
                f"{default} 是没有用这个参数指定 scalars 时的上限。",
            ),
            mistake(
                min(points, 10_000),
                "10,000 is EventAccumulator's limit, when it is used by hand.",
                "10,000 是自己用 EventAccumulator 时的上限。",
            ),
            *([mistake(0, "0 means without a limit.", "0 表示不设上限。")] if limit == 0 else []),
        ],
        snippet=_KEPT.format(points=points, given=given),
    )


@kept.second_way
def _kept_by_limit(points: int, samples: str = "") -> int:
    plugin, _, limit = samples.partition("=")
    most = int(limit) if plugin == "scalars" else 1000
    return min(points, most) if most else points


@verifier("tensorboard", where="resume <= first", limit_s=60.0)
def restarted(
    first: Annotated[int, Int(1, 100, often=(10, 50))],
    second: Annotated[int, Int(1, 100, often=(5, 20))],
    resume: Annotated[int, Int(0, 100)] = 0,
) -> Result:
    """Points after a run of `first` steps and one of `second` from step `resume` on in the same folder, by two readers.

    The readers are EventAccumulator, and the loader that TensorBoard uses by default where it has one for the platform.
    """
    with project() as here:
        log(here / "log", range(first))
        log(here / "log", range(resume, resume + second))
        every = read(here / "log")
        shown = loaded_fast("--logdir=log")
        slowly = _steps(loaded("--logdir=log"))
    return Result(
        [len(every), len(shown)],
        steps=[
            Text(
                f"EventAccumulator: {len(every)} points, {len(set(every))} steps",
                f"EventAccumulator：{len(every)} 个点，{len(set(every))} 步",
            ),
            Text(
                f"TensorBoard: steps {shown[0]} to {shown[-1]}, {len(shown)} points",
                f"TensorBoard：第 {shown[0]} 到第 {shown[-1]} 步，共 {len(shown)} 个点",
            ),
        ],
        mistakes=[
            mistake(
                [len(every), len(every)],
                "TensorBoard's loader drops the old points from the step on where the new run begins.",
                "TensorBoard 的加载器会丢掉新一次运行起始步及以后的旧点。",
            ),
            mistake(
                [len(shown), len(shown)],
                "EventAccumulator keeps both runs, unless the second writer was given a purge_step.",
                "EventAccumulator 会把两次都保留，除非第二个 writer 给了 purge_step。",
            ),
            mistake(
                [len(every), len(set(every))],
                "Not only the steps that are logged again are dropped, but all old ones from there on.",
                "丢掉的不只是重新记录过的那些步，而是从那里起所有的旧点。",
            ),
        ],
        snippet=_RESTARTED.format(first=first, last=resume + second, resume=resume),
        facts={"before": min(resume, first), "slowly": len(slowly)},
    )


@restarted.second_way
def _restarted_by_count(first: int, second: int, resume: int = 0) -> list[int]:
    return [first + second, resume + second]


def loaded_fast(*given: str) -> list[int]:
    """The steps that the data server holds which TensorBoard starts by default; Impossible where there is none.

    It reads in the background, and says in its log when it has come to the end.
    """
    try:
        binary = server_ingester.get_server_binary()
    except server_ingester.NoDataServerError as error:
        raise Impossible(f"TensorBoard has no fast loader here: {error}") from None
    started: list[Any] = []

    class Kept(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{**options, "stderr": subprocess.PIPE, "text": True})
            started.append(self)

    parsed = flags(*given)
    ingester = server_ingester.SubprocessServerDataIngester(
        server_binary=binary,
        logdir=parsed.logdir,
        reload_interval=0,
        channel_creds_type=parsed.grpc_creds_type,
        samples_per_plugin=parsed.samples_per_plugin,
        extra_flags=["--verbose"],
    )
    try:
        with (
            mock.patch.object(subprocess, "Popen", Kept),
            mock.patch.dict(os.environ, {"no_grpc_proxy": "localhost"}),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore", ResourceWarning)  # it leaves its temporary folder to the collector
            ingester.start()
        if not any("Finished load cycle" in line for line in started[0].stderr):
            raise Impossible("TensorBoard's fast loader has not come to an end")
        return _steps(ingester.data_provider)
    finally:
        for process in started:
            process.kill()
            process.communicate()


def _steps(provider: Any) -> list[int]:
    """The steps of the curve loss of the only run."""
    found = provider.read_scalars(RequestContext(), experiment_id="", plugin_name="scalars", downsample=1_000_000)
    return [point.step for point in found.get(".", {}).get("loss", [])]


_KEPT = """\
import tempfile

from tensorboard import default
from tensorboard.backend.event_processing.data_ingester import LocalDataIngester
from tensorboard.context import RequestContext
from tensorboard.program import TensorBoard
from torch.utils.tensorboard import SummaryWriter

folder = tempfile.mkdtemp()
writer = SummaryWriter(folder)
for step in range({points}):
    writer.add_scalar("loss", 1 / (step + 1), step)
writer.close()
tensorboard = TensorBoard(plugins=default.get_plugins())
tensorboard.configure(["tensorboard", "--logdir", folder, *{given}])
tensorboard.flags.reload_interval, tensorboard.flags.reload_task = 0, "blocking"
loader = LocalDataIngester(tensorboard.flags)
loader.start()
curves = loader.data_provider.read_scalars(
    RequestContext(), experiment_id="", plugin_name="scalars", downsample=1_000_000
)
print(len(curves["."]["loss"]))"""
_RESTARTED = """\
import tempfile
import time

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch.utils.tensorboard import SummaryWriter

folder = tempfile.mkdtemp()
for steps in (range({first}), range({resume}, {last})):
    writer = SummaryWriter(folder)
    for step in steps:
        writer.add_scalar("loss", 1 / (step + 1), step)
    writer.close()
    time.sleep(1)  # files are read in the order of their names, which hold the second
reader = EventAccumulator(folder)
reader.Reload()
print(len(reader.Scalars("loss")), "points; now compare: tensorboard --logdir", folder)"""
