"""vCon, the IETF's container of a conversation, to a contact.

Read after draft-ietf-vcon-vcon-core (-00 to -04: the parts that are read here are the same).
Nothing is fetched: what a vCon refers to elsewhere isn't read. The mapping: docs/text.md.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pipeline.ingest.clock import Clock
from pipeline.ingest.fields import read_fields
from pipeline.ingest.text_records import ReadText, TurnError
from pipeline.ingest.times import TimeError, parse_moment
from pipeline.ingest.turns import Turn, contact_of, side_of
from pipeline.ingest.vcon_parts import (
    decoded,
    names_in,
    objects,
    originator,
    parsed,
    roles_of,
    seconds_in,
    segments_in,
    without_scheme,
    words_in,
)
from pipeline.types import Rejected, Role

_TRANSCRIPTS = ("transcript", "wtf_transcription")
_UNDERSTOOD = frozenset({"wtf_transcription", "cc"})
"""Extensions whose parts that matter here are read."""


def is_vcon(content: Mapping[str, Any]) -> bool:
    """Whether an object is a vCon, signed and encrypted ones included."""
    signed = "payload" in content and "signatures" in content
    return "vcon" in content or signed or ("ciphertext" in content and "unprotected" in content)


def read_vcon(content: Mapping[str, Any], *, source: str, clock: Clock) -> ReadText:
    """Read one vCon; see docs/text.md for what of it is used.

    Raises
    ------
    NoZoneError
        A time states no zone and the clock has none.
    """
    try:
        vcon = _unsigned(content)
        said = _Conversation(vcon, source, clock)
        turns = said.turns()
    except TurnError as error:
        return ReadText(rejected=_refused(source, str(error)))
    reading = read_fields(said.metadata(), source=source, clock=clock)
    if reading.stated is None:
        return ReadText(rejected=reading.rejected)
    contact, notes = contact_of(reading.stated, turns)
    if contact is None:
        return ReadText(rejected=replace(notes[0], reason=said.why_silent()))
    return ReadText(contact=contact, notes=(*reading.notes, *said.notes, *notes))


def _unsigned(content: Mapping[str, Any]) -> Mapping[str, Any]:
    if "ciphertext" in content:
        raise TurnError("is encrypted; allowed: an unsigned or signed vCon")
    if "vcon" in content:
        return content
    found = parsed(decoded(content["payload"]))
    if not isinstance(found, Mapping) or "vcon" not in found:
        raise TurnError("is signed, and its payload holds no vCon")
    return found


class _Conversation:
    """The parties, dialogs and transcripts of one vCon."""

    def __init__(self, vcon: Mapping[str, Any], source: str, clock: Clock) -> None:
        needed = {*names_in(vcon.get("critical")), *names_in(vcon.get("must_support"))}
        if missing := sorted(needed - _UNDERSTOOD):
            raise TurnError(f"demands extensions that aren't understood: {', '.join(missing)}")
        self._vcon, self._source, self._clock = vcon, source, clock
        self._parties = objects(vcon.get("parties"))
        self._dialogs = objects(vcon.get("dialog"))
        self._roles = roles_of(self._parties)
        starts = [self._start(dialog) for dialog in self._dialogs]
        self._first = min((at for at in starts if at), default=None)
        self.notes: list[Rejected] = []

    def turns(self) -> list[Turn]:
        """All that was written or said, by the start of its dialog."""
        order = sorted(enumerate(self._dialogs), key=lambda pair: self._order(pair[1], pair[0]))
        found = [turn for place, dialog in order for turn in self._of_dialog(place, dialog)]
        if any(turn.start_s is None for turn in found):
            return found
        return sorted(found, key=lambda turn: turn.start_s or 0.0)  # a recording a party

    def metadata(self) -> dict[str, str]:
        """What it says of the contact, by our names."""
        customer, agent = self._party("customer"), self._party("agent")
        kinds = {str(dialog.get("type")) for dialog in self._dialogs}
        opener = originator(self._dialogs[0]) if self._dialogs else None
        role = self._role(opener)
        found = {
            "contact_id": self._vcon.get("uuid"),
            "started_at": self._first.isoformat() if self._first else self._vcon.get("created_at"),
            "ended_at": self._ended_at(),
            "medium": "call" if "recording" in kinds else self._text_medium(),
            "direction": {"customer": "inbound", "agent": "outbound"}.get(role),
            "customer_id": customer.get("uuid"),
            "account_id": without_scheme(customer.get("mailto"), "mailto:"),
            "customer_phone": without_scheme(customer.get("tel"), "tel:"),
            "agent_id": agent.get("uuid"),
            "agent_name": agent.get("name"),
            "queue": self._of_any("skill") or self._of_any("campaign"),
            "transferred": "yes" if "transfer" in kinds else None,
        }
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def why_silent(self) -> str:
        """Why nothing of it can be read."""
        if self.notes:
            return f"has no words that can be read: {self.notes[0].reason}"
        kinds = ", ".join(sorted({str(d.get("type")) for d in self._dialogs})) or "none"
        return f"has no words: neither text dialogs nor a transcript; its dialogs are: {kinds}"

    def _of_dialog(self, place: int, dialog: Mapping[str, Any]) -> list[Turn]:
        if dialog.get("type") == "text":
            words = self._body(dialog, f"dialog[{place}]")
            text = words if isinstance(words, str) else words_in(words)
            return [self._turn(originator(dialog), text, at=self._start(dialog))]
        if dialog.get("type") == "recording":
            return self._transcript(place, dialog)
        return []

    def _transcript(self, place: int, dialog: Mapping[str, Any]) -> list[Turn]:
        for number, analysis in enumerate(objects(self._vcon.get("analysis"))):
            mine = self._first_dialog(analysis.get("dialog")) == place
            if mine and analysis.get("type") in _TRANSCRIPTS:
                body = self._body(analysis, f"analysis[{number}]")
                return self._spoken(body, dialog)
        self._note(f"dialog[{place}] is a recording without a transcript; audio isn't read here")
        return []

    def _first_dialog(self, about: Any) -> Any:
        """The dialog that an analysis stands at: once, where it covers several or states none."""
        if isinstance(about, list):
            return about[0] if about else None
        if about is not None:
            return about
        recordings = (n for n, d in enumerate(self._dialogs) if d.get("type") == "recording")
        return next(recordings, None)

    def _spoken(self, body: Any, dialog: Mapping[str, Any]) -> list[Turn]:
        """A transcript's turns, its seconds counted from the first dialog's start."""
        parties = dialog.get("parties")
        alone = parties if isinstance(parties, int) else None
        start = self._start(dialog)
        later_s = (start - self._first).total_seconds() if start and self._first else 0.0
        found = segments_in(body)
        if found is None:
            return [self._turn(alone, words_in(body))]
        turns = []
        for one in found:
            speaker = one.get("party", alone)
            turn = self._turn(speaker, words_in(one), speaker=one.get("speaker"))
            times = [seconds_in(one, name, later_s) for name in ("start", "end")]
            turns.append(replace(turn, start_s=times[0], end_s=times[1]))
        return turns

    def _turn(
        self, party: Any, text: str, *, speaker: Any = None, at: datetime | None = None
    ) -> Turn:
        role = self._role(party)
        if role == "unknown" and isinstance(speaker, str):
            role = side_of(speaker) or self._role_of_name(speaker)
        named = speaker if speaker is not None else party
        return Turn(role=role, text=text, speaker="" if named is None else str(named), at=at)

    def _body(self, one: Mapping[str, Any], where: str) -> Any:
        """The words of a dialog or analysis; an empty text, and a note, where there are none."""
        body, media = one.get("body"), str(one.get("mediatype") or one.get("mimetype") or "")
        if body is None:
            what = "refers to a file elsewhere; nothing is fetched" if "url" in one else "is empty"
            self._note(f"{where} {what}")
            return ""
        if media and not media.startswith(("text/plain", "application/json")):
            self._note(f"{where} is of media type {media}, allowed: text/plain")
            return ""
        if not isinstance(body, str):
            return body
        text = decoded(body) if str(one.get("encoding")).startswith("base64") else body
        return parsed(text) if one.get("encoding") == "json" else text

    def _role(self, party: Any) -> Role:
        known = isinstance(party, int) and 0 <= party < len(self._roles)
        return self._roles[party] if known else "unknown"

    def _role_of_name(self, name: str) -> Role:
        same = [str(p.get("name", "")).casefold() == name.casefold() for p in self._parties]
        return self._roles[same.index(True)] if True in same else "unknown"

    def _party(self, role: Role) -> Mapping[str, Any]:
        pairs = zip(self._parties, self._roles, strict=True)
        return next((party for party, own in pairs if own == role), {})

    def _start(self, dialog: Mapping[str, Any]) -> datetime | None:
        try:
            return parse_moment(str(dialog["start"]), clock=self._clock)
        except (KeyError, TimeError):
            return None

    def _order(self, dialog: Mapping[str, Any], place: int) -> tuple[bool, float, int]:
        at = self._start(dialog)
        return at is None, at.timestamp() if at else 0.0, place

    def _ended_at(self) -> str | None:
        ends = [
            at.timestamp() + (seconds_in(dialog, "duration", 0.0) or 0.0)
            for dialog in self._dialogs
            if (at := self._start(dialog))
        ]
        return f"{max(ends):.6f}" if ends else None

    def _text_medium(self) -> str:
        hints = f"{self._of_any('application')} {self._of_any('mediatype')}".casefold()
        return "email" if "mail" in hints or "rfc822" in hints else "chat"

    def _of_any(self, name: str) -> str | None:
        return next((str(d[name]) for d in self._dialogs if d.get(name)), None)

    def _note(self, reason: str) -> None:
        remedy = "Nothing to do, or put the words into the vCon"
        self.notes.append(
            Rejected(item=self._source, code="vcon_part", reason=reason, remedy=remedy)
        )


def _refused(source: str, problem: str) -> Rejected:
    return Rejected(
        item=source,
        code="bad_vcon",
        reason=problem,
        remedy="Export it as an unsigned or signed vCon with its words inside",
    )
