"""Trains a site's topics on the frozen sentence encoder: a linear layer, the examples beside it.

Multinomial logistic regression by L-BFGS, which few examples do for. How much the nearest examples
say beside it, how sure the sum of both is, and from where on a text is about none of the topics are
found on examples kept aside in turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.topic_score import NEAREST_SHARES, Parts, in_scope, mixed, neighbours, shares
from pipeline.ports import Matrix

Labels = NDArray[np.intp]

PENALTY = 0.03
"""Half of the squared weights times this beside the summed error of the examples."""

STEPS = 60
FOLDS, FEW = 4, 4000
"""So many parts of the examples are kept aside in turn; of more than FEW only the first is."""

KEPT = 0.98
"""Of texts that are rightly told apart so many stay above the threshold."""

THRESHOLD = 0.35
"""The score from which a text has a topic (`understand.topic_threshold` as it comes)."""

_SHARPNESS = tuple(float(x) for x in np.geomspace(0.3, 5, 25))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What training made: `models.topic_score.Parts`, and how often it was right on examples kept
    aside, in what share of them a topic was said at all, and how many those were.
    """

    parts: Parts
    accuracy: float
    told: float
    n_aside: int


def fit(rich: Matrix, owner: Labels, n_topics: int, real: NDArray[np.bool_]) -> Fitted:
    """A head on examples.

    Parameters
    ----------
    rich : Matrix
        Rows of the encoder, shape [n, 3 dimensions].
    owner : array, shape [n]
        Each example's topic, 0 to n_topics - 1.
    real : array, shape [n]
        What may be kept aside; topics' names are no examples of what customers say.
    """
    logits, near, wanted = _aside(rich, owner, n_topics, real)
    best = max(
        NEAREST_SHARES,
        key=lambda share: (_accuracy(mixed(shares(logits, 1.0), near, share), wanted), -share),
    )
    sharpness = min(
        _SHARPNESS, key=lambda s: _surprise(mixed(shares(logits, s), near, best), wanted)
    )
    likely = mixed(shares(logits, sharpness), near, best)
    floor, spread = _gate(logits.max(axis=1), likely, wanted)
    weight, bias = linear(rich, owner, n_topics)
    parts = Parts(
        weight=weight,
        bias=bias,
        examples=rich,
        owner=owner,
        nearest_share=best,
        sharpness=sharpness,
        floor=floor,
        spread=spread,
    )
    said = likely * in_scope(logits.max(axis=1), floor, spread)[:, None]
    return Fitted(
        parts=parts,
        accuracy=_accuracy(likely, wanted),
        told=float(np.mean(said.max(axis=1) >= THRESHOLD)) if len(wanted) else 0.0,
        n_aside=len(wanted),
    )


def linear(rich: Matrix, owner: Labels, n_topics: int) -> tuple[Matrix, Matrix]:
    """Weights [n_topics, n_in] and biases [n_topics] of the logistic regression."""
    import torch

    x, y = torch.from_numpy(rich), torch.from_numpy(owner.astype(np.int64))
    weight = torch.zeros(n_topics, x.shape[1], requires_grad=True)
    bias = torch.zeros(n_topics, requires_grad=True)
    search = torch.optim.LBFGS(
        [weight, bias], max_iter=STEPS, line_search_fn="strong_wolfe", tolerance_change=1e-7
    )

    def error() -> torch.Tensor:
        search.zero_grad()
        told = torch.nn.functional.cross_entropy(x @ weight.T + bias, y)
        total = told + PENALTY / 2 * (weight * weight).sum() / len(y)
        total.backward()
        return total

    search.step(error)
    return weight.detach().numpy(), bias.detach().numpy()


def _folds(owner: Labels, real: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """What is kept aside in turn: of each topic every fourth example, in an order by chance."""
    turn = np.full(len(owner), -1)
    order = np.random.default_rng(0).permutation(len(owner))
    for topic in np.unique(owner):
        mine = [i for i in order if owner[i] == topic and real[i]]
        if len(mine) > 1:
            turn[mine] = np.arange(len(mine)) % FOLDS
    for fold in range(1 if len(owner) > FEW else FOLDS):
        yield turn == fold


def _aside(
    rich: Matrix, owner: Labels, n_topics: int, real: NDArray[np.bool_]
) -> tuple[Matrix, Matrix, Labels]:
    """Logits, the nearest examples' shares and the topics of examples not trained on."""
    logits, near, wanted = [], [], []
    for aside in _folds(owner, real):
        weight, bias = linear(rich[~aside], owner[~aside], n_topics)
        logits.append(rich[aside] @ weight.T + bias)
        near.append(neighbours(rich[aside], rich[~aside], owner[~aside], n_topics))
        wanted.append(owner[aside])
    return np.concatenate(logits), np.concatenate(near), np.concatenate(wanted)


def _accuracy(likely: Matrix, wanted: Labels) -> float:
    return float(np.mean(likely.argmax(axis=1) == wanted)) if len(wanted) else 0.0


def _surprise(likely: Matrix, wanted: Labels) -> float:
    right = likely[np.arange(len(wanted)), wanted]
    return float(-np.log(np.maximum(right, 1e-6)).mean()) if len(wanted) else 0.0


def _gate(largest: Matrix, likely: Matrix, wanted: Labels) -> tuple[float, float]:
    """The largest logit at which a text is half out of scope, so that KEPT of those told rightly
    reach THRESHOLD, and over what width.
    """
    right = (likely.argmax(axis=1) == wanted) & (likely.max(axis=1) > THRESHOLD)
    if not right.any():
        return 0.0, 1.0
    logit, sure = largest[right], likely[right].max(axis=1)
    spread = max(float(np.median(logit) - np.quantile(logit, 1 - KEPT)) / 5, 1e-3)
    needed = THRESHOLD / sure
    floors = logit - spread * np.log(needed / np.maximum(1 - needed, 1e-6))
    return float(np.quantile(floors, 1 - KEPT)), spread
