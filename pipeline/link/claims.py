"""Prior-contact language: "I called on Tuesday about this" speaks for the contact of that Tuesday.

What the caller claims is evidence for one earlier contact, not for all of them: where several
match, the claim goes to the ones that fit best by topic, statement and entities.
"""

import polars as pl

DATED, SPANNED, NEARLY, UNDATED = 1.0, 0.80, 0.70, 0.70
"""Value of a claim that names the earlier contact's day ("on Tuesday"), a span of days around it
("last week"), a day or span that it just misses, or no day ("I called before about this")."""

SPAN_DAYS = 2
"""A claim that leaves more days open than this names a span and not a day."""

SLIP_DAYS = 1
"""People are off by one, and "two days ago" is one or three when the call was late at night."""

BEST_FIT_MARGIN = 0.15
"""Candidates within these points of the best-fitting one keep the claim."""


def claim_values(pairs: pl.DataFrame, *, timezone: str, weight: float) -> pl.DataFrame:
    """Pairs with `claim_value` (null: the later contact claims nothing), `_weight` and `_why`.

    Reads `claims_b`, the contacts' starts, and `fit`: the points of the other evidence.
    """
    days_ago = _local_date("started_at_b", timezone) - _local_date("started_at_a", timezone)
    frame = pairs.with_row_index("pair").with_columns(days_ago=days_ago.dt.total_days())
    matched = (
        frame.select("pair", "days_ago", "claims_b")
        .explode("claims_b")
        .filter(pl.col("claims_b").is_not_null())
        .unnest("claims_b")
        .with_columns(dated=_is_dated())
        .with_columns(match=_match())
        # A day that is named beats one that isn't: "still not working, I called on Monday".
        .filter(pl.col("dated") == pl.col("dated").any().over("pair"))
        .group_by("pair")
        .agg(pl.col("match").max(), pl.col("dated").any())
    )
    frame = frame.join(matched, on="pair", how="left").sort("pair")
    strength = pl.when(pl.col("match") > 0).then(pl.col("fit") + weight * pl.col("match"))
    frame = frame.with_columns(behind=strength.max().over("contact_b") - strength)
    beaten = pl.col("behind") > BEST_FIT_MARGIN
    value = pl.when(beaten).then(0.0).otherwise(pl.col("match"))
    return frame.with_columns(
        claim_value=value, claim_weight=pl.lit(weight), claim_why=_why(beaten)
    ).drop("pair", "match", "dated", "behind", "days_ago")


def _local_date(moment: str, timezone: str) -> pl.Expr:
    return pl.col(moment).dt.convert_time_zone(timezone).dt.date()


def _is_dated() -> pl.Expr:
    return pl.col("days_ago_min").is_not_null() | pl.col("days_ago_max").is_not_null()


def _match() -> pl.Expr:
    earliest = pl.col("days_ago_min").fill_null(0)
    latest = pl.col("days_ago_max").fill_null(pl.lit(10_000))
    days = pl.col("days_ago")
    return (
        pl.when(~pl.col("dated"))
        .then(UNDATED)
        .when(days.is_between(earliest, latest))
        .then(pl.when(latest - earliest < SPAN_DAYS).then(DATED).otherwise(SPANNED))
        .when(days.is_between(earliest - SLIP_DAYS, latest + SLIP_DAYS))
        .then(NEARLY)
        .otherwise(0.0)
    )


def _why(beaten: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("match").is_null())
        .then(pl.lit("the caller mentions no earlier contact"))
        .when(pl.col("match") == 0)
        .then(pl.lit("the caller mentions a contact of another day"))
        .when(beaten.fill_null(value=False))
        .then(pl.lit("the caller mentions an earlier contact; another one fits better"))
        .when(~pl.col("dated"))
        .then(pl.lit("the caller mentions an earlier contact"))
        .when(pl.col("match") >= SPANNED)
        .then(pl.format("the caller mentions a contact of that day, {} days before", "days_ago"))
        .otherwise(pl.lit("the caller mentions a contact within a day of it"))
    )
