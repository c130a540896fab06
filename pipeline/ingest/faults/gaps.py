"""Drop-outs: sound that stops dead in the middle of speech and goes on as suddenly.

Lost packets, a full disk, a recorder that could not keep up: all leave a run of one and the same
value. Recorders that write silence in pauses leave such runs too, but begin and end them in the
pause: so the sound right before a run and right after it has to be as loud as speech.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.faults.stretch import Stretch, decibels
from pipeline.types import SideSound, SoundFinding

SHORTEST_S, LONGEST_S = 0.008, 0.5
"""Of a drop-out: less is a coder's habit, more a pause."""

LEAST, LEAST_SHARE = 3, 0.002
"""Drop-outs, and their share of the loud time, that are named."""

_BESIDE_S = 0.008
_BELOW_LOUD_DB = 18.0
_LOUD_SHARE = 0.95
_LEAST_DBFS = -40.0
_STILL = 1.5 / 32768
"""The step between neighbouring samples of digital silence, which some coders make flicker."""


@dataclass(slots=True)
class Gaps:
    """Drop-outs so far, a side each: their seconds, how many, and how loud it has been."""

    lost_s: list[float]
    counts: list[int]
    loud_db: list[float]
    tail: NDArray[np.float32] | None = None

    @classmethod
    def of(cls, n_channels: int) -> "Gaps":
        """Nothing heard so far."""
        return cls([0.0] * n_channels, [0] * n_channels, [_LEAST_DBFS] * n_channels)

    def feed(self, stretch: Stretch) -> None:
        """Look through a stretch, and over the edge to the one before it."""
        rate = stretch.rate_hz
        samples = stretch.samples
        if self.tail is not None:
            samples = np.concatenate([self.tail, samples], axis=1)
        held = min(round((LONGEST_S + 2 * _BESIDE_S) * rate), samples.shape[1])
        self.tail = samples[:, samples.shape[1] - held :].copy()
        for channel, row in enumerate(samples):
            loud_db = float(np.quantile(stretch.frames_db[channel], _LOUD_SHARE))
            self.loud_db[channel] = max(self.loud_db[channel], loud_db)
            for n in _drop_outs(row, rate, self.loud_db[channel] - _BELOW_LOUD_DB, held):
                self.lost_s[channel] += n / rate
                self.counts[channel] += 1


def _drop_outs(row: NDArray[np.float32], rate_hz: int, least_db: float, held: int) -> list[int]:
    """Lengths in samples of drop-outs that begin before the last `held` samples."""
    shortest, longest = round(SHORTEST_S * rate_hz), round(LONGEST_S * rate_hz)
    moves = np.flatnonzero(np.abs(np.diff(row)) > _STILL)
    at = np.flatnonzero(np.diff(moves) >= shortest)
    beside, found = round(_BESIDE_S * rate_hz), []
    for first, last in zip(moves[at] + 1, moves[at + 1] + 1, strict=True):
        if last - first > longest or first < beside or first >= len(row) - held:
            continue
        still = row[first]
        sides = row[first - beside : first] - still, row[last : last + beside] - still
        if min(_loudness(one) for one in sides) >= least_db:
            found.append(int(last - first))
    return found


def _loudness(samples: NDArray[np.float32]) -> float:
    return float(decibels(np.dot(samples, samples) / max(1, len(samples))))


def gap_findings(gaps: Gaps, sides: tuple[SideSound, ...]) -> list[SoundFinding]:
    """Sides that lose a share of what is said."""
    found = []
    for side in sides:
        lost_s, n = gaps.lost_s[side.channel], gaps.counts[side.channel]
        share = lost_s / max(side.loud_s, lost_s, 1e-9)
        if n >= LEAST and share >= LEAST_SHARE:
            found.append(
                SoundFinding(
                    code="drop_outs",
                    channel=side.channel,
                    value=round(100 * share, 2),
                    unit="% of speech",
                    explanation=f"The sound drops out {n} times in the middle of speech,"
                    f" {lost_s:.2f} s in all: lost packets, or a recorder that can't keep up",
                    remedy="Nothing brings the sound back: words beside a gap may be wrong",
                )
            )
    return found
