"""What can be read in English: words spoken in it, and the translation of the others."""

import re
from collections.abc import Collection

from pipeline.types import Transcript, Utterance

ENGLISH = "en"
"""The code of every translation's language."""


def language_code(language: str) -> str:
    """A language without its region, as phrase files are named.

    >>> language_code("de-AT"), language_code("English")
    ('de', 'en')
    """
    code = re.split("[-_]", language.lower())[0]
    return ENGLISH if code == "english" else code


def is_english(language: str) -> bool:
    """Whether a language code stands for English, which is what the text models read.

    >>> is_english("en"), is_english("en-GB"), is_english("bg")
    (True, True, False)
    """
    return language_code(language) == ENGLISH


def in_english(transcript: Transcript) -> tuple[Utterance, ...]:
    """All utterances, those in other languages replaced by their translation where there is one.

    In order of (start_s, channel). What wasn't translated is there as it was spoken.
    """
    return as_read(transcript, (ENGLISH,))


def as_read(transcript: Transcript, known: Collection[str]) -> tuple[Utterance, ...]:
    """All utterances, those in none of the `known` languages replaced by their translation where
    there is one; in the order of `in_english`.
    """
    if not transcript.translation:
        return transcript.utterances
    told = [one for one in transcript.translation if _spoken_in(one, transcript) not in known]
    spoken = (
        utterance
        for utterance in transcript.utterances
        if language_code(utterance.language or transcript.language) in known
        or not any(together(utterance, one) for one in told)
    )
    return in_order([*spoken, *told])


def _spoken_in(told: Utterance, transcript: Transcript) -> str:
    """The language of what a translation tells: its side's words of most of that time that aren't
    English; "" for none.
    """
    shared = {"": 0.0}
    for spoken in transcript.utterances:
        language = language_code(spoken.language or transcript.language)
        if language != ENGLISH and together(spoken, told):
            seconds = min(spoken.end_s, told.end_s) - max(spoken.start_s, told.start_s)
            shared[language] = shared.get(language, 0.0) + seconds
    return max(shared, key=lambda language: shared[language])


def together(one: Utterance, other: Utterance) -> bool:
    """Whether one side says both at the same time: one is then the other's translation."""
    same_time = one.start_s < other.end_s and other.start_s < one.end_s
    return one.channel == other.channel and same_time


def in_order(utterances: list[Utterance]) -> tuple[Utterance, ...]:
    """Utterances by start, then channel, as a transcript has them."""
    return tuple(sorted(utterances, key=lambda u: (u.start_s, u.channel, u.end_s)))
