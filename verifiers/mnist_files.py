"""Where torchvision's MNIST gets its files from, what it checks of them, and how large they are."""

import contextlib
import gzip
import hashlib
import io
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated, Any
from unittest import mock

from torchvision.datasets import MNIST, QMNIST
from torchvision.datasets.utils import calculate_md5, check_integrity
from tqdm import tqdm

from quizapp.authoring import Choice, Int, Result, Text, Tolerance, Value, mistake, verifier
from verifiers.idx import CODES, header
from verifiers.mnist import files, laid_out

Name = Annotated[
    str,
    Choice("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
]


@verifier(
    "torchvision",
    examples=[({"at": 0}, "train-images-idx3-ubyte.gz"), ({"at": 3}, "t10k-labels-idx1-ubyte.gz")],
)
def resource(at: Annotated[int, Int(0, 3)]) -> Result:
    """The name of a file in torchvision's list of MNIST's files, counted from 0."""
    name, checksum = MNIST.resources[at]
    return Result(name, steps=[f"md5: {checksum}"], facts={"checksum": checksum})


@verifier("torchvision", where="missing != damaged", limit_s=20.0)
def second_mirror(missing: Name, damaged: Name) -> Result:
    """Which files torchvision takes from its second mirror, where the first has one missing and one damaged."""
    packed = {f"{name}.gz": gzip.compress(data, mtime=0) for name, data in files().items()}
    broken = {f"{damaged}.gz": packed[f"{damaged}.gz"][:-9] + bytes(9)}
    first = {name: data for name, data in (packed | broken).items() if name != f"{missing}.gz"}
    with _served({"first": first, "second": packed}) as (address, asked), tempfile.TemporaryDirectory() as root:
        sums = [(name, hashlib.md5(data, usedforsecurity=False).hexdigest()) for name, data in packed.items()]
        places = {"mirrors": [f"{address}/first/", f"{address}/second/"], "resources": sums}
        type("MNIST", (MNIST,), places)(root, download=True)
    taken = [name for name in packed if f"/second/{name}" in asked]
    value: list[Value] = [name.removesuffix(".gz") for name in taken]
    return Result(
        value,
        steps=[
            Text(
                f"{name}: {'first, then second mirror' if name in taken else 'first mirror'}",
                f"{name}：{'先第一个镜像，再第二个' if name in taken else '第一个镜像'}",
            )
            for name in packed
        ],
        mistakes=[
            mistake(
                [missing],
                "The damaged file is fetched as well, but its checksum is wrong, and then it counts as not fetched.",
                "损坏的文件虽然下载了，但校验和不对，等于没有下载成功。",
            ),
            mistake(
                [damaged], "A missing file sends torchvision to the next mirror too.", "文件不存在时也会换下一个镜像。"
            ),
            mistake(
                [name.removesuffix(".gz") for name in packed],
                "Each file begins with the first mirror anew.",
                "每个文件都重新从第一个镜像开始。",
            ),
            mistake([], "After a failure the next mirror is tried.", "一个镜像失败后会接着试下一个。"),
        ],
    )


@second_mirror.second_way
def _by_the_checksums(missing: str, damaged: str) -> list[str]:
    return [name for name in files() if name in (missing, damaged)]


@verifier(
    "torchvision",
    examples=[
        ({"train": True}, ["a pixel is changed", "a label is 200"]),
        ({"train": False}, ["a pixel is changed", "a label is 200", "the training images are cut short"]),
    ],
)
def which_load(train: Annotated[bool, Choice(True, False)] = True) -> Result:
    """Of some folders that are not quite MNIST, those that MNIST(root, train=…) loads without a word."""
    images, labels, whole = "train-images-idx3-ubyte", "train-labels-idx1-ubyte", files()
    states = {
        "a pixel is changed": whole | {images: whole[images][:-1] + b"\xff"},
        "a label is 200": whole | {labels: whole[labels][:-1] + bytes([200])},
        "the training images are cut short": whole | {images: whole[images][:-1]},
        "the test files are missing": {name: data for name, data in whole.items() if name.startswith("train")},
        "only the .gz files are there": {f"{name}.gz": gzip.compress(data) for name, data in whole.items()},
    }
    endings = {state: _ending(content, train) for state, content in states.items()}
    value: list[Value] = [state for state, ending in endings.items() if ending == "works"]
    return Result(
        value,
        steps=[f"{state}: {ending}" for state, ending in endings.items()],
        mistakes=[
            mistake(
                [], "Nothing but the length of a file is compared with its header.", "只核对了长度和文件头是否相符。"
            ),
            mistake(
                ["a pixel is changed", "a label is 200", "the training images are cut short"],
                "The training images are read here, and there are fewer bytes than their header says.",
                "这里要读训练图像，而字节数比文件头写的少。",
            ),
            mistake(
                ["a pixel is changed", "a label is 200"],
                "With train=False nobody opens the training images, so nobody sees that a byte is missing.",
                "train=False 时根本不打开训练图像文件，少一个字节也不会发现。",
            ),
            mistake(
                [*value, "the test files are missing"],
                "All four files must be there, whichever half is asked for.",
                "不管要哪一半，四个文件都必须在。",
            ),
            mistake(
                [*value, "only the .gz files are there"],
                "It looks for the unpacked files; only download=True unpacks.",
                "它找的是解压后的文件；只有 download=True 才会解压。",
            ),
        ],
    )


@verifier("torchvision")
def survives(
    change: Annotated[str, Choice("nothing", "packed again", "packed at another level", "a pixel is changed")],
) -> Result:
    """What two packed files share, the second packed again: `both`, `the content`, `the checksum` or `neither`."""
    data = files()["train-images-idx3-ubyte"]
    again, level, time = data, 9, 1
    match change:
        case "packed again":
            time = 2
        case "packed at another level":
            level = 1
        case "a pixel is changed":
            again = data[:-1] + b"\xff"
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder) / "one.gz", Path(folder) / "other.gz"
        one.write_bytes(gzip.compress(data, mtime=1))
        other.write_bytes(gzip.compress(again, level, mtime=time))
        same = check_integrity(other, calculate_md5(one))
        content = gzip.decompress(one.read_bytes()) == gzip.decompress(other.read_bytes())
        sums = [calculate_md5(one), calculate_md5(other)]
    value = {(True, True): "both", (True, False): "the content", (False, True): "the checksum"}
    return Result(
        value.get((content, same), "neither"),
        steps=[f"md5: {sums[0]}", f"md5: {sums[1]}"],
        mistakes=[
            mistake(
                "both",
                "A .gz begins with the time at which it was packed, so its own bytes differ.",
                ".gz 文件头里写着打包时间，所以压缩文件本身的字节不同。",
            ),
        ],
    )


