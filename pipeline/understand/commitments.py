"""Promises of either side, and when each is due: "leave it with me", "he'll ring you by Friday".

A promise is told in a clause; its time is in the clause, else in the same sentence or the same
turn. What is done at once, offered, refused, usual, or told of earlier contacts is none. Two
promises of one kind of deed by one side are one: the one with a time stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from pipeline.insights import Commitment
from pipeline.taxonomy.phrases import Phrases, Spoken
from pipeline.types import Role
from pipeline.understand.due import Due, WorkingDays, dues
from pipeline.understand.sentences import Sentence

_SAME_DEED = ({"send", "arrange", "money", "visit"}, {"call", "look_into"})
"""Kinds told in each other's words: "I'll get that out to you. Should arrive on Thursday." """


@dataclass(frozen=True, slots=True)
class _Clause:
    """Characters `start` to `end` of a sentence."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A promise on its way: who, where, what kind, until when."""

    role: Role
    sentence: Sentence
    kind: str
    due: Due | None


def commitments(
    sentences: Sequence[Sentence], *, spoken: Spoken, now: datetime | None, days: WorkingDays
) -> tuple[Commitment, ...]:
    """The contact's promises in order, each once.

    Parameters
    ----------
    sentences : Sequence[Sentence]
        Of one contact, in order.
    spoken : Spoken
        The phrases of each language; sentences in others promise nothing.
    now : datetime or None
        The contact's start in the site's zone; None: unknown, then nothing has a due time.
    days : WorkingDays
        The site's calendar.
    """
    found: list[_Found] = []
    for at, sentence in enumerate(sentences):
        if sentence.language in spoken:
            found += _of_sentence(sentences, at, spoken, now, days)
    return tuple(_commitment(one) for one in _once(found))


def _of_sentence(
    sentences: Sequence[Sentence],
    at: int,
    spoken: Spoken,
    now: datetime | None,
    days: WorkingDays,
) -> Iterator[_Found]:
    sentence = sentences[at]
    text, role, phrases = sentence.plain, sentence.quote.role, spoken[sentence.language]
    times = dues(text, phrases=phrases, now=now, days=days) if now else ()
    if any(pattern.search(text) for pattern in phrases.offers):
        accepted = _is_accepted(sentences, at, spoken)
        if not accepted:
            return
    for clause in _clauses(text, phrases):
        if any(pattern.search(clause.text) for pattern in phrases.commits_not):
            continue
        kind, told_at = _kind(clause, role, phrases, dated=bool(_within(times, clause)))
        if kind:
            due = _nearest(times, clause.start + told_at, clause)
            yield _Found(role, sentence, kind, due or _of_next(sentences, at, spoken, now, days))


def _clauses(text: str, phrases: Phrases) -> list[_Clause]:
    cuts = [0]
    for pattern in phrases.clause:
        cuts += [match.end() for match in pattern.finditer(text)]
    cuts = sorted({*cuts, len(text)})
    return [_Clause(a, b, text[a:b]) for a, b in pairwise(cuts)]


def _within(times: Sequence[Due], clause: _Clause) -> list[Due]:
    return [one for one in times if clause.start <= one.start < clause.end]


def _kind(clause: _Clause, role: Role, phrases: Phrases, *, dated: bool) -> tuple[str, int]:
    """The deed that is promised and where its words begin; "" for none."""
    hits = [
        (match.start(), kind)
        for kind, pattern in (*phrases.commits, *(phrases.commits_dated if dated else ()))
        for match in (pattern.search(clause.text),)
        if match and (role != "customer" or _own(match, phrases))
    ]
    return (hits[0][1], hits[0][0]) if hits else ("", 0)


def _own(match: re.Match[str], phrases: Phrases) -> bool:
    """Whether the speaker speaks of themselves: a customer can't promise for others."""
    return bool(phrases.first_person.search(match.group()))


def _nearest(times: Sequence[Due], told_at: int, clause: _Clause) -> Due | None:
    """The first time after the promise's words in its clause, else the last before, else beside."""
    inside = _within(times, clause)
    after = [one for one in inside if one.start >= told_at]
    if after or inside:
        return after[0] if after else inside[-1]
    later = [one for one in times if one.start >= clause.end]
    return later[0] if later else times[-1] if times else None


def _of_next(
    sentences: Sequence[Sentence],
    at: int,
    spoken: Spoken,
    now: datetime | None,
    days: WorkingDays,
) -> Due | None:
    """The time in the next sentence of the same turn, where that only tells when."""
    if now is None or at + 1 >= len(sentences):
        return None
    after = sentences[at + 1]
    phrases = spoken.get(after.language)
    if phrases is None or after.utterance != sentences[at].utterance or after.n_words > 10:
        return None
    times = dues(after.plain, phrases=phrases, now=now, days=days)
    return times[0] if times else None


def _is_accepted(sentences: Sequence[Sentence], at: int, spoken: Spoken) -> bool:
    """Whether the other side says yes to an offer right away."""
    if sentences[at].quote.role == "customer":
        return False
    answer = next(
        (s for s in sentences[at + 1 :] if s.quote.role != sentences[at].quote.role), None
    )
    phrases = spoken.get(answer.language) if answer else None
    return bool(phrases and answer and any(p.search(answer.plain) for p in phrases.accepts))


def _once(found: Sequence[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for one in found:
        same = next((n for n, other in enumerate(kept) if _is_same(one, other)), None)
        if same is None:
            kept.append(one)
        elif kept[same].due is None or one.due is not None:
            kept[same] = replace(one, kind=kept[same].kind)
    return kept


def _is_same(one: _Found, other: _Found) -> bool:
    if one.role != other.role:
        return False
    akin = one.kind == other.kind or any({one.kind, other.kind} <= kinds for kinds in _SAME_DEED)
    near = abs(one.sentence.utterance - other.sentence.utterance) <= 1
    if one.due and other.due:
        same = one.due.at == other.due.at
        return (same and (akin or near)) or (akin and one.sentence is other.sentence)
    return akin or near


def _commitment(one: _Found) -> Commitment:
    return Commitment(
        role=one.role,
        quote=one.sentence.quote,
        phrase=one.kind,
        due_at=one.due.at.astimezone(UTC) if one.due else None,
        due_words=one.due.words if one.due else "",
    )
