"""What is done about a recording's faults before anybody listens to it.

The recording itself is never touched: its samples are mended on their way to the listener.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from pipeline.ingest import audio
from pipeline.ingest.audio import AudioBlock
from pipeline.ingest.checks import Channels
from pipeline.ingest.faults.sides import Leak
from pipeline.ports import SAMPLE_RATE_HZ
from pipeline.settings import Ingest

_FRAME_S = 0.02
_ROOM_S = (0.02, 0.08)
"""How much earlier and later than its delay an echo is looked for: rooms and lines smear it."""

_MARGIN_DB, _MOST_DB = 8.0, -3.0
"""What may be louder than the leak on the whole and still be it: not all frequencies leak alike.
But never as loud as its source: that is somebody's own voice."""

_OWN_S, _OWN_DB = 0.1, 10.0
"""Kept before and after a side's own sound, so that no word loses its edges: sound so far above the
side's pauses."""

_QUIET = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """What is to be done, a value a side.

    `only_side` is the one that is heard where both hold the same; `speed` how much too fast the
    recording runs.
    """

    offsets: tuple[float, ...]
    gains_db: tuple[float, ...]
    silenced: tuple[int, ...] = ()
    leaks: tuple[Leak, ...] = ()
    only_side: int | None = None
    speed: float = 1.0

    @property
    def one_sound(self) -> bool:
        """Whether what is said on one side can be heard on another, too."""
        return self.only_side is not None or bool(self.leaks)


def mended_blocks(path: Path, mending: Mending, *, settings: Ingest) -> Iterator[AudioBlock]:
    """The recording as `audio.blocks` gives it, mended.

    Raises
    ------
    AudioError
        Nothing of it can be decoded.
    """
    for block in audio.blocks(path, settings=settings, speed=mending.speed):
        yield AudioBlock(offset_s=block.offset_s, samples=mended(block.samples, mending))


def mended(samples: Channels, mending: Mending) -> Channels:
    """Samples of all channels at 16 kHz, mended; as they are where nothing is to be done."""
    if mending.only_side is not None:
        samples = samples[mending.only_side : mending.only_side + 1]
        return _levelled(samples, mending, (mending.only_side,))
    samples = _levelled(samples, mending, range(len(samples)))
    if not (mending.silenced or mending.leaks):
        return samples
    out = samples.copy()
    for leak in mending.leaks:
        out[leak.target] *= _own(samples[leak.source], samples[leak.target], leak)
    for side in mending.silenced:
        out[side] = 0
    return out


def _levelled(samples: Channels, mending: Mending, sides: range | tuple[int, ...]) -> Channels:
    offsets = np.array([[mending.offsets[side]] for side in sides], np.float32)
    gains = np.array([[10 ** (mending.gains_db[side] / 20)] for side in sides], np.float32)
    if not offsets.any() and (gains == 1).all():
        return samples
    return np.asarray(np.clip((samples - offsets) * gains, -1, 1))


def _own(
    source: NDArray[np.float32], target: NDArray[np.float32], leak: Leak
) -> NDArray[np.float32]:
    """1 where a side's sound is its own, 0 where it is the other side's echo; a factor a sample."""
    size = round(_FRAME_S * SAMPLE_RATE_HZ)
    before, after = (round(one / _FRAME_S) for one in _ROOM_S)
    heard = maximum_filter1d(_energy(source, size), before + after + 1, mode="nearest")
    later = round(leak.delay_s / _FRAME_S) + (after - before) // 2
    most_db = min(leak.gain_db + _MARGIN_DB, _MOST_DB)
    echo = _shifted(heard, later) * 10 ** (most_db / 10)
    energy = _energy(target, size)
    own = energy > echo
    spoken = own & (energy > np.quantile(energy, 0.1) * 10 ** (_OWN_DB / 10))
    near = maximum_filter1d(spoken.astype(np.int8), 2 * round(_OWN_S / _FRAME_S) + 1) > 0
    return np.repeat(own | near, size)[: len(target)].astype(np.float32)


def _shifted(values: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    """Values so many places later; where there were none, the nearest."""
    padded = np.pad(values, (max(by, 0), max(-by, 0)), mode="edge")
    return padded[: len(values)] if by >= 0 else padded[-len(values) :]


def _energy(samples: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Mean square of frames of `size` samples, the last one filled up."""
    frames = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
    return np.asarray(np.einsum("fs,fs->f", frames, frames) / size + _QUIET)
