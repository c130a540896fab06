"""Listener: every word once, at its second, whatever the blocks, the batches and the neighbours."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from beeps import BeepDetector, BeepRecognizer, beeps
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import AudioError
from pipeline.listen.listen import Listener, ToHear
from pipeline.ports import HeardWindow, SpeechWindow
from pipeline.settings import Listen
from pipeline.types import SoundFinding, Transcript

RATE = 16_000


def in_blocks(audio: np.ndarray, block_s: float) -> Iterator[tuple[float, np.ndarray]]:
    """Channels [n_channels, n_samples] in blocks."""
    size = round(block_s * RATE)
    for first in range(0, audio.shape[1], size):
        yield first / RATE, audio[:, first : first + size]


def listen(audio: np.ndarray, *, block_s: float = 600, **options: float) -> Transcript:
    listener = Listener(BeepRecognizer(), BeepDetector(), settings=Listen(**options))
    listener.feed(ToHear(recording_id="r"), in_blocks(np.atleast_2d(audio), block_s))
    listener.flush()
    (done,) = listener.take()
    return done


def words(transcript: Transcript) -> list[tuple[str, float, float]]:
    return [(w.text, w.start_s, w.end_s) for u in transcript.utterances for w in u.words]


@st.composite
def talk(draw: st.DrawFn) -> list[tuple[float, float, int]]:
    """Bursts of 0.3 to 40 s with gaps of 0.1 to 8 s, numbered from 1."""
    lengths = st.integers(3, 12) | st.integers(100, 400)
    pairs = draw(st.lists(st.tuples(st.integers(1, 80), lengths), min_size=1, max_size=15))
    found, at = [], 0
    for number, (gap, length) in enumerate(pairs, 1):
        found.append(((at + gap) / 10, length / 10, number))
        at += gap + length
    return found


@settings(max_examples=40, deadline=None)
@given(talk(), st.sampled_from([7.0, 45.0, 600.0]))
@example([(96.4, 36.7, 1)], 7.0).via("its last 0.1 s lay in a block of its own and was lost")
def test_every_word_is_heard_at_its_place_whatever_the_blocks(
    bursts: list[tuple[float, float, int]], block_s: float
) -> None:
    """A burst longer than a window, or than what is carried over, may come in parts, in order."""
    last_start, last_length, _ = bursts[-1]
    audio = beeps(*bursts, duration_s=last_start + last_length + 1)
    found = words(listen(audio, block_s=block_s))
    assert [n for i, (n, *_) in enumerate(found) if i == 0 or found[i - 1][0] != n] == [
        str(number) for *_, number in bursts
    ]
    for start_s, length_s, number in bursts:
        mine = [(a, b) for text, a, b in found if text == str(number)]
        assert mine[0][0] == pytest.approx(start_s, abs=0.002)
        assert mine[-1][1] == pytest.approx(start_s + length_s, abs=0.002)
        assert sum(b - a for a, b in mine) == pytest.approx(length_s, abs=0.002 * len(mine))


def test_a_word_across_the_end_of_a_block_is_heard_once() -> None:
    audio = beeps((6.8, 0.5, 1), (13.9, 0.3, 2), (27.5, 1.2, 3), duration_s=40)
    whole, cut = listen(audio), listen(audio, block_s=7)
    assert [w[0] for w in words(cut)] == ["1", "2", "3"]
    assert words(cut) == words(whole)
    assert (cut.duration_s, cut.language) == (40.0, "en")


def test_channels_are_heard_apart_and_utterances_come_in_order_of_time() -> None:
    agent = beeps((1, 1, 1), (9, 1, 3), duration_s=12)
    customer = beeps((4, 1, 2), (11, 0.5, 4), duration_s=12)
    listener = Listener(BeepRecognizer(), BeepDetector(), settings=Listen())
    item = ToHear(recording_id="r", channel_map=("agent", "customer"))
    listener.feed(item, in_blocks(np.stack([agent, customer]), 600))
    listener.flush()
    (done,) = listener.take()
    assert [(u.channel, u.role, u.text) for u in done.utterances] == [
        (0, "agent", "1"),
        (1, "customer", "2"),
        (0, "agent", "3"),
        (1, "customer", "4"),
    ]
    assert all(len(side) == 2 for side in done.speech)


def test_silence_and_empty_audio_give_a_transcript_without_words() -> None:
    for audio in (np.zeros((1, RATE * 3), np.float32), np.zeros((2, 100), np.float32)):
        done = listen(audio)
        assert done.utterances == ()
        assert done.language == "und"
        assert len(done.speech) == len(audio)


def test_what_waits_is_bounded_by_a_quarter_of_an_hour_and_a_blocks_own_windows() -> None:
    recognizer = BeepRecognizer()
    listener = Listener(recognizer, BeepDetector(), settings=Listen())
    audio = beeps(*((i * 30.0, 18.0, i + 1) for i in range(10)), duration_s=300)
    for number in range(9):
        listener.feed(ToHear(recording_id=str(number)), in_blocks(audio[None], 60))
        list(listener.take())
    listener.flush()
    assert sum(recognizer.calls) == 90
    assert len(recognizer.calls) == 2
    assert max(recognizer.calls) * 18.0 <= 900 + 60


@pytest.mark.parametrize("held_s", [900.0, 30.0])
def test_listening_ahead_gives_the_same_transcripts(
    held_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recognition runs beside the making of the next windows, and changes nothing."""
    monkeypatch.setattr("pipeline.listen.listen._HELD_S", held_s)
    audio = beeps(*((i * 10.0, 3.0, i + 1) for i in range(12)), duration_s=120)
    transcripts = []
    for ahead in (False, True):
        listener = Listener(BeepRecognizer(), BeepDetector(), settings=Listen(), ahead=ahead)
        done = []
        for number in range(8):
            listener.feed(ToHear(recording_id=str(number)), in_blocks(audio[None], 60))
            done += listener.take()
        listener.flush()
        transcripts.append([*done, *listener.take()])
    assert transcripts[0] == transcripts[1]
    assert [t.recording_id for t in transcripts[0]] == [str(n) for n in range(8)]


