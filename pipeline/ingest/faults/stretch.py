"""Some seconds of a recording, and what several families of faults ask of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.checks import Channels

LENGTH_S = 10.0
"""Of a stretch. The last one is shorter, or longer by half."""

FRAME_S = 0.02
"""Of a frame, whose energy tells speech from pauses."""

FLOOR_DB = -100.0
"""Digital silence, in dB below full scale."""

_LOW_HZ = 8000


@dataclass(frozen=True)
class Stretch:
    """Samples of all channels at their own rate, shape [n_channels, n_samples]."""

    start_s: float
    rate_hz: int
    samples: Channels

    @property
    def n_channels(self) -> int:
        """Rows of `samples`."""
        return len(self.samples)

    @property
    def length_s(self) -> float:
        """Seconds of it."""
        return float(self.samples.shape[1] / self.rate_hz)

    @property
    def low_rate_hz(self) -> float:
        """Rate of `low`: the recording's own where it is below 16 kHz, else 8 to 16 kHz."""
        return self.rate_hz / max(1, self.rate_hz // _LOW_HZ)

    @cached_property
    def low(self) -> Channels:
        """The samples at about telephone rate, without their mean: neighbours are averaged."""
        every = max(1, self.rate_hz // _LOW_HZ)
        whole = self.samples[:, : self.samples.shape[1] // every * every]
        out = whole.reshape(self.n_channels, -1, every).mean(axis=2) if every > 1 else whole
        return np.asarray(out - out.mean(axis=1, keepdims=True))

    @cached_property
    def frames_db(self) -> NDArray[np.float32]:
        """Energy of frames of FRAME_S in dB below full scale, shape [n_channels, n_frames]."""
        size = round(FRAME_S * self.low_rate_hz)
        frames = self.low[:, : self.low.shape[1] // size * size].reshape(self.n_channels, -1, size)
        return np.asarray(decibels(np.einsum("cfs,cfs->cf", frames, frames) / size))


def decibels(power: Any) -> Any:
    """Powers in dB, none below FLOOR_DB."""
    return 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))
