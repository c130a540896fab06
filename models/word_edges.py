"""Words' edges beside silence, from the sound itself.

Attention says which words follow which, but not where a pause between them begins: the first word
of a window starts with the window, words reach into the silence between two pieces, and a word
before a full stop ends too soon, since the stop's token takes what is left of it. So a word is cut
down to what sounds, and is given the sound that goes on behind it. Where a line is so noisy that
nothing is quiet, nothing changes.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.ports import SAMPLE_RATE_HZ, Samples
from pipeline.types import Word

STEP_S = 0.01

_QUIET_BELOW_DB = 30.0
"""So far below the loud parts of a window nobody speaks; weak consonants are above it."""

_LOUD_PERCENTILE = 95
_DEAD_DB = -85.0
"""Silence that a machine made, as between two pieces of a window: it says nothing of loudness."""

_MARGIN_S = 0.02
_REACH_S = 0.4
"""Sound that goes on for longer behind a word than the rest of a word may be is something else."""


def sounding(samples: Samples) -> NDArray[np.bool_]:
    """Whether each whole step of a window sounds, shape [n_steps], `STEP_S` each."""
    step = round(STEP_S * SAMPLE_RATE_HZ)
    steps = samples[: len(samples) // step * step].reshape(-1, step).astype(np.float64)
    level_db = 10 * np.log10(np.square(steps).mean(axis=1) + 1e-12)
    live_db = level_db[level_db > _DEAD_DB]
    if len(live_db) == 0:
        return np.zeros(len(level_db), dtype=bool)
    sounds: NDArray[np.bool_] = (
        level_db >= np.percentile(live_db, _LOUD_PERCENTILE) - _QUIET_BELOW_DB
    )
    return sounds


def fitted(words: Sequence[Word], sounds: NDArray[np.bool_]) -> tuple[Word, ...]:
    """The words with their edges moved onto the sound; times still never go back.

    Parameters
    ----------
    words : sequence of Word
        Of one window, in order, with times in seconds into it.
    sounds : array, shape [n_steps]
        As `sounding` says.
    """
    end_s = len(sounds) * STEP_S
    limits_s = [*(word.start_s for word in words[1:]), end_s]
    return tuple(
        _fitted(word, sounds, limit_s=limit_s)
        for word, limit_s in zip(words, limits_s, strict=True)
    )


def _fitted(word: Word, sounds: NDArray[np.bool_], *, limit_s: float) -> Word:
    """`limit_s` is where the next word starts. A word without any sound stays as it is."""
    first, end = round(word.start_s / STEP_S), round(word.end_s / STEP_S)
    loud = np.flatnonzero(sounds[first:end])
    if len(loud) == 0:
        return word
    start_s, end_s = word.start_s, word.end_s
    if loud[0] > 0:
        start_s = max(start_s, (first + int(loud[0])) * STEP_S - _MARGIN_S)
    last = first + int(loud[-1]) + 1
    if last < min(end, len(sounds)):
        end_s = min(end_s, last * STEP_S + _MARGIN_S)
    else:
        rest = sounds[end : min(round(limit_s / STEP_S), end + round(_REACH_S / STEP_S))]
        quiet = np.flatnonzero(~rest)
        if len(quiet):
            end_s = max(end_s, min(limit_s, (end + int(quiet[0])) * STEP_S + _MARGIN_S))
    return replace(word, start_s=round(start_s, 3), end_s=round(end_s, 3))
