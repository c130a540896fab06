"""What is believed of a window: the rest is thrown away with its own span and reason."""

import numpy as np
import pytest

from pipeline.listen.guard import doubt, surplus
from pipeline.listen.packing import Packed, Piece
from pipeline.listen.sift import Sifted, sift, sure_seconds
from pipeline.ports import HeardWindow
from pipeline.types import Word


def spoken(text: str, *, start_s: float = 0.0, confidence: float = 0.9) -> list[Word]:
    """Two words a second."""
    return [
        Word(start_s=start_s + i / 2, end_s=start_s + i / 2 + 0.4, text=t, confidence=confidence)
        for i, t in enumerate(text.split())
    ]


def sifted(words: list[Word], *, sure_s: tuple[float, float] = (5.0, 5.0)) -> Sifted:
    """A window of ten seconds from second 100 of the recording and ten from second 200."""
    pieces = tuple(
        Piece(window_s=at, recording_s=from_s, length_s=10.0)
        for at, from_s in ((0.0, 100.0), (10.5, 200.0))
    )
    heard = HeardWindow(
        words=tuple(words), language="en", mean_log_prob=-0.3, no_speech_prob=0.1, repeated=False
    )
    packed = Packed(samples=np.zeros(1, np.float32), pieces=pieces)
    return sift(heard, packed, channel=1, sure_s=sure_s)


def test_a_sentence_said_three_times_over_is_kept_once_and_the_rest_is_listed() -> None:
    done = sifted(spoken("well thanks for calling. Thanks for calling, thanks for calling bye"))
    assert " ".join(word.text for word in done.words) == "well thanks for calling. bye"
    (cut,) = done.dropped
    assert cut.reason == "the same words 3 times over"
    assert (cut.start_s, cut.end_s, cut.channel) == (102.0, 104.9, 1)


@pytest.mark.parametrize(
    "text",
    [
        "no no no no no no no no no",
        "bye bye now bye bye now bye bye now",
        "I said so I said so and that is it",
        "one two one two one two",
    ],
)
def test_what_people_do_say_again_is_no_loop(text: str) -> None:
    assert list(surplus(spoken(text))) == []
    assert len(sifted(spoken(text)).words) == len(text.split())


def test_a_broken_last_round_is_surplus_too() -> None:
    assert list(surplus(spoken("a b c a b c a b c a b"))) == [(range(3, 11), 3)]


def test_two_loops_in_a_window_are_both_cut() -> None:
    assert [r for r, _ in surplus(spoken("a b c a b c a b c x d e f d e f d e f"))] == [
        range(3, 9),
        range(13, 19),
    ]


def test_unlikely_words_where_the_detector_was_never_sure_go_and_the_windows_others_stay() -> None:
    words = spoken("call me back") + spoken("Thank you.", start_s=11.0, confidence=0.4)
    done = sifted(words, sure_s=(1.0, 0.1))
    assert " ".join(word.text for word in done.words) == "call me back"
    (cut,) = done.dropped
    assert (cut.start_s, cut.end_s) == (200.0, 210.0)
    assert "sure speech" in cut.reason
    assert len(sifted(words).words) == 5


def test_likely_words_are_believed_of_a_detector_in_doubt_and_none_need_no_reason() -> None:
    assert doubt(spoken("yes"), sure_s=0.0) is None
    assert doubt(spoken("yes", confidence=0.3), sure_s=0.26) is None
    assert doubt(spoken("yes", confidence=0.3), sure_s=0.0) is not None
    assert doubt([], sure_s=0.0) is None


def test_sure_seconds_are_counted_within_each_piece_alone() -> None:
    frames = np.zeros(100, np.float32)
    frames[10:20], frames[50:55], frames[70:90] = 0.9, 0.79, 1.0
    frame_s = 512 / 16_000
    pieces = tuple(
        Piece(window_s=at, recording_s=7 + first * frame_s, length_s=n * frame_s)
        for at, first, n in ((0.0, 5, 10), (1.0, 45, 20), (2.0, 60, 40))
    )
    packed = Packed(samples=np.zeros(1, np.float32), pieces=pieces)
    found = list(sure_seconds(packed, frames, frame_samples=512, from_s=7.0))
    assert found == pytest.approx([5 * frame_s, 0.0, 20 * frame_s])
