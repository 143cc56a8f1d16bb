"""The verifiers behind models/darknet: against second ways, timm's Darknet-53, and figures that are known elsewhere."""

import pytest
import torch
from torch import nn

from quizapp.authoring import Result
from tests.verifiers.drawn_verifiers import agree, draws, telling_mistakes, with_second_way
from verifiers import backbones, darknet, darknet_blocks, darknet_counts, timm_darknet, yolo, yolo_layers
from verifiers.darknet_layers import Darknet19, Darknet53, YoloV3, image, on_meta

MODULES = ("darknet", "darknet_counts", "darknet_blocks", "yolo", "yolo_layers", "backbones")


@pytest.mark.parametrize("name", with_second_way(*MODULES))
def test_a_verifier_agrees_with_its_second_way_over_what_it_accepts(name: str) -> None:
    agree(name, draws(name, 3))


# Parameters of the networks as they are published: by timm, by darknet, by the usual ports of YOLOv3.
@pytest.mark.parametrize(("build", "count"), [(Darknet53, 41_609_928), (Darknet19, 20_842_376), (YoloV3, 61_949_149)])
def test_the_networks_are_as_large_as_is_known(build: type[nn.Module], count: int) -> None:
    assert sum(one.numel() for one in on_meta(build).parameters()) == count


@pytest.mark.parametrize(
    ("name", "blocks"), [("darknet17", (1, 1, 1, 1, 1)), ("darknet21", (1, 1, 1, 2, 2)), ("darknet53", (1, 2, 8, 8, 4))]
)
def test_the_number_is_that_of_timms_networks_with_as_many_blocks(name: str, blocks: tuple[int, ...]) -> None:
    given = dict(zip(("b1", "b2", "b3", "b4", "b5"), blocks, strict=True))
    total = darknet_counts.layers(**given).value
    assert f"darknet{total}" == name
    assert sum(timm_darknet.layers(name=name).value) == total  # type: ignore[arg-type]


def test_the_sum_of_the_note_is_counted_in_its_order() -> None:
    assert darknet_counts.addends().value == [2, 1 * 2, 1, 2 * 2, 1, 8 * 2, 1, 8 * 2, 1, 4 * 2, 1]
    assert darknet_counts.addends(network="Darknet-19").facts["total"] == 19


def test_both_ways_of_counting_the_last_layer_are_told_apart() -> None:
    assert darknet_counts.convolutions(network="Darknet-53", last="connected").value == 52
    assert darknet_counts.convolutions(network="Darknet-53", last="convolutional").value == 53
    assert darknet_counts.last_layer(last="connected").value == "Linear"
    assert darknet_counts.last_layer(last="convolutional").value == "Conv2d"
    assert darknet_counts.written(blocks=[1, 2, 8, 8, 4], last="connected").value == [52, 1]
    assert darknet_counts.written(blocks=[1, 2, 8, 8, 4], last="convolutional").value == [53, 0]


@pytest.mark.parametrize(("last", "other"), [("connected", [53, 0]), ("convolutional", [52, 1])])
def test_who_counts_in_the_other_way_is_told_so(last: str, other: list[int]) -> None:
    result = darknet_counts.written(blocks=[1, 2, 8, 8, 4], last=last)
    says = next(one.text.en for one in result.mistakes if one.value == other)
    assert ("configuration" in says) is (last == "connected")


def test_leaving_out_the_fully_connected_layer_is_recognised() -> None:
    mistakes = {one.value: one.text.en for one in darknet_counts.layers(b1=1, b2=2, b3=8, b4=8, b5=4).mistakes}
    assert "fully connected" in mistakes[52]
    assert "two convolutions" in mistakes[30]


@pytest.mark.parametrize("network", ["Darknet-53", "Darknet-19"])
def test_no_mistake_about_what_counts_names_a_layer_twice(network: str) -> None:
    result = darknet_counts.counted(network=network)
    for one in result.mistakes:
        assert isinstance(one.value, list)
        assert len(set(map(str, one.value))) == len(one.value)


