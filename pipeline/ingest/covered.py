"""A copy of a recording with stretches silenced or beeped; the recording itself is never touched.

The copy is WAV, 16 bits a sample, at the recording's own rate and with its own channels.
"""

import os
import tempfile
import wave
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np

from pipeline.errors import AudioError
from pipeline.ingest import audio
from pipeline.ingest.checks import Channels
from pipeline.settings import Ingest
from pipeline.types import Redaction

Cover = Literal["silence", "beep"]

MARGIN_S = 0.2
"""Seconds covered before and after each stretch: a recogniser's times are that rough."""

LARGEST_BYTES = 2**32 - 2**20
"""Of samples; the length of a WAV file is a number of 32 bits."""

BEEP_HZ, BEEP_LEVEL = 1000.0, 0.1


def write_covered(
    source: Path, target: Path, spans: Sequence[Redaction], *, settings: Ingest, cover: Cover
) -> None:
    """Write the copy. `spans` are in seconds of the recording, each on the channel that said it.

    Raises
    ------
    AudioError
        The target exists: nothing is ever written over. Or the recording can't be decoded.
    """
    refuse_existing(target)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        _write(source, part, spans, settings, cover)
        _publish(part, target)
    finally:
        part.unlink(missing_ok=True)


def refuse_existing(target: Path) -> None:
    """An error where something is already at the place."""
    if target.exists() or target.is_symlink():
        raise _exists(target)


def _write(
    source: Path, part: Path, spans: Sequence[Redaction], settings: Ingest, cover: Cover
) -> None:
    chunks = audio.native(source, settings=settings)
    first = next(chunks)
    with wave.open(str(part), "wb") as out:
        out.setparams((first[1].shape[0], 2, first[0], 0, "NONE", "not compressed"))
        offset = 0
        for rate_hz, samples in chain([first], chunks):
            covered = _covered(samples, offset, rate_hz, spans, cover)
            if out.tell() * samples.shape[0] * 2 > LARGEST_BYTES:
                raise _too_long(source)
            whole = np.clip(np.round(covered * 32768), -32768, 32767).astype("<i2")
            out.writeframes(whole.T.tobytes())
            offset += samples.shape[1]


def _covered(
    samples: Channels, offset: int, rate_hz: int, spans: Sequence[Redaction], cover: Cover
) -> Channels:
    """Samples [n_channels, n] from `offset` on, with what lies in a span covered."""
    out = np.array(samples)
    for span in spans:
        first = max(0, round((span.start_s - MARGIN_S) * rate_hz) - offset)
        last = min(out.shape[1], round((span.end_s + MARGIN_S) * rate_hz) - offset)
        if first < last and span.channel < out.shape[0]:
            out[span.channel, first:last] = _tone(offset + first, last - first, rate_hz, cover)
    return out


def _tone(start: int, size: int, rate_hz: int, cover: Cover) -> Channels | float:
    if cover == "silence":
        return 0.0
    seconds = np.arange(start, start + size) / rate_hz
    return (BEEP_LEVEL * np.sin(2 * np.pi * BEEP_HZ * seconds)).astype(np.float32)


def _publish(part: Path, target: Path) -> None:
    """Give the finished copy its name, unless something has come to that place meanwhile."""
    try:
        target.open("xb").close()
    except FileExistsError as error:
        raise _exists(target) from error
    part.replace(target)


def _too_long(source: Path) -> AudioError:
    return AudioError(
        str(source),
        "is longer than a WAV file can be, 4 GiB",
        remedy="Cut it into parts first",
        code="too_long",
    )


def _exists(target: Path) -> AudioError:
    return AudioError(
        str(target),
        "exists already, and nothing is ever written over",
        remedy="Give another folder with --out, or move that file away",
        code="exists",
    )
