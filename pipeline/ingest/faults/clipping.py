"""Clipping: the tops of loud sounds cut off flat.

Speech gets rarer the louder it is, evenly up to its highest samples. Where it is clipped they pile
up at one height: at the very top, or, where a coder has rounded the flat tops since, as a shoulder
below it. The height is the recording's own: it may have been made quieter after it was clipped.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.checks import Channels
from pipeline.types import SoundFinding

LEAST_SHARE = 0.0008
"""Of the loud samples (a tenth of the highest and more) that is named when it lies at the top."""

_BINS = 2048
_LOWEST_TOP = 0.1
_LOUD = 0.1
_TOP, _NEAR, _PILED, _LEAST = 0.99, 0.95, 1.5, 12
_TAIL_SHARE, _TAIL_LEAST = 2e-4, 24
_TENTHS, _RISES, _BENDS, _RISES_FAST, _SHOULDER_LEAST = 6, 1.1, 1.5, 1.3, 150


@dataclass(slots=True)
class Amplitudes:
    """Counts of samples by amplitude, up and down apart, [n_channels, 2, _BINS] from 0 to 1."""

    counts: NDArray[np.int64]

    @classmethod
    def of(cls, n_channels: int) -> "Amplitudes":
        """Nothing heard so far."""
        return cls(np.zeros((n_channels, 2, _BINS), np.int64))

    def feed(self, samples: Channels) -> None:
        """Count samples, shape [n_channels, n]."""
        bins = (samples * _BINS).astype(np.int16)
        np.clip(bins, -_BINS + 1, _BINS - 1, out=bins)
        for channel, row in enumerate(bins + _BINS - 1):
            both = np.bincount(row, minlength=2 * _BINS - 1)
            self.counts[channel, 0] += both[_BINS - 1 :]
            self.counts[channel, 1] += both[_BINS - 1 :: -1]

    def clipped_share(self, channel: int) -> float:
        """Share of the loud samples that lie at a flat top, or on its shoulder; 0 without one."""
        ways = self.counts[channel]
        both = ways.sum(axis=0)
        loud = int(both[round(_LOUD * _highest(both)) :].sum())
        at_top = sum(_flat(one) for one in ways) or _shoulder(both)
        return at_top / loud if loud else 0.0


def _highest(counts: NDArray[np.int64]) -> int:
    filled = np.flatnonzero(counts)
    return int(filled[-1]) if len(filled) else 0


def _flat(counts: NDArray[np.int64]) -> int:
    """Samples in the last 1 % at the top, where they are many beside the 4 % before them."""
    end = _highest(counts) + 1
    if end < _LOWEST_TOP * _BINS:
        return 0
    top = int(counts[int(_TOP * end) : end].sum())
    near = int(counts[int(_NEAR * end) : int(_TOP * end)].sum())
    return top if top >= _LEAST and top > _PILED * near else 0


def _shoulder(counts: NDArray[np.int64]) -> int:
    """Samples in the tenth of the way to the top where they get more again, or 0.

    The few highest samples, which a coder has thrown up, don't count as the top. G.711 rounds loud
    samples to steps as wide as what is looked for, and keeps flat tops flat: it isn't asked.
    """
    tail = max(_TAIL_LEAST, round(_TAIL_SHARE * int(counts.sum())))
    end = _BINS - int(np.argmax(np.cumsum(counts[::-1]) >= tail))
    if end < _LOWEST_TOP * _BINS or _in_steps(counts[end // 2 : end]):
        return 0
    edges = np.round(np.linspace(1 - _TENTHS / 10, 1, _TENTHS + 1) * end).astype(int)
    tenths = np.add.reduceat(counts[:end], edges[:-1]).astype(float)
    steps = tenths[1:] / np.maximum(tenths[:-1], 1)
    for before, step, n in zip(steps[:-1], steps[1:], tenths[2:], strict=True):
        bends = step >= _RISES and step >= _BENDS * before
        if n >= _SHOULDER_LEAST and (bends or step >= _RISES_FAST):
            return int(n)
    return 0


def _in_steps(counts: NDArray[np.int64]) -> bool:
    """Whether far fewer amplitudes occur than so many samples would have by chance."""
    by_chance = 1 - np.exp(-counts.mean())
    return bool((counts > 0).mean() < 0.5 * by_chance)


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
                    " pile up at one height",
                    remedy="Nothing can bring the tops back: it is heard as it is. Lower the"
                    " recorder's gain",
                )
            )
    return found
