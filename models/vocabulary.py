"""A site's own words: where heard ones sound like one of them, and how much is in its favour.

Nothing is decided here. A suggestion says which tokens may stand in the place of which; the decoder
then compares how likely it finds either (models/whisper_second_look.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from whisper.tokenizer import Tokenizer

from models.sounds import VOWELS, distance, letters, sounds, weight

_LEAST_ALIKE = 0.6
_MOST_WORDS = 5
_MOST_TRIED = 8  # in a window: each costs a few steps of the decoder
_A_SOUND = 3.0
"""Natural log that each sound which fits is worth."""
_UNCOUNTED = 1.5
"""Sounds worth nothing: short names sound like too much."""
_A_MISFIT = 2.0
"""Sounds that fit, to make up for one that doesn't."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Tokens [start, end) of what was heard may be a phrase.

    `bonus` is the natural log by which the phrase may be the less likely and still be taken.
    """

    start: int
    end: int
    tokens: tuple[int, ...]
    bonus: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """A word's place among the tokens: [start, end) without the punctuation behind it."""

    start: int
    end: int
    text: str


class Vocabulary:
    """Phrases that a site's callers say.

    Parameters
    ----------
    phrases : sequence of str
        Written as they shall stand in transcripts.
    tokenizer : Tokenizer
        The model's.
    """

    def __init__(self, phrases: Sequence[str], tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known = frozenset(letters(phrase) for phrase in phrases)
        spoken = {phrase: sounds(phrase) for phrase in phrases}
        kept = sorted(phrase for phrase in spoken if spoken[phrase])
        self._spoken = [spoken[phrase] for phrase in kept]
        self._tokens = [tuple(tokenizer.encode(" " + phrase)) for phrase in kept]
        self._weights = np.array([weight(one) for one in self._spoken])
        self._alphabet = sorted({sound for one in self._spoken for sound in one} - VOWELS)
        self._counts = np.array([self._count(one) for one in self._spoken])
        self._fitting = lru_cache(maxsize=65536)(self._find)

    def suggestions(self, tokens: Sequence[int]) -> list[Suggestion]:
        """What may have been said instead, last place first, the likelier of a place first."""
        heard = self._words(tokens)
        named = self._named(heard)
        found: list[Suggestion] = []
        for first in range(len(heard)):
            for last in range(first, min(first + _MOST_WORDS, len(heard))):
                if named & set(range(first, last + 1)):
                    break
                joined = "".join(word.text for word in heard[first : last + 1])
                place = heard[first].start, heard[last].end
                found += [
                    Suggestion(start=place[0], end=place[1], tokens=self._tokens[i], bonus=bonus)
                    for i, bonus in self._fitting(joined)
                ]
        found = sorted(found, key=lambda one: -one.bonus)[:_MOST_TRIED]
        return sorted(found, key=lambda one: (-one.start, -one.bonus))

    def _words(self, tokens: Sequence[int]) -> list[_Heard]:
        """A word begins with a space; a genitive's end and punctuation are left where they are."""
        words: list[_Heard] = []
        for at, token in enumerate(tokens):
            text = self._tokenizer.decode([token])
            spoken = letters(text)
            if not spoken or (words and text.startswith("'")):
                continue
            if words and words[-1].end == at and not text.startswith(" "):
                begun = words.pop()
                spoken = begun.text + spoken
                words.append(_Heard(start=begun.start, end=at + 1, text=spoken))
            else:
                words.append(_Heard(start=at, end=at + 1, text=spoken))
        return words

    def _named(self, heard: Sequence[_Heard]) -> set[int]:
        """Words that are of the vocabulary, as they are or with an s behind: they stay."""
        named: set[int] = set()
        for first in range(len(heard)):
            joined = ""
            for last in range(first, min(first + _MOST_WORDS, len(heard))):
                joined += heard[last].text
                if joined in self._known or joined.removesuffix("s") in self._known:
                    named |= set(range(first, last + 1))
        return named

    def _find(self, heard: str) -> tuple[tuple[int, float], ...]:
        """Phrases that sound like a stretch of letters, by number, with their bonus."""
        spoken = sounds(heard)
        heaviest = np.maximum(self._weights, weight(spoken))
        allowed = heaviest * (1 - _LEAST_ALIKE)
        # An exchange of two alike consonants costs 0.5 and changes two counts by one.
        least = np.abs(self._counts - self._count(spoken)).sum(axis=1) / 4
        found = []
        for i in np.flatnonzero(least <= allowed).tolist():
            apart = distance(spoken, self._spoken[i])
            worth = self._weights[i] - _UNCOUNTED - _A_MISFIT * apart
            if apart <= allowed[i] and worth > 0:
                found.append((i, float(_A_SOUND * worth)))
        return tuple(found)

    def _count(self, spoken: str) -> list[int]:
        """How often each consonant of the vocabulary is in it."""
        return [spoken.count(sound) for sound in self._alphabet]
