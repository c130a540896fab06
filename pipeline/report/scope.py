"""What of the tables belongs to a report's period, and how contacts hang together in it.

A contact lies in the period when its end, as a local day, does. A thread is shown whole when
any of its contacts lies in the period: a repeat is not understood without the contact before it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.measures import Period
from pipeline.tables import CONTACTS, LINKS, MOMENT, THREADS, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The tables of one report.

    `contacts` has, beside the columns of `CONTACTS`: `thread_id`, `position`, `thread_topic`
    (null: in no thread), `thread_size` (contacts) and `in_period` (null: time unknown); its
    `left_out` also tells the `left_edge`, which only the data's begin decides.
    `links` are those between two of these contacts. Rows are sorted.
    """

    contacts: pl.DataFrame
    links: pl.DataFrame
    zone: ZoneInfo
    first_day: date | None
    last_day: date | None


def scope(
    contacts: pl.DataFrame, links: pl.DataFrame, threads: pl.DataFrame, *, period: Period
) -> Scope:
    """The period's contacts, the threads they are part of, and the links between those."""
    zone = ZoneInfo(period.timezone)
    first, last = _day(period.first_day), _day(period.last_day)
    ended = pl.coalesce("ended_at", "started_at").dt.convert_time_zone(period.timezone).dt.date()
    dated = (
        require(contacts, CONTACTS)
        .join(_membership(threads), on="contact_id", how="left")
        .with_columns(in_period=ended.is_between(pl.lit(first), pl.lit(last)))
        .with_columns(_left_edge(period))
    )
    in_period = pl.col("in_period").fill_null(True)
    shown = dated.filter(in_period.any().over("thread_id") & pl.col("thread_id").is_not_null())
    alone = dated.filter(in_period & pl.col("thread_id").is_null())
    kept = pl.concat([shown, alone]).sort("started_at", "contact_id", nulls_last=True)
    ids = kept["contact_id"].to_list()
    return Scope(
        contacts=kept,
        links=require(links, LINKS)
        .filter(pl.col("contact_a").is_in(ids) & pl.col("contact_b").is_in(ids))
        .sort("contact_a", "contact_b"),
        zone=zone,
        first_day=first,
        last_day=last,
    )


def best_links(scope: Scope) -> pl.DataFrame:
    """For each later contact of a thread, its strongest link to an earlier one of that thread.

    Links found to be the same issue come before others, then the score, then the later contact.
    """
    threads = scope.contacts.select("contact_id", "thread_id", "started_at").drop_nulls("thread_id")
    pairs = scope.links.join(threads, left_on="contact_a", right_on="contact_id").join(
        threads, left_on="contact_b", right_on="contact_id", suffix="_b"
    )
    within = pairs.filter(pl.col("thread_id") == pl.col("thread_id_b"))
    strongest = within.sort(
        ["same_issue", "score", "started_at", "contact_a"], descending=[True, True, True, False]
    )
    return strongest.unique("contact_b", keep="first", maintain_order=True).sort("contact_b")


def _day(text: str) -> date | None:
    """A day of the period; empty where there is no contact to have one."""
    return date.fromisoformat(text) if text else None


def _left_edge(period: Period) -> pl.Expr:
    """`left_out`, with the first contacts that may have begun before the data did."""
    until = datetime.fromisoformat(period.left_edge_until) if period.left_edge_until else None
    at_edge = (pl.col("position") == 0) & (pl.col("started_at") < pl.lit(until, MOMENT))
    unexplained = pl.col("left_out").is_null() & at_edge
    return pl.when(unexplained).then(pl.lit("left_edge")).otherwise("left_out").alias("left_out")


def _membership(threads: pl.DataFrame) -> pl.DataFrame:
    """One row a contact: its thread, place in it, the thread's topic and size."""
    return require(threads, THREADS).select(
        "contact_id",
        "thread_id",
        "position",
        pl.col("topic").alias("thread_topic"),
        pl.len().over("thread_id").cast(pl.Int64).alias("thread_size"),
    )
