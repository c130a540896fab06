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
    """All utterances, a side's other languages replaced by their translation where it has one.

    In order of (start_s, channel). A side of which nothing was translated is there as it spoke.
    """
    if not transcript.translation:
        return transcript.utterances
    translated = {utterance.channel for utterance in transcript.translation}
    spoken = (
        utterance
        for utterance in transcript.utterances
        if utterance.channel not in translated
        or is_english(utterance.language or transcript.language)
    )
    return in_order([*spoken, *transcript.translation])


def in_order(utterances: list[Utterance]) -> tuple[Utterance, ...]:
    """Utterances by start, then channel, as a transcript has them."""
    return tuple(sorted(utterances, key=lambda u: (u.start_s, u.channel, u.end_s)))