@survives.second_way
def _by_crc(change: str) -> str:
    data = files()["train-images-idx3-ubyte"]
    one = gzip.compress(data, mtime=1)
    other = gzip.compress(data, 1 if "level" in change else 9, mtime=2 if change == "packed again" else 1)
    if "pixel" in change:
        other = gzip.compress(data[:-1] + b"\xff", mtime=1)
    # The last eight bytes are the checksum and the length of what is inside.
    return "both" if one == other else "the content" if one[-8:] == other[-8:] else "neither"


@verifier("torchvision", limit_s=5.0, examples=[({"what": "test10k"}, 10_000), ({"what": "test50k"}, 50_000)])
def qmnist(what: Annotated[str, Choice("test", "test10k", "test50k")]) -> Result:
    """How many labelled examples of its 60,000 for testing QMNIST gives; test10k are those of MNIST's test set."""
    total = 60_000
    names = [Path(url).stem for url, _ in QMNIST.resources["test"]]
    bodies = [
        header([total, 1, 1]) + bytes(total),
        header([total, 1], CODES["int32"]) + bytes(4 * total),
    ]
    counts = {}
    with laid_out(dict(zip(names, bodies, strict=True)), "QMNIST") as root:
        for one in ("test", "test10k", "test50k"):
            found = QMNIST(root, what=one)
            counts[one] = len(found)
            assert len(found.targets) == len(found)
    return Result(
        counts[what],
        steps=[f'QMNIST(what="{one}"): {count}' for one, count in counts.items()],
        mistakes=[
            mistake(counts["test"], "That is all that QMNIST has for testing.", "这是 QMNIST 全部的测试样本。"),
            mistake(counts["test50k"], "Those are the ones that MNIST left out.", "这是 MNIST 未收录的那部分。"),
            mistake(counts["test10k"], "That is MNIST's own test set.", "这是 MNIST 自己的测试集。"),
        ],
        snippet="import struct, tempfile\nfrom pathlib import Path\nfrom torchvision.datasets import QMNIST\n\n"
        "with tempfile.TemporaryDirectory() as root:\n"
        '    raw = Path(root, "QMNIST", "raw")\n    raw.mkdir(parents=True)\n'
        '    head = struct.pack(">4I", 0x0803, 60000, 1, 1)\n'
        '    (raw / "qmnist-test-images-idx3-ubyte").write_bytes(head + bytes(60000))\n'
        '    head = struct.pack(">3I", 0x0C02, 60000, 1)\n'
        '    (raw / "qmnist-test-labels-idx2-int").write_bytes(head + bytes(240000))\n'
        f'    print(len(QMNIST(root, what="{what}")))',
        facts=dict(counts),
    )


