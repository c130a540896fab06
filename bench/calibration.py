"""Whether a number between 0 and 1 means what it says: calibration error, and telling apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

N_BINS = 10

_SEED, _DRAWS = 20260914, 200
_LEAST, _NEWTON_STEPS, _RIDGE = 1e-4, 25, 1e-3

Numbers = NDArray[np.float64]
"""Shape [n], each from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Those of a bin: how many, their mean confidence, and the share that is right."""

    n: int
    confidence: float
    right: float


def bins(confidence: Numbers, right: Numbers, *, kind: Literal["width", "mass"]) -> Sequence[Bin]:
    """The bins that aren't empty, by confidence.

    Parameters
    ----------
    confidence, right : array, shape [n]
        `right` is 0 or 1, or the share that is right of something made of parts.
    kind : {"width", "mass"}
        Ten equal stretches of 0 to 1, or ten bins of equally many.
    """
    order = np.argsort(confidence, kind="stable")
    if kind == "mass":
        parts = np.array_split(order, N_BINS)
    else:
        place = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
        parts = [order[place[order] == i] for i in range(N_BINS)]
    return [
        Bin(
            n=len(part),
            confidence=float(confidence[part].mean()),
            right=float(right[part].mean()),
        )
        for part in parts
        if len(part)
    ]


def expected_error(found: Sequence[Bin]) -> float:
    """Expected calibration error: how far confidence and share lie apart, bins by their number."""
    n = sum(one.n for one in found)
    return sum(one.n * abs(one.confidence - one.right) for one in found) / max(n, 1)


def roc_area(confidence: Numbers, right: NDArray[np.bool_]) -> float:
    """How often a right word has more confidence than a wrong one; ties count half.

    1 tells them apart, 0.5 doesn't; not a number where all are right or all wrong.
    """
    n_right, n_wrong = int(right.sum()), int((~right).sum())
    if n_right == 0 or n_wrong == 0:
        return float("nan")
    ranks = float(rankdata(confidence)[right].sum())
    return (ranks - n_right * (n_right + 1) / 2) / (n_right * n_wrong)


def error_by_chance(confidence: Numbers, *, kind: Literal["width", "mass"]) -> float:
    """The calibration error that so many yes-or-no answers would show if nothing were wrong."""
    rng = np.random.default_rng(_SEED)
    draws = rng.random((_DRAWS, len(confidence))) < confidence
    found = [expected_error(bins(confidence, one.astype(float), kind=kind)) for one in draws]
    return float(np.mean(found))


def calibrated_elsewhere(confidence: Numbers, right: Numbers, groups: Sequence[str]) -> Numbers:
    """What a logistic curve on the log-odds makes of each, fitted on all other groups.

    Shape [n]. Groups are recordings: words of one resemble one another.
    """
    odds = _log_odds(confidence)
    names = np.asarray(groups)
    made = np.empty_like(confidence)
    for name in sorted(set(groups)):
        own = names == name
        slope, base = _logistic(odds[~own], right[~own])
        made[own] = 1 / (1 + np.exp(-slope * odds[own] - base))
    return made


def _log_odds(confidence: Numbers) -> Numbers:
    inside = np.clip(confidence, _LEAST, 1 - _LEAST)
    odds: Numbers = np.log(inside / (1 - inside))
    return odds


def _logistic(odds: Numbers, right: Numbers) -> tuple[float, float]:
    """Slope and base of the likeliest curve, by Newton's steps."""
    columns = np.stack([odds, np.ones_like(odds)], axis=1)
    beta = np.array([1.0, 0.0])
    for _ in range(_NEWTON_STEPS):
        share = 1 / (1 + np.exp(-columns @ beta))
        curvature = (columns * (share * (1 - share))[:, None]).T @ columns
        beta = beta + np.linalg.solve(
            curvature + _RIDGE * np.eye(2), columns.T @ (right - share) - _RIDGE * beta
        )
    return float(beta[0]), float(beta[1])
