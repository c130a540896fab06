"""No invented words: half an hour in which nobody speaks, and what follows a voicemail's beep."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import nonspeech
import numpy as np
import pytest
from soundcheck import channels, said, sample_settings, word_error_rate

from flows.tools import Tools
from pipeline.ingest import audio
from pipeline.listen.listen import ToHear
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, Samples, SpeechWindow
from pipeline.types import Transcript

pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.usefixtures("real_weights")]

CALL = "call-0003.wav"
MOST_WORDS = 2
SEED = 2
"""Of the first ones, that of most invented words: 4 without the guard's rule of sure speech."""

TAIL_S = 20.0


@pytest.fixture(scope="module")
def tools() -> Tools:
    """The sample's settings, with languages to choose from as a site has them."""
    return Tools(sample_settings())


def listen(tools: Tools, sounds: Iterable[tuple[str, Samples]]) -> list[Transcript]:
    """Each sound is a recording of one channel."""
    listener = tools.listener()
    for name, samples in sounds:
        listener.feed(ToHear(recording_id=name), [(0.0, samples[np.newaxis])])
    listener.flush()
    return listener.take()


def invented(transcripts: Iterable[Transcript]) -> list[str]:
    """Words that nobody said, each with its recording's kind."""
    return [
        f"{done.recording_id}: {word.text}"
        for done in transcripts
        for utterance in done.utterances
        for word in utterance.words
    ]


def test_half_an_hour_without_speech_has_two_words_at_most_and_the_rest_is_listed(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the recogniser said of it is counted where it says it, before the guard sees it."""
    heard: list[HeardWindow] = []
    recognize = tools.recognizer.recognize

    def counted(windows: Sequence[SpeechWindow]) -> list[HeardWindow]:
        made = recognize(windows)
        heard.extend(made)
        return made

    monkeypatch.setattr(tools.recognizer, "recognize", counted)
    made = nonspeech.recordings(seed=SEED)
    sounds = [(f"{one.kind}, {one.length_s} s", one.samples) for one in made]
    assert sum(len(samples) for _, samples in sounds) >= 1800 * SAMPLE_RATE_HZ
    done = listen(tools, sounds)
    assert len(kept := invented(done)) <= MOST_WORDS, kept
    dropped = [(one, t.duration_s) for t in done for one in t.dropped]
    assert len(dropped) >= sum(bool(window.words) for window in heard) - len(kept)
    assert dropped, "the recogniser invents something here: else nothing was tried"
    for one, duration_s in dropped:
        assert 0 <= one.start_s < one.end_s <= duration_s + 0.001
        assert one.reason


def test_hold_music_has_no_words(tools: Tools, real_speech: Path) -> None:
    music = [
        (file.name, np.concatenate([block.samples[0] for block in blocks]))
        for file in sorted((real_speech / "prompts" / "flac" / "moh").glob("*.flac"))
        if (blocks := list(audio.blocks(file, settings=tools.settings.ingest)))
    ]
    assert music
    assert invented(listen(tools, music)) == []


@pytest.mark.parametrize("kind", ["voicemail's tail", "hiss", "off-hook howl", "busy US", "clicks"])
def test_behind_a_voicemails_beep_nothing_is_said(tools: Tools, kind: str) -> None:
    """Speech, a beep, then the line: the words are the speech's."""
    speech = channels(CALL)[0]
    beep = nonspeech.telephone(0.3 * np.sin(2 * np.pi * 1000 * np.arange(4000) / nonspeech.LINE_HZ))
    line = nonspeech.KINDS[kind](np.random.default_rng(5), TAIL_S)
    whole = np.concatenate([speech, beep, nonspeech.telephone(line)])
    (done,) = listen(tools, [(kind, whole)])
    ends_s = (len(speech) + len(beep)) / SAMPLE_RATE_HZ
    words = [word for utterance in done.utterances for word in utterance.words]
    assert [word.text for word in words if word.start_s >= ends_s] == []
    assert word_error_rate(said(CALL), " ".join(word.text for word in words)) <= 0.2
