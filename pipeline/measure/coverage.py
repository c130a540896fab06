"""What the numbers are based on, and everything that was left out, with its reason."""

from dataclasses import dataclass

import polars as pl

from pipeline.measure.scope import DIMENSIONS, Scope, group_value, in_period
from pipeline.measures import Count, Coverage, SentimentRow
from pipeline.types import UNKNOWN_TOPIC
from pipeline.written import MESSAGES, TOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingCounts:
    """What became of the recordings; the caller may know of files that no leg has."""

    recordings: int
    heard: int
    quarantined: int
    pending: int
    audio_hours: float
    texts_read: int


def count_recordings(legs: pl.DataFrame, insights: pl.DataFrame) -> RecordingCounts:
    """Recordings of the legs by what became of them; hours of those that were heard.

    Contacts that came as text are counted apart: nobody heard them here.
    """
    own = legs.drop_nulls("recording_id").unique("recording_id").select("recording_id", "evidence")
    is_text = pl.col("recording_id").str.contains_any([MESSAGES, TOLD])
    texts, own = own.filter(is_text), own.filter(~is_text)
    heard = own.filter(pl.col("evidence") == "heard").join(
        insights.select("recording_id", "duration_s"), on="recording_id", how="left"
    )
    milliseconds = int((heard["duration_s"].fill_null(0) * 1000).round().cast(pl.Int64).sum())
    return RecordingCounts(
        recordings=len(own),
        heard=len(heard),
        quarantined=int((own["evidence"] == "quarantined").sum()),
        pending=int((own["evidence"] == "pending").sum()),
        audio_hours=milliseconds / 3_600_000,
        texts_read=int((texts["evidence"] == "heard").sum()),
    )


def of_period(contacts: pl.DataFrame, *, scope: Scope) -> pl.DataFrame:
    """Contacts that ended in the period, and those without a time, which belong to none."""
    if scope.horizon is None:
        return contacts
    return contacts.filter(in_period(scope) | pl.col("started_at").is_null())


def coverage(contacts: pl.DataFrame, *, recordings: RecordingCounts, left_edge: int) -> Coverage:
    """Counts over the contacts of the period, `left_edge` of them cut off by the data's begin."""
    reasons = contacts.drop_nulls("left_out").group_by("left_out").len().sort("left_out")
    left_out = dict(reasons.iter_rows())
    if left_edge:
        left_out["left_edge"] = left_edge
    with_key = len(contacts.drop_nulls("customer_key"))
    return Coverage(
        recordings=recordings.recordings,
        recordings_heard=recordings.heard,
        recordings_quarantined=recordings.quarantined,
        recordings_pending=recordings.pending,
        audio_hours=recordings.audio_hours,
        texts_read=recordings.texts_read,
        legs=int(contacts["leg_ids"].list.len().sum()),
        contacts=len(contacts),
        contacts_with_key=with_key,
        identity_coverage=with_key / len(contacts) if len(contacts) else None,
        merged_by_id=int((contacts["merged"] == "id").sum()),
        merged_by_inference=int((contacts["merged"] == "inferred").sum()),
        transfers=int(contacts["transfers"].sum()),
        drops=int(contacts["drops"].sum()),
        index_contacts=int(contacts["left_out"].is_null().sum()) - left_edge,
        left_out=tuple(Count(name=name, count=left_out[name]) for name in sorted(left_out)),
        topic_unknown=int((contacts["topic"] == UNKNOWN_TOPIC).sum()),
    )


def sentiment_rows(contacts: pl.DataFrame, *, scope: Scope) -> tuple[SentimentRow, ...]:
    """Contacts of the period by sentiment, for every group that has one with a sentiment."""
    felt = contacts.drop_nulls(["sentiment", "ended_at"])
    found: list[SentimentRow] = []
    for dimension in DIMENSIONS:
        labels = ("negative", "neutral", "positive")
        counts = (
            felt.with_columns(group_value(dimension, timezone=scope.zone.key))
            .group_by("value")
            .agg((pl.col("sentiment") == label).sum().alias(label) for label in labels)
            .sort("value")
        )
        found += [SentimentRow(dimension=dimension, **row) for row in counts.iter_rows(named=True)]
    return tuple(found)
