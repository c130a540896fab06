"""What reading the customer's voice costs: seconds of a core a second of speech, on HarperValley's
callers, in stretches of two seconds as speech is mostly found.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.rows import Row
from bench.understanding.tools import tools
from models.voice import YinVoice
from pipeline.ingest import audio
from pipeline.listen.arousal import stretches
from pipeline.ports import SAMPLE_RATE_HZ, Samples

STRETCH_S = 2.0
_ROUNDS = 5


def measure(shared: Path) -> list[Row]:
    folder = shared / "data" / "speech" / "harpervalley" / "audio" / "caller"
    if not folder.is_dir():
        sys.stdout.write(f"voice: left out, {folder} is not here\n")
        return []
    parts = [part for path in sorted(folder.glob("*.wav")) for part in _stretches(path)]
    _read(parts[:2])  # libraries are loaded, loops compiled
    best = min(_read(parts) for _ in range(_ROUNDS))
    row = Row(
        section="voice", figure="ms of a core a second of the customer's speech",
        value=1000 * best / (len(parts) * STRETCH_S), target="", met=None, n=len(parts),
        how=f"one thread, stretches of {STRETCH_S:g} s, the best of {_ROUNDS}",
    )  # fmt: skip
    return [row]


def _stretches(path: Path) -> Iterator[Samples]:
    """A side's recording in parts of equal length, silence and all; the last, shorter one isn't
    read.
    """
    blocks = audio.blocks(path, settings=tools().settings.ingest)
    whole = np.concatenate([block.samples[0] for block in blocks])
    size = round(STRETCH_S * SAMPLE_RATE_HZ)
    for start in range(0, len(whole) - size + 1, size):
        yield whole[start : start + size]


def _read(parts: list[Samples]) -> float:
    """Seconds that cores spent on it."""
    voice, started = YinVoice(), time.process_time()
    for part in parts:
        stretches(voice.frames(part), start_s=0.0, end_s=STRETCH_S)
    return time.process_time() - started
