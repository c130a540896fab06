"""Utterances to sentences, each a quote with its times: what models and rules read.

The models read English, so of other languages the translation where there is one. The rules read
the words as they were spoken where the language has a phrase file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.english import ENGLISH, as_read, language_code
from pipeline.taxonomy.phrases import Phrases, Spoken, english_phrases, plain
from pipeline.types import Quote, RedactedTranscript, Utterance, Word
from pipeline.understand.streams import words_of
from pipeline.written import is_messages

MAX_WORDS = 45
"""Longer ones (a recognizer without punctuation) are cut, so that the encoder reads them whole."""

_SALUTATION = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: \w+)?, ", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\[[A-Z]+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of `as_read(transcript, known)[utterance]`, in `language`."""

    utterance: int
    quote: Quote
    n_words: int
    language: str

    @property
    def english(self) -> bool:
        """Whether the text models read it."""
        return self.language == ENGLISH

    @property
    def plain(self) -> str:
        """What phrases are matched against."""
        return plain(self.quote.text)

    @property
    def meaning(self) -> str:
        """What the encoder reads: without placeholders and "Hi Alice," before the point."""
        text = " ".join(_PLACEHOLDER.sub(" ", self.quote.text).split())
        return _SALUTATION.sub("", text) or text


def sentences(redacted: RedactedTranscript, spoken: Spoken | None = None) -> list[Sentence]:
    """All sentences of a contact in order: as they were said in the languages `spoken`, which is
    English unless told; of other languages the translation where there is one.
    """
    transcript = redacted.transcript
    known = spoken or {ENGLISH: english_phrases()}
    found = []
    translated = set(transcript.translation)
    for index, utterance in enumerate(as_read(transcript, known)):
        language = language_code(utterance.language or transcript.language)
        for words in _parts(utterance, known.get(language, known[ENGLISH])):
            quote = Quote(
                recording_id=transcript.recording_id,
                start_s=words[0].start_s,
                end_s=max(word.end_s for word in words),
                role=utterance.role,
                text=" ".join(word.text.strip() for word in words),
                translated=utterance in translated,
                message=index + 1 if is_messages(transcript.recording_id) else None,
            )
            found.append(
                Sentence(utterance=index, quote=quote, n_words=len(words), language=language)
            )
    return found


def _parts(utterance: Utterance, phrases: Phrases) -> Iterator[tuple[Word, ...]]:
    part: list[Word] = []
    for word in words_of(utterance):
        if not word.text.strip():
            continue
        part.append(word)
        if _ends(word.text.strip(), phrases) or len(part) >= MAX_WORDS:
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def _ends(text: str, phrases: Phrases) -> bool:
    bare = text.rstrip("\"')”’»")
    short = phrases.abbreviations
    return bare.endswith((".", "?", "!", "。", "？", "！")) and not (
        re.fullmatch(r"[^\W\d_]\.", bare) or any(p.fullmatch(bare.lower()) for p in short)
    )
