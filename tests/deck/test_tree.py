"""YAML as a tree with places: what is read, what is refused, and what no input can do."""

import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quizapp.deck.draft import plain
from quizapp.deck.encoding import LARGEST_FILE
from quizapp.deck.fault import Fault
from quizapp.deck.tree import Mapping, Scalar, Sequence, Tree, read_tree


def values(text: str) -> Any:
    tree, faults = read_tree(text.encode(), "f.yaml")
    assert faults == ()
    assert tree.root is not None
    return plain(tree.root)


def faults_of(source: bytes) -> tuple[Fault, ...]:
    return read_tree(source, "f.yaml")[1]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("0.5", 0.5),
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        ("no", "no"),
        ("Yes", "Yes"),
        ("True", "True"),
        ("~", "~"),
        ("012", "012"),
        ("0o17", "0o17"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("+1", "+1"),
        (".5", ".5"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("12:30:45", "12:30:45"),
        ("2024-01-02", "2024-01-02"),
        ("'7'", "7"),
        ('"true"', "true"),
        ('"é\\u0041"', "éA"),
        ("|\n  7", "7"),
        ("a # comment", "a"),
    ],
)
def test_only_json_words_and_numbers_are_more_than_text(written: str, value: object) -> None:
    read = values(f"a: {written}")["a"]
    assert read == value
    assert type(read) is type(value)


def test_every_node_knows_its_place() -> None:
    tree, _ = read_tree("\ufeff中: [é, {b: 1}]\r\nc:\r\n  - 'd'\r\n".encode(), "f.yaml")
    match tree.root:
        case Mapping({"中": Sequence((Scalar() as e, Mapping({"b": one}))), "c": Sequence((d,))}, keys):
            places = [(node.line, node.column) for node in (keys["中"], e, one, keys["c"], d)]
            assert places == [(1, 1), (1, 5), (1, 12), (2, 1), (3, 5)]
        case _:
            pytest.fail(f"{tree.root}")


@pytest.mark.parametrize(
    "text",
    [
        "key: plain ⟦words",
        "key: 'quoted ⟦words'",
        'key: "quoted ⟦words"',
        "key: |\n  first\n\n    second ⟦words\n",
        "key: |2-\n    first ⟦words",
        "key: | # comment\n  ⟦words",
        "- - |\n    一二三 ⟦words",
    ],
)
def test_a_place_inside_a_text_is_known(text: str) -> None:
    before, _, after = text.partition("⟦")
    tree, _ = read_tree((before + after).encode(), "f.yaml")
    node = scalar_of(tree)
    assert tree.place(node, node.text.index("words")) == (
        before.count("\n") + 1,
        len(before) - before.rfind("\n"),
    )


def test_a_place_that_folds_or_escapes_hide_is_that_of_the_text() -> None:
    for text in ("key: >\n  some\n  words", 'key: "\\x41 words"', "key: 'it''s words'"):
        tree, _ = read_tree(text.encode(), "f.yaml")
        node = scalar_of(tree)
        assert tree.place(node, node.text.index("words")) == (1, 6)


def scalar_of(tree: Tree) -> Scalar:
    node = tree.root
    while not isinstance(node, Scalar):
        assert isinstance(node, Mapping | Sequence)
        node = node.entries["key"] if isinstance(node, Mapping) else node.items[0]
    return node


def test_text_is_cleaned_of_what_a_terminal_obeys() -> None:
    assert values('a: "\\e]52;c;aGk=\\a\\u202eb"') == {"a": "]52;c;aGk=⟨RLO⟩b"}


def test_faults_that_do_not_stop_the_parser_are_all_reported() -> None:
    found = faults_of(b"a: &x 1\na: *x\n<<: {b: 1}\n[c]: 1\nd: !!str 5\ne: 1e999\n")
    assert [(fault.line, fault.column) for fault in found] == [(1, 4), (2, 1), (2, 4), (3, 1), (4, 1), (5, 4), (6, 4)]


HOSTILE = {
    "brackets": b"[" * 200_000,
    "braces": b"{" * 200_000,
    "dashes": b"- " * 100_000,
    "question marks": b"? " * 100_000,
    "nested pairs": b"[a: " * 50_000,
    "nested keys": "\n".join(" " * depth + "a:" for depth in range(900)).encode(),
    "brackets in text": b"a: x\nb: [" + b"[" * 5_000,
    "closing brackets": b"]" * 100_000,
    "quotes": b"'" * 100_001,
    "anchors": b"a: &" + b"x" * 100_000,
    "aliases": b"- *x\n" * 50_000,
    "tags": b"- !!python/object/apply:os.system [ls]\n" * 1_000,
    "billion laughs": b"a: &a [x, x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (i, i) for i in range(1000)),
    "merge keys": b"a: &a {x: 1}\n" + b"<<: [*a, *a, *a]\n" * 1_000,
    "one key many times": b"a: 1\n" * 100_000,
    "escape beyond unicode": b'a: "\\U99999999"',
    "lone surrogate": b'a: "\\ud800"',
    "encoded surrogate": "a: \ud800".encode("utf-8", "surrogatepass"),
    "nul": b"a: \0",
    "bell": b"a: b # \x07",
    "next line": "a: b\x85c: d".encode(),
    "line separator": "a: b\u2028c: d".encode(),
    "byte order mark inside": "a: b\ufeffc".encode(),
    "latin-1": "a: é".encode("latin-1"),
    "utf-16": "a: é".encode("utf-16"),
    "directive": b"%YAML 99999999999999999999.1\n---\na: 1",
    "tag directive": b"%TAG ! tag:x,2000:\n---\na: !b c",
    "too large": b"a: " + b"x" * LARGEST_FILE,
    "many digits": b"a: " + b"1" * 10_000,
    "long exponent": b"a: 1e" + b"9" * 20,
}


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_a_fault_and_takes_no_time(name: str, loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if loader == "SafeLoader":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    started = time.perf_counter()
    found = faults_of(HOSTILE[name])
    assert time.perf_counter() - started < 5
    assert found
    assert len(found) <= 201
    assert all(fault.line >= 1 and fault.column >= 1 and fault.message for fault in found)


def test_an_escaped_surrogate_never_gets_into_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    tree, faults = read_tree(b'a: "\\ud800"', "f.yaml")
    assert faults
    assert "\ud800" not in repr(tree.root)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("before", ["一: 1\n二: ", "中中: "])
def test_the_place_of_a_byte_that_is_not_utf8(before: str, mark: str) -> None:
    (fault,) = faults_of((mark + before).encode() + b"\xff")
    assert (fault.line, fault.column) == (before.count("\n") + 1, len(before.rsplit("\n", maxsplit=1)[-1]) + 1)
    assert str(fault).endswith("the byte 0xff is not UTF-8; save the file as UTF-8")


@given(st.text(alphabet=st.sampled_from("ab:-[]{}\"'|>&*!%#?,\n\t 01.\\é中"), max_size=60))
def test_no_text_raises(text: str) -> None:
    tree, faults = read_tree(text.encode(), "f.yaml")
    assert all(1 <= fault.line <= len(tree.lines) for fault in faults)


@given(st.binary(max_size=200))
def test_no_bytes_raise(source: bytes) -> None:
    read_tree(source, "f.yaml")