def test_a_recording_that_fails_is_forgotten_and_the_others_stay() -> None:
    def failing() -> Iterator[tuple[float, np.ndarray]]:
        yield 0.0, beeps((1, 2, 7), duration_s=10)[None]
        yield 10.0, beeps((1, 2, 8), duration_s=10)[None]
        raise AudioError("b.wav", "is cut off", remedy="Copy it again", code="truncated")

    listener = Listener(BeepRecognizer(), BeepDetector(), settings=Listen())
    good = beeps((1, 1, 1), duration_s=3)[None]
    listener.feed(ToHear(recording_id="a"), in_blocks(good, 600))
    with pytest.raises(AudioError, match="cut off"):
        listener.feed(ToHear(recording_id="b"), failing())
    listener.feed(ToHear(recording_id="c"), in_blocks(good, 600))
    listener.flush()
    assert [t.recording_id for t in listener.take()] == ["a", "c"]
    assert listener.take() == []


def test_transcripts_come_out_in_the_order_in_which_recordings_were_fed() -> None:
    listener = Listener(BeepRecognizer(), BeepDetector(), settings=Listen(batch_windows=1))
    names = ["z", "a", "m", "b"]
    for name in names:
        audio = beeps((1, 20, 1), duration_s=25)[None]
        listener.feed(ToHear(recording_id=name), in_blocks(audio, 600))
    listener.flush()
    assert [t.recording_id for t in listener.take()] == names


def test_the_speech_of_a_transcript_is_the_speech_that_was_there() -> None:
    done = listen(beeps((2, 3, 1), (12, 3, 2), duration_s=20))
    (spans,) = done.speech
    truth = [(2, 5), (12, 15)]
    assert all((s.start_s <= a and b <= s.end_s) for s, (a, b) in zip(spans, truth, strict=True))
    assert sum(s.end_s - s.start_s for s in spans) < 8


@pytest.mark.parametrize("ahead", [False, True])
def test_a_batch_that_fails_takes_its_recordings_along_and_leaves_later_ones(ahead: bool) -> None:
    """Nobody waits for words that will never come."""

    class Failing(BeepRecognizer):
        def recognize(self, windows: Sequence[SpeechWindow]) -> list[HeardWindow]:
            if not self.calls:
                self.calls.append(0)
                raise RuntimeError("out of memory")
            return super().recognize(windows)

    listener = Listener(Failing(), BeepDetector(), settings=Listen(), ahead=ahead)
    listener.feed(ToHear(recording_id="lost"), in_blocks(beeps((1, 1, 1), duration_s=3)[None], 9))
    with pytest.raises(RuntimeError, match="memory"):
        listener.flush()
    listener.feed(ToHear(recording_id="kept"), in_blocks(beeps((1, 1, 2), duration_s=3)[None], 9))
    listener.flush()
    assert [t.recording_id for t in listener.take()] == ["kept"]


def test_what_is_wrong_with_the_sound_stays_with_the_transcript() -> None:
    hum = SoundFinding(code="hum", channel=0, value=-40, unit="dBFS", explanation="x", remedy="y")
    listener = Listener(BeepRecognizer(), BeepDetector(), settings=Listen())
    item = ToHear(recording_id="r", findings=(hum,))
    listener.feed(item, in_blocks(beeps((1, 1, 1), duration_s=3)[None], 9))
    listener.flush()
    assert [one.findings for one in listener.take()] == [(hum,)]
