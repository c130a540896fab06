"""Trains a site's topics on the frozen sentence encoder: a linear layer, the examples beside it.

Logistic regression on the encoder's rows and on hashed parts of words, which few examples do for.
It learns every example twice, as it is and with word errors (`models.misheard`). How much the
nearest examples say beside it, how sure the sum of both is, and from where on a text is about none
of the topics are found on examples kept aside in turn, with and without errors.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models import topic_words
from models.topic_linear import Labels, linear, logits_of
from models.topic_score import NEAREST_SHARES, Parts, in_scope, mixed, neighbours, shares
from pipeline.ports import Encoded, Matrix

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
    aside, as they are and with word errors, in what share of them as they are a topic was said at
    all, and how many those were.
    """

    parts: Parts
    accuracy: float
    accuracy_misheard: float
    told: float
    n_aside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aside:
    """Of examples not trained on: logits and the nearest examples' shares, [n, n_topics], topics
    [n], and which are with errors [n].
    """

    logits: Matrix
    near: Matrix
    wanted: Labels
    misheard: NDArray[np.bool_]


def fit(
    clean: Encoded, misheard: Encoded, owner: Labels, n_topics: int, real: NDArray[np.bool_]
) -> Fitted:
    """A head on examples.

    Parameters
    ----------
    clean, misheard : Encoded
        The n examples, and the same with word errors.
    owner : array, shape [n]
        Each example's topic, 0 to n_topics - 1.
    real : array, shape [n]
        What may be kept aside; topics' names are no examples of what customers say.
    """
    rich = np.concatenate([clean.rich, misheard.rich])
    counts = topic_words.counted([*clean.texts, *misheard.texts])
    rare = topic_words.rarity(counts[: len(owner)])
    words = topic_words.weighted(counts, rare)
    found, start = _aside(rich, words, np.tile(owner, 2), n_topics, np.tile(real, 2))
    weights = linear(rich, words, np.tile(owner, 2), n_topics, start)
    best, sharpness, floor, spread = _chosen(found)
    parts = Parts(
        weight=np.ascontiguousarray(weights[:-1].T),
        bias=weights[-1],
        rarity=rare,
        examples=clean.rich,
        owner=owner,
        nearest_share=best,
        sharpness=sharpness,
        floor=floor,
        spread=spread,
    )
    likely = mixed(shares(found.logits, sharpness), found.near, best)
    said = likely * in_scope(found.logits.max(axis=1), floor, spread)[:, None]
    plain = ~found.misheard
    return Fitted(
        parts=parts,
        accuracy=_accuracy(likely[plain], found.wanted[plain]),
        accuracy_misheard=_accuracy(likely[~plain], found.wanted[~plain]),
        told=float(np.mean(said[plain].max(axis=1) >= THRESHOLD)) if plain.any() else 0.0,
        n_aside=int(plain.sum()),
    )


def _chosen(found: _Aside) -> tuple[float, float, float, float]:
    """The nearest examples' share, the sharpness, and the gate's floor and spread."""
    plain, wanted = shares(found.logits, 1.0), found.wanted
    best = max(
        NEAREST_SHARES,
        key=lambda share: (_accuracy(mixed(plain, found.near, share), wanted), -share),
    )
    sharpness = min(
        _SHARPNESS,
        key=lambda s: _surprise(mixed(shares(found.logits, s), found.near, best), wanted),
    )
    likely = mixed(shares(found.logits, sharpness), found.near, best)
    return best, sharpness, *_gate(found.logits.max(axis=1), likely, wanted)


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
    rich: Matrix, words: csr_matrix, owner: Labels, n_topics: int, real: NDArray[np.bool_]
) -> tuple[_Aside, Matrix | None]:
    """What heads say of examples kept aside in turn, and the last head's weights. Rows are n
    examples and the same with errors; both of one are kept aside together.
    """
    n = len(owner) // 2
    weights, parts = None, []
    for half in _folds(owner[:n], real[:n]):
        aside = np.tile(half, 2)
        taught, plain = ~aside, np.flatnonzero(~half)
        weights = linear(rich[taught], words[taught], owner[taught], n_topics)
        parts.append(
            _Aside(
                logits=logits_of(rich[aside], words[aside], weights),
                near=neighbours(rich[aside], rich[plain], owner[plain], n_topics),
                wanted=owner[aside],
                misheard=np.arange(2 * n)[aside] >= n,
            )
        )
    names = ("logits", "near", "wanted", "misheard")
    together = {name: np.concatenate([getattr(one, name) for one in parts]) for name in names}
    return _Aside(**together), weights


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
