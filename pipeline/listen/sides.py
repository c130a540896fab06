"""What a recording's sides have so far: words, their translation, speech, and a language.

One language holds for a side. It is that of its longest window, which may be another than the other
side's: a caller speaks Spanish to an agent who speaks English. A side that says next to nothing is
a poor witness, and is taken to speak as the recording's other side does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.english import ENGLISH
from pipeline.listen.arousal import Stretch
from pipeline.listen.packing import Packed
from pipeline.listen.sift import ROUND_S, Sifted, sift
from pipeline.ports import HeardWindow
from pipeline.types import DroppedSpan, Role, SoundFinding, Span, Word

WITNESS_S = 3.0
"""A side whose windows all hold less speech says too little to know its language by."""

_OF_TRANSLATION = "translation: "


@dataclass(frozen=True, slots=True, kw_only=True)
class ToHear:
    """One recording to listen to: who is on its channels, if somebody knows, and how it sounds."""

    recording_id: str
    channel_map: tuple[Role, ...] | None = None
    map_source: str = "settings"
    findings: tuple[SoundFinding, ...] = ()


@dataclass(slots=True)
class Side:
    """What one channel has so far; `language` is None until a window of WITNESS_S was heard."""

    words: list[tuple[Word, str]] = field(default_factory=list)
    translated: list[tuple[Word, str]] = field(default_factory=list)
    speech: list[Span] = field(default_factory=list)
    dropped: list[DroppedSpan] = field(default_factory=list)
    carried: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    voice: list[Stretch] = field(default_factory=list)
    longest_s: float = 0.0
    language: str | None = None


@dataclass(slots=True)
class Open:
    """A recording on its way."""

    item: ToHear
    sides: list[Side] = field(default_factory=list)
    duration_s: float = 0.0
    waiting: int = 0
    fed: bool = False

    def witness(self, channel: int) -> int:
        """The channel whose language holds for a channel: its own, if it says enough."""
        own = self.sides[channel].longest_s
        if own >= WITNESS_S:
            return channel
        best = max(range(len(self.sides)), key=lambda c: (self.sides[c].longest_s, -c))
        return best if self.sides[best].longest_s > own else channel


@dataclass(frozen=True, slots=True)
class Waiting:
    """A window that is to be recognized."""

    owner: Open
    channel: int
    packed: Packed
    sure_s: tuple[float, ...]

    @property
    def side(self) -> Side:
        """Where its words belong."""
        return self.owner.sides[self.channel]

    @property
    def speech_s(self) -> float:
        """Seconds of speech in it, without the pauses between."""
        return sum(piece.length_s for piece in self.packed.pieces)


def keep(window: Waiting, heard: HeardWindow) -> None:
    """Words go to their side, unless they were invented; then span and reason do.

    A translation is judged as words are, and stands beside words that are believed or not at all.
    """
    side = window.side
    sifted = _sifted(window, heard)
    if heard.words and not sifted.words:
        return
    if side.longest_s >= WITNESS_S and side.language is None:
        side.language = heard.language
    side.words += [(word, heard.language) for word in sifted.words]
    told = [word for word in heard.translated if _piece(window, word) in sifted.pieces]
    english = replace(
        heard,
        words=tuple(told),
        language=ENGLISH,
        mean_log_prob=heard.translated_mean_log_prob,
        repeated=heard.translated_repeated,
    )
    if told:
        translated = _sifted(window, english, what=_OF_TRANSLATION)
        side.translated += [(word, ENGLISH) for word in translated.words]


def _piece(window: Waiting, word: Word) -> int:
    """The piece of the window that a word stands in."""
    return window.packed.place(word.start_s, word.end_s)[0]


def _sifted(window: Waiting, heard: HeardWindow, *, what: str = "") -> Sifted:
    """What is believed; the side notes what was thrown away, and why."""
    sifted = sift(heard, window.packed, channel=window.channel, sure_s=window.sure_s)
    window.side.dropped += [replace(one, reason=what + one.reason) for one in sifted.dropped]
    return sifted


def main_language(sides: Sequence[Side]) -> str:
    """The language of most words; with no words "und", undetermined."""
    counts: dict[str, int] = {}
    for side in sides:
        for _, language in side.words:
            counts[language] = counts.get(language, 0) + 1
    if not counts:
        return "und"
    return max(sorted(counts), key=lambda code: counts[code])


def rounded(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans with the seconds of a transcript."""
    for span in spans:
        yield Span(start_s=round(span.start_s, ROUND_S), end_s=round(span.end_s, ROUND_S))
