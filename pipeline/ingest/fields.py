"""From named texts to one leg's metadata: one set of rules for CSV row, sidecar and file name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipeline.ingest import values
from pipeline.ingest.clock import Clock
from pipeline.ingest.times import NoZoneError, TimeError, parse_duration, parse_moment
from pipeline.types import ContactMetadata, Rejected

_READERS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("recording", "agent_name", "team", "queue", "topic"), str),
    **dict.fromkeys(("contact_id", "parent_id", "customer_id", "account_id"), values.identifier),
    **dict.fromkeys(("agent_id", "case_id", "order_id"), values.identifier),
    **dict.fromkeys(("disposition", "call_type"), values.lower),
    **dict.fromkeys(("wait_s", "hold_s", "acw_s"), parse_duration),
    **dict.fromkeys(("transferred", "abandoned", "dropped", "survey_resolved"), values.boolean),
    "medium": values.medium,
    "direction": values.direction,
    "customer_phone": values.phone,
    "language": values.language,
    "channel_map": values.channel_map,
    "csat": values.number,
}
"""Fields whose bad value costs that value only. Times are not among them: they cost the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Metadata and the names of the fields that its source stated: the rest are defaults."""

    metadata: ContactMetadata
    fields: frozenset[str]

    def over(self, weaker: "Stated") -> "Stated":
        """This one, with the fields that only `weaker` states filled in."""
        extra = weaker.fields - self.fields
        filled: dict[str, Any] = {name: getattr(weaker.metadata, name) for name in extra}
        return Stated(metadata=replace(self.metadata, **filled), fields=self.fields | extra)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What became of one row: `stated`, or `rejected`; `notes` are values that were left out."""

    stated: Stated | None
    rejected: Rejected | None
    notes: tuple[Rejected, ...] = ()


def read_fields(texts: Mapping[str, str], *, source: str, clock: Clock) -> Reading:
    """Read one leg's metadata from texts by field name.

    Parameters
    ----------
    texts : mapping
        Raw texts by our field names; `date` and `time` together stand in for `started_at`.
    source : str
        Where they stand, for people: "contacts.csv line 12".
    clock : Clock
        How times without a zone, and dates with two readings, are read.

    Raises
    ------
    NoZoneError
        A time states no zone and the clock has none: that is for the caller to stop at.
    """
    cleaned = {name: text for name, raw in texts.items() if (text := values.clean(raw))}
    try:
        times = _times(cleaned, clock)
    except NoZoneError:
        raise
    except TimeError as error:
        return Reading(stated=None, rejected=_bad_time(source, error))
    read: dict[str, Any] = dict(times)
    notes = []
    for name, text in sorted(cleaned.items()):
        if reader := _READERS.get(name):
            try:
                read[name] = reader(text)
            except ValueError as error:
                notes.append(_left_out(source, name, error))
    read = {name: value for name, value in read.items() if value is not None}
    metadata = ContactMetadata(source=source, **read)
    stated = Stated(metadata=metadata, fields=frozenset(read))
    return Reading(stated=stated, rejected=None, notes=tuple(notes))


def _times(texts: Mapping[str, str], clock: Clock) -> dict[str, datetime | float | None]:
    started = texts.get("started_at")
    if not started and "date" in texts:
        started = f"{texts['date']} {texts.get('time', '')}".strip()
    started_at = _named("started_at", started, lambda text: parse_moment(text, clock=clock))
    ended_at = _named("ended_at", texts.get("ended_at"), lambda t: parse_moment(t, clock=clock))
    if started_at and ended_at and ended_at < started_at:
        raise TimeError(f'it ends ("{texts["ended_at"]}") before it starts ("{started}")')
    duration_s = _named("duration_s", texts.get("duration_s"), parse_duration)
    return {"started_at": started_at, "ended_at": ended_at, "duration_s": duration_s}


def _named(name: str, text: str | None, reader: Callable[[str], Any]) -> Any:
    """The value, or the reader's error with the field's name before it."""
    if not text:
        return None
    try:
        return reader(text)
    except TimeError as error:
        raise type(error)(f"{name}: {error}") from error


def _bad_time(source: str, error: TimeError) -> Rejected:
    return Rejected(
        item=source,
        code="bad_time",
        reason=str(error),
        remedy="Mend this value; the rest of the file is used",
    )


def _left_out(source: str, name: str, error: ValueError) -> Rejected:
    return Rejected(
        item=source,
        code="bad_value",
        reason=f"{name}: {error}; the rest of it is used",
        remedy="Mend this value",
    )
