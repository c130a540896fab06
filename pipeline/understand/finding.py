"""All rules of redaction in their order: what must go, each word in one hit at most.

Words first (e-mail, passwords, dates, addresses), then numbers: those that a cue announces, those
that their length or shape tells, the rest of them, and where they are said again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.types import Transcript
from pipeline.understand import cards, echoes, identifiers, shapes
from pipeline.understand.addresses import addresses
from pipeline.understand.birth_dates import birth_dates
from pipeline.understand.emails import emails, speaks_of_email, spelled_names
from pipeline.understand.hits import Hit, Ref, taken
from pipeline.understand.identifiers import Announced
from pipeline.understand.names import names
from pipeline.understand.number_cues import NOBODYS, Cue, cues_in, questions
from pipeline.understand.passwords import passwords
from pipeline.understand.replies import Turn, turns
from pipeline.understand.streams import Stream, by_channel, by_time

T = TypeVar("T")
CUE_WORDS = 4
"""Words after a cue; where one of them is hidden already, the cue has had its answer."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says, the cues of both, and when the others ask, in seconds.

    `asked_by[i]` is the utterance that utterance `i` replies to.
    """

    stream: Stream
    own: list[Cue]
    others: list[Cue]
    questions_s: list[float]
    asked_by: list[int | None]

    @property
    def cues(self) -> list[Cue]:
        """Of both sides."""
        return [*self.own, *self.others]


def find(transcript: Transcript, *, country: str, hide_names: bool = False) -> list[Hit]:
    """All that must go; earlier rules win."""
    streams, told = by_channel(transcript), turns(transcript)
    hits = _in_words(streams, told)
    sides = _sides(streams, told, hits)
    if any(stream.numbers or stream.letters for stream in streams):
        merged = streams[0] if len(streams) == 1 else by_time(transcript)
        hits += _in_numbers(sides, merged, hits, country)
        hits += _spelled(streams, hits)
    if hide_names:
        hits += without_known(names(told), hits)
    return hits


def without_known(new: list[Hit], before: list[Hit]) -> list[Hit]:
    """The new hits without the words that earlier ones hold; what is left of a hit still goes."""
    held = taken(before)
    kept = []
    for found in new:
        refs = tuple(ref for ref in found.refs if ref not in held)
        held.update(refs)
        if refs:
            kept.append(replace(found, refs=refs) if refs != found.refs else found)
    return kept


def _in_words(streams: Sequence[Stream], told: Sequence[Turn]) -> list[Hit]:
    spoken_of = [speaks_of_email(stream) for stream in streams]
    hits = without_known(
        [
            found
            for side, stream in enumerate(streams)
            for found in emails(stream, _of_others(spoken_of, side))
        ],
        [],
    )
    for rule in (passwords, birth_dates, addresses):
        hits += without_known(rule(told), hits)
    return hits


def _sides(streams: Sequence[Stream], told: Sequence[Turn], hits: Sequence[Hit]) -> list[Side]:
    held = taken(hits)
    cues = [
        [
            cue
            for cue in cues_in(stream)
            if held.isdisjoint(stream.refs[cue.last + 1 : cue.last + 1 + CUE_WORDS])
        ]
        for stream in streams
    ]
    asked_s = [questions(stream) for stream in streams]
    asked_by = [turn.asked_by for turn in told]
    return [
        Side(stream, cues[at], _of_others(cues, at), _of_others(asked_s, at), asked_by)
        for at, stream in enumerate(streams)
    ]


def _of_others(of_sides: Sequence[list[T]], side: int) -> list[T]:
    """What is of the other sides, in one list."""
    return [one for number, found in enumerate(of_sides) if number != side for one in found]


def _in_numbers(
    sides: Sequence[Side], merged: Stream, before: list[Hit], country: str
) -> list[Hit]:
    """Everything told in digits; what a cue makes nobody's is left alone."""
    hits = list(before)
    for side in sides:
        hits += without_known(shapes.ibans(side.stream, taken(hits)), hits)
    announced = identifiers.answers(
        [
            identifiers.announced_values(s.stream, s.own, s.others, taken(hits), s.questions_s)
            for s in sides
        ],
        [side.stream for side in sides],
    )
    nobodys = {
        ref
        for side, values in zip(sides, announced, strict=True)
        for cue, value in values
        if cue.kind in NOBODYS
        for ref in side.stream.refs[value.first : value.last + 1]
    }
    for side, values in zip(sides, announced, strict=True):
        hits += _of_side(side, values, hits, nobodys, country)
    spoken_for = taken(hits) | nobodys
    hits += without_known(cards.card_runs(merged, [], spoken_for), hits)
    card_cues = [cue for side in sides for cue in side.own if cue.kind == "card"]
    hits += without_known(cards.cards_in_context(merged, card_cues, taken(hits) | nobodys), hits)
    for side in sides:
        more = echoes.plain_answers(side.stream, side.cues, taken(hits), side.asked_by)
        hits += without_known(more, hits)
    for side in sides:
        more = echoes.continued(side.stream, hits, side.cues, taken(hits), side.asked_by)
        hits += without_known(more, hits)
        hits += without_known(echoes.echoes(side.stream, hits, taken(hits)), hits)
    return hits[len(before) :]


def _of_side(
    side: Side, announced: Announced, before: list[Hit], nobodys: set[Ref], country: str
) -> list[Hit]:
    """What one side tells in digits by itself."""
    stream, hits = side.stream, list(before)
    kinds = identifiers.kinds_by_place(stream, announced)
    asked = cards.first_after(stream, [cue.end_s for cue in side.others if cue.kind == "card"])
    hits += without_known(cards.card_runs(stream, kinds, taken(hits), asked), hits)
    said = [
        identifiers.announced_hit(stream, cue, value)
        for cue, value in announced
        if cue.kind not in NOBODYS
        and not (cue.kind == "phone" and shapes.is_service(value.digits, country))
    ]
    hits += without_known(said, hits)
    hits += without_known(cards.told_apart(stream, taken(hits) | nobodys), hits)
    more = echoes.continued(stream, hits, side.cues, taken(hits), side.asked_by)
    hits += without_known(more, hits)
    shaped = shapes.telephone_runs(
        stream, side.own, side.others, taken(hits) | nobodys, country=country
    )
    hits += without_known(shaped, hits)
    return hits[len(before) :]


def _spelled(streams: Sequence[Stream], hits: list[Hit]) -> list[Hit]:
    """Letters of e-mail addresses told once more."""
    moments_s = [s for stream in streams for s in speaks_of_email(stream)]
    for stream in streams:
        places = {ref: word.start_s for ref, word in zip(stream.refs, stream.words, strict=True)}
        moments_s += [
            places[one.refs[0]] for one in hits if one.kind == "email" and one.refs[0] in places
        ]
    found: list[Hit] = []
    for stream in streams if moments_s else ():
        found += spelled_names(stream, moments_s, taken(hits + found))
    return without_known(found, hits)
