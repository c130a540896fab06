"""Music: hold music, or a radio beside the caller.

A voice glides from pitch to pitch and pauses; an instrument holds its notes, and then plays others.
So the lines of a spectrum are compared with those 0.2 s later, where music still has them, and with
those 1 and 2 s later, where it has not. A ring-back or a hum keeps its lines, and has a few only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import uniform_filter1d

from pipeline.ingest.faults.stretch import Stretch, decibels
from pipeline.types import SoundFinding

LEAST_S = 8.0
"""Of music that is named."""

HELD, CHANGED = 0.47, 0.12
"""How alike spectral lines 0.2 s apart have to be, from 0 to 1, less a third of the pauses; and how
much less alike those 1 or 2 s apart."""

_PIECE_S = 5.0
_FRAME_S, _SOON, _LATER = 0.128, 3, (16, 30)
_FROM_HZ, _TO_HZ = 150.0, 3400.0
_AROUND_HZ = 300.0
_LOUD_DB, _DEEP_DB = 20.0, 45.0
_LEAST_DBFS, _BELOW_LOUDEST_DB = -60.0, 30.0
_LEAST_FRAMES, _LEAST_LINES = 8, 8.0


@dataclass(slots=True)
class Music:
    """Seconds of music so far, a side each, and how loud it has been."""

    seconds: list[float]
    loudest_dbfs: float = _LEAST_DBFS + _BELOW_LOUDEST_DB

    @classmethod
    def of(cls, n_channels: int) -> "Music":
        """Nothing heard so far."""
        return cls([0.0] * n_channels)

    def feed(self, stretch: Stretch) -> bool:
        """Judge a stretch in pieces of about _PIECE_S: whether there is any music in it."""
        before = sum(self.seconds)
        n_pieces = max(1, round(stretch.length_s / _PIECE_S))
        size = stretch.low.shape[1] // n_pieces
        frames = stretch.frames_db.shape[1] // n_pieces
        for piece in range(n_pieces):
            levels = stretch.frames_db[:, piece * frames : (piece + 1) * frames].max(axis=1)
            self.loudest_dbfs = max(self.loudest_dbfs, float(levels.max()))
            for channel, level in enumerate(levels):
                row = stretch.low[channel, piece * size : (piece + 1) * size]
                heard = level >= self.loudest_dbfs - _BELOW_LOUDEST_DB
                if heard and _is_music(row, stretch.low_rate_hz):
                    self.seconds[channel] += size / stretch.low_rate_hz
        return sum(self.seconds) > before


def _is_music(row: NDArray[np.float32], rate_hz: float) -> bool:
    size = round(_FRAME_S * rate_hz)
    if len(row) < size * (_LEAST_FRAMES + _LATER[-1]) // 2:
        return False
    frames = sliding_window_view(row, size)[:: size // 2] * np.hanning(size).astype(np.float32)
    hz = rate_hz / size
    power = np.abs(fft.rfft(frames)[:, round(_FROM_HZ / hz) : round(_TO_HZ / hz)]) ** 2
    energy = decibels(power.sum(axis=1))
    loud = energy > np.quantile(energy, 0.97) - _LOUD_DB
    lines = _lines(power, round(_AROUND_HZ / hz))
    held = _alike(lines, loud, _SOON)
    if held - 0.3 * (1 - loud.mean()) < HELD:
        return False
    mean = lines[loud].mean(axis=0)
    n_lines = mean.sum() ** 2 / max(float(np.dot(mean, mean)), 1e-9)
    changed = held - min(_alike(lines, loud, later) for later in _LATER)
    return bool(n_lines >= _LEAST_LINES and changed >= CHANGED)


def _alike(lines: NDArray[np.float32], loud: NDArray[np.bool_], later: int) -> float:
    """How alike lines are so many frames apart, of frames that are both loud; 0 for too few."""
    both = loud[later:] & loud[:-later]
    if both.sum() < _LEAST_FRAMES:
        return 0.0
    return float(np.einsum("fl,fl->f", lines[later:], lines[:-later])[both].mean())


def _lines(power: NDArray[np.float32], around: int) -> NDArray[np.float32]:
    """What stands out of each spectrum's neighbourhood, of length 1 a frame."""
    level = 10 * np.log10(power + 1e-12)
    level = np.maximum(level, level.max(axis=1, keepdims=True) - _DEEP_DB)
    out = np.maximum(level - uniform_filter1d(level, around, axis=1), 0)
    norm = np.sqrt(np.einsum("fl,fl->f", out, out))
    return np.asarray(out / np.maximum(norm, 1e-9)[:, None])


def music_findings(music: Music) -> list[SoundFinding]:
    """Sides with some seconds of music."""
    return [
        SoundFinding(
            code="music",
            channel=channel,
            value=round(seconds, 1),
            unit="s",
            explanation=f"About {seconds:.0f} s of this side are music",
            remedy="Words that might be made of it are thrown away by the guard against invented"
            " words",
        )
        for channel, seconds in enumerate(music.seconds)
        if seconds >= LEAST_S
    ]
