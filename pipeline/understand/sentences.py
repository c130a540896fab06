"""Utterances to sentences, each a quote with its times: what the text models read.

Where a side spoke another language than English and was translated, its translation is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.english import in_english, is_english
from pipeline.types import Quote, RedactedTranscript, Utterance, Word
from pipeline.understand.number_words import word_set
from pipeline.understand.streams import words_of
from pipeline.written import is_messages

MAX_WORDS = 45
"""Longer ones (a recognizer without punctuation) are cut, so that the encoder reads them whole."""

_ABBREVIATIONS = word_set("mr. mrs. ms. dr. st. no. vs. e.g. i.e. a.m. p.m.")


_SALUTATION = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: \w+)?, ", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\[[A-Z]+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of `in_english(transcript)[utterance]`."""

    utterance: int
    quote: Quote
    n_words: int
    english: bool

    @property
    def plain(self) -> str:
        """Lower case, straight apostrophes: what phrases are matched against."""
        return self.quote.text.lower().replace("’", "'")

    @property
    def meaning(self) -> str:
        """What the encoder reads: without placeholders and "Hi Alice," before the point."""
        text = " ".join(_PLACEHOLDER.sub(" ", self.quote.text).split())
        return _SALUTATION.sub("", text) or text


def sentences(redacted: RedactedTranscript) -> list[Sentence]:
    """All sentences of a contact in order."""
    transcript = redacted.transcript
    found = []
    translated = set(transcript.translation)
    for index, utterance in enumerate(in_english(transcript)):
        for words in _parts(utterance):
            quote = Quote(
                recording_id=transcript.recording_id,
                start_s=words[0].start_s,
                end_s=max(word.end_s for word in words),
                role=utterance.role,
                text=" ".join(word.text.strip() for word in words),
                translated=utterance in translated,
                message=index + 1 if is_messages(transcript.recording_id) else None,
            )
            english = is_english(utterance.language or transcript.language)
            found.append(
                Sentence(utterance=index, quote=quote, n_words=len(words), english=english)
            )
    return found


def _parts(utterance: Utterance) -> Iterator[tuple[Word, ...]]:
    part: list[Word] = []
    for word in words_of(utterance):
        if not word.text.strip():
            continue
        part.append(word)
        if _ends(word.text.strip()) or len(part) >= MAX_WORDS:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def _ends(text: str) -> bool:
    bare = text.rstrip("\"')”’")
    return bare.endswith((".", "?", "!", "。", "？", "！")) and (
        bare.lower() not in _ABBREVIATIONS and not re.fullmatch(r"[A-Za-z]\.", bare)
    )
