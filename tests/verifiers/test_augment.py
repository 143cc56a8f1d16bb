"""What albumentations does to images: chances, values, layouts, refusals, and what it says of itself."""

import contextlib
import io

import numpy as np
import pytest

from tests.verifiers.drawn_verifiers import agree, draws, with_second_way
from verifiers import augment, augment_calls, augment_chance, augment_registry, augment_targets, photos
from verifiers.augment_library import A

MODULES = ("augment", "augment_chance", "augment_order", "augment_registry", "augment_targets")
DRAWN = ("augment_calls.accepts", "augment_calls.into_a_layer", *with_second_way(*MODULES))


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<snippet>", "exec"), {})
    return out.getvalue().strip()


@pytest.mark.parametrize("name", DRAWN)
def test_both_ways_agree_over_the_whole_domain(name: str) -> None:
    agree(name, draws(name, 8))


# Chances


def test_shares_come_out_as_they_do_by_luck() -> None:
    rng_share = 0
    pipeline = A.Compose([A.OneOf([A.HorizontalFlip(p=0.6), A.VerticalFlip(p=0.2)], p=0.8)], seed=1)
    image = np.array([[0, 1], [2, 3]], dtype=np.uint8)
    for _ in range(4000):
        rng_share += np.array_equal(pipeline(image=image)["image"], np.fliplr(image))
    assert augment_chance.picked(a=0.6, b=0.2, p=0.8).value == pytest.approx(rng_share / 4000, abs=0.03)


def test_a_sure_flip_leaves_nothing_untouched_and_a_skipped_pipeline_leaves_all() -> None:
    assert augment_chance.untouched(a=1.0, b=0.3).value == 0
    assert augment_chance.untouched(a=1.0, b=1.0).value == 0
    assert augment_chance.untouched(a=1.0, b=0.3, p=0.4).value == pytest.approx(0.6)


def test_weights_in_one_of_only_count_against_each_other() -> None:
    small, large = augment_chance.picked(a=0.1, b=0.3), augment_chance.picked(a=0.3, b=0.9)
    assert small.value == pytest.approx(large.value) == pytest.approx(0.25)


@pytest.mark.parametrize("p", [0.5, 0.9])
def test_two_calls_fit_as_often_as_they_do_by_luck(p: float) -> None:
    pipeline, image = A.Compose([A.HorizontalFlip(p=p)], seed=1), np.array([[0, 1]], dtype=np.uint8)
    fits = [np.array_equal(pipeline(image=image)["image"], pipeline(image=image)["image"]) for _ in range(2000)]
    assert augment_chance.matching(p=p).value == pytest.approx(np.mean(fits), abs=0.04)


def test_one_call_decides_for_image_and_mask_together() -> None:
    pipeline, image = A.Compose([A.HorizontalFlip(p=0.5)], seed=1), np.array([[0, 1]], dtype=np.uint8)
    outs = [pipeline(image=image, mask=image) for _ in range(50)]
    assert all(np.array_equal(out["image"], out["mask"]) for out in outs)
    assert len({out["image"].tobytes() for out in outs}) == 2


def test_the_usual_mistakes_with_chances_are_recognised() -> None:
    values = {round(float(one.value), 3): one.text.en for one in augment_chance.picked(a=0.6, b=0.2, p=0.5).mistakes}  # type: ignore[arg-type]
    assert "weights" in values[0.15]
    assert "other member" in values[0.3]
    assert "own p" in values[0.25]
    added = {round(float(one.value), 3) for one in augment_chance.untouched(a=0.2, b=0.5).mistakes}  # type: ignore[arg-type]
    assert {0.6, 0.3} <= added


# Values and layouts


def test_grey_weighs_red_for_blue_when_opencv_s_order_is_kept() -> None:
    assert augment.grey(red=255, green=0, blue=0, order="RGB").value == 76
    assert augment.grey(red=255, green=0, blue=0, order="BGR").value == 29
    assert augment.grey(red=90, green=90, blue=90, order="BGR").value == 90


@pytest.mark.parametrize(("value", "channel", "becomes"), [(0, 0, -2.1179), (255, 0, 2.2489), (255, 2, 2.64)])
def test_normalize_has_the_bounds_that_imagenet_models_know(value: int, channel: int, becomes: float) -> None:
    assert augment.normalized(value=value, channel=channel).value == pytest.approx(becomes, abs=1e-4)


def test_an_image_divided_before_is_divided_again() -> None:
    found = augment.normalized(value=255, channel=0, divided=True)
    assert found.value == pytest.approx((1 / 255 - 0.485) / 0.229, abs=1e-4)
    assert next(one.text.en for one in found.mistakes if one.value == augment.normalized(value=255).value).endswith(
        "twice."
    )


def test_to_tensor_moves_the_channels_of_an_image_and_not_of_a_mask() -> None:
    assert augment.tensor_shape(height=224, width=320).value == [3, 224, 320]
    assert augment.tensor_shape(height=224, width=320, target="mask").value == [224, 320, 3]