@pytest.mark.parametrize(
    ("size", "shape"), [(256, [1, 1024, 8, 8]), (416, [1, 1024, 13, 13]), (608, [1, 1024, 19, 19])]
)
def test_the_last_stage_has_the_known_shape(size: int, shape: list[int]) -> None:
    result = darknet.stage_shape(stage=5, size=size)
    assert result.value == shape
    rows = drawn(result)
    assert len(rows) == 7
    assert rows[-1].endswith("←")


def drawn(result: Result) -> list[str]:
    """The rows of its picture, which fit the screen."""
    rows = str(result.picture).splitlines()
    assert max(map(len, rows)) <= 72
    return rows


def test_the_picture_tells_blocks_channels_and_sides_of_all_stages() -> None:
    header, *rows = drawn(darknet.stage_shape(stage=2, size=416))
    told = [[part for part in row.replace("×", "").split() if part.isdecimal()] for row in rows]
    assert told == [
        ["32", "416"], ["1", "64", "208"], ["2", "128", "104"], ["8", "256", "52"], ["8", "512", "26"],
        ["4", "1024", "13"],
    ]  # fmt: skip
    for row, (*_, channels, side) in zip(rows, told, strict=True):
        assert row.index(f" {channels} ") + len(channels) == header.index("C")
        assert row.index(f" {side} ") + len(side) == header.index("W", header.index("H"))


@pytest.mark.parametrize("stage", [1, 2, 3, 4, 5])
def test_the_hidden_row_is_not_in_its_picture_and_no_number_of_blocks_is_offered_more_often(stage: int) -> None:
    result = darknet.missing_row(stage=stage, size=416)
    blocks, channels, side = result.facts["blocks"], result.facts["channels"], result.facts["side"]
    rows = drawn(result)
    assert rows[stage + 1].split() == ["?×", "?", "?", "←"]
    assert not any(f" {channels} " in row or f" {side} " in row for row in rows)
    offered = [str(one) for one in (result.value, *telling_mistakes(result))]
    assert len(set(offered)) == 6
    assert sum(one.startswith(f"{blocks}×") for one in offered) == 3


def test_the_truth_comes_from_the_convolutions_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nn.Conv2d, "forward", lambda self, x: x.new_empty(x.shape[0], self.out_channels, *x.shape[2:]))
    assert darknet.stage_shape(stage=5, size=416).value == [1, 1024, 416, 416]


@pytest.mark.parametrize(
    ("network", "adds"), [("Darknet-53", 23), ("Darknet-19", 0), ("ResNet-18", 8), ("ResNet-50", 16), ("VGG-16", 0)]
)
def test_additions_are_counted_in_the_traced_graph(network: str, adds: int) -> None:
    assert backbones.shortcuts(network=network).value == adds
    assert backbones.has_shortcuts(network=network).value == ("shortcuts" if adds else "no shortcuts")


def test_the_profiles_differ_and_fit_the_screen() -> None:
    seen = set()
    for network in ("Darknet-53", "Darknet-19", "ResNet-18", "ResNet-50", "ResNet-101", "VGG-16", "VGG-19"):
        seen.add("\n".join(drawn(backbones.profile(network=network))))
    assert len(seen) == 7


def test_a_convolutional_of_the_paper_has_no_bias_and_two_numbers_a_channel_of_norm() -> None:
    result = darknet_blocks.convolutional_parameters(inputs=32, outputs=64, kernel=3)
    assert result.value == 32 * 64 * 9 + 128
    assert 32 * 64 * 9 in [one.value for one in result.mistakes]


def test_the_slopes_of_darknet_torch_and_timm() -> None:
    assert timm_darknet.leaks(x=5).value == [-0.5, -0.05]
    assert darknet_blocks.slope(written="darknet").value == 0.1
    assert darknet_blocks.slope(written="nn.LeakyReLU()").value == nn.LeakyReLU().negative_slope
    assert timm_darknet.leaky_slope() == 0.01


def test_a_linear_layer_and_a_1x1_convolution_give_the_same_scores_whatever_the_seed() -> None:
    for seed in range(3):
        torch.manual_seed(seed)
        assert darknet_blocks.last_weight(classes=20).value == [20, 1024, 1, 1]
        assert darknet_blocks.same_scores(classes=20).value is True


