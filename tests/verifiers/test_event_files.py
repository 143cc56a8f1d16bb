"""TensorBoard's event files: written and read back, taken apart by hand, and continued rightly and wrongly."""

import itertools
import re
import struct
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from torch.utils.tensorboard import SummaryWriter

from verifiers import event_examples, event_files

LINES = [
    "writer = SummaryWriter(folder)",
    'for step in range(5): writer.add_scalar("loss", 1 / (step + 1), step)',
    "writer.close()",
    "reader = EventAccumulator(folder)",
    "reader.Reload()",
    'losses = reader.Scalars("loss")',
]


def second(verifier: Any, **params: Any) -> Any:
    assert verifier.second is not None
    return verifier.second(**params)


def test_the_first_record_tells_the_version_and_the_rest_are_the_values(tmp_path: Path) -> None:
    events = list(EventFileLoader(str(event_files.log(tmp_path, range(3)))).Load())
    assert [event.WhichOneof("what") for event in events] == ["file_version", "summary", "summary", "summary"]
    assert events[0].file_version == "brain.Event:2"
    assert [event.step for event in events[1:]] == [0, 1, 2]


@pytest.mark.parametrize(("points", "tags", "count"), [(1, 1, 2), (10, 1, 11), (10, 3, 31), (100, 4, 401)])
def test_records_are_counted_with_the_version(points: int, tags: int, count: int) -> None:
    assert event_files.records(points=points, tags=tags).value == count
    assert second(event_files.records, points=points, tags=tags) == count


def test_a_forgotten_version_and_forgotten_tags_are_known_mistakes() -> None:
    values = {one.value for one in event_files.records(points=10, tags=3).mistakes}
    assert values == {30, 11, 10}


@pytest.mark.parametrize("length", [1, 24, 57, 640, 4096])
def test_a_record_has_a_frame_of_sixteen_bytes(length: int) -> None:
    assert event_files.record_bytes(length=length).value == length + 16
    assert second(event_files.record_bytes, length=length) == length + 16


def test_the_frame_of_a_real_file_says_how_long_its_events_are(tmp_path: Path) -> None:
    raw = event_files.log(tmp_path, range(2)).read_bytes()
    (length,) = struct.unpack_from("<Q", raw)
    assert raw[12 : 12 + length].find(b"brain.Event:2") > 0
    assert event_files.record_bytes(length=length).value == length + 16


@pytest.mark.parametrize("host", ["gpu01", "dgx.lab.local"])
@pytest.mark.parametrize(("process", "number"), [(2, 0), (4711, 3), (99_999, 20)])
def test_the_name_ends_in_the_process_and_its_running_number(host: str, process: int, number: int) -> None:
    found = event_files.written_by(host=host, process=process, number=number)
    assert found.value == second(event_files.written_by, host=host, process=process, number=number) == [process, number]
    assert found.steps[0] == f"events.out.tfevents.1750000000.{host}.{process}.{number}"


def test_a_real_name_has_the_same_parts(tmp_path: Path) -> None:
    SummaryWriter(str(tmp_path)).close()
    (made,) = tmp_path.iterdir()
    assert re.fullmatch(r"events\.out\.tfevents\.\d{10}\..+\.\d+\.\d+", made.name)


def test_files_of_one_folder_are_read_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    for at in range(12):
        event_files.log(tmp_path, [at])
    assert event_files.read(tmp_path) == [*range(12)]


# Lines in an order


def test_the_order_that_is_shown_works_and_so_does_a_reader_made_early() -> None:
    assert event_examples.write_and_read(lines=LINES).facts == {"points": 5}
    assert event_examples.reads_all(answer=LINES, lines=LINES).right
    early = [LINES[3], *LINES[:3], *LINES[4:]]
    assert event_examples.reads_all(answer=early, lines=LINES).right


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ([0, 1, 3, 4, 2, 5], "KeyError: loss isn't found"),
        ([0, 1, 3, 4, 5, 2], "KeyError: loss isn't found"),
        ([0, 2, 1, 3, 4, 5], "KeyError: loss isn't found"),
        ([0, 1, 2, 3, 5, 4], "KeyError: loss isn't found"),
        ([1, 0, 2, 3, 4, 5], "raises NameError"),
    ],
)
def test_an_order_that_fails_is_told_why(order: list[int], says: str) -> None:
    found = event_examples.reads_all(answer=[LINES[at] for at in order], lines=LINES)
    assert not found.right
    assert says in found.text.en


def test_the_same_order_is_judged_the_same_every_time() -> None:
    for order in itertools.islice(itertools.permutations(LINES), 0, 720, 97):
        judged = {event_examples.reads_all(answer=[*order], lines=LINES).right for _ in range(3)}
        assert len(judged) == 1


# A run that goes on


@pytest.mark.parametrize("last", [1, 2, 49, 99])
def test_the_example_that_is_shown_reads_each_step_once(last: int) -> None:
    example = event_examples.continued(last=last).value
    assert isinstance(example, list)
    first, purge = example
    assert event_examples.reads_each_step_once(answer={"first": first, "purge_step": purge}, last=last).right


@pytest.mark.parametrize("first", [1, 30, 95, 99])
def test_every_pair_of_equals_is_right(first: int) -> None:
    assert event_examples.reads_each_step_once(answer={"first": first, "purge_step": first}, last=99).right


@pytest.mark.parametrize(
    ("first", "purge", "says"),
    [
        (50, 51, "Step 50 is read twice"),
        (50, 300, "Step 50 is read twice"),
        (50, 49, "Step 49 is gone"),
        (50, 0, "Step 0 is gone"),
        (0, 0, "from 1 to 99"),
        (100, 100, "from 1 to 99"),
    ],
)
def test_a_wrong_purge_step_is_told_what_it_does(first: int, purge: int, says: str) -> None:
    found = event_examples.reads_each_step_once(answer={"first": first, "purge_step": purge}, last=99)
    assert not found.right
    assert says in found.text.en
    assert found.text.zh
