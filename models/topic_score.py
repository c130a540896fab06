"""How a trained topic is scored: the linear layer, the nearest examples, and whether it is any."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ports import Matrix

NEAREST, STEEPNESS = 20, 17.0
"""So many examples speak, each by e to the power of STEEPNESS times its likeness, which is the sum
of three cosines: those of the three parts of the rich rows."""

AT_ONCE = 32
"""Every product has so many rows, full or not: a row's sums must not depend on its company."""

NEAREST_SHARES = (0.0, 0.3, 0.5, 0.7)
"""What the nearest examples may count beside the linear layer; training chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A trained head.

    `weight` [n_topics, n_in + N_HASHED] and `bias` make logits of rich rows and of
    `models.topic_words`, whose columns say as much as `rarity` [N_HASHED]; `examples` [n, n_in]
    are rich rows of the topics `owner`; a text of which the largest logit is `floor` is half out
    of scope, within about `spread`.
    """

    weight: Matrix
    bias: Matrix
    rarity: Matrix
    examples: Matrix
    owner: NDArray[np.intp]
    nearest_share: float
    sharpness: float
    floor: float
    spread: float


def shares(logits: Matrix, sharpness: float) -> Matrix:
    """Rows that sum to 1."""
    grown = np.exp(sharpness * (logits - logits.max(axis=1, keepdims=True, initial=-np.inf)))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), dtype=np.float32)


def neighbours(rich: Matrix, examples: Matrix, owner: NDArray[np.intp], n_topics: int) -> Matrix:
    """What the nearest examples say, shape [n, n_topics], rows that sum to 1."""
    said = np.zeros((len(rich), n_topics), dtype=np.float32)
    block = np.zeros((AT_ONCE, rich.shape[1]), dtype=np.float32)
    for start in range(0, len(rich), AT_ONCE):
        n = len(rich[start : start + AT_ONCE])
        block[:n] = rich[start : start + AT_ONCE]
        for row, like in enumerate((block @ examples.T)[:n], start=start):
            k = min(NEAREST, len(like))
            nearest = np.argpartition(-like, k - 1)[:k]
            votes = np.exp(STEEPNESS * (like[nearest] - like[nearest].max()))
            np.add.at(said[row], owner[nearest], votes / votes.sum())
    return said


def mixed(linear: Matrix, nearest: Matrix, share: float) -> Matrix:
    """The linear layer's shares, and `share` of the nearest examples'."""
    return (1 - share) * linear + share * nearest


def in_scope(largest_logit: Matrix, floor: float, spread: float) -> Matrix:
    """How surely texts are about one of the topics, 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-(largest_logit - floor) / spread)), dtype=np.float32)
