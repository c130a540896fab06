"""A small centre to link: legs and insights with defaults, times in hours from a Monday."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from pipeline.link.link import Linked, link
from pipeline.settings import Link, Settings
from pipeline.tables import INSIGHTS, LEGS, rows

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def leg(leg_id: str, hours: float = 0, *, minutes: float = 5, **more: object) -> dict[str, object]:
    """A heard inbound call of customer 1, taken by agent a1."""
    return {
        "leg_id": leg_id,
        "recording_id": f"rec-{leg_id}",
        "started_at": at(hours),
        "ended_at": at(hours) + timedelta(minutes=minutes),
        "medium": "call",
        "direction": "inbound",
        "identifiers": ["customer:1"],
        "agent_id": "a1",
        "evidence": "heard",
    } | more


def insight(leg_id: str, **more: object) -> dict[str, object]:
    """A recording with speech about a delivery."""
    said = {"recording_id": f"rec-{leg_id}", "start_s": 1.0, "end_s": 3.0, "role": "customer"}
    return {
        "recording_id": f"rec-{leg_id}",
        "duration_s": 300.0,
        "speech_s": 200.0,
        "n_words": 80,
        "topic": "delivery",
        "topic_score": 0.6,
        "topics": ["delivery"],
        "issue": said | {"text": f"issue of {leg_id}"},
        "says_transfer": False,
        "says_goodbye": True,
    } | more


def linked(
    legs: list[dict[str, object]], insights: list[dict[str, object]] | None = None, **rules: Any
) -> Linked:
    """Linked tables; every heard leg gets the default insight unless its own is given."""
    given = {row["recording_id"]: row for row in insights or []}
    heard = [row for row in legs if row.get("evidence") == "heard"]
    default = {row["recording_id"]: insight(str(row["leg_id"])) for row in heard}
    return link(
        rows(legs, LEGS),
        rows(list((default | given).values()), INSIGHTS),
        settings=Settings(link=Link(**rules)),
    )


def left_out(tables: Linked) -> dict[str, str | None]:
    return dict(tables.contacts.select("contact_id", "left_out").rows())


def threads_of(tables: Linked) -> list[list[str]]:
    by_thread = tables.threads.sort("thread_id", "position").group_by(
        "thread_id", maintain_order=True
    )
    return by_thread.agg(pl.col("contact_id"))["contact_id"].to_list()


def vector(angle_cosine: float) -> list[float]:
    """A unit vector whose cosine with `vector(1)` is the one given."""
    return [angle_cosine, (1 - angle_cosine**2) ** 0.5]


def claim(first: int | None = None, last: int | None = None) -> dict[str, object]:
    quote = {"recording_id": "r", "start_s": 2.0, "end_s": 4.0, "role": "customer", "text": "again"}
    return {"quote": quote, "phrase": "called", "days_ago_min": first, "days_ago_max": last}