def test_scores_that_differ_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nn.Conv2d, "forward", lambda self, x: x.new_zeros(x.shape[0], self.out_channels, 1, 1))
    assert darknet_blocks.same_scores(classes=20).value is False
    with pytest.raises(AssertionError):
        darknet_blocks.last_weight(classes=20)


LINES = [
    "shortcut = x",
    "x = leaky(norm1(squeeze(x)))",
    "x = norm2(expand(x))",
    "x = leaky(x)",
    "x = x + shortcut",
]


def test_the_order_of_the_block_is_right_and_resnets_is_not() -> None:
    assert darknet_blocks.as_the_block(answer=LINES, channels=64).right
    found = darknet_blocks.as_the_block(answer=[*LINES[:3], LINES[4], LINES[3]], channels=64)
    assert not found.right
    assert "differs" in found.text.en


@pytest.mark.parametrize("order", [[0, 2, 1, 3, 4], [4, 0, 1, 2, 3], [1, 0, 2, 3, 4]])
def test_an_order_that_cannot_run_says_what_it_raises(order: list[int]) -> None:
    found = darknet_blocks.as_the_block(answer=[LINES[at] for at in order], channels=64)
    assert not found.right
    assert "raises" in found.text.en
    assert "抛出" in found.text.zh


@pytest.mark.parametrize(("size", "count"), [(416, 10_647), (608, 22_743), (320, 6_300)])
def test_yolo_predicts_as_many_boxes_as_is_known(size: int, count: int) -> None:
    assert yolo.boxes(size=size).value == count


@pytest.mark.parametrize(("scale", "shape"), [(1, [1, 255, 13, 13]), (2, [1, 255, 26, 26]), (3, [1, 255, 52, 52])])
def test_the_predictions_for_coco_have_255_channels(scale: int, shape: list[int]) -> None:
    assert yolo.prediction(scale=scale).value == shape


def test_what_is_joined_has_768_and_384_channels() -> None:
    assert yolo.joined(scale=2).value == [1, 768, 26, 26]
    assert yolo.joined(scale=3).value == [1, 384, 52, 52]


@pytest.mark.parametrize(("part", "count"), [("backbone", 52), ("whole", 75), ("plain", 3), ("after", 23)])
def test_yolo_has_as_many_convolutions_as_is_known(part: str, count: int) -> None:
    assert yolo_layers.convolutions(part=part).value == count


@pytest.mark.parametrize("part", ["backbone", "scale", "after", "whole", "plain"])
def test_what_is_miscounted_belongs_to_the_part_that_is_asked(part: str) -> None:
    result = yolo_layers.convolutions(part=part)
    assert any("Darknet-53's last layer" in one.text.en for one in result.mistakes) is (part in ("backbone", "whole"))
    assert any("upsamplings" in one.text.en for one in result.mistakes) is (part in ("after", "whole"))


def test_the_layers_that_predict_have_a_bias_and_nothing_behind_them() -> None:
    assert yolo_layers.parts(where="prediction").value == "Conv2d"
    assert yolo_layers.parts(where="neck").value == yolo_layers.parts(where="backbone").value
    result = yolo_layers.prediction_parameters(inputs=256)
    assert result.value == 256 * 255 + 255
    assert 256 * 255 in [one.value for one in result.mistakes]


@pytest.mark.parametrize(
    ("side", "grid", "right"),
    [(416, 13, True), (409, 13, True), (408, 13, False), (385, 13, False), (608, 13, False), (32, 2, False)],
)
def test_a_side_of_the_learners_is_run(side: int, grid: int, right: bool) -> None:
    found = yolo.runs(answer={"side": side}, grid=grid)
    assert found.right is right
    assert found.text.zh


def test_the_network_for_images_gives_probabilities() -> None:
    assert on_meta(Darknet53)(image(256)).shape == (1, 1000)
    assert on_meta(Darknet19)(image(224, batch=2)).shape == (2, 1000)
    assert on_meta(lambda: Darknet53(last="convolutional"))(image(64)).shape == (1, 1000, 1, 1)
