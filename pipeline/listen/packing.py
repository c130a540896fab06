"""Packing: speech without its silence, in windows as long as the recognizer takes.

A recognizer pays for a whole window however little is said in it. So the spans of one side are put
one after another, with a short pause between them, and times in the window are mapped back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.ports import SAMPLE_RATE_HZ, Samples
from pipeline.types import Span

_PAUSE_S = 0.5
"""Silence between two spans in a window: enough for the model to hear a sentence end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """`length_s` of audio that stands at `window_s` in the window and came from `recording_s`."""

    window_s: float
    recording_s: float
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One window: its audio and where its pieces come from."""

    samples: Samples
    pieces: tuple[Piece, ...]

    def place(self, start_s: float, end_s: float) -> tuple[int, float, float]:
        """The piece a word belongs to, and its times in the recording, clipped to that piece.

        A word belongs to the piece that its middle is in or nearest to.
        """
        middle = (start_s + end_s) / 2
        index = min(range(len(self.pieces)), key=lambda i: _distance(self.pieces[i], middle))
        piece = self.pieces[index]
        low, high = piece.recording_s, piece.recording_s + piece.length_s
        shift = piece.recording_s - piece.window_s
        return (
            index,
            min(max(start_s + shift, low), high),
            min(max(end_s + shift, low), high),
        )


def _distance(piece: Piece, moment_s: float) -> float:
    return max(piece.window_s - moment_s, moment_s - piece.window_s - piece.length_s, 0.0)


def pack(
    samples: Samples, spans: Sequence[Span], *, offset_s: float, max_window_s: float
) -> Iterator[Packed]:
    """Windows of at most `max_window_s` that hold every span's audio once, in order.

    Parameters
    ----------
    samples : array, shape [n_samples]
        One side's audio at 16 kHz.
    spans : sequence of Span
        Sorted, disjoint, in seconds into `samples`.
    offset_s : float
        Where `samples` begins in the recording.
    """
    window: list[Span] = []
    length_s = 0.0
    for span in _short(spans, max_window_s):
        added = span.end_s - span.start_s + (_PAUSE_S if window else 0.0)
        if window and length_s + added > max_window_s:
            yield _join(samples, window, offset_s)
            window, length_s, added = [], 0.0, span.end_s - span.start_s
        window.append(span)
        length_s += added
    if window:
        yield _join(samples, window, offset_s)


def _short(spans: Sequence[Span], max_s: float) -> Iterator[Span]:
    """Spans cut into equal parts where they are longer than a window."""
    for span in spans:
        parts = int(np.ceil((span.end_s - span.start_s) / max_s))
        edges = np.linspace(span.start_s, span.end_s, max(parts, 1) + 1).tolist()
        for start_s, end_s in pairwise(edges):
            yield Span(start_s=start_s, end_s=end_s)


def _join(samples: Samples, spans: Sequence[Span], offset_s: float) -> Packed:
    pause = np.zeros(round(_PAUSE_S * SAMPLE_RATE_HZ), dtype=np.float32)
    parts: list[Samples] = []
    pieces: list[Piece] = []
    at = 0
    for span in spans:
        first = round(span.start_s * SAMPLE_RATE_HZ)
        audio = samples[first : round(span.end_s * SAMPLE_RATE_HZ)]
        if parts:
            parts.append(pause)
            at += len(pause)
        pieces.append(
            Piece(
                window_s=at / SAMPLE_RATE_HZ,
                recording_s=offset_s + first / SAMPLE_RATE_HZ,
                length_s=len(audio) / SAMPLE_RATE_HZ,
            )
        )
        parts.append(audio)
        at += len(audio)
    return Packed(samples=np.concatenate(parts), pieces=tuple(pieces))
