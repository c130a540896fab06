"""One row a contact, folded from its legs, with why it can't enter a rate where it can't.

Besides the columns of `CONTACTS` the frame carries what only linking needs (`Draft columns`
below); they are dropped where the stage ends.
"""

import polars as pl

from pipeline.settings import Link
from pipeline.types import UNKNOWN_TOPIC

DRAFT = (
    "site_topic",  # as the site states it
    "heard_topic",  # as understood from speech; null for unknown
    "embedding",  # of the issue statement
    "stated_orders",  # order keys of the metadata
    "claims",  # prior-contact language of the first leg that has speech
    "n_words",  # null: nothing was heard
    "codes",  # of dispositions and call types
)
"""Columns beyond `CONTACTS`."""


def folded(legs: pl.DataFrame, *, settings: Link) -> pl.DataFrame:
    """Contacts (with the draft columns) from grouped legs, sorted by id.

    The agent, team and queue are those of the last leg with speech; topic, statement and claims
    of the first that has them, since that is where the customer says what it is about.
    """
    by_group = legs.group_by("group", maintain_order=True)
    frame = by_group.agg(*_spine(), *_who(), *_counts(), *_what(), *_draft())
    frame = frame.with_columns(
        topic=pl.coalesce("site_topic", "heard_topic", pl.lit(UNKNOWN_TOPIC))
    )
    return frame.with_columns(left_out=_left_out(settings)).drop("group").sort("contact_id")


def _spine() -> list[pl.Expr]:
    speaking_medium = pl.col("medium").filter(pl.col("spoke")).first()
    return [
        pl.col("leg_id").first().alias("contact_id"),
        pl.col("leg_id").alias("leg_ids"),
        pl.col("recording_id").drop_nulls().alias("recording_ids"),
        pl.col("merged").first(),
        pl.col("started_at").min(),
        pl.col("end").max().alias("ended_at"),
        pl.coalesce(speaking_medium, pl.col("medium").first()).alias("medium"),
        pl.col("direction").first(),
        pl.col("customer_key").drop_nulls().first(),
    ]


def _who() -> list[pl.Expr]:
    named = pl.col("agent_id").is_not_null()
    speaking = named & pl.col("spoke")

    def last(column: str) -> pl.Expr:
        of_speaker = pl.col(column).filter(speaking).last()
        return (
            pl.when(speaking.any()).then(of_speaker).otherwise(pl.col(column).filter(named).last())
        )

    spoken_queue = pl.col("queue").filter(pl.col("spoke")).drop_nulls().last()
    return [
        *(last(column).alias(column) for column in ("agent_id", "agent_name", "team")),
        pl.col("agent_id").drop_nulls().first().alias("first_agent_id"),
        pl.coalesce(spoken_queue, pl.col("queue").drop_nulls().last()).alias("queue"),
    ]


def _counts() -> list[pl.Expr]:
    handed_over = (pl.col("agent_id") != pl.col("agent_id").shift(-1)).fill_null(value=False)
    transfer = pl.col("is_transferred") | (handed_over & ~pl.col("is_dropped"))
    length_s = (pl.col("end") - pl.col("started_at")).dt.total_microseconds() / 1e6
    heard = pl.col("n_words").is_not_null()
    missed = (pl.col("code") == "missed").fill_null(value=False)
    return [
        transfer.sum().cast(pl.Int64).alias("transfers"),
        pl.col("is_dropped").sum().cast(pl.Int64).alias("drops"),
        (length_s.sum() + pl.col("acw_s").sum()).alias("handle_s"),
        length_s.sum().alias("lasted_s"),
        pl.when(pl.col("hold_s").is_not_null().any()).then(pl.col("hold_s").sum()).alias("hold_s"),
        (pl.col("is_abandoned") | missed).all().alias("abandoned"),
        pl.when(heard.all())
        .then(pl.lit("heard"))
        .when(heard.any())
        .then(pl.lit("partial"))
        .when((pl.col("evidence") == "quarantined").any())
        .then(pl.lit("quarantined"))
        .when(pl.col("evidence").is_in(["pending", "heard"]).any())
        .then(pl.lit("pending"))
        .otherwise(pl.lit("none"))
        .alias("evidence"),
    ]


