"""Linked contacts to measure, times in days from a Monday morning."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from pipeline.measure.coverage import RecordingCounts
from pipeline.measure.fcr import fcr_rows
from pipeline.measure.measures import measures
from pipeline.measure.outcomes import outcomes
from pipeline.measure.scope import scope
from pipeline.measures import FcrRow, Measures, Rate
from pipeline.settings import Link, Measure, Settings, Site
from pipeline.tables import CONTACTS, THREADS, rows

MONDAY = datetime(2026, 9, 7, 9, tzinfo=UTC)
RECORDINGS = RecordingCounts(
    recordings=3, heard=2, quarantined=1, pending=0, audio_hours=0.5, texts_read=0
)


def at(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


def contact(
    contact_id: str, days: float, *, customer: str | None = "c1", minutes: float = 0, **more: object
) -> dict[str, object]:
    """A heard index contact about a delivery, taken by agent a1."""
    return {
        "contact_id": contact_id,
        "leg_ids": [contact_id],
        "merged": "none",
        "started_at": at(days),
        "ended_at": at(days) + timedelta(minutes=minutes),
        "medium": "call",
        "direction": "inbound",
        "customer_key": customer,
        "agent_id": "a1",
        "topic": "delivery",
        "transfers": 0,
        "drops": 0,
        "evidence": "heard",
    } | more


def tables(*threads: list[dict[str, object]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`CONTACTS` and `THREADS` of threads given as lists of contacts in order."""
    members = [
        {
            "thread_id": f"T-{thread[0]['contact_id']}",
            "contact_id": row["contact_id"],
            "position": place,
            "customer_key": row["customer_key"],
            "topic": row["topic"],
        }
        for thread in threads
        for place, row in enumerate(thread)
    ]
    return rows([row for thread in threads for row in thread], CONTACTS), rows(members, THREADS)


def site(*, horizon: float | None, complete_from: float, timezone: str = "UTC") -> Settings:
    complete_to = None if horizon is None else at(horizon)
    return Settings(
        site=Site(timezone=timezone),
        link=Link(lookback_days=30),
        measure=Measure(complete_from=at(complete_from), complete_to=complete_to, min_n=2),
    )


def whole_rows(
    *threads: list[dict[str, object]], horizon: float, complete_from: float
) -> tuple[FcrRow, ...]:
    """FCR of all first contacts, without its groups: quick enough for many examples."""
    contacts, linked = tables(*threads)
    settings = site(horizon=horizon, complete_from=complete_from)
    looked_at = scope(contacts, settings=settings, first_day=None, last_day=None, as_of=None)
    found = outcomes(contacts, linked, scope=looked_at)
    return fcr_rows(found, scope=looked_at, merges="all", min_n=2, dimensions=("all",))


def measured(
    *threads: list[dict[str, object]],
    horizon: float | None = 60,
    complete_from: float = -100,
    timezone: str = "UTC",
    ids_only: tuple[list[dict[str, object]], ...] | None = None,
    **more: Any,
) -> Measures:
    """Measures with a horizon of day 60 and data that are complete since long before."""
    contacts, linked = tables(*threads)
    by_id, linked_by_id = tables(*(ids_only or threads))
    return measures(
        contacts=contacts,
        threads=linked,
        contacts_ids_only=by_id,
        threads_ids_only=linked_by_id,
        recordings=RECORDINGS,
        settings=site(horizon=horizon, complete_from=complete_from, timezone=timezone),
        run_id="run",
        generated_at="2026-11-01T00:00:00Z",
        generated_by="test",
        **more,
    )


def row(found: Measures, days: float = 7, value: str = "all", **other: str) -> FcrRow:
    """The row of one window and group, by default of the same-issue variant with all merges."""
    wanted = {"variant": "same_issue", "merges": "all", "dimension": "all"} | other
    [one] = [
        r
        for r in found.fcr
        if r.window_days == days
        and r.value == value
        and all(getattr(r, name) == text for name, text in wanted.items())
    ]
    return one


def terms(rate: Rate) -> tuple[int, int]:
    return rate.numerator, rate.denominator
