"""Clipping: the tops of loud sounds cut off flat.

Speech gets rarer towards its highest samples; where it is clipped they pile up there. So the last
3 % below the highest sample are compared with the 7 % before them, at whatever level the cut lies:
a recording may have been made quieter, or coded, after it was clipped.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.checks import Channels
from pipeline.types import SoundFinding

LEAST_SHARE = 0.0004
"""Of the loud samples (a tenth of the highest and more) that is named when it lies at the top."""

_BINS = 1024
_TOP, _NEAR = 0.97, 0.90
_PILED = 1.5
_LOUD = 0.1
_LEAST = 12


@dataclass(slots=True)
class Amplitudes:
    """Counts of samples by amplitude, [n_channels, _BINS] from -1 to 1."""

    counts: NDArray[np.int64]

    @classmethod
    def of(cls, n_channels: int) -> "Amplitudes":
        """Nothing heard so far."""
        return cls(np.zeros((n_channels, _BINS), np.int64))

    def feed(self, samples: Channels) -> None:
        """Count samples, shape [n_channels, n]."""
        bins = ((samples + 1) * (_BINS / 2)).astype(np.int16)
        np.minimum(bins, _BINS - 1, out=bins)
        for channel, row in enumerate(bins):
            self.counts[channel] += np.bincount(row, minlength=_BINS)

    def clipped_share(self, channel: int) -> float:
        """Share of the loud samples that lie at a flat top, 0 where there is none."""
        half = _BINS // 2
        sides = (self.counts[channel, half:], self.counts[channel, half - 1 :: -1])
        at_top = sum(_piled_up(one) for one in sides)
        highest = max(_highest(one) for one in sides)
        loud = sum(int(one[round(_LOUD * highest) :].sum()) for one in sides)
        return at_top / loud if loud else 0.0


def _highest(counts: NDArray[np.int64]) -> int:
    filled = np.flatnonzero(counts)
    return int(filled[-1]) if len(filled) else 0


def _piled_up(counts: NDArray[np.int64]) -> int:
    """Samples at the top, where they are many beside those just below it."""
    highest = _highest(counts) + 1
    top = int(counts[int(_TOP * highest) : highest].sum())
    near = int(counts[int(_NEAR * highest) : int(_TOP * highest)].sum())
    return top if top >= _LEAST and top > _PILED * near else 0


def clipping_findings(amplitudes: Amplitudes) -> list[SoundFinding]:
    """Sides whose loud sounds are cut off."""
    found = []
    for channel in range(len(amplitudes.counts)):
        share = amplitudes.clipped_share(channel)
        if share >= LEAST_SHARE:
            found.append(
                SoundFinding(
                    code="clipping",
                    channel=channel,
                    value=round(100 * share, 2),
                    unit="% of loud samples",
                    explanation=f"Loud sounds are cut off: {100 * share:.2f} % of the loud samples"
                    " lie at one flat top",
                    remedy="Nothing can bring the tops back: it is heard as it is. Lower the"
                    " recorder's gain",
                )
            )
    return found
