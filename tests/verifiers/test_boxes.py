"""Boxes, keypoints and pictures that albumentations transforms: against numpy, and against what is known."""

from typing import Any

import pytest

from quizapp.authoring import Impossible, Picture, Verifier
from tests.verifiers.drawn_verifiers import agree, draws, named, with_second_way
from verifiers import augment_boxes, augment_picture, box_formats, boxes_kept


def said(verifier: Verifier[Any], value: object, **params: Any) -> str:
    """What is said of a wrong answer; empty where it isn't known."""
    return next((one.text.en for one in verifier(**params).mistakes if one.value == value), "")


EXACT = set(with_second_way("augment_boxes", "box_formats", "boxes_kept", "augment_picture")) - {
    "boxes_kept.largest_min_area"
}


@pytest.mark.parametrize("name", sorted(EXACT))
def test_both_ways_agree_over_the_whole_domain(name: str) -> None:
    agree(name, draws(name, 12))


def test_the_largest_min_area_is_the_area_left_but_for_a_pixel_of_rounding() -> None:
    second = boxes_kept.largest_min_area.second
    assert second is not None
    for params in draws("boxes_kept.largest_min_area", 12):
        assert named("boxes_kept.largest_min_area")(**params).value == pytest.approx(second(**params), abs=1), params


# What is known


def test_a_box_at_the_left_edge_lands_at_the_right_edge() -> None:
    assert augment_boxes.flipped(width=640, height=480, x=0, y=0, w=100, h=50).value == [540, 0, 100, 50]


def test_a_box_in_the_middle_stays_where_it_is() -> None:
    assert augment_boxes.flipped(width=640, height=480, x=270, y=0, w=100, h=50).value == [270, 0, 100, 50]


def test_forgetting_the_width_of_the_box_is_recognised() -> None:
    words = said(augment_boxes.flipped, [540, 120, 64, 48], width=640, height=480, x=100, y=120, w=64, h=48)
    assert "opposite edge" in words


def test_a_quarter_turn_takes_the_upper_right_corner_to_the_upper_left() -> None:
    assert augment_boxes.turned(side=224, x=124, y=0, w=100, h=50).value == [0, 0, 50, 100]


def test_turning_the_other_way_is_recognised() -> None:
    there = augment_boxes.turned(side=224, x=10, y=20, w=30, h=40)
    back = augment_boxes.turned(side=224, x=10, y=20, w=30, h=40, degrees=-90)
    assert said(augment_boxes.turned, back.value, side=224, x=10, y=20, w=30, h=40).startswith("That is turned")
    assert there.value != back.value


def test_a_crop_moves_the_origin_and_cuts_the_box_off() -> None:
    found = augment_boxes.cropped(left=100, top=50, side=224, x=80, y=60, w=100, h=300)
    assert found.value == [0, 10, 80, 224]
    assert found.facts["moved"] == [-20, 10, 80, 310]


def test_a_box_beside_the_crop_is_impossible_to_ask_about() -> None:
    with pytest.raises(Impossible):
        augment_boxes.cropped(left=300, top=0, side=224, x=10, y=10, w=50, h=50)


def test_a_keypoint_is_mirrored_one_pixel_before_a_box_s_edge() -> None:
    assert augment_boxes.keypoint(width=640, height=480, x=0, y=7).value == [639, 7]
    assert "edge of a box" in said(augment_boxes.keypoint, [640, 7], width=640, height=480, x=0, y=7)


def test_the_whole_image_is_the_unit_square_and_its_yolo_centre_is_in_the_middle() -> None:
    whole = {"width": 640, "height": 480, "x": 0, "y": 0, "w": 640, "h": 480}
    assert box_formats.converted(**whole, to="albumentations").value == [0, 0, 1, 1]
    assert box_formats.converted(**whole, to="yolo").value == [0.5, 0.5, 1, 1]
    assert box_formats.converted(**whole, to="pascal_voc").value == [0, 0, 640, 480]


def test_corner_and_size_divided_is_told_from_centre_and_size() -> None:
    box = {"width": 640, "height": 480, "x": 64, "y": 48, "w": 64, "h": 48}
    assert "Only divided" in said(box_formats.converted, [0.1, 0.1, 0.1, 0.1], **box, to="yolo")


