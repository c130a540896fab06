"""How loud each side is: speech, pauses, sides on which nobody is, a constant offset.

Nobody has told speech from other sound yet when this is measured: what stands well above a side's
own pauses is taken for speech, after the active speech level of ITU-T P.56.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.faults.stretch import FLOOR_DB, FRAME_S, Stretch
from pipeline.types import SideSound, SoundFinding

TOO_QUIET_DBFS, TOO_LOUD_DBFS = -46.0, -11.0
"""Levels of speech outside of which a side is named; telephone speech lies from -35 to -15."""

WANTED_DBFS = -26.0
"""The level a side that is too quiet is raised to: ITU-T P.56's nominal one."""

DC_SHARE = 0.004
"""Of full scale: an offset that is named. Converters have a tenth of it."""

_DEAD_DBFS = -66.0
"""A side that never gets louder for a moment is dead, whatever is on it."""

_ABOVE_NOISE_DB, _BELOW_PEAK_DB, _SURELY_BELOW_PEAK_DB = 9.0, 25.0, 12.0
_ALIVE_DB, _ALIVE_S = 12.0, 0.3
_ENOUGH_S = 0.5


@dataclass(slots=True)
class Levels:
    """Counts of frames by their level, and the samples' sum, a side each."""

    n_channels: int
    frames: NDArray[np.int64]
    sums: NDArray[np.float64]
    n_samples: int = 0
    n_frames: int = 0

    @classmethod
    def of(cls, n_channels: int) -> "Levels":
        """Nothing heard so far."""
        size = (n_channels, round(-FLOOR_DB) + 1)
        return cls(n_channels, np.zeros(size, np.int64), np.zeros(n_channels))

    def feed(self, stretch: Stretch) -> None:
        """Count a stretch."""
        bins = np.clip(np.round(stretch.frames_db - FLOOR_DB), 0, -FLOOR_DB).astype(np.int64)
        for channel, row in enumerate(bins):
            self.frames[channel] += np.bincount(row, minlength=self.frames.shape[1])
        self.sums += stretch.samples.sum(axis=1, dtype=np.float64)
        self.n_samples += stretch.samples.shape[1]

    def side(self, channel: int) -> SideSound:
        """What one side is like."""
        counts = self.frames[channel].copy()
        counts[0] = 0  # digital silence says nothing of the noise on a line
        noise, peak = _quantile(counts, 0.1), _quantile(counts, 0.99)
        from_db = max(
            min(noise + _ABOVE_NOISE_DB, peak - _SURELY_BELOW_PEAK_DB), peak - _BELOW_PEAK_DB
        )
        level, n = _level(counts, from_db)
        alive = _level(counts, max(noise + _ALIVE_DB, _DEAD_DBFS))[1] * FRAME_S
        return SideSound(
            channel=channel,
            speech_dbfs=round(level, 1),
            noise_dbfs=round(noise, 1),
            loud_s=round(n * FRAME_S, 2),
            dead=bool(alive < _ALIVE_S),
        )

    def offset(self, channel: int) -> float:
        """Mean of a side's samples, -1 to 1."""
        return float(self.sums[channel] / max(1, self.n_samples))


def _quantile(counts: NDArray[np.int64], share: float) -> float:
    """Level in dBFS that so large a share of the frames stays below."""
    if not counts.any():
        return FLOOR_DB
    return float(np.searchsorted(np.cumsum(counts), share * counts.sum())) + FLOOR_DB


def _level(counts: NDArray[np.int64], from_db: float) -> tuple[float, int]:
    """Mean energy in dBFS of frames from a level on, and how many there are."""
    levels = np.arange(len(counts)) + FLOOR_DB
    loud = counts * (levels >= from_db)
    n = int(loud.sum())
    if not n:
        return FLOOR_DB, 0
    return float(10 * np.log10((loud * 10 ** (levels / 10)).sum() / n)), n


def level_findings(levels: Levels, sides: tuple[SideSound, ...]) -> list[SoundFinding]:
    """Dead sides, speech that is too quiet or too loud, offsets."""
    found: list[SoundFinding] = []
    for side in sides:
        found += _dead(side) if side.dead and len(sides) > 1 else _loudness(side)
        found += _offset(side.channel, levels.offset(side.channel))
    return found


def _dead(side: SideSound) -> list[SoundFinding]:
    what = "holds nothing" if side.noise_dbfs <= FLOOR_DB + 1 else "holds only a steady sound"
    return [
        SoundFinding(
            code="dead_side",
            channel=side.channel,
            value=side.speech_dbfs,
            unit="dBFS",
            explanation=f"This side {what}, at {side.speech_dbfs:.0f} dBFS: nobody speaks on it",
            remedy="The side is silenced before listening, so that no words are made of its noise",
        )
    ]


def _loudness(side: SideSound) -> list[SoundFinding]:
    level = side.speech_dbfs
    if side.loud_s < _ENOUGH_S or TOO_QUIET_DBFS <= level <= TOO_LOUD_DBFS:
        return []
    if level > TOO_LOUD_DBFS:
        code, what = "too_loud", "very loud"
        remedy = "Nothing: it is heard as it is. Lower the recorder's gain"
    else:
        code, what = "too_quiet", "very quiet"
        remedy = f"The side is raised by {WANTED_DBFS - level:.0f} dB before listening"
    return [
        SoundFinding(
            code=code,
            channel=side.channel,
            value=level,
            unit="dBFS",
            explanation=f"Speech on this side is {what}: {level:.0f} dBFS; usual is -35 to -15",
            remedy=remedy,
        )
    ]


def _offset(channel: int, offset: float) -> list[SoundFinding]:
    if abs(offset) < DC_SHARE:
        return []
    return [
        SoundFinding(
            code="dc",
            channel=channel,
            value=round(100 * offset, 2),
            unit="% of full scale",
            explanation=f"The samples lie {100 * offset:+.1f} % off the middle all the time (DC)",
            remedy="The offset is subtracted before listening",
        )
    ]
