"""Where somebody speaks: from a probability a frame to spans of speech.

Two thresholds, as Silero's authors advise: speech begins where the probability reaches the upper
one and ends where it stays below the lower one for a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ports import SAMPLE_RATE_HZ
from pipeline.settings import Listen
from pipeline.types import Span

_LOWER_BY = 0.15
_PAD_S = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    first: int
    last: int


def speech_spans(
    probabilities: NDArray[np.float32],
    *,
    frame_samples: int,
    duration_s: float,
    settings: Listen,
) -> tuple[Span, ...]:
    """Spans of speech, sorted, disjoint, inside [0, duration_s].

    Parameters
    ----------
    probabilities : array, shape [n_frames]
        Probability of speech in each frame of `frame_samples` samples at 16 kHz.
    settings : Listen
        `speech_threshold`, `min_speech_s`, `min_silence_s`.
    """
    frame_s = frame_samples / SAMPLE_RATE_HZ
    quiet_frames = max(1, round(settings.min_silence_s / frame_s))
    runs = _runs(probabilities, settings.speech_threshold, quiet_frames)
    spans = [
        Span(
            start_s=max(0.0, run.first * frame_s - _PAD_S),
            end_s=min(duration_s, (run.last + 1) * frame_s + _PAD_S),
        )
        for run in runs
        if (run.last + 1 - run.first) * frame_s >= settings.min_speech_s
    ]
    return tuple(_apart(spans))


def _runs(
    probabilities: NDArray[np.float32], threshold: float, quiet_frames: int
) -> Sequence[_Run]:
    """Runs of frames that begin above the threshold, bridging gaps shorter than `quiet_frames`."""
    lower = max(threshold - _LOWER_BY, 0.01)
    loud = np.flatnonzero(probabilities >= threshold)
    held = probabilities >= lower
    runs: list[_Run] = []
    for frame in loud.tolist():
        if runs and frame <= runs[-1].last:
            continue
        last = _held_until(held, frame)
        if runs and frame - runs[-1].last - 1 < quiet_frames:
            runs[-1] = _Run(first=runs[-1].first, last=last)
        else:
            runs.append(_Run(first=frame, last=last))
    return runs


def _held_until(held: NDArray[np.bool_], frame: int) -> int:
    """Last frame of the unbroken stretch at or above the lower threshold."""
    below = np.flatnonzero(~held[frame : frame + 4096])
    if len(below) == 0:
        rest = len(held) - frame
        return frame + min(rest, 4096) - 1
    return frame + int(below[0]) - 1


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Padding must not make two spans overlap: they meet in the middle of their gap."""
    out: list[Span] = []
    for span in spans:
        if out and span.start_s < out[-1].end_s:
            middle = (span.start_s + out[-1].end_s) / 2
            out[-1] = Span(start_s=out[-1].start_s, end_s=middle)
            span = Span(start_s=middle, end_s=span.end_s)
        out.append(span)
    return out
