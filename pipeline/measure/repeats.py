"""Repeats, charged to the contact that caused them, and the threads that they make long."""

import polars as pl

from pipeline.measure.fcr import first_contacts
from pipeline.measure.interval import no_rate, rates
from pipeline.measure.outcomes import closed, followed, is_event
from pipeline.measure.scope import DIMENSIONS, Scope, group_value
from pipeline.measures import Count, RepeatRow, ThreadSummary


def repeat_rows(outcomes: pl.DataFrame, *, scope: Scope, min_n: int) -> tuple[RepeatRow, ...]:
    """Closed index contacts, first or not, that a repeat within the window follows.

    A thread's repeat is charged to the index contact before it: of two index contacts before a
    third, the second is itself the first one's repeat. So each is asked only whether an event of
    its thread came within its own window.
    """
    if scope.horizon is None:
        return ()
    found: list[RepeatRow] = []
    index = outcomes.filter(~pl.col("left_edge"))
    for days in scope.windows_days:
        counted = index.filter(closed(days, horizon=scope.horizon)).with_columns(
            success=followed("to_event", days)
        )
        for dimension in DIMENSIONS:
            value = group_value(dimension, timezone=scope.zone.key)
            by_value = rates(counted.with_columns(value), min_n=min_n)
            if dimension == "all":
                by_value = by_value or {"all": no_rate()}
            found += [
                RepeatRow(window_days=days, dimension=dimension, value=name, repeats=rate)
                for name, rate in by_value.items()
            ]
    return tuple(found)


def thread_summary(
    outcomes: pl.DataFrame, contacts: pl.DataFrame, threads: pl.DataFrame, *, scope: Scope
) -> ThreadSummary:
    """The threads whose first contact is among the outcomes, with their contacts to the horizon.

    `with_repeat` counts threads with an event after their first contact, however late.
    """
    firsts = first_contacts(outcomes)
    heads = firsts.select("thread_id", first_id="contact_id", first_end="ended_at")
    members = (
        threads.select("thread_id", "contact_id")
        .join(heads, on="thread_id")
        .join(contacts, on="contact_id")
        .filter(pl.col("started_at") <= pl.lit(scope.horizon))
    )
    repeat = is_event() & (pl.col("started_at") > pl.col("first_end"))
    sizes = members.group_by("thread_id").agg(pl.len().alias("size"), repeat.any().alias("repeat"))
    by_size = sizes.group_by("size").len().sort("size")
    return ThreadSummary(
        threads=len(sizes),
        contacts=len(members),
        contacts_per_issue=len(members) / len(sizes) if len(sizes) else None,
        with_repeat=int(sizes["repeat"].sum()),
        by_size=tuple(Count(name=str(size), count=n) for size, n in by_size.iter_rows()),
    )
