"""Contacts that are text already: into the catalogue, and their redacted words into the ledger.

No Prefect. Raw words live in here only, between the file and the redaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.gather import gone, leg_row, legs_of
from flows.shard import claimed, keep
from flows.stages import Stages
from flows.tools import Tools, redactor
from pipeline.ingest.catalogue import Entry
from pipeline.ingest.text_files import TextsFound
from pipeline.ingest.text_transcript import as_transcript
from pipeline.ingest.turns import TextContact
from pipeline.settings import Settings
from pipeline.store.store import Store
from pipeline.types import Rejected
from pipeline.written import bare, is_recording, text_id

_AT_ONCE = 200
_STORED_ONLY = ("leg_id", "recording_id", "source", "audio_path", "audio_refused", "channel_map")
_KEYED = {
    "identifiers": ("customer_id", "account_id", "customer_phone"),
    "case_key": ("case_id",),
    "order_key": ("order_id",),
}
"""Columns of a leg that are made of other fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Texts by their ids, with the ids of their legs; and those that couldn't be entered."""

    texts: Mapping[str, TextContact]
    leg_ids: tuple[str, ...]
    rejected: tuple[Rejected, ...]


def enter(found: TextsFound, *, store: Store, settings: Settings, run_id: str) -> Entered:
    """Write the contacts into the store, pseudonymous, in one transaction.

    What a text doesn't state of a contact that is known already (from a contact list, say) stays.
    """
    known = {row["leg_id"]: row for row in store.catalogue.stored_legs().to_dicts()}
    texts: dict[str, TextContact] = {}
    rows: list[dict[str, object]] = []
    rejected: list[Rejected] = []
    for contact in found.contacts:
        key = text_id(store.secret, contact.content, spoken=contact.spoken)
        leg_id = contact.stated.metadata.contact_id or f"rec-{bare(key)[:12]}"
        before = known.get(leg_id)
        if before and before["recording_id"] and is_recording(before["recording_id"]):
            rejected.append(_has_audio(contact, leg_id))
            continue
        texts[key] = contact
        rows.append(_row(contact, key, leg_id, before, store.secret, settings.site.country))
    store.catalogue.save(
        legs_found=legs_of(rows),
        rejected_now=(*found.rejected, *rejected),
        examined=found.examined | gone(store),
        run_id=run_id,
    )
    leg_ids = tuple(str(row["leg_id"]) for row in rows)
    return Entered(texts=texts, leg_ids=leg_ids, rejected=(*found.rejected, *rejected))


def read_pending(
    store: Store, tools: Tools, stages: Stages, texts: Mapping[str, TextContact]
) -> int:
    """Redact and keep the words of texts that aren't kept yet; how many those were."""
    hide = redactor(tools.settings, store.secret)
    store.ledger.enqueue(stages.read, texts)
    pending = [one for one in store.ledger.items(stages.read, "pending") if one in texts]
    n_read = 0
    for start in range(0, len(pending), _AT_ONCE):
        part = pending[start : start + _AT_ONCE]
        with claimed(store, stages.read, part) as (owner, taken):
            results = {one: hide(as_transcript(texts[one], one)) for one in taken}
            n_read += len(keep(store, owner, stages.read, results, {}, tools.settings))
    return n_read


def _row(
    contact: TextContact,
    key: str,
    leg_id: str,
    before: Mapping[str, Any] | None,
    secret: bytes,
    country: str,
) -> dict[str, object]:
    stated = contact.stated
    entry = Entry(leg_id=leg_id, leg=stated.metadata, recording=None, evidence="pending")
    row = leg_row(entry, secret, country) | {"recording_id": key, "channel_map": None}
    if before is None:
        return row
    return row | {
        name: value
        for name, value in before.items()
        if value is not None
        and name in row
        and name not in _STORED_ONLY
        and stated.fields.isdisjoint(_KEYED.get(name, (name,)))
    }


def _has_audio(contact: TextContact, leg_id: str) -> Rejected:
    return Rejected(
        item=contact.stated.metadata.source,
        code="double_id",
        reason=f"contact {leg_id} has a recording in this workspace, which was heard; that counts",
        remedy="Leave the text out, or analyse the texts in a workspace of their own",
    )
