"""What the centre's own calls mean for the customer's: call-backs, and replies to missed calls.

METRICS.md: the answered call-back to a voicemail is the index contact; an inbound reply to a missed
outbound call is `returned_call`, no event. How the calls are paired is a rule of ours.
"""

from datetime import timedelta

import polars as pl

from pipeline.link.contacts import missed_outbound
from pipeline.settings import Link

REPLY_WITHIN = timedelta(hours=24)
"""A customer who finds a missed call rings back the same day, or calls about something else."""


def returned_calls(contacts: pl.DataFrame, *, settings: Link) -> pl.DataFrame:
    """Contacts with `left_out` set to `returned_call` where they answer a missed outbound call.

    That is the customer's next contact after it, inbound, within 24 hours.
    """
    placed = _placed(contacts)
    before = {"missed_before": missed_outbound(settings), "end_before": pl.col("ended_at")}
    placed = placed.with_columns(
        value.shift(1).over("customer_key", order_by=["started_at", "contact_id"]).alias(name)
        for name, value in before.items()
    )
    waited = pl.col("started_at") - pl.col("end_before")
    replies = placed.filter(
        pl.col("left_out").is_null() & pl.col("missed_before") & (waited <= REPLY_WITHIN)
    )
    is_reply = pl.col("contact_id").is_in(replies["contact_id"].implode())
    reason = pl.when(is_reply).then(pl.lit("returned_call")).otherwise("left_out")
    return contacts.with_columns(left_out=reason)


def call_backs(contacts: pl.DataFrame, *, settings: Link) -> pl.DataFrame:
    """Voicemails and the call-back that answered each: `contact_a`, `contact_b`.

    The first outbound call to the customer that somebody took, within the look-back.
    """
    placed = _placed(contacts)
    voicemails = placed.filter(pl.col("left_out") == "voicemail_unanswered").select(
        pl.col("contact_id").alias("contact_a"), "customer_key", at="ended_at"
    )
    # Outbound is the only reason that an answered call-back is left out.
    taken = placed.filter((pl.col("left_out") == "outbound") & ~missed_outbound(settings)).select(
        pl.col("contact_id").alias("contact_b"), "customer_key", at="started_at"
    )
    return (
        voicemails.sort("at", "contact_a")
        .join_asof(
            taken.sort("at", "contact_b"),
            on="at",
            by="customer_key",
            strategy="forward",
            tolerance=timedelta(days=settings.lookback_days),
            check_sortedness=False,
        )
        .drop_nulls("contact_b")
        .select("contact_a", "contact_b")
        .sort("contact_a")
    )


def _placed(contacts: pl.DataFrame) -> pl.DataFrame:
    """Contacts that have a customer and a time."""
    return contacts.filter(
        pl.col("customer_key").is_not_null() & pl.col("started_at").is_not_null()
    )
