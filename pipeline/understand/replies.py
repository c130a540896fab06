"""Which utterance answers which: a question of one side tells what the other side's answer is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.types import Transcript, Utterance, Word
from pipeline.understand.number_words import word_set
from pipeline.understand.numbers import Number, bare, numbers_in
from pipeline.understand.streams import FILLERS, words_of

REPLY_S = 15.0
"""Seconds within which a reply begins, counted from the end of what it replies to."""

_PREAMBLE = word_set(
    "it's its it is that's thats that yes yeah yep sure okay ok um uh er erm em eh ah oh so well "
    "right and then now the i'm we're at my is sorry hang on hold again going be would course of "
    "go for grand lovely no problem certainly"
)
"""Words that people put before an answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An utterance with its words in bare form, and the number of the one it replies to, if any."""

    index: int
    utterance: Utterance
    words: tuple[Word, ...]
    bare: tuple[str, ...]
    text: str
    asked_by: int | None
    numbers: tuple[Number, ...]


def turns(transcript: Transcript) -> list[Turn]:
    """Every utterance; "okay" and "mm-hmm" of the other side are no questions."""
    told: list[Turn] = []
    sides = {utterance.channel for utterance in transcript.utterances}
    for index, utterance in enumerate(transcript.utterances):
        words = words_of(utterance)
        texts = tuple(bare(word.text) for word in words)
        asked_by = _asked_by(told, utterance, mono=len(sides) == 1)
        numbers = tuple(numbers_in(words))
        told.append(Turn(index, utterance, words, texts, " ".join(texts), asked_by, numbers))
    return told


def _asked_by(told: Sequence[Turn], utterance: Utterance, *, mono: bool) -> int | None:
    for turn in reversed(told):
        if utterance.start_s - turn.utterance.end_s > REPLY_S:
            return None
        other = mono or turn.utterance.channel != utterance.channel
        if other and not all(word in FILLERS for word in turn.bare):
            return turn.index
    return None


def answer_start(turn: Turn) -> int:
    """First word of a reply after its "yes, it's"; the number of words where nothing follows."""
    at = 0
    while at < len(turn.bare) and turn.bare[at] in _PREAMBLE:
        at += 1
    return at


def sentence_end(turn: Turn, at: int) -> int:
    """Last word of the sentence that word `at` stands in; a bare "." inside a number ends none."""
    while at + 1 < len(turn.words) and not turn.words[at].text.rstrip().endswith((".", "?", "!")):
        at += 1
    return at


def words_between(turn: Turn, start: int, end: int) -> tuple[int, int]:
    """First and last word of the characters `start` to `end` of `turn.text`."""
    first = turn.text.count(" ", 0, start)
    return first, first + turn.text.count(" ", start, end)


def matches(pattern: re.Pattern[str], turn: Turn) -> list[tuple[int, int]]:
    """First and last words of each match in a turn."""
    return [words_between(turn, m.start(), m.end()) for m in pattern.finditer(turn.text)]
