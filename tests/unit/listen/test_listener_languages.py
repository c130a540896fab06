"""A side's language, and its translation: whose word counts, and what becomes of the words."""

import numpy as np
import pytest
from beeps import FOREIGN, BeepDetector, TwoTongues, beeps

from pipeline.listen.listen import Listener, ToHear
from pipeline.settings import Listen
from pipeline.types import Transcript

RATE = 16_000
ES = FOREIGN


def listen(
    *sides: np.ndarray,
    recognizer: TwoTongues | None = None,
    block_s: float = 600,
    **options: object,
) -> Transcript:
    audio = np.stack(sides)
    settings = Listen(**options)
    listener = Listener(recognizer or TwoTongues(), BeepDetector(), settings=settings)
    size = round(block_s * RATE)
    blocks = [(at / RATE, audio[:, at : at + size]) for at in range(0, audio.shape[1], size)]
    listener.feed(ToHear(recording_id="r", channel_map=("agent", "customer")[: len(sides)]), blocks)
    listener.flush()
    (done,) = listener.take()
    return done


def languages(done: Transcript) -> dict[int, set[str]]:
    return {
        channel: {u.language for u in done.utterances if u.channel == channel}
        for channel in {u.channel for u in done.utterances}
    }


def test_each_side_is_in_its_own_language() -> None:
    agent = beeps((1, 4, 1), (20, 4, 2), duration_s=40)
    caller = beeps((8, 9, ES), (30, 1, 3), duration_s=40)
    done = listen(agent, caller)
    assert languages(done) == {0: {"en"}, 1: {"es"}}
    assert done.language == "en"  # four words, two of each: the first by the alphabet


def test_a_side_that_says_next_to_nothing_speaks_as_the_other_side_does() -> None:
    for first, second in ((1, ES), (ES, 1)):
        much = beeps((1, 9, first), duration_s=30)
        little = beeps((15, 0.4, second), (20, 0.4, second), duration_s=30)
        expected = "en" if first == 1 else "es"
        assert languages(listen(much, little)) == {0: {expected}, 1: {expected}}
        assert languages(listen(little, much)) == {0: {expected}, 1: {expected}}


def test_of_two_sides_that_say_little_the_one_that_says_more_is_believed() -> None:
    more, less = beeps((1, 1.2, ES), duration_s=9), beeps((5, 0.4, 1), duration_s=9)
    assert languages(listen(more, less)) == {0: {"es"}, 1: {"es"}}
    assert languages(listen(less, more)) == {0: {"es"}, 1: {"es"}}


def test_little_speech_alone_is_its_own_witness() -> None:
    assert languages(listen(beeps((1, 1, ES), duration_s=4))) == {0: {"es"}}


def test_a_language_once_found_holds_to_the_end_of_the_recording(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last batch holds one short word of the caller, and much of the agent."""
    monkeypatch.setattr("pipeline.listen.listen._HELD_S", 1.0)
    agent = beeps((20, 15, 1), (60, 15, 2), (80, 15, 3), duration_s=140)
    caller = beeps((2, 10, ES), (40, 9, ES + 1), (125, 1, 9), duration_s=140)
    done = listen(agent, caller, block_s=50)
    assert languages(done) == {0: {"en"}, 1: {"es"}}
    assert [u.text for u in done.utterances if u.channel == 1] == [str(ES), str(ES + 1), "9"]


def test_what_is_not_english_is_translated_with_its_side_its_role_and_its_times() -> None:
    agent = beeps((1, 4, 1), duration_s=30)
    caller = beeps((8, 5, ES), (20, 5, ES + 1), duration_s=30)
    done = listen(agent, caller)
    spoken = [u for u in done.utterances if u.channel == 1]
    assert [(u.channel, u.role, u.language) for u in done.translation] == [
        (1, "customer", "en")
    ] * 2
    assert [u.text for u in done.translation] == [f"en{u.text}" for u in spoken]
    assert [(u.start_s, u.end_s) for u in done.translation] == [
        (u.start_s, u.end_s) for u in spoken
    ]


def test_translation_can_be_left_off() -> None:
    assert listen(beeps((1, 5, ES), duration_s=9), translate=False).translation == ()


def test_an_unlikely_translation_is_dropped_with_its_reason_and_the_words_stay() -> None:
    done = listen(
        beeps((1, 5, ES), duration_s=9), recognizer=TwoTongues(translated_mean_log_prob=-2.0)
    )
    assert [u.text for u in done.utterances] == [str(ES)]
    assert done.translation == ()
    assert [d.reason for d in done.dropped] == ["translation: words too unlikely (-2.00)"]
