"""The forms in which a deck writes what is drawn, as pydantic models: choices, ranges, distributions and the rest."""

from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError


class Fields(BaseModel):
    """What all models of a deck have in common: nothing is converted, and no field is unknown."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def _value(value: Any) -> Any:
    """Refuses what no parameter can be: nothing, or fields."""
    if value is None or isinstance(value, dict):
        raise PydanticCustomError("value", "no value")
    if isinstance(value, list):
        for item in value:
            _value(item)
    return value


def _form(spec: Any) -> str | None:
    """Which of the forms below a domain is given in; None where its fields belong to none of them."""
    for name in ("choice", "distribution", "shape", "array", "stack"):
        if isinstance(spec, dict) and name in spec:
            return f"<{name}>"
    match spec:
        case {"min": _} | {"max": _}:
            return "<range>"
    return None


def _form_or_value(spec: Any) -> str | None:
    return _form(spec) if isinstance(spec, dict) else "<value>"


Value: TypeAlias = Annotated[
    Any,
    BeforeValidator(_value),
    WithJsonSchema({"anyOf": [{"type": kind} for kind in ("boolean", "number", "string", "array")]}),
]


class ChoiceFields(Fields):
    """One of the values listed."""

    choice: list[Value] = Field(min_length=1, description="The values to draw from.")


class RangeFields(Fields):
    """A whole number from `min` to `max`; with `step`, a number on that grid."""

    min: float = Field(description="The smallest.")
    max: float = Field(description="The largest.")
    step: float | None = Field(default=None, gt=0, description="The distance of neighbours; whole numbers without it.")
    often: list[float] = Field(default=[], description="Numbers met in practice, drawn half of the time.")


class DistributionFields(Fields):
    """Probabilities that add up to 1."""

    distribution: list[Annotated[int, Field(ge=1, le=20)]] = Field(
        min_length=2, max_length=2, description="At least and at most so many probabilities."
    )
    step: float = Field(default=0.05, ge=0.001, le=1, description="Each is a multiple of it.")
    zeros: bool = Field(default=False, description="Whether a probability may be zero.")


Span: TypeAlias = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2, max_length=2)]


class ShapeFields(Fields):
    """The shape of a tensor."""

    shape: Span = Field(description="At least and at most so many dimensions.")
    min: int = Field(description="The smallest side.")
    max: int = Field(description="The largest side.")
    often: list[int] = Field(default=[], description="Sides met in practice, drawn half of the time.")


class ArrayFields(Fields):
    """A matrix of whole numbers."""

    array: Span = Field(description="So many rows and columns.")
    min: int = Field(description="The smallest number.")
    max: int = Field(description="The largest number.")


class StackFields(Fields):
    """A small stack of layers, as torch writes them."""

    stack: Span = Field(description="At least and at most so many layers.")
    channels: int = Field(default=3, ge=1, le=1024, description="What the first layer takes.")


FormFields: TypeAlias = (
    Annotated[ChoiceFields, Tag("<choice>")]
    | Annotated[RangeFields, Tag("<range>")]
    | Annotated[DistributionFields, Tag("<distribution>")]
    | Annotated[ShapeFields, Tag("<shape>")]
    | Annotated[ArrayFields, Tag("<array>")]
    | Annotated[StackFields, Tag("<stack>")]
)
DomainFields: TypeAlias = Annotated[FormFields, Discriminator(_form)]
ParameterFields: TypeAlias = Annotated[FormFields | Annotated[Value, Tag("<value>")], Discriminator(_form_or_value)]


FORMS: dict[str | int, type[BaseModel] | None] = {
    "<choice>": ChoiceFields,
    "<range>": RangeFields,
    "<distribution>": DistributionFields,
    "<shape>": ShapeFields,
    "<array>": ArrayFields,
    "<stack>": StackFields,
    "<value>": None,
}
