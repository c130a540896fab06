"""The first tables."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    Text,
)

revision = "0001"
down_revision = None

_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_MOMENT = DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables."""
    _catalogue()
    _legs()
    _ledger()
    _contacts()
    _links_and_threads()
    _runs()


def _key(name: str) -> Column[str]:
    return Column(name, _TEXT, primary_key=True)


def _text(name: str, *, nullable: bool = True) -> Column[str]:
    return Column(name, _TEXT, nullable=nullable)


def _catalogue() -> None:
    op.create_table(
        "meta",
        _key("key"),
        _text("value", nullable=False),
    )
    op.create_table(
        "recordings",
        _key("recording_id"),
        _text("path", nullable=False),
        Column("size_bytes", BigInteger, nullable=False),
        Column("duration_s", Double, nullable=False),
        Column("sample_rate_hz", Integer, nullable=False),
        Column("n_channels", Integer, nullable=False),
        _text("codec", nullable=False),
    )
    op.create_table(
        "files",
        _key("path"),
        Column("size_bytes", BigInteger, nullable=False),
        Column("mtime_ns", BigInteger, nullable=False),
        Column("recording_id", _TEXT, ForeignKey("recordings.recording_id"), nullable=False),
    )
    op.create_table(
        "rejected",
        _key("item"),
        _key("code"),
        _text("reason", nullable=False),
        _text("remedy", nullable=False),
        Column("first_seen_at", _MOMENT, nullable=False),
        Column("last_seen_at", _MOMENT, nullable=False),
        _text("run_id"),
    )


def _legs() -> None:
    op.create_table(
        "legs",
        _key("leg_id"),
        _text("parent_id"),
        _text("recording_id"),
        Column("started_at", _MOMENT),
        Column("ended_at", _MOMENT),
        _text("medium"),
        _text("direction"),
        Column("identifiers", Text),
        _text("agent_id"),
        _text("agent_name"),
        _text("team"),
        _text("queue"),
        _text("language"),
        _text("disposition"),
        _text("call_type"),
        _text("case_key"),
        _text("order_key"),
        _text("topic"),
        Column("wait_s", Double),
        Column("hold_s", Double),
        Column("acw_s", Double),
        Column("transferred", Boolean),
        Column("abandoned", Boolean),
        Column("dropped", Boolean),
        Column("survey_resolved", Boolean),
        Column("csat", Double),
        _text("source"),
        Column("channel_map", Text),
        _text("audio_path"),
        Column("audio_refused", Boolean),
    )
    op.create_index("ix_legs_recording", "legs", ["recording_id"])


def _ledger() -> None:
    op.create_table(
        "results",
        _key("input_key"),
        _key("stage"),
        _key("fingerprint"),
        Column("payload", LargeBinary, nullable=False),
        Column("created_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "work",
        _key("item"),
        _key("stage"),
        _key("fingerprint"),
        _text("state", nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("suspect", Boolean, nullable=False),
        _text("owner_host"),
        Column("owner_pid", BigInteger),
        Column("owner_started", Double),
        _text("owner_boot"),
        Column("claimed_at", _MOMENT),
        Column("deadline", _MOMENT),
        _text("code"),
        _text("reason"),
        _text("remedy"),
    )
    op.create_index("ix_work_next", "work", ["stage", "fingerprint", "state", "suspect", "item"])
    op.create_index("ix_work_owner", "work", ["state", "owner_host"])


def _contacts() -> None:
    op.create_table(
        "contacts",
        _key("contact_id"),
        Column("leg_ids", Text),
        Column("recording_ids", Text),
        _text("merged"),
        Column("started_at", _MOMENT),
        Column("ended_at", _MOMENT),
        _text("medium"),
        _text("direction"),
        _text("customer_key"),
        _text("agent_id"),
        _text("agent_name"),
        _text("first_agent_id"),
        _text("team"),
        _text("queue"),
        _text("language"),
        _text("disposition"),
        _text("topic"),
        Column("topic_score", Double),
        Column("topics", Text),
        Column("transfers", BigInteger),
        Column("drops", BigInteger),
        Column("handle_s", Double),
        Column("hold_s", Double),
        Column("abandoned", Boolean),
        _text("evidence"),
        _text("left_out"),
        Column("survey_resolved", Boolean),
        Column("csat", Double),
        _text("sentiment"),
        Column("sentiment_score", Double),
        Column("issue", Text),
        Column("case_keys", Text),
        Column("entity_keys", Text),
        Column("row_number", Integer, nullable=False),
    )


def _links_and_threads() -> None:
    op.create_table(
        "links",
        _key("contact_a"),
        _key("contact_b"),
        Column("score", Double),
        _text("decided_by"),
        Column("same_issue", Boolean),
        Column("parts", Text),
        Column("quote_a", Text),
        Column("quote_b", Text),
        Column("row_number", Integer, nullable=False),
    )
    op.create_table(
        "threads",
        _text("thread_id"),
        _key("contact_id"),
        Column("position", BigInteger),
        _text("customer_key"),
        _text("topic"),
        Column("row_number", Integer, nullable=False),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        _key("run_id"),
        _text("kind", nullable=False),
        Column("interval_from", _MOMENT),
        Column("interval_to", _MOMENT),
        Column("started_at", _MOMENT, nullable=False),
        Column("ended_at", _MOMENT),
        _text("state", nullable=False),
        Column("counts", Text),
    )
    op.create_table(
        "watermarks",
        _key("name"),
        Column("moment", _MOMENT, nullable=False),
    )
