"""The customer's mood over a call, by hand."""

from dataclasses import replace

from saidwords import transcript

from pipeline.insights import Course, UtteranceSentiment
from pipeline.types import VoiceReading
from pipeline.understand.course import course


def told(*scores: float | None, voice: tuple[VoiceReading, ...] = ()) -> Course | None:
    """A customer's utterances with such scores, an agent's answer before each; None: agent only."""
    lines = [line for n, _ in enumerate(scores) for line in (f"A: agent says {n}", f"C: words {n}")]
    said = transcript(*lines)
    found = [
        UtteranceSentiment(index=2 * n + 1, label="neutral", score=score)
        for n, score in enumerate(scores)
        if score is not None
    ]
    mean = sum(s for s in scores if s is not None) / max(1, len(found))
    return course(said.utterances, found, replace(said, voice=voice), contact_score=mean)


def heard(arousal: float, *, confidence: float = 0.9) -> VoiceReading:
    return VoiceReading(channel=1, start_s=0.0, end_s=2.0, arousal=arousal, confidence=confidence)


def test_a_bad_beginning_that_ends_well_is_recovered_and_the_agents_words_turned_it() -> None:
    found = told(-0.8, -0.7, -0.8, 0.6, 0.7, 0.6)
    assert found is not None
    assert found.ended == "recovered"
    (turn,) = found.turning_points
    assert turn.change > 1.2
    assert (turn.quote.role, turn.quote.text) == ("agent", "agent says 3")


def test_a_good_beginning_that_ends_badly_is_lost() -> None:
    found = told(0.4, 0.5, 0.3, -0.6, -0.7, -0.8)
    assert found is not None
    assert found.ended == "lost"
    assert [turn.change < 0 for turn in found.turning_points] == [True]


def test_a_steady_call_turns_nowhere() -> None:
    found = told(-0.1, 0.1, 0.0, -0.1, 0.1)
    assert found is not None
    assert (found.ended, found.turning_points) == ("steady", ())


def test_quarters_are_means_of_what_begins_in_them_and_empty_ones_say_so() -> None:
    found = told(0.5, None, None, -0.5)
    assert found is not None
    assert [quarter.sentiment for quarter in found.quarters] == [0.5, None, None, -0.5]
    assert all(quarter.arousal is None for quarter in found.quarters)


def test_words_and_voice_together_give_the_quadrant() -> None:
    for score, arousal, quadrant in (
        (-0.6, 0.4, "angry"),
        (-0.6, -0.4, "upset"),
        (0.6, -0.4, "content"),
        (0.6, 0.4, "excited"),
        (0.0, 0.4, None),
        (-0.6, 0.05, None),
    ):
        found = told(score, score, voice=(heard(arousal),))
        assert found is not None
        assert found.quadrant == quadrant
    silent = told(-0.6, -0.6)
    assert silent is not None
    assert silent.quadrant is None


def test_no_customer_no_course() -> None:
    said = transcript("A: hello", "A: anybody there")
    assert course(said.utterances, (), said, contact_score=0.0) is None
