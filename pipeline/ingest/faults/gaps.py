"""Drop-outs: sound that stops dead in the middle of speech and goes on as suddenly.

Lost packets, a full disk, a recorder that could not keep up: all leave a run of one and the same
value. Recorders that write silence in pauses leave such runs too, but begin and end them in the
pause: so the sound right before a run and right after it has to be as loud as speech. A coder
such as MP3 fills runs with a little sound of its own: there sound has to fall by so much, and to
come back, within milliseconds, as no voice does often.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.faults.stretch import FLOOR_DB, Stretch, decibels
from pipeline.types import SideSound, SoundFinding

SHORTEST_S, LONGEST_S = 0.008, 0.5
"""Of a drop-out: less is a coder's habit, more a pause."""

LEAST, LEAST_SHARE = 3, 0.002
"""Drop-outs, and their share of the loud time, that are named."""

LEAST_FALLS, LEAST_FALLS_A_SECOND = 4, 0.1
"""Of sound that falls and comes back, where there are no runs: a voice does it once in a while."""

_BESIDE_S = 0.008
_BELOW_LOUD_DB = 18.0
_LOUD_SHARE = 0.95
_LEAST_DBFS = -40.0
_STILL = 1.5 / 32768
"""The step between neighbouring samples of digital silence, which some coders make flicker."""

_MOMENT_S, _FALL_DB = 0.004, 36.0


@dataclass(slots=True)
class Lost:
    """Seconds of drop-outs of one kind, and how many."""

    seconds: float = 0.0
    n: int = 0

    def add(self, lengths_s: list[float]) -> None:
        """Some more."""
        self.seconds += sum(lengths_s)
        self.n += len(lengths_s)


@dataclass(slots=True)
class Gaps:
    """Drop-outs so far, a side each: runs of one value, deep falls, and how loud it has been."""

    runs: list[Lost]
    falls: list[Lost]
    loud_db: list[float]
    tail: NDArray[np.float32] | None = None

    @classmethod
    def of(cls, n_channels: int) -> "Gaps":
        """Nothing heard so far."""
        sides = range(n_channels)
        return cls([Lost() for _ in sides], [Lost() for _ in sides], [_LEAST_DBFS for _ in sides])

    def feed(self, stretch: Stretch) -> None:
        """Look through a stretch, and over the edge to the one before it."""
        rate_hz = stretch.rate_hz
        samples = stretch.samples
        if self.tail is not None:
            samples = np.concatenate([self.tail, samples], axis=1)
        held = min(round((LONGEST_S + 2 * _BESIDE_S) * rate_hz), samples.shape[1])
        self.tail = samples[:, samples.shape[1] - held :].copy()
        for channel, row in enumerate(samples):
            loud_db = float(np.quantile(stretch.frames_db[channel], _LOUD_SHARE))
            self.loud_db[channel] = loudest_db = max(self.loud_db[channel], loud_db)
            self.runs[channel].add(_runs(row, rate_hz, loudest_db - _BELOW_LOUD_DB, held))
            self.falls[channel].add(_falls(row, rate_hz, loudest_db, held))


def _runs(row: NDArray[np.float32], rate_hz: int, least_db: float, held: int) -> list[float]:
    """Seconds of runs of one value, of those that begin before the last `held` samples."""
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
            found.append(float((last - first) / rate_hz))
    return found


def _loudness(samples: NDArray[np.float32]) -> float:
    return float(decibels(np.dot(samples, samples) / max(1, len(samples))))


def _falls(row: NDArray[np.float32], rate_hz: int, loud_db: float, held: int) -> list[float]:
    """Seconds of deep falls, of those that begin before the last `held` samples."""
    size = max(1, round(_MOMENT_S * rate_hz))
    moments = row[: len(row) // size * size].reshape(-1, size)
    level = decibels(np.einsum("ms,ms->m", moments, moments) / size)
    edges = np.diff((level < loud_db - _FALL_DB).astype(np.int8), prepend=0, append=0)
    until, found = (len(row) - held) // size, []
    for first, last in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        length_s = float((last - first) * size / rate_hz)
        if not SHORTEST_S <= length_s <= LONGEST_S or first < 1 or first >= until:
            continue
        sides = level[first - 1], level[last] if last < len(level) else FLOOR_DB
        if min(sides) >= loud_db - _BELOW_LOUD_DB:
            found.append(length_s)
    return found


def gap_findings(gaps: Gaps, sides: tuple[SideSound, ...]) -> list[SoundFinding]:
    """Sides that lose a share of what is said."""
    found = []
    for side in sides:
        lost = _named(gaps, side)
        if lost is not None:
            share = lost.seconds / max(side.loud_s, lost.seconds)
            found.append(
                SoundFinding(
                    code="drop_outs",
                    channel=side.channel,
                    value=round(100 * share, 2),
                    unit="% of speech",
                    explanation=f"The sound drops out {lost.n} times in the middle of speech,"
                    f" {lost.seconds:.2f} s in all: lost packets, or a recorder that can't keep up",
                    remedy="Nothing brings the sound back: words beside a gap may be wrong",
                )
            )
    return found


def _named(gaps: Gaps, side: SideSound) -> Lost | None:
    """The drop-outs of a side, where they are enough to be named."""
    runs, falls = gaps.runs[side.channel], gaps.falls[side.channel]
    if runs.n >= LEAST and runs.seconds >= LEAST_SHARE * side.loud_s:
        return runs
    many = falls.n >= max(LEAST_FALLS, LEAST_FALLS_A_SECOND * side.loud_s)
    return falls if many else None
