"""The fields of a deck file, as pydantic models; with `deck.forms` the only place that knows pydantic.

The models check the form of a file and describe it (`DeckFields.model_json_schema()`); what they find is handed on as
`Misfit`, which `deck.misfit` puts into words. What a form can't say (does the verifier exist, do the numbers fit it) is
checked elsewhere.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from quizapp.deck.forms import FORMS, DomainFields, Fields, ParameterFields, Value
from quizapp.deck.misfit import ID, TAG, VERIFIER, WRITTEN, Misfit

MOST_OPTIONS = 10
MOST_LINES = 9
MOST_FIELDS = 6


def _listed(conditions: Any) -> Any:
    return [conditions] if isinstance(conditions, str) else conditions


Written: TypeAlias = Annotated[str, Field(pattern=WRITTEN)]
Id: TypeAlias = Annotated[str, Field(pattern=ID, max_length=120)]
KindName: TypeAlias = Literal[
    "number", "shape", "choice", "several", "text", "cloze", "order", "output", "code", "open", "picture", "recall"
]
GapName: TypeAlias = Literal["number", "text"]
OutcomeName: TypeAlias = Literal["holds", "holds with a condition", "out of date", "wrong", "can't be tested"]
Conditions: TypeAlias = Annotated[list[Written], BeforeValidator(_listed, json_schema_input_type=str | list[str])]


class Words(Fields):
    """The same words in both languages."""

    en: Written = Field(description="In English.")
    zh: Written = Field(description="In Chinese.")


_UNWRITTEN = Words.model_construct(en="", zh="")


class OptionFields(Words):
    """One option of a choice, several or picture."""

    value: Value = Field(description="What the verifier returns where this option is right.")


class ToleranceFields(Fields):
    """How far from the truth a number may lie; the largest of these counts."""

    absolute: float = Field(default=0.0, gt=0, description="So far, in units of the truth.")
    relative: float = Field(default=0.0, gt=0, lt=1, description="So far, as a share of the truth.")
    digits: int = Field(default=0, ge=1, le=15, description="Right to so many significant digits.")


class CardFields(Fields):
    """One card. Its numbers are drawn, its truth is computed by its verifier; one to recall has neither."""

    id: Id = Field(description="Full, unique in the pack and never changed: the review history hangs on it.")
    kind: KindName = Field(description="How it is answered.")
    verifier: Annotated[str, Field(pattern=VERIFIER)] = Field(
        default="", description="module.function; computes the truth. Of every kind but recall."
    )
    params: dict[str, ParameterFields] = Field(
        default={},
        description="Narrows what the verifier's parameters may be. One that is not named is its default, or drawn.",
    )
    where: Conditions = Field(default=[], description="Conditions on the parameters, over those of the verifier.")
    prompt: Words = Field(description="The question; {name} and {expression:.3f} put numbers in, {{ }} are braces.")
    code: Written = Field(default="", description="Python that the question is about; a template too.")
    options: list[OptionFields] = Field(
        default=[],
        min_length=2,
        max_length=MOST_OPTIONS,
        description="Of a choice, several or picture; at least four unless `few` says why. Without them a choice and "
        "a picture offer the truth, what the usual mistakes give, and the verifier's distractors.",
    )
    few: Written = Field(default="", description="Why there are fewer than four options.")
    tolerance: ToleranceFields | None = Field(default=None, description="Of numbers, over the verifier's.")
    aliases: list[Written] = Field(default=[], description="Of a text: what counts as right too.")
    gaps: list[GapName] = Field(
        default=[], min_length=1, description="Of a cloze: how each ____ of prompt and code is read."
    )
    lines: list[Written] = Field(
        default=[],
        min_length=2,
        max_length=MOST_LINES,
        description="Of an order: lines of code, templates; the verifier gets them as its parameter `lines`.",
    )
    fields: dict[str, DomainFields] = Field(
        default={}, min_length=1, max_length=MOST_FIELDS, description="Of an open question: what the learner gives."
    )
    starter: Written = Field(default="", description="Of a code question: what stands in the editor; a template.")
    back: Words = Field(default=_UNWRITTEN, description="Of a card to recall: its other side.")
    explain: Words = Field(
        default=_UNWRITTEN,
        description="Why, with the numbers put in; {truth} and the verifier's facts may be used. Of a card to recall "
        "it may be left out.",
    )
    steady: Written = Field(default="", description="Why the truth is the same whatever is drawn, where it is.")
    tags: list[Annotated[str, Field(pattern=TAG)]] = Field(default=[], description="Words to find it by.")
    group: Annotated[str, Field(pattern=TAG)] = Field(default="", description="Cards of one group are siblings.")
    source: Written = Field(default="", description="The note that it comes from, where it is not the deck's.")


class CaseFields(Fields):
    """One case of a claim."""

    params: dict[str, Value] = Field(
        default={}, description="What the verifier gets; a parameter that is not named is its default."
    )
    note: Value = Field(description="What the note predicts that the verifier returns.")


class ClaimFields(Fields):
    """One claim of the note, put to the library in one or more cases, and what was found."""

    id: Id = Field(description="Full and unique among the claims of the pack.")
    claim: Words = Field(description="The claim in a few words.")
    verifier: Annotated[str, Field(pattern=VERIFIER)] = Field(
        default="", description="module.function; puts the claim to the library. Of every claim that can be tested."
    )
    code: Written = Field(default="", description="Python as the note has it, for a verifier that runs source.")
    cases: list[CaseFields] = Field(default=[], min_length=1, description="Where the note predicts what.")
    tolerance: ToleranceFields | None = Field(default=None, description="How near numbers have to be.")
    outcome: OutcomeName = Field(
        description="What was found: where all cases agree with the note it holds, where some do it holds with a "
        "condition, and where none does it is wrong, or out of date where it was true once."
    )
    reason: Words = Field(description="Why.")
    cards: list[Id] = Field(
        default=[],
        min_length=1,
        description="Cards of this deck about the difference; needed unless the claim simply holds.",
    )
    heading: Written = Field(default="", description="The note's heading, where it is not the deck's source.")


class DeckFields(Fields):
    """A deck: one file of cards."""

    title: Words = Field(description="What the deck is called.")
    description: Words = Field(description="What it is about.")
    source: Written = Field(default="", description="The note that its cards come from.")
    cards: list[CardFields] = Field(min_length=1, description="The cards, in the order they are learnt in.")
    claims: list[ClaimFields] = Field(
        default=[], min_length=1, description="The claims of the note, each put to the library: see quiz audit."
    )


def json_schema() -> dict[str, Any]:
    """The form of a deck file as JSON Schema, draft 2020-12, for editors; what it can't say, the reader checks."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **DeckFields.model_json_schema(),
        "title": "A deck of quizapp",
    }


def misfits(data: Any) -> list[Misfit]:
    """Everywhere that `data`, the plain values of a deck file, departs from these models."""
    try:
        DeckFields.model_validate(data)
    except ValidationError as error:
        return [
            Misfit(
                kind=one["type"],
                loc=tuple(step for step in one["loc"] if step not in FORMS),
                limits=one.get("ctx", {}),
                known=_fields_at(one["loc"][:-1]) if one["type"] == "extra_forbidden" else (),
            )
            for one in error.errors(include_url=False, include_input=False)
        ]
    return []


def _fields_at(loc: tuple[str | int, ...]) -> tuple[str, ...]:
    match loc:
        case ():
            model: type[BaseModel] | None = DeckFields
        case ("cards", _):
            model = CardFields
        case ("claims", _):
            model = ClaimFields
        case (*_, "cases", int()):
            model = CaseFields
        case (*_, "options", int()):
            model = OptionFields
        case (*_, "tolerance"):
            model = ToleranceFields
        case (*_, form) if form in FORMS:
            model = FORMS[form]
        case _:
            model = Words
    return tuple(model.model_fields) if model else ()
