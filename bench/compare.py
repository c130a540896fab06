"""Statistics of a comparison: differences in word errors by utterance, ratios of speed by round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from bench.words import Errors

_RESAMPLES = 10_000
_SEED = 20260914


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Ours less theirs in word error rate: per cent points, and as a share of theirs in per cent.

    Each with its 95 % interval from utterances drawn with replacement, the same ones for both.
    """

    points: float
    low: float
    high: float
    relative: float
    relative_low: float
    relative_high: float

    @property
    def none(self) -> bool:
        """Whether the interval holds 0: then there is no difference to speak of."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A figure measured in several rounds: the median, the lowest, the highest, how many."""

    middle: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How many times as fast we are; `paired` when both ran in the same rounds of one run."""

    spread: Spread
    paired: bool


def difference(ours: Sequence[Errors], theirs: Sequence[Errors]) -> Difference:
    """The paired bootstrap over utterances.

    Parameters
    ----------
    ours, theirs : sequence of Errors
        The same sides in the same order, heard by each.

    Raises
    ------
    ValueError
        The two don't count the same utterances.
    """
    words = np.concatenate([side.words for side in ours])
    if not np.array_equal(words, np.concatenate([side.words for side in theirs])):
        raise ValueError("both must have heard the same utterances")
    own = np.concatenate([side.errors for side in ours])
    other = np.concatenate([side.errors for side in theirs])
    draws = np.random.default_rng(_SEED).integers(len(words), size=(_RESAMPLES, len(words)))
    n_words = np.maximum(words[draws].sum(axis=1), 1)
    more = own[draws].sum(axis=1) - other[draws].sum(axis=1)
    n_other = np.maximum(other[draws].sum(axis=1), 1)
    low, high = np.percentile(100 * more / n_words, [2.5, 97.5])
    relative_low, relative_high = np.percentile(100 * more / n_other, [2.5, 97.5])
    total = int(own.sum()) - int(other.sum())
    return Difference(
        points=100 * total / max(int(words.sum()), 1),
        low=float(low),
        high=float(high),
        relative=100 * total / max(int(other.sum()), 1),
        relative_low=float(relative_low),
        relative_high=float(relative_high),
    )


def spread(values: Sequence[float]) -> Spread:
    """Median, lowest and highest of at least one value."""
    return Spread(middle=median(values), low=min(values), high=max(values), n=len(values))


def ratio(ours_s: Mapping[str, float], theirs_s: Mapping[str, float]) -> Ratio:
    """How many times as long they took; seconds by round, each round under a name of its own.

    Rounds that both ran are compared in pairs; where there are none, the medians are.
    """
    both = sorted(ours_s.keys() & theirs_s.keys())
    if both:
        return Ratio(spread=spread([theirs_s[r] / ours_s[r] for r in both]), paired=True)
    of_medians = median(theirs_s.values()) / median(ours_s.values())
    return Ratio(spread=spread([of_medians]), paired=False)
