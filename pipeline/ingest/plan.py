"""What a run would do, and what it would have to leave out: for `--dry-run`."""

from dataclasses import dataclass

from pipeline.ingest.catalogue import Catalogue
from pipeline.ingest.columns import ColumnMapping
from pipeline.ingest.metadata import Metadata
from pipeline.types import ContactMetadata, Rejected

_WANTED = (
    (("agent_id", "agent_name"), "no agents: no figures by agent"),
    (("queue",), "no queues: no figures by queue"),
    (("team",), "no teams: no figures by team"),
    (("direction",), "no directions: every contact counts as inbound"),
    (("case_id", "order_id"), "no case or order ids: issues are told apart by what is said only"),
    (("channel_map",), "no channel map: who is the agent is found out from what is said"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is there and what it is good for. `missing` says what won't be made, and why."""

    encoding: str | None
    mapping: tuple[ColumnMapping, ...]
    unused_columns: tuple[str, ...]
    n_contacts: int
    n_recordings: int
    audio_hours: float
    missing: tuple[str, ...]
    notes: tuple[Rejected, ...]


def plan(catalogue: Catalogue, metadata: Metadata | None) -> Plan:
    """The plan of a catalogue that was made with this metadata."""
    recordings = {
        entry.recording.recording_id: entry.recording
        for entry in catalogue.entries
        if entry.recording
    }
    return Plan(
        encoding=metadata.encoding if metadata else None,
        mapping=metadata.mapping if metadata else (),
        unused_columns=metadata.unused_columns if metadata else (),
        n_contacts=len(catalogue.entries),
        n_recordings=len(recordings),
        audio_hours=sum(one.duration_s for one in recordings.values()) / 3600,
        missing=_missing([entry.leg for entry in catalogue.entries], metadata),
        notes=(*catalogue.rejected, *catalogue.rejected_rows, *catalogue.notes),
    )


def _missing(legs: list[ContactMetadata], metadata: Metadata | None) -> tuple[str, ...]:
    if not legs:
        return ("no usable recordings or contacts: nothing will be made",)
    lines = []
    identified = sum(bool(leg.customer_id or leg.account_id or leg.customer_phone) for leg in legs)
    dated = sum(leg.started_at is not None for leg in legs)
    if not identified:
        why = "nothing tells who called twice"
        lines.append(
            f"no customer ids or telephone numbers: everything but FCR will be made; {why}"
        )
    elif identified < len(legs):
        lines.append(
            f"{len(legs) - identified} of {len(legs)} contacts have no customer: not in FCR"
        )
    if not dated:
        lines.append("no times: everything but FCR and trends will be made")
    elif dated < len(legs):
        lines.append(f"{len(legs) - dated} of {len(legs)} contacts have no time: in no rate")
    fed = {column.field for column in metadata.mapping} if metadata else set()
    for names, line in _WANTED:
        if not fed & set(names) and all(_is_default(leg, names) for leg in legs):
            lines.append(line)
    return tuple(lines)


def _is_default(leg: ContactMetadata, names: tuple[str, ...]) -> bool:
    fields = ContactMetadata.__dataclass_fields__
    return all(getattr(leg, name) == fields[name].default for name in names)