# Just below 1024 and 1024² tqdm writes 0.98 and the like, with two digits only.
@verifier("tqdm", where="base == 1000 or not (1000 <= size < 1024 or 1_023_488 <= size < 1_048_576)")
def in_units(size: Annotated[int, Int(1, 1_000_000_000)], base: Annotated[int, Choice(1000, 1024)] = 1024) -> Result:
    """A size in bytes to three digits, as tqdm writes it, in thousands (1000 or 1024) or in millions of those."""
    written = tqdm.format_sizeof(size, "", base)
    other = tqdm.format_sizeof(size, "", 2024 - base)
    digits = "0123456789."
    value, wrong = (float("".join(sign for sign in one if sign in digits)) for one in (written, other))
    prefix = written.lstrip(digits)
    power = base ** " kMG".index(prefix or " ")
    return Result(
        value,
        steps=[f"{size} / {power} = {size / power:.4f}", f"{size} B = {other}B ({2024 - base})"],
        mistakes=[
            mistake(
                wrong,
                f"That takes {2024 - base} for a thousand.",
                f"这是按 {2024 - base} 进位算的。",
            ),
            mistake(
                int(size / power * 100) / 100,
                "That is cut off; the third digit is to be rounded.",
                "这是截断的结果，第三位应当四舍五入。",
            ),
            mistake(float(size), "That is still in bytes.", "这还是字节数。"),
        ],
        tolerance=Tolerance(digits=3),
        snippet=f'from tqdm import tqdm\n\nprint(tqdm.format_sizeof({size}, "", {base})[:-1])',
        facts={"unit": f"{prefix.upper()}B", "exact": size / power, "other": wrong, "power": power},
    )


@in_units.second_way
def _by_dividing(size: int, base: int = 1024) -> float:
    power = 0
    while size / base**power >= 999.5:
        power += 1
    return float(f"{size / base**power:.3g}")


def _ending(content: Mapping[str, bytes], train: bool) -> str:
    with laid_out(content) as root:
        try:
            MNIST(root, train=train)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return "works"


class _Quiet(SimpleHTTPRequestHandler):
    def __init__(self, *given: Any, asked: list[str], **named: Any) -> None:
        self.asked = asked
        super().__init__(*given, **named)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextlib.contextmanager
def _served(folders: dict[str, dict[str, bytes]]) -> Iterator[tuple[str, list[str]]]:
    """A server on 127.0.0.1 with these folders: its address, and a list that gets the paths that were asked for."""
    asked: list[str] = []
    with tempfile.TemporaryDirectory() as place, contextlib.redirect_stderr(io.StringIO()):
        for folder, content in folders.items():
            (Path(place) / folder).mkdir()
            for name, data in content.items():
                (Path(place) / folder / name).write_bytes(data)
        handler = partial(_Quiet, directory=place, asked=asked)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
            thread.start()
            try:
                with mock.patch.dict(os.environ, {"no_proxy": "127.0.0.1"}):
                    yield f"http://127.0.0.1:{server.server_port}", asked
            finally:
                server.shutdown()
                thread.join()