def test_to_tensor_does_not_scale() -> None:
    found = augment.tensor_value(value=255)
    assert found.value == 255
    assert found.facts["dtype"] == "torch.uint8"
    assert next(one.text.en for one in found.mistakes if one.value == 1.0).startswith("torchvision's")


# What is taken and what is refused

ALL = {"first": "HorizontalFlip", "second": "RandomFog", "third": "CLAHE", "fourth": "ChannelDropout"}


def test_the_refusals_are_named_for_both_languages() -> None:
    found = augment_targets.refuse(**ALL, depth=5)
    assert found.facts["those"] == "RandomFog, CLAHE"
    assert found.facts["zh_those"] == "RandomFog、CLAHE"
    assert augment_targets.refuse(**ALL, depth=3).facts == {"those": "none", "zh_those": "无"}


def test_masks_move_with_geometry_alone() -> None:
    four = {"first": "Affine", "second": "GaussNoise", "third": "ElasticTransform", "fourth": "Normalize"}
    assert augment_targets.move_mask(**four).value == ["first", "third"]


def test_what_prepares_an_image_is_always_applied() -> None:
    four = {"first": "Resize", "second": "Affine", "third": "RandomCrop", "fourth": "Normalize"}
    assert augment_targets.always(**four).value == ["first", "third", "fourth"]


@pytest.mark.parametrize(
    ("data", "becomes"),
    [
        ("array", "works"),
        ("PIL image", "raises TypeError"),
        ("torch tensor", "raises TypeError"),
        ("list", "raises TypeError"),
        ("batch", "raises error"),
    ],
)
def test_one_array_is_all_that_goes_in_as_an_image(data: str, becomes: str) -> None:
    assert augment_calls.accepts(data=data).value == becomes


@pytest.mark.parametrize(
    ("argument", "ending"),
    [
        ("image=photo", "runs"),
        ("photo", "KeyError"),
        ("image=photo.tolist()", "TypeError"),
        ("image=np.stack([photo] * 4)", "error"),
        ("images=np.stack([photo] * 4)", "runs"),
    ],
)
def test_how_a_call_ends_depends_on_what_is_passed(argument: str, ending: str) -> None:
    code = f"import albumentations as A\nimport numpy as np\nA.Compose([A.HorizontalFlip(p=1)])({argument})"
    found = augment_calls.given(code=code, argument=argument)
    assert augment_calls.given.second is not None
    assert found.value == augment_calls.given.second(code=code, argument=argument) == ending
    assert {one.value for one in found.mistakes} >= {"TypeError", "KeyError", "runs", "error"} - {ending}


def test_a_stack_of_images_gets_one_and_the_same_transform() -> None:
    stack = np.stack([photos.photo(48, 32)] * 4)
    for seed in range(5):
        pipeline = A.Compose([A.RandomBrightnessContrast(p=1), A.RandomCrop(16, 16)], seed=seed)
        out = pipeline(images=stack)["images"]
        assert all(np.array_equal(out[0], one) for one in out)
        assert not np.array_equal(out[0], stack[0, :16, :16])


def test_bytes_must_be_normalised_before_a_layer_takes_them() -> None:
    assert augment_calls.into_a_layer(normalized=True).value == "works"
    assert augment_calls.into_a_layer(normalized=False).value == "raises RuntimeError"


def test_numpy_comes_out_unless_a_tensor_is_asked_for() -> None:
    assert augment_calls.returns(last="HorizontalFlip").value == "ndarray"
    assert augment_calls.returns(last="ToTensorV2").value == "Tensor"


# What the package says of itself


@pytest.mark.parametrize(("library", "within"), [("albumentations", "100 or more"), ("torchvision", "50 to 69")])
def test_there_are_more_transforms_than_the_seventy_and_than_torchvision_s(library: str, within: str) -> None:
    found = augment_registry.range_of(library=library)
    assert found.value == within
    assert printed(found.snippet) == str(found.facts[library])
    assert {one.value for one in found.mistakes} >= {"70 to 99"}
    assert augment_registry.has_more().value is True


def test_what_the_note_says_of_one_library_is_not_laid_to_the_other() -> None:
    notes = {
        library: next(
            one.text.en for one in augment_registry.range_of(library=library).mistakes if one.value == "70 to 99"
        )
        for library in ("albumentations", "torchvision")
    }
    assert notes["albumentations"].startswith("So says the note")
    assert "of albumentations; torchvision has" in notes["torchvision"]


def test_the_printed_benchmark_is_led_by_others_in_some_rows() -> None:
    found = augment_registry.fastest(transform="Elastic")
    assert found.value == "imgaug"
    assert augment_registry.fastest(transform="HorizontalFlip").value == "albumentations"
    behind, rows = found.facts["behind"], found.facts["rows"]
    assert isinstance(behind, int)
    assert isinstance(rows, int)
    assert 0 < behind < rows / 2
    assert augment_registry.leads_most().value is True


def test_photographs_come_at_any_size_and_depth() -> None:
    assert photos.photo(48, 32).shape == (32, 48, 3)
    assert [photos.channels(depth).shape for depth in (1, 5)] == [(32, 32, 1), (32, 32, 5)]
    assert photos.channels(6).std(axis=(0, 1)).min() > 10
