"""Which legs are one contact: by the site's ids, and without ids only on positive evidence.

Taking two calls for one hides a repeat, so doubt leaves them apart: somebody who rings again after
five minutes is a repeat, unless the line is known to have dropped.
"""

import polars as pl

from pipeline.link.components import components
from pipeline.link.dispositions import code
from pipeline.link.identity import customer_keys
from pipeline.settings import Link
from pipeline.tables import INSIGHTS, LEGS, require

TRANSFER_FROM_S, TRANSFER_TO_S = -30, 60
"""From the first leg's end to the other agent's start: METRICS.md."""

DROP_TO_S = 600
"""From a dropped leg's end to the next leg's start: METRICS.md."""


def prepared(legs: pl.DataFrame, insights: pl.DataFrame) -> pl.DataFrame:
    """Legs with what was heard in them, an end, and codes for the site's words.

    A leg without an end gets its start and the recording's length; with neither it ends where it
    starts. An agent without an id is known by name.
    """
    heard = require(insights, INSIGHTS).rename(
        {"language": "heard_language", "topic": "heard_topic"}
    )
    frame = require(legs, LEGS).join(heard, on="recording_id", how="left", maintain_order="left")
    length = pl.duration(
        microseconds=(pl.col("duration_s").fill_null(0) * 1e6).round().cast(pl.Int64)
    )
    end = pl.coalesce("ended_at", pl.col("started_at") + length)
    return frame.with_columns(
        end=pl.max_horizontal("started_at", end),
        agent_id=pl.coalesce("agent_id", "agent_name"),
        code=code("disposition"),
        type_code=code("call_type"),
        spoke=(pl.col("n_words") > 0).fill_null(value=False),
    ).with_columns(
        is_transferred=_either("transferred", "transferred"),
        is_dropped=_either("dropped", "dropped"),
        is_abandoned=_either("abandoned", "abandoned"),
    )


def _either(flag: str, meaning: str) -> pl.Expr:
    """The system's own flag, or the site's word for it."""
    said = (pl.col("code") == meaning) | (pl.col("type_code") == meaning)
    return pl.col(flag).fill_null(value=False) | said.fill_null(value=False)


def grouped(legs: pl.DataFrame, *, settings: Link) -> pl.DataFrame:
    """Prepared legs with `customer_key`, `group` (one value a contact) and `merged`.

    `merged` is "id" where the site's ids joined legs, "inferred" where a transfer or a drop did,
    "none" for a leg on its own.
    """
    parent = pl.coalesce(pl.col("parent_id").replace("", None), "leg_id")
    own = legs.select("leg_id", parent.alias("parent"))
    by_id = components(own["leg_id"].to_list(), own["parent"].to_list())
    legs = legs.join(by_id.rename({"group": "together"}), left_on="leg_id", right_on="name")
    most = settings.max_customer_ids_per_identifier
    legs = legs.join(customer_keys(legs, max_customer_ids=most), on="leg_id")
    pairs = _inferred(legs) if settings.inferred_merges else _inferred(legs).clear()
    groups = components([*own["leg_id"], *pairs["leg_id"]], [*own["parent"], *pairs["previous"]])
    joined = pairs.select("leg_id", inferred=pl.lit(value=True))
    legs = legs.join(groups, left_on="leg_id", right_on="name").join(
        joined, on="leg_id", how="left"
    )
    how = (
        pl.when(pl.col("inferred").any().over("group"))
        .then(pl.lit("inferred"))
        .when(pl.len().over("group") > 1)
        .then(pl.lit("id"))
        .otherwise(pl.lit("none"))
    )
    return legs.with_columns(merged=how).sort("group", "started_at", "leg_id", nulls_last=True)


def _inferred(legs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of consecutive legs of one customer that positive evidence makes one contact."""
    calls = pl.col("medium") == "call"
    timed = legs.filter(
        calls & pl.col("customer_key").is_not_null() & pl.col("started_at").is_not_null()
    ).sort("customer_key", "started_at", "leg_id")
    before = {
        "previous": "leg_id",
        "before_together": "together",
        "before_end": "end",
        "before_agent": "agent_id",
        "before_dropped": "is_dropped",
        "before_transferred": "is_transferred",
        "before_says_transfer": "says_transfer",
    }
    timed = timed.with_columns(
        pl.col(column).shift(1).over("customer_key").alias(name) for name, column in before.items()
    )
    gap_s = (pl.col("started_at") - pl.col("before_end")).dt.total_microseconds() / 1e6
    marked = pl.col("before_transferred") | pl.col("before_says_transfer").fill_null(value=False)
    other_agent = pl.col("agent_id") != pl.col("before_agent")
    transfer = marked & other_agent & gap_s.is_between(TRANSFER_FROM_S, TRANSFER_TO_S)
    drop = pl.col("before_dropped") & gap_s.is_between(0, DROP_TO_S)
    apart = pl.col("together") != pl.col("before_together")
    return timed.filter(apart & (transfer | drop).fill_null(value=False)).select(
        "leg_id", "previous"
    )
