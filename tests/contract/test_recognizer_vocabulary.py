"""The Recognizer port with a site's vocabulary, with real weights."""

from collections.abc import Sequence

import pytest
from soundcheck import channels, sample_settings

from flows.tools import Tools
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, Recognizer, SpeechWindow

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("real_weights")]

CALL, OTHER_CALL = "call-0003.wav", "call-0006.mp3"
NEAR = ("Barbour Homes", "Olivier", "Upstaires", "Rooter", "Chanel", "Lodding")


def recognizer(vocabulary: Sequence[str]) -> Recognizer:
    settings = sample_settings()
    listen = settings.listen.model_copy(update={"vocabulary": tuple(vocabulary)})
    return Tools(settings.model_copy(update={"listen": listen})).recognizer


def window(file: str, *, seconds: float, group: str) -> SpeechWindow:
    samples = channels(file)[0][: int(seconds * SAMPLE_RATE_HZ)]
    return SpeechWindow(samples=samples, group=group, language="en")


def text(heard: HeardWindow) -> str:
    return " ".join(word.text for word in heard.words)


def test_names_unlike_anything_said_change_nothing(real_weights: None) -> None:
    one = window(CALL, seconds=10, group="one")
    assert recognizer(["Zzyzx Qwopp"]).recognize([one]) == recognizer([]).recognize([one])


def test_with_a_vocabulary_too_a_windows_words_do_not_depend_on_its_neighbours(
    real_weights: None,
) -> None:
    listening = recognizer(NEAR)
    one = window(CALL, seconds=10, group="one")
    others = [window(OTHER_CALL, seconds=s, group=f"other-{s}") for s in (4, 9)]
    (alone,) = listening.recognize([one])
    (together, *_) = listening.recognize([one, *others])
    assert text(together) == text(alone)
    for a, b in zip(together.words, alone.words, strict=True):
        assert (a.start_s, a.end_s) == pytest.approx((b.start_s, b.end_s), abs=0.0205)
        assert a.confidence == pytest.approx(b.confidence, abs=1e-3)
