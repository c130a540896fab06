"""Which windows are heard again; the second hearing itself needs weights."""

import numpy as np
import pytest
import torch
from whisper.model import ModelDimensions, Whisper

from models.whisper_fallback import Fallback, fails
from pipeline.ports import HeardWindow, SpeechWindow
from pipeline.types import Word

AGAIN = "and then we will see what we can do for you. "


def heard(
    text: str = "how can I help",
    *,
    log_prob: float = -0.3,
    no_speech: float = 0.1,
    loop: bool = False,
) -> HeardWindow:
    words = tuple(
        Word(start_s=i / 10, end_s=i / 10, text=t, confidence=0.9)
        for i, t in enumerate(text.split())
    )
    return HeardWindow(
        words=words,
        language="en",
        mean_log_prob=log_prob,
        no_speech_prob=no_speech,
        repeated=loop,
    )


@pytest.mark.parametrize(
    ("window", "length_s", "expected"),
    [
        (heard(), 2.0, False),
        (heard(""), 2.0, False),
        (heard(log_prob=-1.1), 2.0, True),
        (heard(loop=True), 2.0, True),
        (heard(AGAIN * 5), 20.0, True),
        (heard("we have all of it here now so"), 1.0, True),
        (heard("we have all of it here now so"), 2.0, False),
    ],
)
def test_unlikely_circling_and_hasty_words_fail(
    window: HeardWindow, length_s: float, expected: bool
) -> None:
    assert fails(window, length_s=length_s) is expected


@pytest.fixture(scope="module")
def untrained() -> Whisper:
    """A network of the right form that knows nothing: whatever it says is poor."""
    torch.manual_seed(1)
    network = Whisper(
        ModelDimensions(
            n_mels=80,
            n_audio_ctx=1500,
            n_audio_state=64,
            n_audio_head=1,
            n_audio_layer=1,
            n_vocab=51865,
            n_text_ctx=448,
            n_text_state=64,
            n_text_head=1,
            n_text_layer=2,
        )
    ).eval()
    for parameter in network.parameters():  # some are left as they lay in memory
        torch.nn.init.normal_(parameter, std=0.02)
    return network


def window(length_s: float = 1.0) -> SpeechWindow:
    noise = np.random.default_rng(2).normal(0, 0.1, round(length_s * 16_000)).astype(np.float32)
    return SpeechWindow(samples=noise, group="g", language="en")


def test_good_words_silence_noise_and_a_setting_leave_a_window_as_it_is(untrained: Whisper) -> None:
    for first, wanted in (
        (heard(), True),
        (heard(log_prob=-1.5, no_speech=0.7), True),
        (heard(log_prob=-2.5), True),
        (heard(log_prob=-1.5), False),
    ):
        assert Fallback(untrained, wanted=wanted).better(window(), first) is first


def test_a_second_hearing_is_the_same_each_time_and_leaves_chance_as_it_was(
    untrained: Whisper,
) -> None:
    first = heard(log_prob=-1.7)
    torch.manual_seed(3)
    one = Fallback(untrained, wanted=True).better(window(), first)
    drawn = torch.rand(1)
    torch.manual_seed(3)
    assert torch.equal(drawn, torch.rand(1))
    torch.rand(7)
    assert Fallback(untrained, wanted=True).better(window(), first) == one
    assert one.mean_log_prob >= first.mean_log_prob
    times = [t for word in one.words for t in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert all(0 <= t <= 1 for t in times)
