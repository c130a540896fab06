"""What decoded sound must be to be worth hearing, and how it is told that some of it is lost."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import AudioError
from pipeline.settings import Ingest

Channels = NDArray[np.float32]
"""Samples -1 to 1, shape [n_channels, n_samples]."""

SILENCE_DBFS = -70.0
"""A recording that swings no further than this on any channel holds nothing to hear."""

_HEADER_SLACK_S = {"wav": 0.1, "flac": 0.1, "mov,mp4,m4a,3gp,3g2,mj2": 0.5}
"""Containers whose header states the duration, and how far it may be off by rounding."""

_RATES_HZ = range(1_000, 768_001)
_MAX_CHANNELS = 32
_SCALES = {"u8": 2**7, "s16": 2**15, "s32": 2**31, "s64": 2**63}


def as_float(samples: NDArray[Any], name: str) -> Channels:
    """Samples in FFmpeg's sample format `name` ("u8", "s16", "flt", ...) as floats of -1 to 1."""
    if name == "u8":
        samples = samples.astype(np.int16) - 128
    if name in _SCALES:
        return samples.astype(np.float32) / np.float32(_SCALES[name])
    return np.clip(np.nan_to_num(samples.astype(np.float32)), -1, 1)


def refuse_unusable(path: Path, duration_s: float, swing: float, settings: Ingest) -> None:
    """Refuse what is too short or silent.

    `swing` is half the distance between a channel's highest and lowest sample, of the channel
    where it is largest: unlike the peak it isn't fooled by a constant offset.
    """
    if duration_s < settings.min_duration_s:
        raise AudioError(
            str(path),
            f"is {duration_s:.2f} s long, less than {settings.min_duration_s:g} s",
            remedy="Nothing to do, or lower ingest.min_duration_s",
            code="too_short",
        )
    if swing < 10 ** (SILENCE_DBFS / 20):
        raise AudioError(
            str(path),
            f"is silent: below {SILENCE_DBFS:g} dBFS for all of its {duration_s:.1f} s",
            remedy="Check that the recorder hears the line",
            code="silent",
        )


def refuse_odd_header(path: Path, rate_hz: int, n_channels: int) -> None:
    """Refuse what a damaged header claims: at 1 Hz a small file would fill the memory."""
    if rate_hz not in _RATES_HZ or not 1 <= n_channels <= _MAX_CHANNELS:
        problem = (
            f"claims {n_channels} channels at {rate_hz} Hz; allowed are 1 to {_MAX_CHANNELS}"
            f" at {_RATES_HZ.start} to {_RATES_HZ.stop - 1} Hz"
        )
        raise _undecodable(path, problem, "Its header is wrong: export the recording again")


def no_stream(path: Path) -> AudioError:
    """A video without sound, or a container with nothing in it."""
    return _undecodable(path, "holds no audio stream", "Export it with its sound")


def no_sound(path: Path, n_packets: int) -> AudioError:
    """A container whose packets are all damaged, or that has none."""
    problem = f"can't be decoded: none of its {n_packets} packets holds sound"
    return _undecodable(path, problem, "The file is damaged: export the recording again")


def odd_samples(path: Path, name: str) -> AudioError:
    """Samples in a form that no recorder is known to write."""
    problem = f'holds samples of the kind "{name}", which isn\'t supported'
    return _undecodable(path, problem, "Convert it to 16-bit wav")


def _undecodable(path: Path, problem: str, remedy: str) -> AudioError:
    return AudioError(str(path), problem, remedy=remedy, code="undecodable")


def damage(
    *,
    held_s: float,
    claimed_s: float,
    container: str,
    bad_packets: int,
    format_changes: bool,
) -> tuple[str, ...]:
    """What was lost or found wrong while decoding, in words.

    `claimed_s` is the header's duration, 0 for none; few containers state it and don't estimate.
    """
    found = []
    if bad_packets:
        found.append(f"{bad_packets} packets don't decode and are left out")
    if format_changes:
        found.append(f"the format changes after {held_s:.1f} s; what follows is left out")
    slack_s = _HEADER_SLACK_S.get(container)
    if claimed_s and slack_s is not None and abs(claimed_s - held_s) > slack_s:
        found.append(f"the header says {claimed_s:.1f} s, the file holds {held_s:.1f} s")
    return tuple(found)
