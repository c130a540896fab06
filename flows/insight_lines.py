"""insights.jsonl: what was understood of each contact, a line a contact, for other programs.

Redacted words and no identifiers: it may leave the workspace as a report does.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flows.shard import understood_items
from flows.stages import Stages
from pipeline.insights import ContactInsight
from pipeline.settings import Settings
from pipeline.store.store import Store

_LEG = ("contact_id", "started_at", "ended_at", "medium", "direction", "agent_id", "team", "queue")
_LEFT_OUT = ("recording_id", "issue_embedding", "utterance_sentiments", "provenance")
"""Of an insight: ids and numbers that mean nothing outside the workspace."""


def insight_lines(
    store: Store, settings: Settings, stages: Stages, leg_ids: Collection[str]
) -> str:
    """JSON Lines of the contacts with these leg ids, by start and id."""
    items = understood_items(store, settings, stages)
    insights = {
        items[item]: insight
        for item, insight in store.results.read(stages.understand, ContactInsight, items)
    }
    legs = store.catalogue.stored_legs().sort("started_at", "leg_id", nulls_last=True)
    wanted = set(leg_ids)
    lines = [
        _line(leg, insights[leg["recording_id"]])
        for leg in legs.to_dicts()
        if leg["leg_id"] in wanted and leg["recording_id"] in insights
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _line(leg: dict[str, Any], insight: ContactInsight) -> dict[str, Any]:
    own = {name: _plain(leg["leg_id" if name == "contact_id" else name]) for name in _LEG}
    found = {name: value for name, value in asdict(insight).items() if name not in _LEFT_OUT}
    return own | {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    """As JSON has it; a quote with its place: seconds of speech, or the number of a message."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        dropped = set(_unsaid(value))
        return {name: _plain(one) for name, one in value.items() if name not in dropped}
    return value


def _unsaid(value: dict[str, Any]) -> Iterator[str]:
    """Names of an object that say nothing, or would take words counted for seconds."""
    if "message" in value:
        yield "recording_id"
        yield from ("message",) if value["message"] is None else ("start_s", "end_s")
    quote = value.get("quote")
    if isinstance(quote, dict) and quote.get("message") is not None:
        yield "at_s"
