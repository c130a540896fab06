"""Narrow band inside a wide file: telephone sound kept at a higher rate than it has room for.

Speech has strong hisses above 4.7 kHz. A line of 8 kHz has nothing there, whatever the file's rate,
or only a converter's noise, which doesn't move while people speak and pause.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from pipeline.ingest.faults.stretch import Stretch, decibels
from pipeline.types import SoundFinding

LEAST_DROP_DB = 25.0
"""From the top of the telephone's band to what lies above it; in speech it is 20 at the most."""

STEADY_DROP_DB, STEADY_DB = 12.0, 8.0
"""The same where what lies above is steady: 9 in 10 of its frames within so many dB."""

_WIDE_FROM_HZ = 12_000
"""Files of lower rates have no room above the telephone's band."""

_WORK_HZ = 16_000
_FRAME_S = 0.016
_FRAMES = 3000
_EVERY = 4
_LOUD_DB, _SILENT_DB = 30.0, -90.0
_WITHIN_HZ, _ABOVE_HZ = (2500.0, 3300.0), (4700.0, 6000.0)
_EDGE_DB = 20.0


@dataclass(slots=True)
class Band:
    """Power of frames of all sides by frequency, of at most _FRAMES of them."""

    rate_hz: int
    n_frames: int = 0
    power: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    above_db: list[NDArray[np.float64]] = field(default_factory=list)

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
        hz = np.linspace(0, self.rate_hz / every / 2, power.shape[1])
        self.above_db.append(decibels(power[energy > _SILENT_DB][:, self._above(hz)].mean(axis=1)))
        loud = power[energy > energy.max(initial=-np.inf) - _LOUD_DB]
        self.power = loud.sum(axis=0) + (self.power if len(self.power) else 0.0)
        self.n_frames += len(loud)

    @staticmethod
    def _above(hz: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Frequencies above the telephone's band, below the edge of the file's own."""
        return np.asarray((hz >= _ABOVE_HZ[0]) & (hz < min(_ABOVE_HZ[1], 0.9 * hz[-1])))

    def measured(self) -> tuple[float, float, float]:
        """Drop in dB above the telephone's band, how far what lies there moves, in dB, and where
        the sound ends, in Hz.
        """
        if not self.n_frames:
            return 0.0, 0.0, self.rate_hz / 2
        work_hz = self.rate_hz / max(1, self.rate_hz // _WORK_HZ)
        hz = np.arange(len(self.power)) * work_hz / (2 * (len(self.power) - 1))
        within = _mean(self.power, hz, *_WITHIN_HZ)
        above = float(self.power[self._above(hz)].mean())
        low, high = np.quantile(np.concatenate(self.above_db), (0.05, 0.95))
        drop_db = float(decibels(within) - decibels(above))
        least_db = decibels(within) - min(_EDGE_DB, max(drop_db / 2, 0.0))
        edge = hz[np.flatnonzero(decibels(self.power) >= least_db)[-1]]
        return drop_db, float(high - low), float(edge)


def _mean(power: NDArray[np.float64], hz: NDArray[np.float64], low: float, high: float) -> float:
    return float(power[(hz >= low) & (hz < high)].mean())


def band_findings(band: Band) -> list[SoundFinding]:
    """Whether the file is wider than its sound."""
    drop_db, moves_db, edge_hz = band.measured()
    steady = drop_db >= STEADY_DROP_DB and moves_db <= STEADY_DB
    if drop_db < LEAST_DROP_DB and not steady:
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
