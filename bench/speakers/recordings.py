"""The shared recordings as samples, each call with its two sides, and which half each belongs to.

Thresholds are chosen on the half `choose`, figures are of the half `report`.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest import audio
from pipeline.settings import Ingest

Half = Literal["choose", "report"]
Samples = NDArray[np.float32]

TELEPHONE_HZ = 8000

TRULY: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "smoke/jfk": {
            "fake_stereo": "two channels that differ by less than -40 dB",
            "hum": "60, 120 and 180 Hz stand 15 to 20 dB out of the pauses: a film of 1961",
            "narrow_band": "the spectrum falls by 25 dB from 3 to 4.6 kHz, in a file of 44.1 kHz",
        },
        "smoke/librivox_0870": {"dc": "mean of the samples +0.67 %"},
        "smoke/librivox_0880": {"dc": "mean of the samples +0.75 %"},
        "smoke/stereo_two_speakers": {
            "hum": "60 Hz at -45 dBFS on the first side, whose pauses are at -43"
        },
        "meetings/trn02": {"too_quiet": "speech at -48 dBFS, a microphone across the room"},
        "support_call": {
            "drop_outs": "runs of digital zero on a grid of 20 ms in the middle of vowels, 57 on"
            " the caller's side and 5 on the agent's"
        },
        "prompts/moh/macroform-cold_day": {"music": "hold music"},
        "non_speech/musanmix": {"music": "22 s of music stand at its head"},
    }
)
"""What real recordings really have, found by looking at their samples; never a false alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A recording's samples, shape [n_channels, n_samples], -1 to 1."""

    name: str
    rate_hz: int
    samples: Samples

    @property
    def length_s(self) -> float:
        """Its length."""
        return self.samples.shape[1] / self.rate_hz


def real(shared: Path) -> Iterator[tuple[Half, Sound]]:
    """Every shared recording and its half; within each set they take turns."""
    speech = shared / "data" / "speech"
    sets = (
        _harpervalley(speech / "harpervalley"),
        _two_sides(speech / "support_call"),
        _files(speech, "telephone/audio/*.ulaw"),
        _files(speech, "prompts/flac/**/*.flac", from_folder="flac"),
        _files(speech, "meetings/*.flac"),
        _files(speech, "smoke/*.wav", "smoke/*.flac"),
        (*_files(speech, "non_speech/*.mp3"), *_files(speech, "mono_call/*.wav")),
        _read_aloud(speech / "read"),
    )
    halves: tuple[Half, Half] = ("choose", "report")
    for number, sounds in enumerate(sets):
        for at, sound in enumerate(sounds):
            yield halves[(at + number) % 2], sound


def decoded(path: Path) -> tuple[int, Samples]:
    """Rate and samples of a file."""
    pieces = list(audio.native(path, settings=Ingest(raw_rate_hz=TELEPHONE_HZ)))
    return pieces[0][0], np.concatenate([samples for _, samples in pieces], axis=1)


def beside(left: Samples, right: Samples) -> Samples:
    """Two single channels as one recording, the shorter one filled up with silence."""
    size = max(left.shape[1], right.shape[1])
    return np.concatenate([np.pad(s, ((0, 0), (0, size - s.shape[1]))) for s in (left, right)])


def _harpervalley(folder: Path) -> Iterator[Sound]:
    """Calls as one file of two channels; the agent's wav may lack the first seconds."""
    for file in sorted((folder / "transcript").glob("*.json")):
        late_s = [
            (one["offset_ms"] - one["start_ms"]) / 1000
            for one in json.loads(file.read_text("utf-8"))
            if one["speaker_role"] == "agent"
        ]
        rate, agent = decoded(folder / "audio" / "agent" / f"{file.stem}.wav")
        _, caller = decoded(folder / "audio" / "caller" / f"{file.stem}.wav")
        missing = max(0, round(float(np.median(late_s)) * rate))
        samples = beside(np.pad(agent, ((0, 0), (missing, 0))), caller)
        yield Sound(name=f"harpervalley/{file.stem}", rate_hz=rate, samples=samples)


def _two_sides(folder: Path) -> Iterator[Sound]:
    for agent in sorted(folder.glob("*_agent.flac")):
        rate, left = decoded(agent)
        _, right = decoded(agent.with_name(agent.name.replace("_agent", "_caller")))
        yield Sound(name="support_call", rate_hz=rate, samples=beside(left, right))


def _files(speech: Path, *patterns: str, from_folder: str = "") -> Iterable[Sound]:
    paths = sorted(path for pattern in patterns for path in speech.glob(pattern))
    for path in paths:
        rate, samples = decoded(path)
        parts = [p for p in path.relative_to(speech).with_suffix("").parts if p != "audio"]
        name = "/".join(part for part in parts if part != from_folder)
        if samples.shape[1] >= rate:
            yield Sound(name=name, rate_hz=rate, samples=samples)


def _read_aloud(folder: Path) -> Iterator[Sound]:
    for archive in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(archive) as files, tempfile.TemporaryDirectory() as temporary:
            for name in sorted(n for n in files.namelist() if n.endswith(".wav")):
                rate, samples = decoded(Path(files.extract(name, temporary)))
                yield Sound(name=f"read/{archive.stem}", rate_hz=rate, samples=samples)
