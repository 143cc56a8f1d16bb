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

from quizapp.authoring import Array, Choice, Code, Distribution, Grid, Int, Lines, Result, Shape, Stack, verifier

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


@verifier("torch")
def broadcasts(
    left: Annotated[list[int], Shape(1, 4, 1, 8)],
    right: Annotated[list[int], Shape(1, 4, 1, 8)] = [3],
) -> Result:
    """Which shapes this one broadcasts to."""


@verifier("torch")
def total(matrix: Annotated[list[list[int]], Array(2, 3, 0, 9)]) -> Result:
    """The sum of a matrix."""


@verifier("torch")
def depth(layers: Annotated[list[str], Stack(1, 6)]) -> Result:
    """How many layers there are."""


@verifier("torch")
def order(lines: Annotated[list[str], Lines()], rate: Annotated[float, Grid(0.1, 0.5, 0.1)] = 0.1) -> Result:
    """What the weights are after these lines."""


@order.attempt
def _run(answer: list[str], **params):
    return answer


@verifier("python")
def multiple(factor: Annotated[int, Int(2, 5)]) -> Result:
    """A function that multiplies."""


@multiple.second_way
def _by_hand(factor): ...


@multiple.attempt
def _call(factor, answer): ...


@verifier("torch")
def halving(width: Annotated[int, Int(8, 512)]) -> Result:
    """A layer that halves a width."""


@halving.attempt
def _try(answer): ...
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
    steady: a name is a name
"""

KINDS = """\
title: {en: Every other kind, zh: 其余题型}
description: {en: A card of each., zh: 每种一张。}
cards:
  - id: kinds/several/broadcast
    kind: several
    verifier: toy.broadcasts
    params: {left: {shape: [2, 3], min: 1, max: 4, often: [1]}}
    prompt: {en: "What does {left} broadcast to?", zh: "{left} 能广播成什么？"}
    options:
      - {value: [2, 3], en: A, zh: 甲}
      - {value: [4, 4], en: B, zh: 乙}
      - {value: [1, 1], en: C, zh: 丙}
    few: three are enough here
    explain: {en: Because., zh: 因为。}
  - id: kinds/cloze/sentence
    kind: cloze
    verifier: toy.total
    params: {matrix: {array: [2, 3], min: 1, max: 4}}
    prompt: {en: "{matrix} is summed by ____ and gives ____, not _____.", zh: "{matrix} 用 ____ 求和得 ____。"}
    gaps: [text, number]
    tolerance: {absolute: 0.1}
    explain: {en: Because., zh: 因为。}
  - id: kinds/cloze/code
    kind: cloze
    verifier: toy.output
    prompt: {en: What is missing?, zh: 缺什么？}
    code: |
      ____ = {number}
    gaps: [text]
    explain: {en: Because., zh: 因为。}
  - id: kinds/order/step
    kind: order
    verifier: toy.order
    params: {rate: {choice: [0.1, 0.2]}}
    prompt: {en: In which order?, zh: 什么顺序？}
    lines:
      - optimizer.zero_grad()
      - loss.backward()
      - "    step({rate}, {{}})"
    explain: {en: Because., zh: 因为。}
  - id: kinds/code/double
    kind: code
    verifier: toy.multiple
    prompt: {en: Write it., zh: 写出来。}
    starter: |
      def times(x):
          # x times {factor}
    explain: {en: Because., zh: 因为。}
  - id: kinds/open/halve
    kind: open
    verifier: toy.halving
    prompt: {en: "Halve {width}.", zh: "把 {width} 减半。"}
    fields:
      kernel: {min: 1, max: 64}
      mode: {choice: [same, valid]}
      rate: {min: 0.0, max: 1.0, step: 0.1}
      p: {distribution: [2, 3]}
      side: {shape: [1, 2], min: 1, max: 9}
      net: {stack: [1, 2], channels: 1}
    explain: {en: Because., zh: 因为。}
  - id: kinds/picture/depth
    kind: picture
    verifier: toy.depth
    params: {layers: {stack: [2, 3]}}
    prompt: {en: How deep is this net?, zh: 这个网络有多深？}
    explain: {en: Because., zh: 因为。}
  - id: kinds/choice/depth
    kind: choice
    verifier: toy.depth
    prompt: {en: "How deep is this?", zh: "有多深？"}
    options:
      - {value: 1, en: "{layers} is not", zh: "{layers} 不"}
      - {value: 2, en: two, zh: 二}
      - {value: 3, en: three, zh: 三}
      - {value: 4, en: four, zh: 四}
    explain: {en: Because., zh: 因为。}
  - id: kinds/recall/name
    kind: recall
    prompt: {en: "Who named {{dropout}}?", zh: 谁命名了 dropout？}
    back: {en: "Hinton {and others}", zh: Hinton 等人}
    source: Dropout 的历史
"""


CLAIMS = """\
claims:
  - id: a/b/formula
    claim: {en: A formula., zh: 公式。}
    verifier: toy.output_size
    cases:
      - {params: {width: 32, kernel: 5, stride: 1, padding: 2}, note: 32}
      - {params: {width: 224, kernel: 7, stride: 2, padding: 3}, note: 112.5}
    tolerance: {absolute: 0.1}
    outcome: holds with a condition
    reason: {en: It is rounded., zh: 要取整。}
    cards: [conv/size/stem]
  - id: a/b/printed
    claim: {en: It prints., zh: 会打印。}
    verifier: toy.output
    code: |
      print(1)
    cases:
      - {params: {number: 1}, note: "1"}
    outcome: holds
    reason: {en: It does., zh: 的确。}
    heading: another note
  - id: a/b/history
    claim: {en: It is used widely., zh: 使用广泛。}
    outcome: can't be tested
    reason: {en: Nothing counts that., zh: 无从统计。}
    cards: [conv/size/stem]
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
def kinds_deck() -> str:
    return KINDS


@pytest.fixture
def claims_deck() -> str:
    return DECK + CLAIMS


@pytest.fixture
def deck_file(tmp_path: Path) -> Path:
    path = tmp_path / "b.yaml"
    path.write_text(DECK, encoding="utf-8")
    return path
