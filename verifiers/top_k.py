"""What top-1 and top-5 error mean: the logits of a few images, judged with torch.topk."""

from typing import Annotated

import numpy as np
import torch

from quizapp.authoring import Result, Shape, Text, Tolerance, Value, mistake, verifier

_CLASSES = 1000


@verifier("torch")
def errors(ranks: Annotated[list[int], Shape(1, 8, min=1, max=1000, often=(1, 2, 5, 6))]) -> Result:
    """Top-1 and top-5 error in percent of images whose right classes come in at these places among the logits."""
    generator = torch.Generator(device="cpu").manual_seed(0)
    logits = torch.stack([torch.randperm(_CLASSES, generator=generator, device="cpu") for _ in ranks]).float()
    order = logits.argsort(1, descending=True)
    labels = torch.tensor([order[row, place - 1] for row, place in enumerate(ranks)], device="cpu")
    missed = {}
    for k in (1, 5):
        hit = (logits.topk(k).indices == labels[:, None]).any(1)
        missed[k] = int((~hit).sum())
    one, five = (round(100 * missed[k] / len(ranks), 4) for k in (1, 5))
    value: list[Value] = [one, five]
    return Result(
        value,
        steps=[
            Text(
                f"top-{k}: {missed[k]} of {len(ranks)} are not among the first {k}",
                f"top-{k}：{len(ranks)} 张里有 {missed[k]} 张不在前 {k} 名",
            )
            for k in (1, 5)
        ],
        mistakes=[
            mistake([100 - one, 100 - five], "Those are the accuracies.", "这是准确率。"),
            mistake(
                [five, one],
                "Of five guesses one is right more often: top-5 is the smaller.",
                "猜五次更容易猜中，top-5 应当更小。",
            ),
            mistake(
                [one, round(100 * sum(place >= 5 for place in ranks) / len(ranks), 4)],
                "The fifth place still counts as right.",
                "第 5 名仍然算对。",
            ),
        ],
        tolerance=Tolerance(absolute=0.06),
        facts={"images": len(ranks), "missed_one": missed[1], "missed_five": missed[5]},
    )


@errors.second_way
def _by_scikit_learn(ranks: list[int]) -> list[float]:
    from sklearn.metrics import top_k_accuracy_score

    classes = np.arange(_CLASSES)
    scores = np.tile(-classes, (len(ranks), 1))  # the class n − 1 comes in at place n
    right = [place - 1 for place in ranks]
    return [100 * (1 - float(top_k_accuracy_score(right, scores, k=k, labels=classes))) for k in (1, 5)]
