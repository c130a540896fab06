"""Packing loses no audio, doubles none, and every place in a window maps back to its second."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.listen.packing import Packed, pack
from pipeline.ports import SAMPLE_RATE_HZ
from pipeline.types import Span

EXACT = pytest.approx(0, abs=1 / SAMPLE_RATE_HZ)


@st.composite
def spans_of(draw: st.DrawFn) -> tuple[tuple[Span, ...], float]:
    """Sorted, disjoint spans on a grid of 10 ms, some of them longer than a window; duration."""
    at, found = 0, []
    for gap, length in draw(
        st.lists(st.tuples(st.integers(1, 300), st.integers(1, 900)), min_size=1, max_size=12)
    ):
        found.append(Span(start_s=(at + gap) / 100, end_s=(at + gap + length) / 100))
        at += gap + length
    return tuple(found), at / 100 + 0.5


def counted(duration_s: float) -> np.ndarray:
    """Audio in which every sample is its own position: what is where can't be mistaken."""
    return np.arange(1, round(duration_s * SAMPLE_RATE_HZ) + 1, dtype=np.float32)


def pieces_of(window: Packed) -> list[np.ndarray]:
    return [
        window.samples[round(p.window_s * SAMPLE_RATE_HZ) :][: round(p.length_s * SAMPLE_RATE_HZ)]
        for p in window.pieces
    ]


@given(spans_of(), st.floats(2, 28))
def test_every_spans_audio_is_packed_once_and_in_order(
    spoken: tuple[tuple[Span, ...], float], max_window_s: float
) -> None:
    spans, duration_s = spoken
    audio = counted(duration_s)
    windows = list(pack(audio, spans, offset_s=0, max_window_s=max_window_s))
    packed = np.concatenate([piece for window in windows for piece in pieces_of(window)])
    wanted = [audio[round(s.start_s * 16000) : round(s.end_s * 16000)] for s in spans]
    assert np.array_equal(packed, np.concatenate(wanted))


@given(spans_of(), st.floats(2, 28))
def test_no_window_is_longer_than_allowed(
    spoken: tuple[tuple[Span, ...], float], max_window_s: float
) -> None:
    spans, duration_s = spoken
    for window in pack(counted(duration_s), spans, offset_s=0, max_window_s=max_window_s):
        rounding = len(window.pieces)  # a sample for each piece, whose edges are rounded
        assert len(window.samples) <= max_window_s * SAMPLE_RATE_HZ + rounding


@given(spans_of(), st.integers(0, 3600))
def test_a_place_in_a_window_maps_back_to_its_second_in_the_recording(
    spoken: tuple[tuple[Span, ...], float], offset_s: int
) -> None:
    spans, duration_s = spoken
    audio = counted(duration_s)
    for window in pack(audio, spans, offset_s=offset_s, max_window_s=28):
        for index, piece in enumerate(window.pieces):
            start_s = piece.window_s + piece.length_s / 4
            end_s = piece.window_s + piece.length_s / 2
            at, placed_start_s, placed_end_s = window.place(start_s, end_s)
            position = float(window.samples[int(start_s * SAMPLE_RATE_HZ)]) - 1
            assert at == index
            assert placed_start_s - offset_s - position / SAMPLE_RATE_HZ == pytest.approx(
                0, abs=1.01 / SAMPLE_RATE_HZ
            )
            assert placed_end_s - placed_start_s - (end_s - start_s) == EXACT


def test_a_word_in_the_pause_between_two_pieces_is_clipped_to_the_nearer_one() -> None:
    spans = (Span(start_s=1, end_s=2), Span(start_s=10, end_s=11))
    (window,) = pack(counted(12), spans, offset_s=0, max_window_s=28)
    assert window.place(0.9, 1.15) == (0, pytest.approx(1.9), 2.0)
    pause_s = window.pieces[1].window_s - 1.0
    index, start_s, _ = window.place(1 + pause_s * 0.8, 1 + pause_s + 0.2)
    assert (index, start_s) == (1, 10.0)


def test_no_speech_makes_no_window() -> None:
    assert list(pack(counted(5), (), offset_s=0, max_window_s=28)) == []


def test_the_pause_between_two_pieces_is_silence() -> None:
    spans = (Span(start_s=1, end_s=2), Span(start_s=10, end_s=11))
    (window,) = pack(counted(12), spans, offset_s=0, max_window_s=28)
    first, second = window.pieces
    pause = window.samples[
        round((first.window_s + first.length_s) * 16000) : round(second.window_s * 16000)
    ]
    assert len(pause) > 0
    assert not pause.any()
