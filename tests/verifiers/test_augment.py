"""What albumentations does to images: chances, values, layouts, refusals, and what it says of itself."""

import contextlib
import importlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quizapp.authoring import Impossible, Verifier
from quizapp.core.declaration import Declaration, Draw
from quizapp.core.domain import Params
from quizapp.core.drawing import draw
from quizapp.core.question import rng_for
from quizapp.deck.declared import read_declarations
from verifiers import augment, augment_calls, augment_chance, augment_order, augment_registry, augment_targets, photos
from verifiers.augment_library import A

ROOT = Path(__file__).parents[2]
MODULES = ("augment", "augment_calls", "augment_chance", "augment_order", "augment_registry", "augment_targets")
DECLARATIONS: dict[str, Declaration] = {
    name: one for module in MODULES for name, one in read_declarations(ROOT / "verifiers" / f"{module}.py")[0].items()
}


def named(name: str) -> Verifier[Any]:
    module, _, function = name.partition(".")
    found = getattr(importlib.import_module(f"verifiers.{module}"), function)
    assert isinstance(found, Verifier)
    return found


def draws(name: str, times: int) -> Iterator[Params]:
    declaration = DECLARATIONS[name]
    source = Draw({one.name: one.domain for one in declaration.parameters.values()}, declaration.where)
    for nth in range(times):
        params = draw(source, rng_for(7, name, nth))
        with contextlib.suppress(Impossible):
            named(name)(**params)
            yield params


def printed(program: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<snippet>", "exec"), {})
    return out.getvalue().strip()


@pytest.mark.parametrize(
    "name",
    [name for name, one in DECLARATIONS.items() if named(name).second and "code" not in one.parameters],
)
def test_both_ways_agree_over_the_whole_domain(name: str) -> None:
    count = 0
    for params in draws(name, 8):
        found, second = named(name)(**params), named(name).second
        assert second is not None
        other = second(**params)
        if isinstance(found.value, list | str | bool):
            assert found.value == other, params
        else:
            assert found.value == pytest.approx(other, abs=max(1e-6, found.tolerance.absolute)), params
        count += 1
    assert count >= 4 or not DECLARATIONS[name].parameters


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


@pytest.mark.parametrize(
    ("depth", "refused"),
    [(3, []), (1, ["second", "fourth"]), (4, ["second", "third"]), (5, ["second", "third"])],
)
def test_the_number_of_channels_decides_who_refuses(depth: int, refused: list[str]) -> None:
    assert augment_targets.refuse(**ALL, depth=depth).value == refused


def test_the_refusals_are_named_for_both_languages() -> None:
    found = augment_targets.refuse(**ALL, depth=5)
    assert found.facts["those"] == "RandomFog, CLAHE"
    assert found.facts["zh_those"] == "RandomFog、CLAHE"
    assert augment_targets.refuse(**ALL, depth=3).facts == {"those": "none", "zh_those": "没有"}


def test_masks_move_with_geometry_alone() -> None:
    four = {"first": "Affine", "second": "GaussNoise", "third": "ElasticTransform", "fourth": "Normalize"}
    assert augment_targets.move_mask(**four).value == ["first", "third"]


def test_what_prepares_an_image_is_always_applied() -> None:
    four = {"first": "Resize", "second": "Affine", "third": "RandomCrop", "fourth": "Normalize"}
    assert augment_targets.always(**four).value == ["first", "third", "fourth"]


def test_the_order_of_channels_matters_where_they_are_told_apart() -> None:
    four = {"first": "Transpose", "second": "ToGray", "third": "InvertImg", "fourth": "Normalize"}
    assert augment_order.care_about_order(**four).value == ["second", "fourth"]


@pytest.mark.parametrize(
    ("data", "becomes"),
    [
        ("array", "works"),
        ("PIL image", "raises TypeError"),
        ("torch tensor", "raises TypeError"),
        ("list", "raises TypeError"),
        ("text", "raises TypeError"),
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


def test_there_are_more_transforms_than_the_seventy_and_than_torchvision_s() -> None:
    ours, theirs = augment_registry.how_many(), augment_registry.how_many(library="torchvision")
    assert isinstance(ours.value, int)
    assert isinstance(theirs.value, int)
    assert ours.value >= 100 > theirs.value >= 50
    assert augment_registry.range_of().value == "100 or more"
    assert augment_registry.has_more().value is True


def test_the_bases_and_containers_are_not_counted() -> None:
    for library in ("albumentations", "torchvision"):
        found = augment_registry.how_many(library=library)
        assert printed(found.snippet) == str(found.value)


def test_the_printed_benchmark_is_led_by_others_in_some_rows() -> None:
    found = augment_registry.fastest(transform="Elastic")
    assert found.value == "imgaug"
    assert augment_registry.fastest(transform="HorizontalFlip").value == "albumentations"
    behind, rows = found.facts["behind"], found.facts["rows"]
    assert isinstance(behind, int)
    assert isinstance(rows, int)
    assert 0 < behind < rows / 2
    assert augment_registry.leads_most().value is True


def test_the_licence_is_that_of_the_package_and_not_of_its_successor() -> None:
    assert augment_registry.licence().value == "MIT"
    assert any(one.value == "AGPL-3.0" for one in augment_registry.licence().mistakes)


def test_words_are_looked_for_in_the_description_itself() -> None:
    assert augment_registry.described(words="https://albumentations.ai/docs/").value is True
    assert augment_registry.described(words="Kaggle Master").value is True


def test_image_transforms_are_torchvision_s_and_not_torch_s() -> None:
    assert augment_registry.home_of_transforms(module="torch").value is False
    assert augment_registry.home_of_transforms(module="torchvision").value is True


def test_photographs_come_at_any_size_and_depth() -> None:
    assert photos.photo(48, 32).shape == (32, 48, 3)
    assert [photos.channels(depth).shape for depth in (1, 5)] == [(32, 32, 1), (32, 32, 5)]
    assert photos.channels(6).std(axis=(0, 1)).min() > 10
