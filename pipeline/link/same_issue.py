"""Whether two contacts of a customer are about the same issue: a sum of evidence, all shown.

The weights are rules of ours, not a model fitted on labelled pairs; docs/linking.md says why each
is what it is, with examples. A score of 0.5 (a setting) links.
"""

import polars as pl

from pipeline.link.claims import claim_values
from pipeline.types import UNKNOWN_TOPIC

TOPIC_WEIGHT, TOPIC_WEIGHT_ALONE = 0.40, 0.80
STATEMENT_WEIGHT, STATEMENT_WEIGHT_ALONE = 0.40, 1.00
"""Topic and statement speak together; where one is unknown the other has to speak for both."""

ENTITY_WEIGHT = 0.45
CLAIM_WEIGHT = 0.45

STATEMENT_NONE, STATEMENT_FULL, STATEMENT_MOST = 0.20, 0.60, 1.5
"""Cosine of two issue statements that is no evidence, that is full evidence, and the value that
still nearer ones reach (at 0.80) where both topics are known: nearly the same words under two
topics say that one of them was recognised wrongly.
Ours, on 25 sentences of ten kinds of issue: the same issue in other words lies at 0.33 to 0.66
(median 0.51), different issues at 0.07 to 0.34 (10th to 90th percentile, median 0.19)."""

ORDERS_DIFFER_STATED, ORDERS_DIFFER_HEARD = -2.25, -1.25
"""Value of two different order numbers: -1.01 points where the site states both, -0.56 where one
was only heard, since a recogniser gets digits wrong."""

TELLING_KINDS = ("order:", "invoice:", "booking:", "contract:", "tracking:", "ticket:")
"""Kinds of entity of which an issue has one: another number is another matter."""

MINOR_ENTITY = 0.40
"""Value of a shared product or amount: many issues share one."""

PART_NAMES = ("topic", "statement", "entity", "claim")


def scored(pairs: pl.DataFrame, *, timezone: str) -> pl.DataFrame:
    """Pairs with `parts`, `score` (0 to 1) and `decided_by`.

    Parameters
    ----------
    pairs : polars.DataFrame
        One row a pair: `contact_a` (the earlier), `contact_b`, `cosine` (null where a statement
        is missing), and the contacts' draft columns with suffixes `_a` and `_b`.
    timezone : str
        The site's, in which "on Tuesday" is counted.
    """
    frame = pairs.with_columns(topic_value=_topic_value(), entity_value=_entity_value())
    frame = frame.with_columns(statement_value=_statement_value())
    frame = frame.with_columns(**_weights()).with_columns(
        fit=_points("topic") + _points("statement") + _points("entity")
    )
    frame = claim_values(frame, timezone=timezone, weight=CLAIM_WEIGHT)
    total = pl.sum_horizontal(_points(name) for name in PART_NAMES)
    same_case = pl.col("case_keys_a").list.set_intersection("case_keys_b").list.len() > 0
    return frame.with_columns(
        parts=_parts(),
        score=pl.when(same_case).then(1.0).otherwise(total.clip(0, 1)).round(6),
        decided_by=pl.when(same_case).then(pl.lit("case_id")).otherwise(pl.lit("score")),
    )


def _topic_value() -> pl.Expr:
    """1 same topic, 0.5 one's best among the other's further topics, 0 different, null unknown.

    A topic that the site states and one that was heard may come from two vocabularies, so their
    difference says nothing; their agreement does.
    """
    site = pl.col("site_topic_a") == pl.col("site_topic_b")
    heard = pl.col("heard_topic_a") == pl.col("heard_topic_b")
    mixed = pl.col("topic_a") == pl.col("topic_b")
    further = pl.col("topics_a").list.contains(pl.col("heard_topic_b")) | pl.col(
        "topics_b"
    ).list.contains(pl.col("heard_topic_a"))
    return (
        pl.when(site.is_not_null())
        .then(site.cast(pl.Float64))
        .when(heard.fill_null(value=False))
        .then(1.0)
        .when(heard.is_not_null())
        .then(pl.when(further.fill_null(value=False)).then(0.5).otherwise(0.0))
        .when(mixed & (pl.col("topic_a") != UNKNOWN_TOPIC))
        .then(1.0)
    )


