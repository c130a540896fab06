"""The guard: what the recognizer says of itself decides whether its words are believed."""

import pytest

from pipeline.listen.guard import objection, squeezed
from pipeline.ports import HeardWindow
from pipeline.types import Word


def heard(*, n_words: int = 5, log_prob: float = -0.3, no_speech: float = 0.1) -> HeardWindow:
    words = tuple(
        Word(start_s=i, end_s=i + 0.5, text="word", confidence=0.9) for i in range(n_words)
    )
    return HeardWindow(
        words=words,
        language="en",
        mean_log_prob=log_prob,
        no_speech_prob=no_speech,
        repeated=False,
    )


@pytest.mark.parametrize(
    ("window", "speech_s", "says"),
    [
        (heard(), 3.0, None),
        (heard(no_speech=0.9), 3.0, None),  # in doubt, but the words are likely
        (heard(log_prob=-1.4), 3.0, None),  # unlikely words, but surely speech
        (heard(no_speech=0.9, log_prob=-1.2), 3.0, "no speech"),
        (heard(log_prob=-2.0), 3.0, "too unlikely"),
        (heard(n_words=40), 2.0, "words a second"),
        (heard(n_words=7), 0.5, None),  # too few to speak of a rate
    ],
)
def test_words_are_dropped_with_a_reason_that_says_what_was_seen(
    window: HeardWindow, speech_s: float, says: str | None
) -> None:
    reason = objection(window, speech_s=speech_s)
    assert (reason is None) if says is None else (reason is not None and says in reason)


def test_words_that_all_share_one_instant_have_no_place_in_the_audio() -> None:
    def at(*times: float) -> list[Word]:
        return [Word(start_s=t, end_s=t + 0.01, text="x", confidence=0.5) for t in times]

    assert squeezed(at(4.0, 4.0, 4.02))
    assert not squeezed(at(4.0, 4.3, 4.6))
    assert not squeezed(at(4.0, 4.0))  # two short words can be that close
    assert not squeezed([])
