"""What came after every index contact: one row each, from which every window is read.

METRICS.md, "Index and event" and "FCR", line by line.
"""

from datetime import datetime

import polars as pl

from pipeline.measure.scope import Scope
from pipeline.types import UNKNOWN_TOPIC

VOICEMAIL = ("voicemail_unanswered", "voicemail_answered")
"""A voicemail opens a thread, but the first contact is the first that somebody answered."""

NEVER_EVENTS = ("wrong_number", "spam", "test", "internal", "outbound", "returned_call", "no_time")
"""Not an attempt of the customer to reach the centre about something."""

ANY_CONTACT_ONLY = ("abandoned", "too_short")
"""Nobody knows what these were about."""


def outcomes(contacts: pl.DataFrame, threads: pl.DataFrame, *, scope: Scope) -> pl.DataFrame:
    """Index contacts up to the horizon, with the time from each one's end to what came next.

    Returns
    -------
    polars.DataFrame
        The columns of `CONTACTS`, and: `thread_id`; `first` (it is its thread's first contact);
        `left_edge`; `to_event`, `to_any`, `to_unheard` (durations, null for never): until the next
        event of the thread, the next attempt of the customer whatever the issue, and the next
        attempt of which nobody knows the issue.
    """
    horizon = pl.lit(scope.horizon)
    placed = (
        threads.select("thread_id", "contact_id", "position")
        .join(contacts, on="contact_id")
        .filter(pl.col("customer_key").is_not_null() & (pl.col("started_at") <= horizon))
        .with_columns(first=_is_first())
    )
    left_edge = pl.col("first") & (pl.col("started_at") < pl.lit(scope.left_edge_until))
    index = placed.filter(pl.col("left_out").is_null() & (pl.col("ended_at") <= horizon))
    index = index.with_columns(left_edge=left_edge)
    index = _until_next(index, placed.filter(is_event()), by="thread_id", name="to_event")
    attempts = placed.filter(is_attempt())
    index = _until_next(index, attempts, by="customer_key", name="to_any")
    unheard = placed.filter(is_event() & _is_unheard())
    index = _until_next(index, unheard, by="customer_key", name="to_unheard")
    return index.sort("contact_id")


def is_attempt() -> pl.Expr:
    """The customer tried to reach the centre: an event of the any-contact variant.

    A direction that the site doesn't state counts as inbound.
    """
    reason = pl.col("left_out").fill_null("")
    return ~pl.col("direction").is_in(["outbound", "internal"]) & ~reason.is_in(NEVER_EVENTS)


def is_event() -> pl.Expr:
    """Makes an index contact of its thread fail."""
    return is_attempt() & ~pl.col("left_out").fill_null("").is_in(ANY_CONTACT_ONLY)


def closed(window_days: float, *, horizon: datetime) -> pl.Expr:
    """The window has passed: end + W <= H."""
    return pl.col("ended_at") + pl.duration(microseconds=window_us(window_days)) <= pl.lit(horizon)


def followed(column: str, window_days: float) -> pl.Expr:
    """Something came in (end, end + W]; never null."""
    within = pl.col(column).dt.total_microseconds() <= window_us(window_days)
    return within.fill_null(value=False)


def window_us(window_days: float) -> int:
    """A window in elapsed microseconds: a day is 86,400 s, whatever the clocks do."""
    return round(window_days * 86_400_000_000)


def _is_first() -> pl.Expr:
    voicemail = pl.col("left_out").fill_null("").is_in(VOICEMAIL)
    opening = pl.col("position").filter(~voicemail).min().over("thread_id")
    return (pl.col("position") == opening).fill_null(value=False)


def _is_unheard() -> pl.Expr:
    heard = pl.col("evidence").is_in(["heard", "partial"])
    return ~heard & (pl.col("topic") == UNKNOWN_TOPIC)


def _until_next(index: pl.DataFrame, later: pl.DataFrame, *, by: str, name: str) -> pl.DataFrame:
    """Time from an index contact's end to the first later start, strictly after it."""
    starts = later.select(by, came_at="started_at").sort("came_at")
    joined = index.sort("ended_at", "contact_id").join_asof(
        starts,
        left_on="ended_at",
        right_on="came_at",
        by=by,
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    return joined.with_columns((pl.col("came_at") - pl.col("ended_at")).alias(name)).drop("came_at")
