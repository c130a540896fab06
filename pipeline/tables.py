"""Columns of the whole-table nouns: what link and measure take and return.

A frame is checked once, where it enters a stage (`require`). Moments are UTC. Identifiers are
keyed hashes (`phone:6f0c...`); a contact id is the site's own, or `rec-` and the first 12 hex
digits of the recording's hash.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl


def schema_of(columns: Mapping[str, Any]) -> pl.Schema:
    """A schema of columns and their kinds, which may be types or, for lists and moments, values."""
    return pl.Schema(columns)


MOMENT = pl.Datetime("us", "UTC")
QUOTE = pl.Struct(
    {
        "recording_id": pl.String,
        "start_s": pl.Float64,
        "end_s": pl.Float64,
        "role": pl.String,
        "text": pl.String,
        "message": pl.Int64,  # number of a written contact's message; null: spoken, at start_s
    }
)

LEGS = schema_of(
    {
        "leg_id": pl.String,  # unique; the site's contact id, or made from the recording
        "parent_id": pl.String,
        "recording_id": pl.String,  # or a text's id (pipeline.written); null: metadata alone
        "started_at": MOMENT,  # null: unknown, then it can't enter a rate
        "ended_at": MOMENT,
        "medium": pl.String,
        "direction": pl.String,
        "identifiers": pl.List(pl.String),  # keyed hashes: customer:..., account:..., phone:...
        "agent_id": pl.String,
        "agent_name": pl.String,
        "team": pl.String,
        "queue": pl.String,
        "language": pl.String,
        "disposition": pl.String,
        "call_type": pl.String,
        "case_key": pl.String,  # keyed hash
        "order_key": pl.String,  # keyed hash, same form as an Entity's key
        "topic": pl.String,  # as the site itself states it
        "wait_s": pl.Float64,
        "hold_s": pl.Float64,
        "acw_s": pl.Float64,
        "transferred": pl.Boolean,
        "abandoned": pl.Boolean,
        "dropped": pl.Boolean,
        "survey_resolved": pl.Boolean,
        "csat": pl.Float64,
        "evidence": pl.String,  # heard | quarantined | pending | none (no recording)
    }
)
"""One row a leg: one recording, or one metadata row without one."""

INSIGHTS = schema_of(
    {
        "recording_id": pl.String,
        "duration_s": pl.Float64,  # null: written
        "speech_s": pl.Float64,
        "n_words": pl.Int64,
        "language": pl.String,
        "topic": pl.String,  # best topic or "unknown"
        "topic_score": pl.Float64,
        "topics": pl.List(pl.String),
        "topic_quote": QUOTE,
        "issue": QUOTE,
        "issue_embedding": pl.List(pl.Float32),
        "entities": pl.List(pl.Struct({"kind": pl.String, "key": pl.String})),
        "claims": pl.List(
            pl.Struct(
                {
                    "quote": QUOTE,
                    "phrase": pl.String,
                    "days_ago_min": pl.Int64,
                    "days_ago_max": pl.Int64,
                }
            )
        ),
        "says_transfer": pl.Boolean,
        "says_goodbye": pl.Boolean,
        "sentiment": pl.String,
        "sentiment_score": pl.Float64,
        "sound": pl.List(  # SoundFinding: what is wrong with the recording's sound
            pl.Struct(
                {
                    "code": pl.String,
                    "channel": pl.Int64,
                    "value": pl.Float64,
                    "unit": pl.String,
                    "explanation": pl.String,
                    "remedy": pl.String,
                }
            )
        ),
    }
)
"""One row a recording that was heard or a text that was read, flattened from `ContactInsight`."""

CONTACTS = schema_of(
    {
        "contact_id": pl.String,  # leg_id of the first leg
        "leg_ids": pl.List(pl.String),
        "recording_ids": pl.List(pl.String),
        "merged": pl.String,  # none | id | inferred
        "started_at": MOMENT,
        "ended_at": MOMENT,
        "medium": pl.String,
        "direction": pl.String,
        "customer_key": pl.String,  # null: no identity
        "agent_id": pl.String,  # last speaking agent
        "agent_name": pl.String,
        "first_agent_id": pl.String,
        "team": pl.String,
        "queue": pl.String,
        "language": pl.String,
        "disposition": pl.String,
        "topic": pl.String,  # the site's, else heard, else "unknown"
        "topic_score": pl.Float64,
        "topics": pl.List(pl.String),
        "transfers": pl.Int64,
        "drops": pl.Int64,
        "handle_s": pl.Float64,
        "hold_s": pl.Float64,
        "abandoned": pl.Boolean,
        "evidence": pl.String,  # heard | partial | quarantined | pending | none
        "left_out": pl.String,  # why it is no index contact; null: it is one
        "survey_resolved": pl.Boolean,
        "csat": pl.Float64,
        "sentiment": pl.String,
        "sentiment_score": pl.Float64,
        "issue": QUOTE,
        "case_keys": pl.List(pl.String),
        "entity_keys": pl.List(pl.String),
    }
)
"""One row a contact: legs merged as METRICS.md says."""

LINKS = schema_of(
    {
        "contact_a": pl.String,  # the earlier one
        "contact_b": pl.String,
        "score": pl.Float64,
        "decided_by": pl.String,  # score | case_id | call_back
        "same_issue": pl.Boolean,
        "parts": pl.List(
            pl.Struct(
                {
                    "name": pl.String,
                    "value": pl.Float64,
                    "weight": pl.Float64,
                    "points": pl.Float64,
                    "why": pl.String,
                }
            )
        ),
        "quote_a": QUOTE,
        "quote_b": QUOTE,
    }
)
"""One row a pair of contacts of one customer within reach of each other, linked or not."""

THREADS = schema_of(
    {
        "thread_id": pl.String,  # "T-" and the first contact's id
        "contact_id": pl.String,
        "position": pl.Int64,  # 0 is the first contact
        "customer_key": pl.String,
        "topic": pl.String,
    }
)
"""One row a contact in its issue thread; a lone contact is a thread of one."""


def require(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """The frame with exactly the schema's columns, in its order and types.

    Raises
    ------
    ValueError
        A column is missing; the message names it.
    """
    missing = [name for name in schema if name not in frame.columns]
    if missing:
        raise ValueError(f"columns missing: {', '.join(missing)}; there are {frame.columns}")
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def rows(records: list[dict[str, object]], schema: pl.Schema) -> pl.DataFrame:
    """A frame of the schema from row dictionaries; absent keys are null."""
    return pl.DataFrame(records, schema=schema, orient="row")
