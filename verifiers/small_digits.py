"""A small convolutional net trained on scikit-learn's handwritten digits, and what it makes of changed ones."""

from functools import lru_cache
from typing import Annotated, Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from quizapp.authoring import Choice, Int, Picture, Result, Text, mistake, verifier
from verifiers.drawing import beside, image

Change = Annotated[
    str,
    Choice(
        "shift 1",
        "shift 3",
        "rotate 5",
        "rotate 15",
        "rotate 90",
        "rotate 180",
        "stretch 1.1",
        "shrink to half",
        "slant",
    ),
]
_SIDE = 14


def _changed(images: Tensor, change: str) -> Tensor:
    """The digits, changed about their middle as an affine map says; what lies outside is black."""
    kind, _, amount = change.partition(" ")
    shift, angle, scale, slant, wider = 0.0, 0.0, 1.0, 0.0, 1.0
    if kind == "shift":
        shift = 2 * float(amount) / _SIDE
    elif kind == "rotate":
        angle = float(amount)
    elif kind == "shrink":
        scale = 2.0
    elif kind == "stretch":
        wider = float(amount)
    elif kind == "slant":
        slant = 0.5
    turn = torch.deg2rad(torch.tensor(angle, device="cpu"))
    cos, sin = float(turn.cos()) * scale, float(turn.sin()) * scale
    matrix = torch.tensor([[[cos / wider, -sin + slant, -shift], [sin, cos, 0.0]]], device="cpu").expand(
        len(images), 2, 3
    )
    grid = F.affine_grid(matrix.expand(len(images), 2, 3), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


@lru_cache(maxsize=1)
def _trained() -> tuple[nn.Module, Tensor, Tensor]:
    """A net of two convolutions, each with max pooling, and the digits that it wasn't trained on."""
    data = load_digits()
    images = F.pad(torch.tensor(data.images, dtype=torch.float32, device="cpu")[:, None] / 16, (3, 3, 3, 3))
    labels = torch.tensor(data.target, device="cpu")
    with torch.random.fork_rng(devices=[]), torch.device("cpu"):
        torch.manual_seed(0)
        net = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(16 * 9, 10),
        )  # fmt: skip
        weights = list(net.parameters())
        for _ in range(8):
            order = torch.randperm(1200)
            for at in range(0, 1200, 64):
                batch = order[at : at + 64]
                slopes = torch.autograd.grad(F.cross_entropy(net(images[batch]), labels[batch]), weights)
                with torch.no_grad():  # plain gradient descent: an optimiser would take seconds to import
                    for weight, slope in zip(weights, slopes, strict=True):
                        weight.sub_(slope, alpha=0.3)
    return net.eval(), images[1200:], labels[1200:]


def _named(images: Tensor) -> Tensor:
    """What the net takes each image for."""
    net, _, _ = _trained()
    with torch.no_grad():
        found: Tensor = net(images).argmax(1)
    return found


@verifier("torch", limit_s=30.0)
def survives(change: Change, digit: Annotated[int, Int(0, 596)] = 0) -> Result:
    """How many unseen digits a small trained net still recognises once they are changed; one of them is drawn.

    `nearly as many`: at most a tenth of all digits fewer than unchanged; else `more than half` or `less than half`.
    """
    _, images, labels = _trained()
    changed = _changed(images, change)
    plain, moved = (float((_named(one) == labels).float().mean()) for one in (images, changed))
    value = "nearly as many" if plain - moved < 0.1 else "more than half" if moved > 0.5 else "less than half"
    grey = [(one[digit, 0] * 255).int().tolist() for one in (images, changed)]
    return Result(
        value,
        steps=[
            Text(f"as they are: {plain:.0%} right", f"原样：正确率 {plain:.0%}"),
            Text(f"changed: {moved:.0%} right", f"变换后：正确率 {moved:.0%}"),
        ],
        mistakes=[
            mistake(
                "nearly as many",
                "No layer is invariant to this, and the digits of the training all stood upright in the middle.",
                "没有哪一层对这种变换不变；网络只认识训练数据，而训练用的数字都端正居中。",
            ),
            mistake(
                "more than half",
                "So small a change is still forgiven, by pooling above all."
                if value == "nearly as many"
                else "Almost every output behind the convolutions lands where the linear layer expects others.",
                "这么小的变化还能容忍，主要靠池化。"
                if value == "nearly as many"
                else "卷积之后的响应几乎都落到了别的位置，而线性层认的是位置。",
            ),
            mistake(
                "less than half",
                "So small a change doesn't do that much harm.",
                "变化还没大到这个程度。",
            ),
        ],
        picture=Picture.of(beside(image(grey[0]), image(grey[1]))),
        facts={"plain": 100 * plain, "moved": 100 * moved},
    )


@survives.second_way
def _survives_by_scipy(change: str, digit: int = 0) -> str:
    _, _, labels = _trained()
    before, after = (float((one == labels).float().mean()) for one in _named_by_scipy(change))
    return "nearly as many" if before - after < 0.1 else "more than half" if after > 0.5 else "less than half"


def _named_by_scipy(change: str) -> tuple[Tensor, Tensor]:
    """What the net takes the digits for, plain and changed by SciPy; its arithmetic is done without its modules."""
    from scipy import ndimage

    net, images, _ = _trained()
    weights = [one.detach() for one in net.parameters()]

    def named(batch: Any) -> Tensor:
        x = torch.tensor(np.array(batch), dtype=torch.float32, device="cpu")[:, None]
        for at in (0, 2):
            windows = F.unfold(x, 3, padding=1)
            mixed = weights[at].flatten(1) @ windows + weights[at + 1][:, None]
            x = _halved(mixed.clamp(min=0), x.shape[2])
        return (x.flatten(1) @ weights[4].T + weights[5]).argmax(1)

    plain = images[:, 0].numpy()
    kind, _, amount = change.partition(" ")
    middle = (_SIDE - 1) / 2

    def moved(image: Any) -> Any:
        if kind == "shift":
            return ndimage.shift(image, (0, float(amount)), order=1)
        if kind == "rotate":
            return ndimage.rotate(image, float(amount), reshape=False, order=1)
        matrix = np.array(
            [[2.0, 0], [0, 2]]
            if kind == "shrink"
            else [[1, 0], [0, 1 / float(amount)]]
            if kind == "stretch"
            else [[1, 0], [0.5, 1]]
        )
        return ndimage.affine_transform(image, matrix, middle - matrix @ [middle, middle], order=1)

    return named(plain), named([moved(image) for image in plain])


def _halved(maps: Tensor, side: int) -> Tensor:
    """Maps of an odd side, by 2 × 2 maxima; the last row and column have no window."""
    even = side - side % 2
    square = maps.view(len(maps), -1, side, side)[..., :even, :even]
    return square.reshape(len(maps), -1, even // 2, 2, even // 2, 2).amax((3, 5))


@verifier("torch", limit_s=30.0)
def keeps_answers(change: Change) -> Result:
    """Whether a small trained net takes at least nine in ten unseen digits for the same as before they are changed."""
    _, images, _ = _trained()
    share = float((_named(images) == _named(_changed(images, change))).float().mean())
    return Result(share >= 0.9, steps=[f"{change}: {share:.0%}"], facts={"share": share})


@keeps_answers.second_way
def _keeps_by_scipy(change: str) -> bool:
    before, after = _named_by_scipy(change)
    return float((before == after).float().mean()) >= 0.9