def _what() -> list[pl.Expr]:
    on_topic = _known_topic().is_not_null()
    heard_case = pl.col("entities").explode().drop_nulls()
    keys = heard_case.struct.field("key")
    is_case = heard_case.struct.field("kind") == "case"
    return [
        pl.coalesce(pl.col("heard_language").drop_nulls().first(), pl.col("language").first())
        .alias("language"),
        pl.col("disposition").drop_nulls().last(),
        pl.col("topic_score").filter(on_topic).first(),
        pl.col("topics").filter(on_topic).first(),
        pl.col("survey_resolved").drop_nulls().last(),
        pl.col("csat").drop_nulls().last(),
        pl.col("sentiment").drop_nulls().last(),
        pl.col("sentiment_score").drop_nulls().last(),
        pl.col("issue").filter(pl.col("issue").struct.field("text").is_not_null()).first(),
        pl.concat([pl.col("case_key").drop_nulls(), keys.filter(is_case)])
        .unique().sort().implode().alias("case_keys"),
        pl.concat([pl.col("order_key").drop_nulls(), keys.filter(~is_case)])
        .unique().sort().implode().alias("entity_keys"),
    ]  # fmt: skip


def _known_topic() -> pl.Expr:
    return pl.when(pl.col("heard_topic") != UNKNOWN_TOPIC).then(pl.col("heard_topic"))


def _draft() -> list[pl.Expr]:
    codes = pl.concat([pl.col("code").drop_nulls(), pl.col("type_code").drop_nulls()])
    return [
        pl.col("topic").replace("", None).drop_nulls().first().alias("site_topic"),
        _known_topic().drop_nulls().first().alias("heard_topic"),
        pl.col("issue_embedding").filter(pl.col("issue_embedding").list.len() > 0).first()
        .alias("embedding"),
        pl.col("order_key").drop_nulls().unique().sort().alias("stated_orders"),
        pl.col("claims").filter(pl.col("spoke")).first(),
        pl.when(pl.col("n_words").is_not_null().any()).then(pl.col("n_words").sum())
        .alias("n_words"),
        codes.implode().alias("codes"),
    ]  # fmt: skip


def missed_outbound(settings: Link) -> pl.Expr:
    """An outbound call that the customer did not take: nobody spoke, or the system says so."""
    short = pl.col("lasted_s") < settings.min_contact_s
    silent = pl.when(pl.col("n_words").is_null()).then(short).otherwise(pl.col("n_words") == 0)
    no_person = pl.col("abandoned") | is_voicemail() | silent
    return (pl.col("direction") == "outbound") & no_person


def is_voicemail() -> pl.Expr:
    """A message was left, by the medium or by the site's word."""
    return (pl.col("medium") == "voicemail") | pl.col("codes").list.contains("voicemail")


def _left_out(settings: Link) -> pl.Expr:
    """Why a contact is no index contact; the first reason that applies, null where none does."""
    ended = pl.col("ended_at") > pl.col("started_at")
    too_short = ended & (pl.col("lasted_s") < settings.min_contact_s)
    known_issue = (pl.col("topic") != UNKNOWN_TOPIC) | (pl.col("case_keys").list.len() > 0)
    is_live = pl.col("medium") == "call"
    reasons: dict[str, pl.Expr] = {
        "no_time": pl.col("started_at").is_null(),
        "wrong_number": pl.col("codes").list.contains("wrong_number"),
        "spam": pl.col("codes").list.contains("spam"),
        "test": pl.col("codes").list.contains("test"),
        "internal": (pl.col("direction") == "internal") | pl.col("codes").list.contains("internal"),
        "outbound": pl.col("direction") == "outbound",
        "abandoned": pl.col("abandoned"),
        "too_short": is_live & too_short,
        "no_speech": pl.col("n_words") == 0,
        "voicemail_unanswered": is_voicemail(),
        "no_evidence": pl.col("n_words").is_null() & ~known_issue,
        "no_key": pl.col("customer_key").is_null(),
    }
    return pl.coalesce(
        pl.when(applies.fill_null(value=False)).then(pl.lit(reason))
        for reason, applies in reasons.items()
    )
