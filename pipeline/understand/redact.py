"""Personal data out, typed placeholders in, before anything is stored.

Cards, codes, accounts, telephone numbers and e-mail addresses become `[CARD]`, `[CODE]`,
`[ACCOUNT]`, `[PHONE]`, `[EMAIL]`; order and case numbers `[ORDER]` and `[CASE]`, and live on as
keyed hashes, since they tell issues apart. What stays: amounts, times, dates, quantities, and the
last four digits of a card. The rules in words: docs/redaction.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from pipeline.english import in_english
from pipeline.types import Entity, RedactedTranscript, Redaction, Transcript, Utterance, Word
from pipeline.understand import cards, identifiers, shapes
from pipeline.understand.addresses import addresses
from pipeline.understand.birth_dates import birth_dates
from pipeline.understand.emails import emails, speaks_of_email, spelled_names
from pipeline.understand.hits import Hit, Ref, taken
from pipeline.understand.number_cues import NOBODYS, Cue, cues_in, questions
from pipeline.understand.passwords import passwords
from pipeline.understand.replies import turns
from pipeline.understand.streams import Stream, by_channel, by_time, words_of
from pipeline.understand.translated import among, beside

VERSION = 4
"""Raised by hand when results change: part of the stage's fingerprint."""

T = TypeVar("T")
_IDENTITIES = ("order", "case")
_SENTENCE_ENDS = (".", "?", "!")


def redact(
    transcript: Transcript, *, keyed: Callable[[str, str], str], country: str = "US"
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

    Returns
    -------
    RedactedTranscript
        The same utterances with the same times; each stretch of personal data is one word, its
        placeholder, from the first replaced word's start to the last one's end. Cues are English:
        a side's translation is read along with the other's English, and what goes there goes from
        the speech too, as far as it was said in digits.
    """
    spoken_hits, told_hits = find(transcript, country=country), list[Hit]()
    entities = _entities(transcript, spoken_hits, keyed)
    if transcript.translation:
        read = replace(transcript, utterances=in_english(transcript))
        shown = find(read, country=country)
        entities += _entities(read, shown, keyed)
        told_hits = among(shown, read.utterances, transcript.translation)
        spoken_hits += _once(among(shown, read.utterances, transcript.utterances), spoken_hits)
        spoken_hits += _once(beside(told_hits, spoken_hits, transcript), spoken_hits)
    utterances, redactions = _without(transcript.utterances, spoken_hits)
    translation, more = _without(transcript.translation, told_hits)
    redactions += [one for one in more if not any(_same_place(one, r) for r in redactions)]
    return RedactedTranscript(
        transcript=replace(transcript, utterances=utterances, translation=translation),
        redactions=tuple(sorted(redactions, key=lambda r: (r.start_s, r.channel, r.kind))),
        entities=_first_of_each(entities),
    )


def find(transcript: Transcript, *, country: str) -> list[Hit]:
    """All that must go, each word in one hit at most; earlier rules win."""
    streams, merged, told = by_channel(transcript), by_time(transcript), turns(transcript)
    cues = [cues_in(stream) for stream in streams]
    hits = _once(_emails(streams), [])
    hits += _once(passwords(told), hits)
    hits += _once(birth_dates(told), hits)
    hits += _once(addresses(told), hits)
    asked_by = [turn.asked_by for turn in told]
    held = taken(hits)
    cues = [
        [cue for cue in found if held.isdisjoint(stream.refs[cue.last + 1 : cue.last + 5])]
        for stream, found in zip(streams, cues, strict=True)
    ]
    others = [_of_others(cues, side) for side in range(len(streams))]
    for stream in streams:
        hits += _once(shapes.ibans(stream, taken(hits)), hits)
    asked_s = [questions(stream) for stream in streams]
    told_after = [
        identifiers.announced_values(
            stream, cues[side], others[side], taken(hits), _of_others(asked_s, side)
        )
        for side, stream in enumerate(streams)
    ]
    for side, announced in enumerate(identifiers.answers(told_after, streams)):
        hits += _numbers(
            streams[side], cues[side], others[side], announced, hits, country, asked_by
        )
    hits += _once(cards.card_runs(merged, [], taken(hits)), hits)
    card_cues = [cue for found in cues for cue in found if cue.kind == "card"]
    hits += _once(cards.cards_in_context(merged, card_cues, taken(hits)), hits)
    for side, stream in enumerate(streams):
        said = [*cues[side], *others[side]]
        hits += _once(identifiers.plain_answers(stream, said, taken(hits), asked_by), hits)
    for side, stream in enumerate(streams):
        said = [*cues[side], *others[side]]
        more = identifiers.continued(stream, hits, said, taken(hits), asked_by)
        hits += _once(more, hits)
        hits += _once(identifiers.echoes(stream, hits, taken(hits)), hits)
    moments_s = [s for stream in streams for s in speaks_of_email(stream)]
    moments_s += [_start_s(transcript, one) for one in hits if one.kind == "email"]
    for stream in streams:
        hits += _once(spelled_names(stream, moments_s, taken(hits)), hits)
    return hits


def _start_s(transcript: Transcript, found: Hit) -> float:
    index, at = found.refs[0]
    return words_of(transcript.utterances[index])[at].start_s


def _emails(streams: Sequence[Stream]) -> list[Hit]:
    spoken_of = [speaks_of_email(stream) for stream in streams]
    return [
        found
        for side, stream in enumerate(streams)
        for found in emails(stream, _of_others(spoken_of, side))
    ]


def _of_others(of_sides: Sequence[list[T]], side: int) -> list[T]:
    """What is of the other sides, in one list."""
    return [one for number, found in enumerate(of_sides) if number != side for one in found]


def _numbers(
    stream: Stream,
    own: list[Cue],
    others: list[Cue],
    announced: identifiers.Announced,
    before: list[Hit],
    country: str,
    asked_by: Sequence[int | None],
) -> list[Hit]:
    """Everything told in digits by one side."""
    kinds = [(value.run[0], cue.kind) for cue, value in announced if value.run]
    asked = cards.first_after(stream, [cue.end_s for cue in others if cue.kind == "card"])
    found = _once(cards.card_runs(stream, kinds, taken(before), asked), before)
    announced = [
        (cue, value)
        for cue, value in announced
        if cue.kind != "phone" or not shapes.is_service(value.digits, country)
    ]
    said = [identifiers.announced_hit(stream, cue, v) for cue, v in announced if cue.kind not in NOBODYS]
    found += _once(said, before + found)
    found += _once(cards.told_apart(stream, taken(before + found)), before + found)
    more = identifiers.continued(
        stream, before + found, [*own, *others], taken(before + found), asked_by
    )
    found += _once(more, before + found)
    nobodys = {ref for cue, v in announced if cue.kind in NOBODYS
               for ref in stream.refs[v.first : v.last + 1]}  # fmt: skip
    spoken_for = taken(before + found) | nobodys
    shaped = shapes.telephone_runs(stream, own, others, spoken_for, country=country)
    return found + _once(shaped, before + found)


def _once(new: list[Hit], before: list[Hit]) -> list[Hit]:
    """The new hits without the words that earlier ones hold; what is left of a hit still goes."""
    held = taken(before)
    kept = []
    for found in new:
        refs = tuple(ref for ref in found.refs if ref not in held)
        held.update(refs)
        if refs:
            kept.append(replace(found, refs=refs) if refs != found.refs else found)
    return kept


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
