"""A module of verifiers that is only ever read, and a sound deck over them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from quizapp.core.card import Deck
from quizapp.core.declaration import Declaration
from quizapp.deck.declared import read_declarations
from quizapp.deck.fault import Fault
from quizapp.deck.reader import read_source

Read: TypeAlias = Callable[[str | bytes], Deck | tuple[Fault, ...]]

MODULE = '''
from typing import Annotated

from quizapp.authoring import Choice, Code, Distribution, Grid, Int, Result, verifier

raise SystemExit("this module is read and never imported")


@verifier("torch", where="kernel <= width + 2 * padding", limit_s=3)
def output_size(
    width: Annotated[int, Int(1, 1024, often=(224, 299))],
    kernel: Annotated[int, Int(1, 11)],
    stride: Annotated[int, Int(1, 8)],
    padding: Annotated[int, Int(0, 5)] = 0,
) -> Result:
    """The side of the square that nn.Conv2d returns."""


@verifier("torch", where="len(p) == len(q)")
def divergence(
    p: Annotated[list[float], Distribution(2, 4)],
    q: Annotated[list[float], Distribution(2, 4)],
    base: Annotated[str, Choice("nats", "bits")] = "nats",
) -> Result:
    """D_KL(p‖q)."""


@verifier("python")
def output(
    code: Annotated[str, Code()],
    number: Annotated[int, Int(0, 9)],
    rate: Annotated[float, Grid(0.0, 1.0, 0.1)] = 0.5,
) -> Result:
    """What the source prints."""
'''

DECK = """\
title: {en: Convolutions, zh: 卷积}
description: {en: Their sizes., zh: 尺寸。}
source: 卷积操作后的尺寸怎样计算？
cards:
  - id: conv/size/stem
    kind: number
    verifier: toy.output_size
    params:
      width: {choice: [224, 256]}
      kernel: 7
      stride: {min: 1, max: 3, often: [2]}
    where: kernel > stride
    prompt:
      en: |
        A {width} px wide image goes through a kernel of {kernel}.

        The stride is {stride}; how wide is the output?
      zh: "{width} 像素，核 {kernel}，步幅 {stride}：输出多宽？"
    tolerance: {absolute: 0.5}
    explain: {en: "({width} - {kernel}) // {stride} + 1 = {truth}", zh: "{truth:.0f}，{fact}"}
    tags: [shape, stem]
    group: stem
    source: 别的笔记
  - id: python/self/print
    kind: output
    verifier: toy.output
    code: |
      print({{1: {number}}})
    prompt: {en: What does it print?, zh: 打印什么？}
    explain: {en: "A dict.", zh: 字典。}
  - id: theory/kl/direction
    kind: choice
    verifier: toy.divergence
    params:
      p: {distribution: [2, 3], step: 0.1}
      q: [0.5, 0.5]
    where: [p != q, "max(p) > 0.5"]
    prompt: {en: "p is {p}, q is {q}.", zh: "p 是 {p}，q 是 {q}。"}
    options:
      - {value: 1, en: one, zh: 一}
      - {value: 2, en: two, zh: 二}
      - {value: three, en: three, zh: 三}
      - {value: [4, 5], en: four, zh: 四}
    explain: {en: Because., zh: 因为。}
  - id: theory/kl/name
    kind: text
    verifier: toy.divergence
    params: {p: [0.5, 0.5], q: [0.5, 0.5], base: bits}
    prompt: {en: What is it called?, zh: 叫什么？}
    aliases: [relative entropy, 相对熵]
    explain: {en: So it is called., zh: 如此称呼。}
"""


@pytest.fixture(scope="session")
def declarations(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Declaration]:
    path = tmp_path_factory.mktemp("verifiers") / "toy.py"
    path.write_text(MODULE, encoding="utf-8")
    found, faults = read_declarations(path)
    assert faults == ()
    return found


@pytest.fixture(scope="session")
def read(declarations: Mapping[str, Declaration]) -> Read:
    """Reads the text of a deck as `cards/a/b.yaml`, the deck `a/b`."""

    def read(text: str | bytes) -> Deck | tuple[Fault, ...]:
        source = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        return read_source(source, "cards/a/b.yaml", "a/b", declarations)

    return read


@pytest.fixture
def sound_deck() -> str:
    return DECK


@pytest.fixture
def deck_file(tmp_path: Path) -> Path:
    path = tmp_path / "b.yaml"
    path.write_text(DECK, encoding="utf-8")
    return path
