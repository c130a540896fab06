"""Words' edges stand where the sound begins and stops; where nothing is quiet, nothing moves."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.word_edges import fitted, sounding
from pipeline.ports import SAMPLE_RATE_HZ, Samples
from pipeline.types import Word


def audio(*loud_s: tuple[float, float], length_s: float, noise: float = 1e-4) -> Samples:
    """A tone in the given stretches, faint noise elsewhere."""
    t = np.arange(round(length_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tone = 0.3 * np.sin(2 * np.pi * 300 * t)
    on = np.zeros(len(t), dtype=bool)
    for start_s, end_s in loud_s:
        on |= (t >= start_s) & (t < end_s)
    hum = np.random.default_rng(1).normal(0, noise, len(t))
    return (np.where(on, tone, 0) + hum).astype(np.float32)


def said(*times_s: tuple[float, float]) -> list[Word]:
    return [Word(start_s=a, end_s=b, text="word", confidence=0.5) for a, b in times_s]


def times(words: tuple[Word, ...]) -> list[float]:
    return [t for word in words for t in (word.start_s, word.end_s)]


def test_a_word_is_cut_down_to_what_sounds_of_it() -> None:
    sound = audio((0.4, 0.8), length_s=2)
    found = fitted(said((0.0, 1.6)), sounding(sound))
    assert times(found) == pytest.approx([0.38, 0.82], abs=0.011)


def test_sound_that_goes_on_behind_a_word_is_the_words() -> None:
    sound = audio((0.4, 0.8), (1.5, 1.8), length_s=2)
    found = fitted(said((0.4, 0.6), (1.5, 1.8)), sounding(sound))
    assert times(found) == pytest.approx([0.4, 0.82, 1.5, 1.82], abs=0.011)


def test_sound_that_goes_on_for_long_is_not_given_to_a_word() -> None:
    sound = audio((0.4, 1.6), length_s=2)
    assert times(fitted(said((0.4, 0.6)), sounding(sound))) == [0.4, 0.6]


def test_edges_between_words_without_a_pause_stay() -> None:
    sound = audio((0.2, 1.5), length_s=2)
    found = fitted(said((0.3, 0.7), (0.7, 1.1)), sounding(sound))
    assert times(found) == [0.3, 0.7, 0.7, 1.1]


def test_where_nothing_is_quiet_nothing_moves() -> None:
    sound = audio((0.4, 0.8), length_s=2, noise=0.1)
    assert times(fitted(said((0.0, 1.6)), sounding(sound))) == [0.0, 1.6]


@pytest.mark.parametrize("n_samples", [0, 100, 16_000])
def test_a_window_of_silence_leaves_words_alone(n_samples: int) -> None:
    sounds = sounding(np.zeros(n_samples, dtype=np.float32))
    assert not sounds.any()
    assert times(fitted(said((0.0, 0.5)), sounds)) == [0.0, 0.5]


@given(
    st.lists(st.integers(0, 2000), min_size=2, max_size=12),
    st.lists(st.booleans(), min_size=0, max_size=200),
)
def test_times_never_go_back_and_stay_in_the_window(places: list[int], loud: list[bool]) -> None:
    edges_s = [place / 1000 for place in sorted(places)]
    words = said(*list(pairwise(edges_s))[::2])
    found = times(fitted(words, np.array(loud, dtype=bool)))
    assert all(a <= b for a, b in pairwise(found))
    assert max(found) <= max(edges_s[-1], len(loud) / 100)
    assert min(found) >= edges_s[0]
