"""Narrow band inside a wide file: telephone sound kept at a higher rate than it has room for.

Speech has strong hisses above 4.7 kHz; a line of 8 kHz has nothing there, whatever the file's rate.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from pipeline.ingest.faults.stretch import Stretch, decibels
from pipeline.types import SoundFinding

LEAST_DROP_DB = 25.0
"""From the top of the telephone's band to what lies above it; in speech it is 20 at the most."""

_WIDE_FROM_HZ = 12_000
"""Files of lower rates have no room above the telephone's band."""

_WORK_HZ = 16_000
_FRAME_S = 0.016
_FRAMES = 3000
_EVERY = 4
_LOUD_DB = 30.0
_WITHIN_HZ, _ABOVE_HZ = (2500.0, 3300.0), (4700.0, 6000.0)
_EDGE_DB = 20.0


@dataclass(slots=True)
class Band:
    """Power of frames of all sides by frequency, of at most _FRAMES of them."""

    rate_hz: int
    n_frames: int = 0
    power: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def feed(self, stretch: Stretch) -> None:
        """Take one in _EVERY frames of a stretch's loudest side, the loud ones."""
        if self.rate_hz < _WIDE_FROM_HZ or self.n_frames >= _FRAMES:
            return
        every = max(1, self.rate_hz // _WORK_HZ)
        size = round(_FRAME_S * self.rate_hz / every)
        side = stretch.samples[int(stretch.frames_db.max(axis=1).argmax())]
        side = side[: len(side) // (size * every) * size * every].reshape(-1, size, every)[::_EVERY]
        frames = side.mean(axis=2)
        power = np.abs(fft.rfft(frames * np.hanning(size).astype(np.float32))) ** 2
        energy = decibels(power[:, 1:].sum(axis=1))
        loud = power[energy > energy.max(initial=-np.inf) - _LOUD_DB]
        self.power = loud.sum(axis=0) + (self.power if len(self.power) else 0.0)
        self.n_frames += len(loud)

    def measured(self) -> tuple[float, float]:
        """Drop in dB above the telephone's band, and where the sound ends, in Hz."""
        if not self.n_frames:
            return 0.0, self.rate_hz / 2
        work_hz = self.rate_hz / max(1, self.rate_hz // _WORK_HZ)
        hz = np.arange(len(self.power)) * work_hz / (2 * (len(self.power) - 1))
        within = _mean(self.power, hz, *_WITHIN_HZ)
        above = _mean(self.power, hz, _ABOVE_HZ[0], min(_ABOVE_HZ[1], 0.45 * work_hz))
        edge = hz[np.flatnonzero(decibels(self.power) > decibels(within) - _EDGE_DB)[-1]]
        return float(decibels(within) - decibels(above)), float(edge)


def _mean(power: NDArray[np.float64], hz: NDArray[np.float64], low: float, high: float) -> float:
    return float(power[(hz >= low) & (hz < high)].mean())


def band_findings(band: Band) -> list[SoundFinding]:
    """Whether the file is wider than its sound."""
    drop_db, edge_hz = band.measured()
    if drop_db < LEAST_DROP_DB:
        return []
    return [
        SoundFinding(
            code="narrow_band",
            channel=None,
            value=round(edge_hz, -2),
            unit="Hz",
            explanation=f"The file has room up to {band.rate_hz / 2000:g} kHz; its sound ends at"
            f" {edge_hz / 1000:.1f} kHz, as on a telephone",
            remedy="Nothing needs to be done: words are recognised from telephone sound",
        )
    ]
