"""The fields of a deck file, as pydantic models; the only place that knows pydantic.

The models check the form of a file and describe it (`DeckFields.model_json_schema()`); what they find is handed on as
`Misfit`, which `deck.misfit` puts into words. What a form can't say (does the verifier exist, do the numbers fit it) is
checked elsewhere.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from quizapp.deck.misfit import ID, TAG, VERIFIER, WRITTEN, Misfit

MOST_OPTIONS = 10


def _value(value: Any) -> Any:
    """Refuses what no parameter can be: nothing, or fields."""
    if value is None or isinstance(value, dict):
        raise PydanticCustomError("value", "no value")
    if isinstance(value, list):
        for item in value:
            _value(item)
    return value


def _form(spec: Any) -> str | None:
    """Which of the forms below a parameter is given in; None where its fields belong to none of them."""
    match spec:
        case {"choice": _}:
            return "<choice>"
        case {"distribution": _}:
            return "<distribution>"
        case {"min": _} | {"max": _}:
            return "<range>"
        case dict():
            return None
    return "<value>"


def _listed(conditions: Any) -> Any:
    return [conditions] if isinstance(conditions, str) else conditions


Written: TypeAlias = Annotated[str, Field(pattern=WRITTEN)]
Id: TypeAlias = Annotated[str, Field(pattern=ID, max_length=120)]
Value: TypeAlias = Annotated[
    Any,
    BeforeValidator(_value),
    WithJsonSchema({"anyOf": [{"type": kind} for kind in ("boolean", "number", "string", "array")]}),
]
Conditions: TypeAlias = Annotated[list[Written], BeforeValidator(_listed, json_schema_input_type=str | list[str])]


class _Fields(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Words(_Fields):
    """The same words in both languages."""

    en: Written = Field(description="In English.")
    zh: Written = Field(description="In Chinese.")


class ChoiceFields(_Fields):
    """One of the values listed."""

    choice: list[Value] = Field(min_length=1, description="The values to draw from.")


class RangeFields(_Fields):
    """A whole number from `min` to `max`; with `step`, a number on that grid."""

    min: float = Field(description="The smallest.")
    max: float = Field(description="The largest.")
    step: float | None = Field(default=None, gt=0, description="The distance of neighbours; whole numbers without it.")
    often: list[float] = Field(default=[], description="Numbers met in practice, drawn half of the time.")


class DistributionFields(_Fields):
    """Probabilities that add up to 1."""

    distribution: list[Annotated[int, Field(ge=1, le=20)]] = Field(
        min_length=2, max_length=2, description="At least and at most so many probabilities."
    )
    step: float = Field(default=0.05, ge=0.001, le=1, description="Each is a multiple of it.")
    zeros: bool = Field(default=False, description="Whether a probability may be zero.")


ParameterFields: TypeAlias = Annotated[
    Annotated[ChoiceFields, Tag("<choice>")]
    | Annotated[RangeFields, Tag("<range>")]
    | Annotated[DistributionFields, Tag("<distribution>")]
    | Annotated[Value, Tag("<value>")],
    Discriminator(_form),
]


class OptionFields(Words):
    """One option of a choice."""

    value: Value = Field(description="What the verifier returns where this option is right.")


class ToleranceFields(_Fields):
    """How far from the truth a number may lie; the largest of these counts."""

    absolute: float = Field(default=0.0, gt=0, description="So far, in units of the truth.")
    relative: float = Field(default=0.0, gt=0, lt=1, description="So far, as a share of the truth.")
    digits: int = Field(default=0, ge=1, le=15, description="Right to so many significant digits.")


class CardFields(_Fields):
    """One card. Its numbers are drawn, its truth is computed by its verifier."""

    id: Id = Field(description="Full, unique in the pack and never changed: the review history hangs on it.")
    kind: Literal["number", "shape", "choice", "text", "output"] = Field(description="How it is answered.")
    verifier: Annotated[str, Field(pattern=VERIFIER)] = Field(description="module.function; computes the truth.")
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
        description="Of a choice; at least four unless `few` says why.",
    )
    few: Written = Field(default="", description="Why there are fewer than four options.")
    tolerance: ToleranceFields | None = Field(default=None, description="Of a number, over the verifier's.")
    aliases: list[Written] = Field(default=[], description="Of a text: what counts as right too.")
    explain: Words = Field(description="Why, with the numbers put in; {truth} and the verifier's facts may be used.")
    tags: list[Annotated[str, Field(pattern=TAG)]] = Field(default=[], description="Words to find it by.")
    group: Annotated[str, Field(pattern=TAG)] = Field(default="", description="Cards of one group are siblings.")
    source: Written = Field(default="", description="The note that it comes from, where it is not the deck's.")


class DeckFields(_Fields):
    """A deck: one file of cards."""

    title: Words = Field(description="What the deck is called.")
    description: Words = Field(description="What it is about.")
    source: Written = Field(default="", description="The note that its cards come from.")
    cards: list[CardFields] = Field(min_length=1, description="The cards, in the order they are learnt in.")


_FORMS: dict[str | int, type[BaseModel] | None] = {
    "<choice>": ChoiceFields,
    "<range>": RangeFields,
    "<distribution>": DistributionFields,
    "<value>": None,
}


def misfits(data: Any) -> list[Misfit]:
    """Everywhere that `data`, the plain values of a deck file, departs from these models."""
    try:
        DeckFields.model_validate(data)
    except ValidationError as error:
        return [
            Misfit(
                kind=one["type"],
                loc=tuple(step for step in one["loc"] if step not in _FORMS),
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
        case (*_, "options", int()):
            model = OptionFields
        case (*_, "tolerance"):
            model = ToleranceFields
        case (*_, form) if form in _FORMS:
            model = _FORMS[form]
        case _:
            model = Words
    return tuple(model.model_fields) if model else ()
