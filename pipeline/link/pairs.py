"""Every two contacts of one customer that are near enough in time to be about the same issue."""

from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

SIDE = (
    "contact_id",
    "started_at",
    "ended_at",
    "topic",
    "topics",
    "site_topic",
    "heard_topic",
    "case_keys",
    "entity_keys",
    "stated_orders",
    "claims",
    "issue",
    "row",
)
"""What scoring reads of each contact of a pair."""

CHUNK = 100_000
"""Pairs whose vectors are held at once: 100,000 x 384 x 4 bytes twice is 300 MB."""


def within_reach(contacts: pl.DataFrame, *, lookback_days: float) -> pl.DataFrame:
    """Pairs with `contact_a` before `contact_b` in (start, id), and the columns of both.

    b starts no later than the look-back after a's end. `cosine` is that of the issue statements,
    null where one has none.
    """
    placed = contacts.filter(
        pl.col("customer_key").is_not_null() & pl.col("started_at").is_not_null()
    ).with_row_index("row")
    spine = placed.select("customer_key", "contact_id", "started_at", "ended_at", "row")
    earlier = (pl.col("started_at") < pl.col("started_at_b")) | (
        (pl.col("started_at") == pl.col("started_at_b"))
        & (pl.col("contact_id") < pl.col("contact_id_b"))
    )
    near = pl.col("started_at_b") <= pl.col("ended_at") + timedelta(days=lookback_days)
    reach = (
        spine.lazy()
        .join(spine.lazy(), on="customer_key", suffix="_b")
        .filter(earlier & near)
        .select("row", "row_b")
        .collect()
        .sort("row_b", "row")
    )
    sides = placed.select(SIDE)
    pairs = pl.concat(
        [
            sides[reach["row"]].rename(lambda name: _named(name, "a")),
            sides[reach["row_b"]].rename(lambda name: _named(name, "b")),
        ],
        how="horizontal",
    )
    return pairs.with_columns(cosine=_cosine(placed["embedding"], reach))


def _named(column: str, side: str) -> str:
    return f"contact_{side}" if column == "contact_id" else f"{column}_{side}"


def _cosine(embeddings: pl.Series, reach: pl.DataFrame) -> pl.Series:
    """Dot products of unit vectors, rounded so that no machine's last bit moves a score."""
    cosine = np.full(len(reach), np.nan)
    has = embeddings.is_not_null().to_numpy()
    if has.any():
        known = embeddings.drop_nulls().explode().to_numpy()
        vectors: NDArray[np.float32] = known.reshape(int(has.sum()), -1)
        place = np.cumsum(has) - 1
        a, b = reach["row"].to_numpy(), reach["row_b"].to_numpy()
        both = np.flatnonzero(has[a] & has[b])
        for start in range(0, len(both), CHUNK):
            at = both[start : start + CHUNK]
            cosine[at] = np.einsum("ij,ij->i", vectors[place[a[at]]], vectors[place[b[at]]])
    return pl.Series("cosine", np.round(cosine, 5)).fill_nan(None)
