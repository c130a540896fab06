"""A contact that is text already: who wrote or said what, in order. The noun all readers make.

Raw words: in memory only, until they are redacted.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.ingest.fields import Stated
from pipeline.ingest.languages import language_of
from pipeline.ingest.quoted import own_words
from pipeline.types import Medium, Rejected, Role

_SIDES: dict[str, Role] = {
    **dict.fromkeys(("agent", "rep", "employee", "advisor", "adviser", "operator"), "agent"),
    **dict.fromkeys(("support", "staff", "representative", "assistant", "bot"), "agent"),
    **dict.fromkeys(("chatbot", "system", "ivr"), "agent"),
    **dict.fromkeys(("customer", "cust", "caller", "client", "user", "visitor"), "customer"),
    **dict.fromkeys(("consumer", "guest", "enduser", "requester", "contact"), "customer"),
    **dict.fromkeys(("unknown", "mixed", "both"), "unknown"),
}

_LONGEST_S = 7 * 86_400
"""Seconds that speech may take: a week, as a duration in metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message, or one stretch of speech. `speaker` tells apart those of unknown role.

    `start_s` and `end_s` are seconds of the audio, for speech; `at` is a message's moment.
    """

    role: Role
    text: str
    speaker: str = ""
    start_s: float | None = None
    end_s: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextContact:
    """One contact. `spoken`: every turn has its seconds; else places are counted in words."""

    stated: Stated
    turns: tuple[Turn, ...]
    language: str | None
    spoken: bool

    @property
    def content(self) -> str:
        """All that is read of it, as one text: equal contents are one contact read once.

        Without an id of the site's the metadata belongs to it: two customers may write the same.
        """
        data = self.stated.metadata
        known = data.contact_id or repr(replace(data, source=""))
        turns = [[t.role, t.speaker, t.text, t.start_s, t.end_s] for t in self.turns]
        return json.dumps([known, self.language, self.spoken, turns], ensure_ascii=False)


def side_of(word: str) -> Role | None:
    """Agent, customer or unknown for the usual words; None for any other.

    A bot and the system are the centre's side.
    """
    return _SIDES.get(re.sub(r"[^a-z]", "", word.casefold()))


def seconds(value: object) -> float | None:
    """Seconds from the start; None for nothing.

    Raises
    ------
    ValueError
        It is anything else.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{kind_of(value)} where seconds from the start are allowed")
    try:
        number = float(value)
    except ValueError as error:
        raise ValueError(f'"{value}" where seconds from the start are allowed') from error
    if not 0 <= number <= _LONGEST_S:
        raise ValueError(f"{value} where seconds from the start, 0 to {_LONGEST_S}, are allowed")
    return number


def kind_of(value: object) -> str:
    """What a JSON value is, for people: "a list"; never its content, which somebody said."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    kinds |= {int: "a number", float: "a number", type(None): "null"}
    return kinds.get(type(value), "something else")


def contact_of(
    stated: Stated, turns: Sequence[Turn]
) -> tuple[TextContact | None, tuple[Rejected, ...]]:
    """A contact from its metadata and turns, and notes; None where nobody says anything."""
    source = stated.metadata.source
    if not any(turn.text.strip() for turn in turns):
        return None, (no_text(source, "says nothing: all of its text is blank"),)
    if stated.metadata.medium == "email":
        turns = [replace(turn, text=own_words(turn.text)) for turn in turns]
    spoken = _timed(turns)
    notes: tuple[Rejected, ...] = ()
    if not spoken and any(turn.start_s is not None for turn in turns):
        notes += (_untimed(source),)
        turns = [replace(turn, start_s=None, end_s=None) for turn in turns]
    given = stated.metadata.language
    language = given or language_of(" ".join(turn.text for turn in turns))
    if language is None:
        notes += (_no_language(source),)
    full = _with_medium(_with_times(stated, turns, spoken), "call" if spoken else "chat")
    return TextContact(stated=full, turns=tuple(turns), language=language, spoken=spoken), notes


def no_text(source: str, problem: str) -> Rejected:
    """A contact of which there is nothing to read."""
    return Rejected(
        item=source,
        code="no_text",
        reason=problem,
        remedy='Give "text", or "turns": [{"role": "customer", "text": "..."}]',
    )


def _timed(turns: Sequence[Turn]) -> bool:
    """Whether every turn has its seconds, and none goes back."""
    starts = [turn.start_s for turn in turns if turn.start_s is not None]
    return len(starts) == len(turns) and starts == sorted(starts)


def _with_times(stated: Stated, turns: Sequence[Turn], spoken: bool) -> Stated:
    """Start and end from the messages' moments, or the speech's length, where not stated.

    A written contact of which neither is known ends where it starts.
    """
    data = stated.metadata
    moments = sorted(turn.at for turn in turns if turn.at is not None)
    started_at = data.started_at or next(iter(moments), None)
    ended_at, duration_s = data.ended_at, data.duration_s
    if spoken:
        duration_s = duration_s or max(turn.end_s or turn.start_s or 0.0 for turn in turns)
    if started_at and ended_at is None:
        length = timedelta(seconds=duration_s or 0.0)
        ended_at = max([started_at + length, *moments])
    told = {"started_at"} if started_at else set()
    told |= {"ended_at"} if ended_at and (moments or duration_s) else set()
    changed = replace(data, started_at=started_at, ended_at=ended_at, duration_s=duration_s)
    return Stated(metadata=changed, fields=stated.fields | told)


def _with_medium(stated: Stated, medium: Medium) -> Stated:
    if "medium" in stated.fields:
        return stated
    return Stated(metadata=replace(stated.metadata, medium=medium), fields=stated.fields)


def _untimed(source: str) -> Rejected:
    return Rejected(
        item=source,
        code="turn_times",
        reason="has start_s in some turns only, or times that go back; they are not used",
        remedy="Give start_s in every turn, in order",
    )


def _no_language(source: str) -> Rejected:
    return Rejected(
        item=source,
        code="language",
        reason="states no language and its words don't tell it; it counts, but isn't read",
        remedy='Add "language": "en" if it is English',
    )
