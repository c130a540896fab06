"""Speech spans: sorted, disjoint, inside the recording, and true to the two thresholds."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.listen.spans import speech_spans
from pipeline.settings import Listen
from pipeline.types import Span

FRAME_S = 512 / 16000


def spans(probabilities: list[float], **settings: float) -> tuple[Span, ...]:
    return speech_spans(
        np.array(probabilities, dtype=np.float32),
        frame_samples=512,
        duration_s=len(probabilities) * FRAME_S,
        settings=Listen(**settings),
    )


@given(
    st.lists(st.tuples(st.floats(0, 1, width=32), st.integers(1, 60)), max_size=30),
    st.floats(0, 2),
    st.floats(0, 1),
)
def test_spans_are_sorted_disjoint_and_inside_the_recording(
    stretches: list[tuple[float, int]], min_silence_s: float, min_speech_s: float
) -> None:
    frames = [p for p, n in stretches for _ in range(n)]
    found = spans(frames, min_silence_s=min_silence_s, min_speech_s=min_speech_s)
    assert all(0 <= s.start_s < s.end_s <= len(frames) * FRAME_S for s in found)
    assert all(a.end_s <= b.start_s for a, b in pairwise(found))


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=30))
def test_every_loud_frame_lies_in_a_span_when_no_speech_is_too_short(
    stretches: list[tuple[bool, int]],
) -> None:
    frames = [0.9 if loud else 0.0 for loud, n in stretches for _ in range(n)]
    found = spans(frames, min_speech_s=0)
    for index, probability in enumerate(frames):
        if probability > 0.5:
            assert any(s.start_s <= index * FRAME_S < s.end_s for s in found)


def test_silence_has_no_spans() -> None:
    assert spans([0.1] * 500) == ()
    assert spans([]) == ()


def test_speech_goes_on_above_the_lower_threshold() -> None:
    """0.4 begins nothing, but ends nothing either: the threshold is 0.5, the lower one 0.35."""
    begun = spans([0.0] * 100 + [0.9] * 20 + [0.4] * 50 + [0.0] * 100)
    (alone,) = spans([0.0] * 100 + [0.9] * 70 + [0.0] * 100)
    assert begun == (alone,)
    assert spans([0.4] * 100) == ()


def test_a_shorter_pause_than_min_silence_stays_in_the_span() -> None:
    short, long = round(0.6 / FRAME_S), round(1.5 / FRAME_S)
    assert len(spans([0.9] * 50 + [0.0] * short + [0.9] * 50, min_silence_s=1.0)) == 1
    assert len(spans([0.9] * 50 + [0.0] * long + [0.9] * 50, min_silence_s=1.0)) == 2


def test_a_click_shorter_than_min_speech_is_no_speech() -> None:
    assert spans([0.0] * 50 + [0.9] * 3 + [0.0] * 50, min_speech_s=0.2) == ()


def test_speech_of_many_minutes_without_a_pause_is_one_span() -> None:
    (one,) = spans([0.9] * 20_000)
    assert (one.start_s, one.end_s) == (0, 20_000 * FRAME_S)
