"""Mains hum: steady tones at 50 or 60 Hz and their multiples.

Hum stays while speech comes and goes, so of each frequency the quiet moments are looked at: its
level that 3 in 4 seconds exceed. A hum stands out there, as lines, from its neighbourhood.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from pipeline.ingest.faults.stretch import FLOOR_DB, Stretch, decibels
from pipeline.types import SideSound, SoundFinding

LEAST_DB = 12.0
"""How far lines have to stand out, on average."""

LEAST_LOUD_DB = -38.0
"""Hum against speech, in dB: less is not heard."""

_MAINS: tuple[Literal[50, 60], ...] = (50, 60)
_UP_TO_HZ = 1000.0
_SECONDS_KEPT = 60
_SECONDS_NEEDED = 3
_EVERY = 2
_QUIET_SHARE = 0.25
_HALF_LINE_HZ, _FROM_HZ, _TO_HZ = 2, 5, 15
_LINES = 3
_LEAST_DBFS = -72.0


@dataclass(slots=True)
class Hum:
    """Power below 1 kHz of one second in two, each [n_channels, _UP_TO_HZ], 1 Hz a bin."""

    seconds: list[NDArray[np.float32]] = field(default_factory=list)

    def feed(self, stretch: Stretch) -> None:
        """Take some seconds of a stretch; after a minute's worth no more."""
        size = round(stretch.low_rate_hz)
        window = np.hanning(size).astype(np.float32)
        for first in range(0, stretch.low.shape[1] - size + 1, _EVERY * size):
            if len(self.seconds) < _SECONDS_KEPT:
                spectrum = fft.rfft(stretch.low[:, first : first + size] * window)
                lowest = spectrum[:, : round(_UP_TO_HZ)] / (size / 4)
                self.seconds.append(np.abs(lowest) ** 2 / 2)

    def measured(self, channel: int) -> tuple[int, float, float]:
        """The mains' frequency that fits, how far its lines stand out in dB, and their dBFS."""
        if len(self.seconds) < _SECONDS_NEEDED:
            return _MAINS[0], 0.0, FLOOR_DB
        power = np.stack([one[channel] for one in self.seconds])
        quiet = np.quantile(power, _QUIET_SHARE, axis=0)
        return max((self._lines(quiet, hz) for hz in _MAINS), key=lambda found: found[1])

    @staticmethod
    def _lines(quiet: NDArray[np.float64], mains_hz: int) -> tuple[int, float, float]:
        out, level = [], []
        for at in range(mains_hz, len(quiet) - _TO_HZ, mains_hz):
            line = quiet[at - _HALF_LINE_HZ : at + _HALF_LINE_HZ + 1]
            beside = np.r_[quiet[at - _TO_HZ : at - _FROM_HZ], quiet[at + _FROM_HZ : at + _TO_HZ]]
            out.append(float(decibels(line.max()) - decibels(np.median(beside))))
            level.append(float(line.max()))
        best = sorted(range(len(out)), key=lambda i: -level[i])[:_LINES]
        stands_out = sum(out[i] for i in best) / _LINES
        return mains_hz, stands_out, float(decibels(sum(level[i] for i in best)))


def hum_findings(hum: Hum, sides: tuple[SideSound, ...]) -> list[SoundFinding]:
    """Sides that hum loudly enough to be heard beside their speech."""
    found = []
    for side in sides:
        mains_hz, stands_out_db, level_dbfs = hum.measured(side.channel)
        loud = level_dbfs >= max(_LEAST_DBFS, side.speech_dbfs + LEAST_LOUD_DB)
        if stands_out_db >= LEAST_DB and loud:
            found.append(
                SoundFinding(
                    code="hum",
                    channel=side.channel,
                    value=round(level_dbfs, 1),
                    unit="dBFS",
                    explanation=f"Mains hum: steady tones at {mains_hz} Hz and its multiples, at"
                    f" {level_dbfs:.0f} dBFS beside speech at {side.speech_dbfs:.0f}",
                    remedy="Nothing: words are recognised through it. Check the recorder's earth",
                )
            )
    return found
