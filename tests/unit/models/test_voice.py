"""How roused a voice is: what must not matter doesn't, and what should does."""

from pathlib import Path

import numpy as np
import pytest

from models.voice import YinVoice
from pipeline.ingest import audio
from pipeline.listen.arousal import measured, readings
from pipeline.ports import SAMPLE_RATE_HZ, Samples
from pipeline.settings import Ingest
from pipeline.types import Span, VoiceReading

SAMPLE = Path(__file__).parents[3] / "data" / "sample" / "recordings"


def spoken() -> Samples:
    """A minute of somebody on the telephone."""
    file = sorted(SAMPLE.glob("*.wav"))[0]
    blocks = [block.samples[-1] for block in audio.blocks(file, settings=Ingest())]
    return np.concatenate(blocks)[: 60 * SAMPLE_RATE_HZ].astype(np.float32)


def spans_of(samples: Samples) -> list[Span]:
    """Two seconds each, where there is sound."""
    step, loud = 2 * SAMPLE_RATE_HZ, []
    for at in range(0, len(samples) - step, step):
        if np.abs(samples[at : at + step]).mean() > 0.005:
            loud.append(Span(start_s=at / SAMPLE_RATE_HZ, end_s=(at + step) / SAMPLE_RATE_HZ))
    return loud


def read(samples: Samples, spans: list[Span]) -> tuple[VoiceReading, ...]:
    return readings(list(measured(YinVoice(), samples, spans, from_s=0.0)), channel=0)


def levels(found: tuple[VoiceReading, ...]) -> np.ndarray:
    return np.array([one.arousal for one in found])


def mu_law(samples: Samples) -> Samples:
    """Through the telephone's eight bits and back (ITU-T G.711, the continuous form)."""
    pressed = np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log1p(255)
    rounded = np.round(pressed * 127) / 127
    return (np.sign(rounded) * np.expm1(np.abs(rounded) * np.log1p(255)) / 255).astype(np.float32)


@pytest.fixture(scope="module")
def voice() -> tuple[Samples, list[Span]]:
    samples = spoken()
    return samples, spans_of(samples)


def test_pitch_of_a_tone_is_its_pitch() -> None:
    at_s = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    for hz in (100.0, 180.0, 320.0):
        tone = sum(np.sin(2 * np.pi * hz * n * at_s) / n for n in range(1, 6))
        frames = YinVoice().frames((0.1 * tone).astype(np.float32))
        assert np.nanmedian(frames.pitch_octaves) == pytest.approx(np.log2(hz), abs=0.03)


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    for samples in (noise, np.zeros(SAMPLE_RATE_HZ, np.float32)):
        assert np.isnan(YinVoice().frames(samples).pitch_octaves).mean() > 0.9
    assert read(np.zeros(SAMPLE_RATE_HZ, np.float32), [Span(start_s=0.0, end_s=1.0)]) == ()


@pytest.mark.parametrize("gain", [0.25, 0.5, 2.0])
def test_a_change_of_level_changes_nothing(gain: float, voice: tuple[Samples, list[Span]]) -> None:
    samples, spans = voice
    assert levels(read(gain * samples, spans)) == pytest.approx(
        levels(read(samples, spans)), abs=0.01
    )


def test_the_telephones_codec_changes_little(voice: tuple[Samples, list[Span]]) -> None:
    samples, spans = voice
    plain, coded = levels(read(samples, spans)), levels(read(mu_law(samples), spans))
    assert len(plain) == len(coded)
    assert np.abs(plain - coded).max() < 0.15


def test_speech_made_louder_higher_and_brighter_is_more_roused(
    voice: tuple[Samples, list[Span]],
) -> None:
    samples, spans = voice
    last = spans[-1]
    first, end = (round(at_s * SAMPLE_RATE_HZ) for at_s in (last.start_s, last.end_s))
    roused = samples.copy()
    roused[first:end] = processed(samples[first:end])
    before, after = levels(read(samples, spans)), levels(read(roused, spans))
    assert after[-1] > before[-1] + 0.3
    assert np.abs(after[:-1] - before[:-1]).mean() < 0.15


def processed(samples: Samples) -> Samples:
    """A fifth faster and so higher, 10 dB louder, with more above 500 Hz."""
    at = np.arange(len(samples)) * 1.2 % (len(samples) - 1)
    faster = np.interp(at, np.arange(len(samples)), samples)
    bright = faster - 0.7 * np.concatenate([[0.0], faster[:-1]])
    louder = bright * np.sqrt((faster**2).mean() / (bright**2).mean()) * 10 ** (10 / 20)
    return louder.astype(np.float32)
