"""A card, or a whole deck, to begin with, as YAML: it reads without a fault.

Comments say what is still to be written. They and the placeholders are in English, as everything
that a deck's author reads.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from quizapp.core.answer import Truth
from quizapp.core.card import Card, Kind, Option
from quizapp.core.declaration import Declaration
from quizapp.core.domain import Domain, Fixed, Int, Value, write
from quizapp.core.text import Text, clean, on_a_line
from quizapp.deck.fitting import drawn

TODO = "# TODO: "
_FEW = "TODO say why there are fewer than four options"
_ENOUGH, _MOST = 4, 8
_WIDEST = 70
_GIVEN = re.compile(r"([A-Za-z_]\w{0,29})\s*=\s*(-?\d+)(?!\S)")
_DEFINED = re.compile(r"^(?:def|class) .*:$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a card to begin with is made of.

    declaration: of its verifier; None for a card to recall.
    domains:     what is drawn, by parameter; one that isn't there is its default, or drawn from all that is possible.
    where:       the card's own conditions. source: whether it has to name its note.
    code, lines, starter: templates, and so are the words of options; `literal` makes one of any text.
    """

    id: str
    kind: Kind
    declaration: Declaration | None = None
    domains: Mapping[str, Domain] = field(default_factory=dict)
    where: tuple[str, ...] = ()
    code: str = ""
    lines: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    gaps: tuple[str, ...] = ()
    fields: Mapping[str, Domain] = field(default_factory=dict)
    starter: str = ""
    source: bool = False


def deck_source(title: str, schema: str, card: str) -> str:
    """A deck with one card. title: in whatever language; schema: where the form of decks lies, from the deck's folder;
    card: as `card_source` gives it."""
    name = json.dumps(title, ensure_ascii=False)
    return (
        f"# yaml-language-server: $schema={schema}\n"
        f"title:  {TODO}what the deck is called, in English and in Chinese\n  en: {name}\n  zh: {name}\n"
        f"description:  {TODO}what it is about, in both languages\n"
        "  en: What this deck is about.\n  zh: 这一叠讲什么。\n"
        f"source: The note behind it  {TODO}the note that the cards come from; or take the line out\n"
        "cards:\n" + "".join(f"  {line}\n" if line else "\n" for line in card.splitlines())
    )


def card_source(sketch: Sketch) -> str:
    """The card as an item of a list, not indented, each line ended."""
    return "\n".join(_lines(sketch)) + "\n"


def _lines(sketch: Sketch) -> Iterator[str]:
    yield f"- id: {sketch.id}  # never changes: the history of reviews hangs on it"
    yield f"  kind: {sketch.kind}"
    declaration = sketch.declaration
    if declaration is None:
        yield from _words("prompt", "the question, in both languages", "What is asked?", "问的是什么？")
        yield from _words("back", "the other side, in both languages", "The answer.", "答案。")
        if sketch.source:
            yield f"  source: The note behind it  {TODO}where the card comes from"
        return
    yield f"  verifier: {declaration.name}  # {_comment(declaration.summary)}"
    yield from _params(sketch, declaration)
    if sketch.where:
        yield from ("  where:", *(f"    - {_text(one)}" for one in sketch.where))
    if sketch.code:
        yield from _block("  ", f"code: |  {TODO}Python that the question is about", sketch.code)
    if sketch.lines:
        yield f"  lines:  {TODO}the lines, in an order that works"
        yield from (f"    - {_text(one)}" for one in sketch.lines)
    if sketch.gaps:
        yield f"  gaps: [{', '.join(sketch.gaps)}]  # how each ____ of the prompt is read"
    if sketch.options:
        yield f"  options:  {TODO}each a mistake that people make, in both languages"
        for one in sketch.options:
            en, zh = _text(one.text.en), _text(one.text.in_lang("zh"))
            yield f"    - {{value: {_flow(one.value)}, en: {en}, zh: {zh}}}"
        if len(sketch.options) < _ENOUGH:
            yield f"  few: {_FEW}  {TODO}why there are fewer than four"
    if sketch.fields:
        yield f"  fields:  {TODO}what the learner gives, each with what it may be"
        yield from (f"    {name}: {_domain(one)}" for name, one in sketch.fields.items())
    names = [name for name, one in _domains(sketch, declaration).items() if one.size() > 1]
    shown = ", ".join(f"{name} = {{{name}}}" for name in names)
    gaps = ", ".join("____" for _gap in sketch.gaps)
    asked = [line for line in (literal(_comment(declaration.summary, 0)), shown, gaps) if line]
    yield f"  prompt:  {TODO}the question, in both languages; {{name}} puts a parameter in"
    for lang in ("en", "zh"):
        yield from _block("    ", f"{lang}: |", "\n\n".join(asked))
    if sketch.starter:
        yield from _block("  ", f"starter: |  {TODO}what stands in the editor at first", sketch.starter)
    about = "why, in two or three sentences and with these numbers; {truth} and the verifier's facts may be used"
    yield from _words("explain", about, "It is {truth}.", "结果是 {truth}。")


