"""Personal data out, typed placeholders in, before anything is stored.

Cards, codes, accounts, telephone numbers and e-mail addresses become `[CARD]`, `[CODE]`,
`[ACCOUNT]`, `[PHONE]`, `[EMAIL]`; order and case numbers `[ORDER]` and `[CASE]`, and live on as
keyed hashes, since they tell issues apart. What stays: amounts, times, dates, quantities, and the
last four digits of a card. The rules in words: docs/redaction.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from pipeline.english import in_english
from pipeline.types import Entity, RedactedTranscript, Redaction, Transcript, Utterance, Word
from pipeline.understand.finding import find, without_known
from pipeline.understand.hits import Hit, Ref
from pipeline.understand.streams import words_of
from pipeline.understand.translated import among, beside

VERSION = 4
"""Raised by hand when results change: part of the stage's fingerprint."""

_IDENTITIES = ("order", "case")
_SENTENCE_ENDS = (".", "?", "!")


def redact(
    transcript: Transcript,
    *,
    keyed: Callable[[str, str], str],
    country: str = "US",
    hide_names: bool = False,
) -> RedactedTranscript:
    """The transcript fit to be stored.

    Parameters
    ----------
    transcript : Transcript
        Words as said, and their translation. Utterances without words are read from their text.
    keyed : Callable[[str, str], str]
        Key of an identifier from its kind and value; `partial(pipeline.keys.keyed, secret)`.
    country : str
        ISO 3166, whose habits of writing telephone numbers hold.
    hide_names : bool
        Whether names go, too.

    Returns
    -------
    RedactedTranscript
        The same utterances with the same times; each stretch of personal data is one word, its
        placeholder, from the first replaced word's start to the last one's end. Cues are English:
        a side's translation is read along with the other's English, and what goes there goes from
        the speech too, as far as it was said in digits.
    """
    look = partial(find, country=country, hide_names=hide_names)
    spoken_hits, told_hits = look(transcript), list[Hit]()
    entities = _entities(transcript, spoken_hits, keyed)
    if transcript.translation:
        read = replace(transcript, utterances=in_english(transcript))
        shown = look(read)
        entities += _entities(read, shown, keyed)
        told_hits = among(shown, read.utterances, transcript.translation)
        in_speech = among(shown, read.utterances, transcript.utterances)
        spoken_hits += without_known(in_speech, spoken_hits)
        spoken_hits += without_known(beside(told_hits, spoken_hits, transcript), spoken_hits)
    utterances, redactions = _without(transcript.utterances, spoken_hits)
    translation, more = _without(transcript.translation, told_hits)
    redactions += [one for one in more if not any(_same_place(one, r) for r in redactions)]
    return RedactedTranscript(
        transcript=replace(transcript, utterances=utterances, translation=translation),
        redactions=tuple(sorted(redactions, key=lambda r: (r.start_s, r.channel, r.kind))),
        entities=_first_of_each(entities),
    )


def _without(
    told: Sequence[Utterance], hits: list[Hit]
) -> tuple[tuple[Utterance, ...], list[Redaction]]:
    """Utterances with placeholders for the hits, and what was cut."""
    marks = {ref: (number, found) for number, found in enumerate(hits) for ref in found.refs}
    cleaned = [_clean(index, utterance, marks) for index, utterance in enumerate(told)]
    return tuple(clean for clean, _ in cleaned), [one for _, cut in cleaned for one in cut]


def _same_place(one: Redaction, other: Redaction) -> bool:
    """Whether a translation lacks the words that the speech lacks."""
    meet = one.start_s <= other.end_s and other.start_s <= one.end_s
    return meet and (one.kind, one.channel) == (other.kind, other.channel)


def _clean(
    index: int, utterance: Utterance, marks: dict[Ref, tuple[int, Hit]]
) -> tuple[Utterance, list[Redaction]]:
    """One utterance with placeholders, and what was cut from it."""
    words = words_of(utterance)
    numbered = [(marks.get((index, at)), word) for at, word in enumerate(words)]
    if all(mark is None for mark, _ in numbered) and _same(utterance, words):
        return utterance, []
    kept: list[Word] = []
    cut = []
    for mark, group in groupby(numbered, key=lambda pair: pair[0]):
        told = [word for _, word in group]
        if mark is None:
            kept += told
            continue
        kept.append(_placeholder(mark[1].kind, told))
        start_s, end_s = kept[-1].start_s, kept[-1].end_s
        cut.append(
            Redaction(kind=mark[1].kind, start_s=start_s, end_s=end_s, channel=utterance.channel)
        )
    text = " ".join(word.text.strip() for word in kept)
    return replace(utterance, text=text, words=tuple(kept)), cut


def _placeholder(kind: str, told: list[Word]) -> Word:
    ending = told[-1].text.strip()[-1:]
    mark = ending if ending in _SENTENCE_ENDS else ""
    return Word(
        start_s=told[0].start_s,
        end_s=max(word.end_s for word in told),
        text=f"[{kind.upper()}]{mark}",
        confidence=min(word.confidence for word in told),
    )


def _same(utterance: Utterance, words: tuple[Word, ...]) -> bool:
    """Whether the text says what the words say: a text of its own could hide a number."""
    said = "".join("".join(word.text.split()) for word in words)
    return said == "".join(utterance.text.split())


def _entities(
    transcript: Transcript, hits: list[Hit], keyed: Callable[[str, str], str]
) -> list[Entity]:
    entities = []
    for found in hits:
        if found.kind in _IDENTITIES and found.value:
            index, at = found.refs[0]
            start_s = words_of(transcript.utterances[index])[at].start_s
            key = keyed(found.kind, found.value)
            entities.append(Entity(kind=found.kind, key=key, start_s=start_s))
    return entities


def _first_of_each(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Each once, where it is said first."""
    first: dict[tuple[str, str], Entity] = {}
    for entity in sorted(entities, key=lambda entity: (entity.start_s, entity.kind, entity.key)):
        first.setdefault((entity.kind, entity.key), entity)
    return tuple(first.values())
