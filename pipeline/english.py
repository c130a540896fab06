"""What can be read in English: words spoken in it, and the translation of the others."""

import re

from pipeline.types import Transcript, Utterance

ENGLISH = "en"
"""The code of every translation's language."""


def is_english(language: str) -> bool:
    """Whether a language code stands for English, which is what the text models read.

    >>> is_english("en"), is_english("en-GB"), is_english("bg")
    (True, True, False)
    """
    return re.split("[-_]", language.lower())[0] in ("en", "english")


def in_english(transcript: Transcript) -> tuple[Utterance, ...]:
    """All utterances, those in other languages replaced by their translation where there is one.

    In order of (start_s, channel). What wasn't translated is there as it was spoken.
    """
    if not transcript.translation:
        return transcript.utterances
    spoken = (
        utterance
        for utterance in transcript.utterances
        if is_english(utterance.language or transcript.language)
        or not any(together(utterance, told) for told in transcript.translation)
    )
    return in_order([*spoken, *transcript.translation])


def together(one: Utterance, other: Utterance) -> bool:
    """Whether one side says both at the same time: one is then the other's translation."""
    same_time = one.start_s < other.end_s and other.start_s < one.end_s
    return one.channel == other.channel and same_time


def in_order(utterances: list[Utterance]) -> tuple[Utterance, ...]:
    """Utterances by start, then channel, as a transcript has them."""
    return tuple(sorted(utterances, key=lambda u: (u.start_s, u.channel, u.end_s)))
