"""The SpeechDetector port's contract; Silero's own frame-by-frame model is the measure."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from soundcheck import channels

from models import silero
from models.silero import SileroDetector
from pipeline.ingest import audio
from pipeline.ports import SAMPLE_RATE_HZ, Samples
from pipeline.settings import Ingest

FRAME = 512


@pytest.fixture(scope="module")
def detector() -> SileroDetector:
    return SileroDetector()


def frame_by_frame(samples: Samples) -> NDArray[np.float32]:
    """silero-vad's packaged model, as its authors call it: 512 samples at a time."""
    from silero_vad import load_silero_vad

    model = load_silero_vad()
    n_frames = -(-len(samples) // FRAME)
    padded = np.zeros(n_frames * FRAME, dtype=np.float32)
    padded[: len(samples)] = samples
    with torch.inference_mode():
        return np.array(
            [model(torch.from_numpy(f), SAMPLE_RATE_HZ).item() for f in padded.reshape(-1, FRAME)],
            dtype=np.float32,
        )


@pytest.mark.parametrize("file", ["call-0003.wav", "call-0008.opus", "vm-0058.wav"])
def test_it_says_what_sileros_own_model_says(detector: SileroDetector, file: str) -> None:
    samples = channels(file)[0]
    ours, theirs = detector.speech_probabilities(samples), frame_by_frame(samples)
    assert np.abs(ours - theirs).max() <= 1e-4
    assert (theirs > 0.5).any()


@pytest.mark.parametrize("n_samples", [0, 1, 511, 512, 513, 16_000, 65_537])
def test_any_length_has_a_probability_a_frame(detector: SileroDetector, n_samples: int) -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, n_samples).astype(np.float32)
    found = detector.speech_probabilities(noise)
    assert found.shape == (-(-n_samples // FRAME),)
    assert found.dtype == np.float32
    assert ((found >= 0) & (found <= 1)).all()
    if 0 < n_samples <= 16_000:
        assert np.abs(found - frame_by_frame(noise)).max() <= 1e-4


def test_audio_of_several_batches_is_one_sequence(
    detector: SileroDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recurrent layer carries on where a batch of frames ends (131 s; here 3.2 s)."""
    call = channels("call-0003.wav")[0]
    whole = detector.speech_probabilities(call)
    monkeypatch.setattr(silero, "_BATCH_FRAMES", 100)
    assert np.abs(detector.speech_probabilities(call) - whole).max() <= 1e-5


def test_silence_is_no_speech_and_the_same_audio_gets_the_same_answer(
    detector: SileroDetector,
) -> None:
    assert detector.speech_probabilities(np.zeros(160_000, np.float32)).max() < 0.1
    call = channels("call-0003.wav")[0]
    first, second = (detector.speech_probabilities(call) for _ in range(2))
    assert np.array_equal(first, second)


def test_hold_music_is_mostly_no_speech(detector: SileroDetector, real_speech: Path) -> None:
    """Music on hold must not be transcribed at length."""
    folder = real_speech / "prompts" / "flac" / "moh"
    loud = []
    for file in sorted(folder.glob("*.flac"))[:2]:
        first = next(iter(audio.blocks(file, settings=Ingest(), block_s=60)))
        loud.append(float((detector.speech_probabilities(first.samples[0]) > 0.5).mean()))
    assert max(loud) < 0.3
