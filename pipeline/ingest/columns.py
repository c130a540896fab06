"""Which column of a site's export is which of ours: the names, and how they are compared."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

ALIASES: dict[str, tuple[str, ...]] = {
    "recording": (
        *("recording_file", "recording_path", "recording_name", "recording_url", "file"),
        *("filename", "file_path", "audio", "audio_file", "audio_path", "wav", "wav_file"),
    ),
    "contact_id": (
        *("call_id", "interaction_id", "conversation_id", "guid", "unique_id", "session_id"),
        *("call_sid", "call_uuid", "segment_id", "id"),
    ),
    "parent_id": (
        *("parent_call_id", "parent_contact_id", "parent_interaction_id", "linked_id"),
        *("original_call_id", "parent_conversation_id"),
    ),
    "started_at": (
        *("timestamp", "start_time", "call_timestamp", "datetime", "date_time", "start"),
        *("conversation_time", "call_start", "call_start_time", "started", "start_date_time"),
        *("conversation_start", "contact_time", "call_date_time", "call_time_stamp", "begin"),
    ),
    "ended_at": (
        *("end_time", "end", "call_end", "call_end_time", "ended", "conversation_end"),
        *("end_date_time", "hangup_time"),
    ),
    "date": ("call_date", "start_date", "contact_date"),
    "time": ("call_time", "time_of_day", "start_clock"),
    "duration_s": (
        *("duration", "duration_seconds", "duration_sec", "call_duration", "length", "billsec"),
        *("talk_time", "call_length", "conversation_duration"),
    ),
    "medium": ("channel", "media_type", "media", "contact_channel", "contact_medium"),
    "direction": ("call_direction", "contact_direction", "in_out"),
    "customer_id": ("client_id", "cust", "cust_id", "customer", "customer_number", "crm_id"),
    "account_id": ("account", "account_number", "account_no", "acct", "contract_id"),
    "customer_phone": (
        *("phone", "ani", "src", "caller_number", "caller_id", "phone_number", "cli"),
        *("from_number", "msisdn", "telephone", "caller", "callback_number"),
    ),
    "agent_id": ("agent", "employee_id", "employee", "rep_id", "rep", "agent_login", "advisor_id"),
    "agent_name": ("employee_name", "rep_name", "agent_full_name", "advisor_name"),
    "team": ("agent_team", "team_name", "agent_group", "department"),
    "queue": ("campaign", "skill", "queue_name", "campaign_name", "skill_name"),
    "channel_map": ("channels", "channel_roles", "speaker_map"),
    "language": ("locale", "lang", "language_code"),
    "disposition": ("outcome", "result", "status", "wrap_up_code", "call_result"),
    "call_type": ("type", "category", "contact_type", "interaction_type"),
    "case_id": ("case", "ticket", "ticket_id", "case_number", "ticket_number", "incident_id"),
    "order_id": ("order", "order_number", "order_no"),
    "topic": ("contact_reason", "call_reason", "reason", "issue_type"),
    "wait_s": ("wait", "wait_time", "queue_time", "wait_seconds", "time_in_queue", "asa"),
    "hold_s": ("hold", "hold_time", "hold_seconds", "hold_duration"),
    "acw_s": ("acw", "after_call_work", "wrap_up_time", "acw_time", "after_call"),
    "transferred": ("transfer", "is_transfer", "is_transferred", "was_transferred"),
    "abandoned": ("abandon", "is_abandoned", "was_abandoned"),
    "dropped": ("drop", "is_dropped", "call_dropped", "disconnected"),
    "survey_resolved": ("resolved", "issue_resolved", "survey_fcr", "fcr_survey"),
    "csat": ("csat_score", "satisfaction", "survey_csat", "customer_satisfaction"),
}
"""Our name and the names that others give it. `date` and `time` together make `started_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """One column that was recognised; `note` says what was decided about it, empty for nothing."""

    column: str
    field: str
    index: int
    note: str = ""


def normalise(name: str) -> str:
    """A name without what people write differently: case, blanks, underscores, dashes, units."""
    return re.sub(r"[^a-z0-9#]", "", name.casefold())


_FIELDS = {normalise(name): field for field, names in ALIASES.items() for name in (field, *names)}


def field_of(name: str) -> str | None:
    """Our name for a column, None for one that isn't known.

    >>> field_of("Caller Number")
    'customer_phone'
    """
    return _FIELDS.get(normalise(name))


def map_columns(header: Sequence[str]) -> tuple[ColumnMapping, ...]:
    """The recognised columns in the file's order, one for each of our fields.

    Of two for the same field the one with our own name is taken, else the first; the note of the
    one taken names the others.
    """
    rivals: dict[str, list[int]] = {}
    for index, name in enumerate(header):
        if field := field_of(name):
            rivals.setdefault(field, []).append(index)
    chosen = []
    for field, places in rivals.items():
        own = [place for place in places if normalise(header[place]) == normalise(field)]
        taken = (own or places)[0]
        others = ", ".join(f'"{header[place]}"' for place in places if place != taken)
        note = f"taken before {others}, which name the same" if others else ""
        chosen.append(ColumnMapping(column=header[taken], field=field, index=taken, note=note))
    return tuple(sorted(chosen, key=lambda mapping: mapping.index))
