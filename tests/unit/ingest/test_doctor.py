"""The channel doctor on two calls of the sample, sound as they are and with one fault at a time."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_sounds import RATE, wav
from scipy import signal

from pipeline.ingest import audio, doctor
from pipeline.ingest.doctor import Checkup, Doctor
from pipeline.ingest.faults.gaps import Gaps
from pipeline.ingest.faults.levels import Levels
from pipeline.ingest.faults.stretch import LENGTH_S, Stretch
from pipeline.settings import Ingest
from pipeline.types import SoundFinding

SAMPLE = Path(__file__).resolve().parents[3] / "data" / "sample" / "recordings"
CALLS = ("call-0038.wav", "call-0074.wav")

Samples = np.ndarray
Fault = Callable[[Samples], Samples]


@cache
def call() -> Samples:
    """Two calls one after the other, 30 s with a voice on each of two sides at 8 kHz."""
    pieces = [
        samples for name in CALLS for _, samples in audio.native(SAMPLE / name, settings=Ingest())
    ]
    return np.concatenate(pieces, axis=1)


def checked(folder: Path, samples: Samples, *, rate: int = RATE) -> Checkup:
    """The checkup of a file with these samples."""
    path = wav(folder / "call.wav", np.clip(samples, -1, 1), rate=rate)
    return doctor.check(path, Ingest())


def on_second_side(change: Fault) -> Fault:
    return lambda samples: np.stack([samples[0], change(samples[1])])


def second_seconds() -> Samples:
    return np.arange(call().shape[1]) / RATE


def dropped(side: Samples) -> Samples:
    """Every sixth packet of 40 ms is lost."""
    out = side.copy()
    for first in range(0, len(out), 6 * 320):
        out[first : first + 320] = 0
    return out


def leaked(samples: Samples) -> Samples:
    late = np.pad(samples[0], (240, 0))[: samples.shape[1]]
    return np.stack([samples[0], samples[1] + 0.15 * late])


def humming(side: Samples) -> Samples:
    tones = (np.sin(2 * np.pi * 50 * n * second_seconds()) for n in (1, 2, 3, 5))
    return 0.8 * side + 0.01 * sum(tones)


def hissing(side: Samples) -> Samples:
    return np.random.default_rng(0).normal(0, 3e-4, side.size)


def clipped(side: Samples) -> Samples:
    top = float(np.quantile(np.abs(side[np.abs(side) > 0.05]), 0.97))
    return np.clip(side, -top, top)


FAULTS: dict[str, tuple[int | None, Fault]] = {
    "fake_stereo": (None, lambda x: np.stack([x.mean(axis=0), 0.5 * x.mean(axis=0)])),
    "dead_side": (1, on_second_side(hissing)),
    "leak": (1, leaked),
    "clipping": (1, on_second_side(clipped)),
    "dc": (1, on_second_side(lambda side: side * 0.9 + 0.03)),
    "hum": (1, on_second_side(humming)),
    "too_quiet": (1, on_second_side(lambda side: side * 0.015)),
    "too_loud": (1, on_second_side(lambda side: np.clip(side * 40, -0.99, 0.99))),
    "drop_outs": (1, on_second_side(dropped)),
}


def test_a_sound_call_has_no_findings_and_is_not_mended(tmp_path: Path) -> None:
    found = checked(tmp_path, call())
    assert found.findings == ()
    assert not found.mending.one_sound
    assert found.mending.speed == 1
    assert not any(side.dead for side in found.sides)


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_found_on_its_side(tmp_path: Path, code: str) -> None:
    channel, make = FAULTS[code]
    found = checked(tmp_path, make(call())).findings
    assert (code, channel) in {(one.code, one.channel) for one in found}
    told = next(one for one in found if one.code == code)
    assert told.unit and told.explanation and told.remedy


def test_telephone_sound_in_a_wide_file_is_told_and_sound_that_fills_it_is_not(
    tmp_path: Path,
) -> None:
    wide = signal.resample_poly(call(), 2, 1, axis=1)
    (found,) = checked(tmp_path, wide, rate=2 * RATE).findings
    assert found.code == "narrow_band"
    assert 3000 <= found.value <= 4200
    hiss = np.random.default_rng(0).normal(0, 1, wide.shape)
    of_a_converter = checked(tmp_path, wide + 0.001 * hiss, rate=2 * RATE).findings
    assert [one.code for one in of_a_converter] == ["narrow_band"]
    of_the_voices = checked(tmp_path, wide + 0.2 * np.abs(wide) * hiss, rate=2 * RATE).findings
    assert of_the_voices == ()


@pytest.mark.parametrize("factor", [2.0, 0.5])
def test_a_wrong_declared_rate_is_found(tmp_path: Path, factor: float) -> None:
    found = checked(tmp_path, call(), rate=round(factor * RATE))
    (told,) = [one for one in found.findings if one.code == "wrong_rate"]
    assert told.value == factor == found.mending.speed


def test_music_is_told_in_seconds_and_does_not_count_as_slow_speech(tmp_path: Path) -> None:
    chord = [220 * 2 ** (step / 12) for step in (0, 4, 7, 12)]
    time_s = np.arange(20 * RATE) / RATE
    tune = sum(
        np.sin(2 * np.pi * pitch * n * 2 ** ((time_s // 0.5 * 5 % 7) / 12) * (time_s % 0.5)) / n
        for pitch in chord
        for n in (1, 2, 3)
    )
    held = np.stack([0.02 * tune, np.zeros_like(tune)])
    found = checked(tmp_path, np.concatenate([call(), held], axis=1)).findings
    assert [(one.code, one.channel) for one in found] == [("music", 0)]
    assert found[0].value == pytest.approx(20, abs=6)


def test_a_ring_back_tone_is_no_music(tmp_path: Path) -> None:
    time_s = np.arange(24 * RATE) / RATE
    tone = 0.1 * np.sin(2 * np.pi * 425 * time_s) * (time_s % 5 < 1)
    ringing = np.stack([tone, np.zeros_like(tone)])
    found = checked(tmp_path, np.concatenate([ringing, call()], axis=1)).findings
    assert found == ()


@pytest.mark.parametrize("offset", [0.01, -0.02, 0.05])
def test_the_offset_told_is_the_one_that_was_added(tmp_path: Path, offset: float) -> None:
    found = checked(tmp_path, 0.9 * call() + np.array([[offset], [0.0]])).findings
    assert [(one.code, one.channel) for one in found] == [("dc", 0)]
    assert found[0].value == pytest.approx(100 * offset, abs=0.05)


@settings(max_examples=12, deadline=None)
@given(sizes=st.lists(st.integers(100, 30_000), min_size=1, max_size=6))
def test_findings_do_not_depend_on_how_the_samples_come(sizes: list[int]) -> None:
    samples = FAULTS["drop_outs"][1](leaked(call())).astype(np.float32)
    whole, bits, at, turn = Doctor(), Doctor(), 0, 0
    whole.feed(RATE, samples)
    while at < samples.shape[1]:
        size = sizes[turn % len(sizes)]
        bits.feed(RATE, samples[:, at : at + size])
        at, turn = at + size, turn + 1
    codes = [[(one.code, one.channel) for one in d.conclude()[1]] for d in (whole, bits)]
    assert codes[0] == codes[1] != []


def test_a_drop_out_over_the_edge_of_two_stretches_is_counted_once() -> None:
    size = round(LENGTH_S * RATE)
    tone = 0.3 * np.sin(2 * np.pi * 300.3 * np.arange(2 * size) / RATE).astype(np.float32)
    for first in (2000, size - 100, size + 4000):
        tone[first : first + 240] = 0
    gaps = Gaps.of(1)
    for at in (0, size):
        gaps.feed(Stretch(at / RATE, RATE, tone[None, at : at + size]))
    assert gaps.runs[0].n == gaps.falls[0].n == 3
    assert gaps.runs[0].seconds == pytest.approx(0.09, abs=0.002)


def test_silence_written_in_pauses_is_no_drop_out(tmp_path: Path) -> None:
    """Recorders gate pauses: the run begins and ends where it is quiet already."""
    side = call()[1].copy()
    frames = side[: len(side) // 160 * 160].reshape(-1, 160)
    frames[(frames**2).mean(axis=1) < 1e-5] = 0
    found = checked(tmp_path, np.stack([call()[0], side])).findings
    assert "drop_outs" not in {one.code for one in found}


def test_the_level_of_a_steady_tone_is_its_own() -> None:
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(3 * RATE) / RATE).astype(np.float32)
    levels = Levels.of(1)
    levels.feed(Stretch(0.0, RATE, tone[None]))
    assert levels.side(0).speech_dbfs == pytest.approx(20 * np.log10(0.1 / np.sqrt(2)), abs=0.6)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.3, 1.1])
@pytest.mark.parametrize("rate", [1000, 8000, 44100])
def test_however_short_or_slow_a_recording_it_is_examined(seconds: float, rate: int) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (2, round(seconds * rate)))
    one = Doctor()
    one.feed(rate, noise.astype(np.float32))
    assert all(isinstance(found, SoundFinding) for found in one.conclude()[1])


def test_real_calls_have_no_false_alarm(real_speech: Path) -> None:
    from bench.speakers.recordings import real

    shared = real_speech.parents[1]
    calls = [one for _, one in real(shared) if one.name.startswith("harpervalley")]
    assert calls
    for sound in calls:
        one = Doctor()
        one.feed(sound.rate_hz, sound.samples)
        assert one.conclude()[1] == (), sound.name
