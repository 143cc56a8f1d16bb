"""What the installed packages say of themselves: how many transforms there are, addresses, the printed benchmark."""

import inspect
import re
from importlib import metadata
from typing import Annotated, Any

import torchvision
from torchvision.transforms import v2

from quizapp.authoring import Choice, Impossible, Result, mistake, verifier
from verifiers.augment_library import A

# The classes that the transforms are made of, and that aren't transforms themselves.
_BASES = ("BasicTransform", "DualTransform", "ImageOnlyTransform", "Transform3D")
# Composition and containers of v2, which have their counterparts outside of A.BasicTransform.
_CONTAINERS = ("Transform", "Compose", "RandomApply", "RandomChoice", "RandomOrder")


@verifier("albumentations")
def range_of(library: Annotated[str, Choice("albumentations", "torchvision")] = "albumentations") -> Result:
    """Into which range the number of a library's transforms falls."""
    numbers = _numbers()
    count, other = numbers[library], "torchvision" if library == "albumentations" else "albumentations"
    value = _range(count)
    return Result(
        value,
        steps=[f"{library} {numbers[f'{library}_version']}: {count}"],
        mistakes=[
            mistake(
                "70 to 99",
                f"So says the note, and so says the package's own description; counted, there are {count}."
                if library == "albumentations"
                else f"That is what the note says of albumentations; torchvision has {count}.",
                f"笔记和软件包自己的简介都这么写，可是数出来有 {count} 个。"
                if library == "albumentations"
                else f"这是笔记对 albumentations 的说法；torchvision 有 {count} 个。",
            ),
            mistake(
                _range(numbers[other]),
                f"That is {other}, with {numbers[other]}.",
                f"这是 {other} 的情况，它有 {numbers[other]} 个。",
            ),
        ],
        snippet=_COUNT[library],
        facts=numbers,
    )


@range_of.second_way
def _range_as_described(library: str = "albumentations") -> str:
    return _range(_as_described(library))


def _as_described(library: str) -> int:
    """albumentations' own list lacks the two that make tensors; v2's classes are told by their ancestors' names."""
    if library == "albumentations":
        return len(_listed() | {"ToTensorV2", "ToTensor3D"})
    names = {one for one in dir(v2) if not one.startswith("_")} - set(_CONTAINERS)
    made = [getattr(v2, name) for name in names if inspect.isclass(getattr(v2, name))]
    return sum(any(base.__name__ == "Transform" for base in one.__mro__) for one in made)


@verifier("albumentations")
def fastest(
    transform: Annotated[
        str,
        Choice(
            "Elastic",
            "LinearIllumination",
            "PlasmaShadow",
            "HorizontalFlip",
            "Rotate",
            "Resize",
            "Normalize",
            "GaussianBlur",
            "CoarseDropout",
            "RandomCrop128",
        ),
    ],
) -> Result:
    """Which library leads a row of the benchmark that the installed albumentations prints in its own description."""
    rows, libraries = _benchmark()
    if transform not in rows:
        raise Impossible(f"the description of albumentations {A.__version__} has no row {transform}")
    row = rows[transform]
    value = max(row, key=lambda one: row[one])
    slower = [name for name, figures in rows.items() if max(figures, key=lambda one: figures[one]) != "albumentations"]
    return Result(
        value,
        steps=[f"{name}: {row[name]:g} / s" if name in row else f"{name}: –" for name in libraries],
        mistakes=[
            mistake(
                "albumentations",
                "It leads most rows of its table, and not this one.",
                "它在表里大多数行都领先，但这一行不是。",
            )
        ],
        distractors=[name for name in libraries if name != value],
        snippet="from importlib import metadata\n\n"
        'for line in metadata.metadata("albumentations").get_payload().splitlines():\n'
        f'    if line.startswith("| {transform} "):\n        print(line)',
        facts={
            "rows": sum(len(figures) > 1 for figures in rows.values()),
            "measured": re.findall(r"albumentations<br>([\d.]+)", _description())[0],
            "behind": len(slower),
            "behind_names": ", ".join(slower),
            "version": A.__version__,
            "best": f"{max(row.values()):g}",
            "own": f"{row.get('albumentations', 0):g}",
        },
    )


@fastest.second_way
def _fastest_by_bold(transform: str) -> str:
    """The table prints the best figure of each row in bold type."""
    lines = _description().splitlines()
    head = next(line for line in lines if "albumentations<br>" in line)
    row = next(line for line in lines if line.startswith(f"| {transform} "))
    at = next(at for at, cell in enumerate(row.split("|")) if "**" in cell)
    return head.split("|")[at].split("<br>")[0].strip()


