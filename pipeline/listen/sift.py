"""From a recognized window to the words that are believed, at their places in the recording."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.listen.guard import SURE_PROB, doubt, objection, surplus
from pipeline.listen.packing import Packed, Piece
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow
from pipeline.types import DroppedSpan, Word

ROUND_S = 3
"""Digits behind the point that times in a transcript have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """A window's words, times in seconds of the recording, and what was thrown away of them."""

    words: tuple[Word, ...]
    dropped: tuple[DroppedSpan, ...]
    pieces: frozenset[int]
    """Of the window, those in which words were believed."""


def sift(heard: HeardWindow, packed: Packed, *, channel: int, sure_s: Sequence[float]) -> Sifted:
    """Keep what is believed; of the rest keep span and reason.

    Parameters
    ----------
    sure_s : sequence of float
        Of each of the window's pieces, the seconds in which the detector was sure of speech.
    """
    pieces = packed.pieces
    dropped: list[DroppedSpan] = []
    if heard.repeated:
        again = "stopped: the same words again and again"
        dropped.append(_spanning(pieces, channel=channel, reason=again))
    reason = objection(heard, speech_s=sum(piece.length_s for piece in pieces))
    if reason is not None:
        dropped.append(_spanning(pieces, channel=channel, reason=reason))
        return Sifted(words=(), dropped=tuple(dropped), pieces=frozenset())
    placed = [_placed(word, packed) for word in heard.words]
    again_and_again = set()
    for places, rounds in surplus(heard.words):
        again_and_again |= set(places)
        cut = [placed[i][1] for i in places]
        dropped.append(_around(cut, channel=channel, reason=f"the same words {rounds} times over"))
    once = [one for i, one in enumerate(placed) if i not in again_and_again]
    kept: dict[int, list[Word]] = {}
    for at, piece in enumerate(pieces):
        own = [word for index, word in once if index == at]
        reason = doubt(own, sure_s=sure_s[at])
        if reason is not None:
            dropped.append(_spanning([piece], channel=channel, reason=reason))
        elif own:
            kept[at] = own
    return Sifted(
        words=tuple(word for own in kept.values() for word in own),
        dropped=tuple(dropped),
        pieces=frozenset(kept),
    )


def sure_seconds(
    packed: Packed, probabilities: NDArray[np.float32], *, frame_samples: int, from_s: float
) -> Iterator[float]:
    """Seconds of each piece in which the detector was sure of speech.

    Parameters
    ----------
    probabilities : array, shape [n_frames]
        Probability of speech in each frame of `frame_samples` samples at 16 kHz.
    from_s : float
        Where the first frame begins in the recording.
    """
    frame_s = frame_samples / SAMPLE_RATE_HZ
    for piece in packed.pieces:
        first = round((piece.recording_s - from_s) / frame_s)
        end = round((piece.recording_s - from_s + piece.length_s) / frame_s)
        yield float(np.count_nonzero(probabilities[first:end] >= SURE_PROB)) * frame_s


def _placed(word: Word, packed: Packed) -> tuple[int, Word]:
    """The piece a word belongs to, and the word with its times in the recording."""
    index, start_s, end_s = packed.place(word.start_s, word.end_s)
    return index, replace(word, start_s=round(start_s, ROUND_S), end_s=round(end_s, ROUND_S))


def _around(words: Sequence[Word], *, channel: int, reason: str) -> DroppedSpan:
    return DroppedSpan(
        start_s=words[0].start_s, end_s=words[-1].end_s, channel=channel, reason=reason
    )


def _spanning(pieces: Sequence[Piece], *, channel: int, reason: str) -> DroppedSpan:
    first, last = pieces[0], pieces[-1]
    return DroppedSpan(
        start_s=round(first.recording_s, ROUND_S),
        end_s=round(last.recording_s + last.length_s, ROUND_S),
        channel=channel,
        reason=reason,
    )
