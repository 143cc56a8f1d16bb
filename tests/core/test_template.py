"""Templates of card text: what is drawn is told apart, and nothing but numbers gets in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.core.template import Span, TemplateError, names, places, plain, render

VALUES: dict[str, Any] = {"width": 224, "rate": 0.1 + 0.2, "p": [0.25, 0.75], "mode": "same", "flag": True}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("", ""),
        ("no braces at all", "no braces at all"),
        ("A {width} × {width} image", "A 224 × 224 image"),
        ("{ width }", "224"),
        ("{width // 2 + 1}", "113"),
        ("{rate}", "0.3"),
        ("{p}", "0.25, 0.75"),
        ("{p[1]}", "0.75"),
        ("{flag}", "True"),
        ("{mode}", "same"),
        ("{width != 3}", "True"),
        (
            "{width:05d}|{width:>6}|{width:,}|{rate:.3f}|{rate:.1%}|{width / 1000:.2e}",
            "00224|   224|224|0.300|30.0%|2.24e-01",
        ),
        ("{{{width}}}", "{224}"),
        ("{{width}}", "{width}"),
        ("d = {{'a': {width}}}", "d = {'a': 224}"),
        ("{'}' if flag else '{'}", "}"),
        ("{[width, 1][0]:.1f}", "224.0"),
        ("line one\n{width}\n", "line one\n224\n"),
    ],
)
def test_a_template_renders(template: str, text: str) -> None:
    assert plain(render(template, VALUES)) == text


def test_spans_tell_what_was_drawn() -> None:
    assert render("A {width} px {{image}}", VALUES) == (
        Span("A ", drawn=False),
        Span("224", drawn=True),
        Span(" px {image}", drawn=False),
    )


@pytest.mark.parametrize(
    ("template", "offset", "phrase"),
    [
        ("ab {width", 3, "never closed"),
        ("ab {", 3, "never closed"),
        ("{width\n}", 0, "never closed on its line"),
        ("{mode == 'x}", 0, "never closed"),
        ("ab } c", 3, "closes nothing"),
        ("{{a}", 3, "closes nothing"),
        ("a {} b", 2, "nothing stands between"),
        ("a { } b", 2, "nothing stands between"),
        ("{ {width} }", 2, "opens inside braces"),
        ("ab {width +}", 4, "not an expression"),
        ("ab { width.real}", 5, "arithmetic"),
        ("{mode.upper()}", 1, "can't be called"),
        ("{().__class__}", 1, "arithmetic"),
        ("{width!r}", 1, "not an expression"),
        ("{p[0:1]}", 1, "arithmetic"),
        ("{width:999999999d}", 6, "not a way to write a number"),
        ("{rate:.999999999f}", 5, "not a way to write a number"),
        ("{width:{rate}}", 7, "opens inside braces"),
        ("{width:x<9}", 6, "not a way to write a number"),
        ("{1: 2}", 2, "not a way to write a number"),
        ("{rate:%Y}", 5, "not a way to write a number"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(template: str, offset: int, phrase: str) -> None:
    with pytest.raises(TemplateError, match=phrase) as caught:
        names(template)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("template", "offset", "phrase"),
    [
        ("ab {missing}", 4, "'missing', which is not a parameter"),
        ("{width / 0}", 1, "can't be computed"),
        ("{p[5]}", 1, "can't be computed"),
        ("{mode:.3f}", 1, "is for a number"),
        ("{p:.3f}", 1, "is for a number"),
        ("{flag:d}", 1, "is for a number"),
        ("{rate:d}", 1, "can't write 0.3"),
        ("{'a' * 10**9}", 1, "only numbers can be multiplied"),
        ("{9**9**9}", 1, "too large"),
    ],
)
def test_what_cannot_be_rendered_says_where_and_why(template: str, offset: int, phrase: str) -> None:
    with pytest.raises(TemplateError, match=phrase) as caught:
        render(template, VALUES)
    assert caught.value.offset == offset


def test_a_value_that_is_text_brings_no_control_characters() -> None:
    assert plain(render("{mode}", {"mode": "\x1b]52;c;aGk=\x07ok"})) == "]52;c;aGk=ok"


def test_names_and_places_are_those_of_every_expression() -> None:
    template = "A {width} image, {max(p) + rate:.2f}"
    assert names(template) == {"width", "p", "rate"}
    assert places(template) == (("width", 3), ("p", 18), ("rate", 18))


@given(st.text(alphabet="{}[]()':.,!\n widthp0123+*", max_size=40))
def test_no_text_does_more_than_raise_a_template_error(template: str) -> None:
    error = error_of(template, {**VALUES, "w": 1, "d": 2, "t": 3, "h": 4, "i": 5})
    assert error is None or 0 <= error.offset < len(template)


def error_of(template: str, values: dict[str, Any]) -> TemplateError | None:
    try:
        render(template, values)
    except TemplateError as error:
        return error
    return None


@given(st.text())
def test_text_with_doubled_braces_renders_as_it_was(text: str) -> None:
    assert plain(render(text.replace("{", "{{").replace("}", "}}"), {})) == text