def _params(sketch: Sketch, declaration: Declaration) -> Iterator[str]:
    """The parameters that are drawn or pinned, and in comments those left at their defaults."""
    rows = []
    for name, domain in _domains(sketch, declaration).items():
        parameter = declaration.parameters[name]
        usual = parameter.default is not None and domain == Fixed(parameter.default)
        row = f"{name}: {_domain(domain)}  # {_comment(str(parameter.domain))}"
        rows.append((usual, f"{row}; this is the default" if usual else row))
    if not rows:
        return
    given = not all(usual for usual, _row in rows)
    yield f"  params:  {TODO}draw what a learner has to think about anew, and pin the rest" if given else "  # params:"
    yield from (f"    # {row}" if usual and given else f"  #   {row}" if usual else f"    {row}" for usual, row in rows)


def _domains(sketch: Sketch, declaration: Declaration) -> dict[str, Domain]:
    found: dict[str, Domain] = {}
    for name, one in drawn(declaration).items():
        whole = one.domain if one.default is None else Fixed(one.default)
        domain = sketch.domains.get(name, whole)
        found[name] = domain if domain.size() > 1 else Fixed(domain.corners()[0])
    return found


def modelled(card: Card, declaration: Declaration, id: str) -> Sketch:  # noqa: A002 - as the card calls it
    """The numbers, code, lines, options and fields of a card of the same verifier, which are known to work."""
    own = tuple(one for one in card.draw.where if one not in declaration.where)
    return Sketch(
        id, card.kind, declaration, card.draw.domains, own, card.code, card.lines, card.options, card.gaps, card.fields,
        card.starter,
    )  # fmt: skip


def kind_of(declaration: Declaration, truths: Sequence[Truth], *, lines: bool, code: bool) -> Kind:
    """The kind of question that such truths are asked for in. lines, code: whether the verifier takes these."""
    value = truths[0].value if truths else declaration.examples[0].value if declaration.examples else 0
    if lines:
        return Kind.ORDER
    if declaration.attempts:
        return Kind.CODE if isinstance(value, str) and _DEFINED.search(value) else Kind.OPEN
    match value:
        case bool():
            return Kind.CHOICE
        case str():
            return Kind.OUTPUT if code else Kind.TEXT
        case list() if value and all(type(one) is int for one in value):
            return Kind.SHAPE
        case list() if value and all(isinstance(one, int | float) for one in value):
            return Kind.CLOZE
        case list():
            return Kind.SEVERAL
    return Kind.NUMBER


def options_of(kind: Kind, truths: Sequence[Truth]) -> tuple[Option, ...]:
    """Options made of what was computed: truths, what usual mistakes give, and further wrong values."""
    values: list[Value] = []
    for truth in truths:
        wrong = (*(one.value for one in truth.mistakes), *truth.distractors)
        for value in (truth.value, *wrong):
            each = value if kind is Kind.SEVERAL and isinstance(value, list) else [value]
            values += [one for one in each if not any(Fixed(one).admits(other) for other in values)]
    if len(values) == 1 and isinstance(values[0], bool):
        values.append(not values[0])
    values += ["another", "a third"][: max(0, 2 - len(values))]
    return tuple(Option(value, Text(literal(write(value) or "—"))) for value in values[:_MOST])


def gaps_of(truths: Sequence[Truth]) -> tuple[str, ...]:
    """How the gaps are read that such a truth fills."""
    value = truths[0].value if truths else 0
    return (
        tuple("text" if isinstance(one, str) else "number" for one in value) if isinstance(value, list) else ("text",)
    )


def fields_of(truths: Sequence[Truth]) -> dict[str, Domain]:
    """What a learner gives where the truth is such an example: `kernel=3 padding=1`."""
    value = truths[0].value if truths else ""
    found = {name: int(number) for name, number in _GIVEN.findall(value if isinstance(value, str) else "")}
    return {name: Int(min(0, number), max(10, 2 * number)) for name, number in found.items()} or {"answer": Int(0, 9)}


def starter_of(truths: Sequence[Truth]) -> str:
    """The beginning of the code that is the truth."""
    value = truths[0].value if truths else ""
    found = _DEFINED.search(value) if isinstance(value, str) else None
    return literal(f"{found[0] if found else 'def answer(x):'}\n    ...\n")


def literal(text: str) -> str:
    """A template that renders as `text`."""
    return text.replace("{", "{{").replace("}", "}}")


def _words(name: str, what: str, en: str, zh: str) -> Iterator[str]:
    yield from (f"  {name}:  {TODO}{what}", f"    en: {_text(en)}", f"    zh: {_text(zh)}")


def _block(indent: str, head: str, text: str) -> Iterator[str]:
    """A text as a block; quoted where a block would lose blanks."""
    text = clean(text).strip("\n")
    if text.startswith((" ", "\t")):
        yield f"{indent}{head.partition(' |')[0]} {_text(text)}"
        return
    yield indent + head
    yield from (f"{indent}  {line}".rstrip() for line in text.split("\n"))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _domain(domain: Domain) -> str:
    data = domain.data()
    if data.keys() == {"value"}:
        return _flow(data["value"])
    return "{" + ", ".join(f"{name}: {_flow(value)}" for name, value in data.items()) + "}"


def _flow(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _comment(text: str, most: int = _WIDEST) -> str:
    """A text as a comment has it: on one line, and short where `most` says so."""
    text = on_a_line(text)
    return text if not most or len(text) <= most else text[: most - 1] + "…"