def _statement_value() -> pl.Expr:
    most = pl.when(pl.col("topic_value").is_null()).then(1.0).otherwise(STATEMENT_MOST)
    value = (pl.col("cosine") - STATEMENT_NONE) / (STATEMENT_FULL - STATEMENT_NONE)
    return value.clip(pl.lit(0.0), most)


def _weights() -> dict[str, pl.Expr]:
    no_topic, no_statement = pl.col("topic_value").is_null(), pl.col("statement_value").is_null()
    return {
        "topic_weight": pl.when(no_statement).then(TOPIC_WEIGHT_ALONE).otherwise(TOPIC_WEIGHT),
        "statement_weight": pl.when(no_topic)
        .then(STATEMENT_WEIGHT_ALONE)
        .otherwise(STATEMENT_WEIGHT),
        "entity_weight": pl.lit(ENTITY_WEIGHT),
    }


def _telling(column: str) -> pl.Expr:
    keep = pl.any_horizontal(pl.element().str.starts_with(kind) for kind in TELLING_KINDS)
    return pl.col(column).list.filter(keep)


def _entity_value() -> pl.Expr:
    """1 a number in common, 0.4 a product or amount, negative for other numbers of one kind."""
    common = pl.col("entity_keys_a").list.set_intersection("entity_keys_b")
    same_number = _telling("entity_keys_a").list.set_intersection(_telling("entity_keys_b"))
    kinds = [
        _telling(column).list.eval(pl.element().str.split(":").list.first())
        for column in ("entity_keys_a", "entity_keys_b")
    ]
    another = kinds[0].list.set_intersection(kinds[1]).list.len() > 0
    stated = (pl.col("stated_orders_a").list.len() > 0) & (pl.col("stated_orders_b").list.len() > 0)
    return (
        pl.when(same_number.list.len() > 0)
        .then(1.0)
        .when(another & stated)
        .then(ORDERS_DIFFER_STATED)
        .when(another)
        .then(ORDERS_DIFFER_HEARD)
        .when(common.list.len() > 0)
        .then(MINOR_ENTITY)
    )


def _points(name: str) -> pl.Expr:
    return (pl.col(f"{name}_value") * pl.col(f"{name}_weight")).fill_null(0.0)


def _parts() -> pl.Expr:
    why = {
        "topic": _topic_why(),
        "statement": _statement_why(),
        "entity": _entity_why(),
        "claim": pl.col("claim_why"),
    }
    return pl.concat_list(
        pl.struct(
            pl.lit(name).alias("name"),
            pl.col(f"{name}_value").alias("value"),
            pl.col(f"{name}_weight").alias("weight"),
            _points(name).round(6).alias("points"),
            why[name].alias("why"),
        )
        for name in PART_NAMES
    )


def _topic_why() -> pl.Expr:
    return (
        pl.when(pl.col("topic_value").is_null())
        .then(pl.lit("the topic of one of them is unknown"))
        .when(pl.col("topic_value") == 1)
        .then(pl.format("both are about {}", "topic_b"))
        .when(pl.col("topic_value") > 0)
        .then(pl.format("{} and {}, but the topics of both overlap", "topic_a", "topic_b"))
        .otherwise(pl.format("{} is not {}", "topic_a", "topic_b"))
    )


def _statement_why() -> pl.Expr:
    return (
        pl.when(pl.col("statement_value").is_null())
        .then(pl.lit("one of them has no statement of the issue"))
        .otherwise(pl.format("the statements are alike by {} of 1", pl.col("cosine").round(2)))
    )


def _entity_why() -> pl.Expr:
    value = pl.col("entity_value")
    return (
        pl.when(value.is_null())
        .then(pl.lit("no number, product or amount to compare"))
        .when(value == 1)
        .then(pl.lit("the same order or reference number"))
        .when(value > 0)
        .then(pl.lit("the same product or amount"))
        .when(value == ORDERS_DIFFER_STATED)
        .then(pl.lit("the site states different order numbers"))
        .otherwise(pl.lit("different numbers were said; one may be misheard"))
    )
