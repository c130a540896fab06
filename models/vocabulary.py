"""A site's own words: where heard ones sound like one of them, and how much is in its favour.

Nothing is decided here. A suggestion says which tokens may stand in the place of which; the decoder
then compares how likely it finds either (models/whisper_second_look.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from whisper.tokenizer import Tokenizer

from models.sounds import distance, families, letters, sounds, weight
from pipeline.errors import ModelError

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

    Raises
    ------
    ModelError
        A phrase holds a sign that the recogniser never writes, so that it could not be heard.
    """

    def __init__(self, phrases: Sequence[str], tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known = frozenset(letters(phrase) for phrase in phrases)
        spoken = {phrase: sounds(phrase) for phrase in phrases}
        kept = sorted(phrase for phrase in spoken if spoken[phrase])
        self._spoken = [spoken[phrase] for phrase in kept]
        self._tokens = [tuple(tokenizer.encode(" " + phrase)) for phrase in kept]
        _refuse_signs(kept, self._tokens, tokenizer)
        self._weights = np.array([weight(one) for one in self._spoken])
        self._families = np.array([families(one) for one in self._spoken]).reshape(
            -1, len(families(""))
        )
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
        heard_weight = weight(spoken)
        fair = (self._weights - _UNCOUNTED) / _A_MISFIT
        allowed = np.minimum(fair, np.maximum(self._weights, heard_weight) * (1 - _LEAST_ALIKE))
        # The distance is no less than any of these: most phrases needn't be compared by sounds.
        more = self._families - families(spoken)
        least = np.maximum(np.maximum(more, 0).sum(axis=1), np.maximum(-more, 0).sum(axis=1))
        least = np.maximum(least, np.abs(self._weights - heard_weight))
        found = []
        for i in np.flatnonzero(least <= allowed).tolist():
            apart = distance(spoken, self._spoken[i], most=allowed[i])
            if apart < fair[i]:
                found.append((i, float(_A_SOUND * _A_MISFIT * (fair[i] - apart))))
        return tuple(found)


def _refuse_signs(
    phrases: Sequence[str], tokens: Sequence[Sequence[int]], tokenizer: Tokenizer
) -> None:
    """Signs of subtitles, such as ♪ and brackets, are never chosen."""
    unwritten = frozenset(tokenizer.non_speech_tokens)
    for phrase, own in zip(phrases, tokens, strict=True):
        if wrong := [token for token in own if token in unwritten]:
            raise ModelError(
                "listen.vocabulary",
                f"{phrase!r} holds {tokenizer.decode(wrong).strip()!r}, which is never written",
                remedy='Write it as it is said: "Disney plus", "24 7 Care"',
                code="vocabulary",
            )