@verifier("albumentations")
def has_more() -> Result:
    """Whether albumentations offers more transforms than torchvision.transforms.v2."""
    numbers = _numbers()
    value = len(_albumentations()) > len(_torchvision())
    return Result(value, steps=[f"{numbers['albumentations']} : {numbers['torchvision']}"], facts=numbers)


@has_more.second_way
def _more_as_described() -> bool:
    return bool(_as_described("albumentations") > _as_described("torchvision"))


@verifier("albumentations")
def leads_most() -> Result:
    """Whether albumentations leads most rows of its own benchmark where it has a rival."""
    rivalled = [row for row in _benchmark()[0].values() if len(row) > 1]
    led = sum(row.get("albumentations", 0) == max(row.values()) for row in rivalled)
    return Result(2 * led > len(rivalled), steps=[f"{led} / {len(rivalled)}"])


@leads_most.second_way
def _most_by_speedup() -> bool:
    """The table's last column is the speedup over the fastest rival."""
    found = [float(one) for one in re.findall(r"\| ([\d.]+)x +\|", _description())]
    return 2 * sum(one >= 1 for one in found) > len(found)


# By 2.0.8, its last release, the description didn't name its successor yet.
@verifier(
    "albumentations",
    examples=[({"words": "https://albumentations.ai/docs/"}, True), ({"words": "AlbumentationsX"}, False)],
)
def described(
    words: Annotated[
        str,
        Choice(
            "https://github.com/albumentations-team/albumentations",
            "https://albumentations.ai/docs/",
            "AlbumentationsX",
        ),
    ],
) -> Result:
    """Whether the installed albumentations' own description contains these words."""
    return Result(words in _description(), steps=[f"albumentations {A.__version__}: {_description().count(words)} ×"])


def _albumentations() -> list[str]:
    made = {name: one for name, one in vars(A).items() if inspect.isclass(one) and issubclass(one, A.BasicTransform)}
    return [name for name in made if name not in _BASES]


def _torchvision() -> list[str]:
    made = {name: one for name, one in vars(v2).items() if inspect.isclass(one) and issubclass(one, v2.Transform)}
    return [name for name in made if name not in _CONTAINERS]


def _numbers() -> dict[str, Any]:
    return {
        "albumentations": len(_albumentations()),
        "torchvision": len(_torchvision()),
        "albumentations_version": A.__version__,
        "torchvision_version": torchvision.__version__.split("+")[0],
        "listed": len(_listed()),
    }


def _listed() -> set[str]:
    """The transforms that the description lists."""
    return set(re.findall(r"explore\.albumentations\.ai/transform/(\w+)", _description()))


def _range(count: int) -> str:
    if count < 50:
        return "under 50"
    return "50 to 69" if count < 70 else "70 to 99" if count < 100 else "100 or more"


def _description() -> str:
    about: Any = metadata.metadata("albumentations")
    return str(about.get_payload() or about["Description"])


def _benchmark() -> tuple[dict[str, dict[str, float]], list[str]]:
    """Images a second, by transform and library, of the table in the description."""
    lines = [line for line in _description().splitlines() if line.startswith("| ")]
    start = next(at for at, line in enumerate(lines) if "albumentations<br>" in line)
    libraries = [cell.split("<br>")[0].strip() for cell in lines[start].split("|")[2:-2]]
    rows = {}
    for line in lines[start + 1 :]:
        name, *cells = [cell.strip(" *") for cell in line.split("|")[1:-2]]
        found = {one: float(cell.split()[0]) for one, cell in zip(libraries, cells, strict=False) if cell[:1].isdigit()}
        if found:
            rows[name] = found
    return rows, libraries


_COUNT = {
    "albumentations": """\
import inspect

import albumentations as A

bases = ("BasicTransform", "DualTransform", "ImageOnlyTransform", "Transform3D")
made = [one for one in vars(A).values() if inspect.isclass(one) and issubclass(one, A.BasicTransform)]
print(len([one for one in made if one.__name__ not in bases]))""",
    "torchvision": """\
import inspect

from torchvision.transforms import v2

bases = ("Transform", "Compose", "RandomApply", "RandomChoice", "RandomOrder")
made = [one for one in vars(v2).values() if inspect.isclass(one) and issubclass(one, v2.Transform)]
print(len([one for one in made if one.__name__ not in bases]))""",
}