@pytest.mark.parametrize(
    ("box", "becomes"),
    [((20, 20, 100, 100), "accepted"), ((120, 20, 100, 100), "ValueError"), ((100, 20, 100, 100), "ValueError")],
)
def test_a_box_in_the_wrong_format_is_refused_only_where_its_corners_cross(
    box: tuple[int, int, int, int], becomes: str
) -> None:
    assert box_formats.mislabelled(*box).value == becomes


# What a crop leaves


def test_labels_go_with_the_boxes_that_are_dropped() -> None:
    assert boxes_kept.labels(a=20, b=200, c=400, side=224).value == "cat dog"
    assert boxes_kept.labels(a=400, b=500, c=223, side=224).value == "bird"
    assert "wholly outside" in said(boxes_kept.labels, "cat dog bird", a=20, b=200, c=400, side=224)
    assert "only cut" in said(boxes_kept.labels, "cat", a=20, b=200, c=400, side=224)


def test_what_the_crop_only_cuts_stays_unless_more_must_be_visible() -> None:
    boxes = {"a": 20, "b": 150, "c": 190, "d": 300, "side": 224}
    assert boxes_kept.visible(**boxes).value == 3
    assert boxes_kept.visible(**boxes, min_visibility=0.5).value == 2
    assert boxes_kept.visible(**boxes, min_visibility=0.95).value == 1


def test_the_largest_min_area_is_what_is_left_of_the_box() -> None:
    assert boxes_kept.largest_min_area(x=100, side=224).value == 6400
    assert boxes_kept.largest_min_area(x=200, side=224).value == 24 * 80


def crop(*sides: int) -> dict[str, int]:
    return dict(zip(("x_min", "y_min", "x_max", "y_max"), sides, strict=True))


@pytest.mark.parametrize(("cat", "dog"), [(40, 260), (300, 20), (450, 280), (0, 560), (560, 0)])
def test_the_crop_that_is_shown_keeps_the_cat_alone(cat: int, dog: int) -> None:
    example = str(boxes_kept.keeping(cat=cat, dog=dog).value)
    answer = {name: int(value) for name, value in (part.split("=") for part in example.split())}
    assert boxes_kept.keeps_the_cat(answer=answer, cat=cat, dog=dog).right


@pytest.mark.parametrize(
    ("answer", "right", "says"),
    [
        (crop(0, 0, 200, 480), True, "cat"),
        (crop(60, 0, 200, 480), True, "cat"),
        (crop(0, 0, 320, 480), False, "cat and dog"),
        (crop(90, 0, 200, 480), False, "no box"),
        (crop(200, 0, 640, 480), False, "dog"),
        (crop(200, 0, 100, 480), False, "refuses"),
        (crop(0, 0, 0, 0), False, "refuses"),
    ],
)
def test_any_crop_is_tried_and_told_what_it_leaves(answer: dict[str, int], right: bool, says: str) -> None:
    found = boxes_kept.keeps_the_cat(answer=answer, cat=40, dog=260)
    assert found.right is right
    assert says in found.text.en


# The picture


@pytest.mark.parametrize("name", ["china", "flower"])
def test_the_picture_shows_two_images_with_their_boxes_and_fits_the_screen(name: str) -> None:
    found = augment_picture.which(transform="HorizontalFlip", name=name)
    assert isinstance(found.picture, Picture)
    assert len(found.picture.rows) == 16
    for row in found.picture.rows:
        assert sum(len(run.text) for run in row) <= 72
    framed = sum(run.text.count("██") for row in found.picture.rows for run in row if run.ink == "two")
    assert framed == 2 * (8 + 8 + 2 + 2)


def test_every_transform_of_the_picture_looks_different() -> None:
    transforms = ["HorizontalFlip", "VerticalFlip", "Transpose", *(f"Rotate(({a}, {a}))" for a in (90, -90, 180))]
    assert len({str(augment_picture.which(transform=one).picture) for one in transforms}) == len(transforms)
