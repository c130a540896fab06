"""One object of JSON, or one row of CSV, to a contact: ours, Whisper's and many others' shapes.

The names, and which comes first where several mean the same: docs/text.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.ingest.clock import Clock
from pipeline.ingest.columns import field_of
from pipeline.ingest.fields import Stated, read_fields
from pipeline.ingest.sidecar import texts_of
from pipeline.ingest.times import NoZoneError, parse_moment
from pipeline.ingest.turns import (
    TextContact,
    Turn,
    contact_of,
    kind_of,
    no_text,
    seconds,
    side_of,
)
from pipeline.types import Rejected

TEXT = ("text", "body", "message", "content", "transcript")
"""Names of words: of a contact in one block, or of one turn."""

TURNS = ("turns", "messages", "utterances", "segments")
_ROLE = ("role", "side")
_SPEAKER = ("speaker", "author", "sender", "from", "name")
_AT = ("at", "timestamp", "time", "sent_at", "created_at")
_START, _END = ("start_s", "start"), ("end_s", "end")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadText:
    """What became of one contact: `contact`, or `rejected`; `notes` are values left out."""

    contact: TextContact | None = None
    rejected: Rejected | None = None
    notes: tuple[Rejected, ...] = ()


class TurnError(ValueError):
    """Turns that can't be read; the message says which and why, and holds nobody's words."""


def read_record(
    content: Mapping[str, Any], *, source: str, clock: Clock, weaker: Stated | None = None
) -> ReadText:
    """Read one contact.

    Parameters
    ----------
    content : mapping
        Metadata by any name that a contact list may use, and either turns or a text.
    source : str
        Where it stands, for people: "chats.jsonl line 12".
    weaker : Stated, optional
        What its file's name says; the object's own metadata counts first.

    Raises
    ------
    NoZoneError
        A time states no zone and the clock has none.
    """
    rest = {name: value for name, value in content.items() if name not in (*TEXT, *TURNS)}
    reading = read_fields(texts_of(rest), source=source, clock=clock)
    if reading.stated is None:
        return ReadText(rejected=reading.rejected)
    stated = reading.stated.over(weaker) if weaker else reading.stated
    turns = _Turns(source, clock)
    try:
        told = turns.of(content)
    except TurnError as error:
        return ReadText(rejected=_bad_turns(source, error))
    if told is None:
        return ReadText(rejected=no_text(source, _no_words(content)))
    contact, notes = contact_of(stated, told)
    if contact is None:
        return ReadText(rejected=notes[0])
    return ReadText(contact=contact, notes=(*reading.notes, *turns.notes.values(), *notes))


def unknown_names(content: Mapping[str, Any]) -> set[str]:
    """Names that mean nothing here; of objects within, and of what is null, nothing is said."""
    known = {*TEXT, *TURNS, *_ROLE}
    return {
        name
        for name, value in content.items()
        if name not in known and field_of(name) is None and isinstance(value, str | int | float)
    }


class _Turns:
    """The turns of one object; `notes` are values left out, the first of each kind."""

    def __init__(self, source: str, clock: Clock) -> None:
        self._source, self._clock = source, clock
        self.notes: dict[str, Rejected] = {}

    def of(self, content: Mapping[str, Any]) -> list[Turn] | None:
        """Turns where there are any, else the one block of text; None for neither."""
        for name in TURNS:
            if content.get(name):
                return self.listed(content[name], name)
        for name in TEXT:
            if isinstance(content.get(name), str):
                return [Turn(role=self._role(content, "role"), text=content[name])]
            if isinstance(content.get(name), list):
                return self.listed(content[name], name)
        return None

    def listed(self, found: Any, name: str) -> list[Turn]:
        """Turns from a list of objects."""
        if not isinstance(found, Sequence) or isinstance(found, str):
            raise TurnError(f'"{name}" is {kind_of(found)}, allowed: a list of objects')
        return [self._turn(one, f"{name}[{place}]") for place, one in enumerate(found)]

    def _turn(self, one: Any, where: str) -> Turn:
        if not isinstance(one, Mapping):
            raise TurnError(f'{where} is {kind_of(one)}, allowed: an object with "text"')
        said = _first(one, TEXT)
        if said is not None and not isinstance(said, str):
            raise TurnError(f'{where} has {kind_of(said)} as its "text", allowed: a text')
        speaker = _first(one, _SPEAKER)
        return Turn(
            role=self._role(one, where),
            text=said or "",
            speaker=str(speaker) if isinstance(speaker, str | int) else "",
            start_s=self._value(one, _START, where, seconds),
            end_s=self._value(one, _END, where, seconds),
            at=self._value(one, _AT, where, self._moment),
        )

    def _role(self, one: Mapping[str, Any], where: str) -> Any:
        word = _first(one, _ROLE)
        if isinstance(word, str):
            if side := side_of(word):
                return side
            self._note(where, "role", f'"{word[:40]}" is no side: agent, customer or unknown')
        speaker = _first(one, _SPEAKER)
        return (side_of(speaker) if isinstance(speaker, str) else None) or "unknown"

    def _moment(self, value: Any) -> Any:
        return None if value is None else parse_moment(str(value), clock=self._clock)

    def _value(self, one: Mapping[str, Any], names: Sequence[str], where: str, reader: Any) -> Any:
        try:
            return reader(_first(one, names))
        except NoZoneError:
            raise
        except ValueError as error:
            self._note(where, names[0], str(error))
            return None

    def _note(self, where: str, name: str, problem: str) -> None:
        self.notes.setdefault(
            name,
            Rejected(
                item=self._source,
                code="bad_value",
                reason=f"{where} {name}: {problem}; the rest of it is used",
                remedy="Mend this value",
            ),
        )


def _first(one: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((one[name] for name in names if one.get(name) is not None), None)


def _no_words(content: Mapping[str, Any]) -> str:
    names = ", ".join(sorted(str(name) for name in content)) or "none"
    return f'has neither "text" nor "turns"; its names are: {names}'


def _bad_turns(source: str, error: TurnError) -> Rejected:
    return Rejected(
        item=source,
        code="bad_turn",
        reason=str(error),
        remedy="Mend this contact; the rest of the file is used",
    )
