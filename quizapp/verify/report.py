"""What was found, told: as text, as JSON, as JUnit's XML, and as annotations where GitHub runs it."""

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from quizapp.core.domain import write
from quizapp.verify.fault import Checked, Fault


@dataclass(frozen=True, slots=True)
class Report:
    """A run.

    root:    of the pack, where the places begin.
    pack:    how a command names the pack; empty for the one that quizapp brings.
    unread:  the faults of decks and declarations, a line each.
    stopped: whether it was interrupted before its end.
    """

    root: Path
    pack: str
    cards: int
    claims: int
    checked: Sequence[Checked]
    unread: Sequence[str]
    seconds: float
    stopped: bool = False

    @property
    def faults(self) -> int:
        return len(self.unread) + sum(len(one.faults) for one in self.checked)

    @property
    def versions(self) -> Mapping[str, str]:
        """Of all libraries that answered."""
        return dict(sorted({name: told for one in self.checked for name, told in one.versions.items()}.items()))


def text(report: Report) -> Iterator[str]:
    """A block for each fault, and the last lines: how much was checked, and on which versions."""
    yield from report.unread
    for one in report.checked:
        for fault in one.faults:
            yield from ("", *block(one, fault, report.pack))
    remembered = sum(one.cached for one in report.checked)
    parts = [
        many(report.cards, "card"),
        many(report.claims, "claim"),
        many(sum(one.checks for one in report.checked), "check"),
        *([f"{remembered} unchanged"] if remembered else []),
        many(report.faults, "fault"),
        f"{report.seconds:.1f} s",
    ]
    if report.stopped:
        yield f"stopped after {len(report.checked)} of {report.cards + report.claims}"
    yield " · ".join(parts)
    if report.versions:
        yield ", ".join(f"{name} {version}" for name, version in report.versions.items())


def block(one: Checked, fault: Fault, pack: str) -> Iterator[str]:
    """A fault in a few lines: where, with which numbers, what, who says what, and how to see it again."""
    yield f"{one.place} {one.id}"
    if fault.params:
        yield "  " + " ".join(f"{name}={write(value)}" for name, value in fault.params.items())
    yield f"  {fault.message}"
    for who, said in (("the deck says", fault.deck), ("the library says", fault.library)):
        if said:
            yield f"  {who:17} {said}"
    if fault.repeat:
        yield f"  {fault.repeat}" + (f" --pack {shlex.quote(pack)}" if pack else "")


def document(report: Report) -> dict[str, Any]:
    """The run as one JSON document."""
    return {
        "cards": report.cards,
        "claims": report.claims,
        "checks": sum(one.checks for one in report.checked),
        "unchanged": sum(one.cached for one in report.checked),
        "seconds": round(report.seconds, 2),
        "stopped": report.stopped,
        "versions": dict(report.versions),
        "unread": list(report.unread),
        "faults": [
            {
                "place": one.place,
                "id": one.id,
                "message": fault.message,
                "params": dict(fault.params),
                "deck": fault.deck,
                "library": fault.library,
                "repeat": fault.repeat,
            }
            for one in report.checked
            for fault in one.faults
        ],
    }


def junit(report: Report) -> str:
    """The run as JUnit's XML: a case for each card, claim and unreadable place."""
    cases = len(report.checked) + len(report.unread)
    failures = str(sum(bool(one.faults) for one in report.checked))
    suite = ElementTree.Element(
        "testsuite", name="quiz verify", tests=str(cases), failures=failures, errors=str(len(report.unread)),
        skipped="0", time=f"{report.seconds:.3f}",
    )  # fmt: skip
    for line in report.unread:
        case = ElementTree.SubElement(suite, "testcase", classname=line.partition(":")[0], name="reads")
        ElementTree.SubElement(case, "error", message=_printable(line))
    for one in report.checked:
        file, line, _ = one.place.rsplit(":", 2)
        case = ElementTree.SubElement(suite, "testcase", classname=file, name=one.id, file=file, line=line)
        if one.faults:
            told = "\n\n".join("\n".join(block(one, fault, report.pack)) for fault in one.faults)
            failure = ElementTree.SubElement(case, "failure", message=_printable(one.faults[0].message))
            failure.text = _printable(told)
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True)


def annotations(report: Report) -> Iterator[str]:
    """GitHub's workflow commands: an error at the deck's line for each fault."""
    for line in report.unread:
        place, _, message = line.partition(": ")
        yield _annotation(report.root, place, "quiz", message)
    for one in report.checked:
        for fault in one.faults:
            yield _annotation(report.root, one.place, one.id, "\n".join(list(block(one, fault, report.pack))[1:]))


def many(count: int, what: str) -> str:
    """`1 card`, `2 cards`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def _annotation(root: Path, place: str, title: str, message: str) -> str:
    file, line, column = place.rsplit(":", 2)
    shown = os.path.relpath(root / file)
    head = f"file={_property(shown)},line={line},col={column},title={_property(title)}"
    return f"::error {head}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _printable(text: str) -> str:
    """`text` without the characters that XML can't hold."""
    return "".join(char if char in "\n\t" or (char >= " " and char not in "\ufffe\uffff") else "?" for char in text)
