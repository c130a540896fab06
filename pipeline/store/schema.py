"""The tables of the workspace's database, in portable SQL (SQLite, PostgreSQL).

Whole-table nouns take their columns from `pipeline.tables`: lists and structs lie in text columns
as JSON. A change here needs a revision in `migrations/versions`; a test compares the two.
"""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

from pipeline.tables import CONTACTS, LEGS, LINKS, MOMENT, THREADS

_ESCAPED = "\ufdd0"
"""A code point that is in no text: what follows it is JSON."""


class AnyText(TypeDecorator[str]):
    """Text ordered by code point that survives whatever a file name holds (undecodable bytes, NUL).

    Such text is kept as ASCII JSON behind a mark; all other text as it is.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL sorts by locale unless told; SQLite and Python sort by code point."""
        return Text(collation="C" if dialect.name == "postgresql" else None)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database."""
        if value is None or not _needs_escape(value):
            return value
        return _ESCAPED + json.dumps(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """From the database."""
        if value is None or not value.startswith(_ESCAPED):
            return value
        return str(json.loads(value[1:]))


def _needs_escape(text: str) -> bool:
    if text.startswith(_ESCAPED) or "\0" in text:
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


class Json(TypeDecorator[Any]):
    """Lists, structs and counts as JSON text; null stays null, numbers must be finite."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To the database, the same text for the same value."""
        if value is None:
            return None
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        """From the database."""
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[datetime]):
    """A moment, in UTC to the microsecond; SQLite keeps it without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; a moment without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; moments are UTC")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _column(name: str, kind: Any, *, key: bool = False, **more: Any) -> Column[Any]:
    if kind == pl.String:
        return Column(name, AnyText, primary_key=key, **more)
    if kind == MOMENT:
        return Column(name, Moment, **more)
    plain = {pl.Float64: Double, pl.Int64: BigInteger, pl.Boolean: Boolean}
    return Column(name, plain.get(kind.base_type(), Json), **more)


def _columns(schema: pl.Schema, *, keys: tuple[str, ...]) -> list[Column[Any]]:
    return [_column(name, kind, key=name in keys) for name, kind in schema.items()]


STORED_LEGS = pl.Schema(
    {name: kind for name, kind in LEGS.items() if name != "evidence"}
    | {
        "source": pl.String,  # the file and place that told of the leg
        "channel_map": pl.List(pl.String),  # role of each channel
        "audio_path": pl.String,  # the leg's audio, used or refused
        "audio_refused": pl.Boolean,  # true: there is audio, and ingest can't use it
    }
)
"""One row a leg as it is stored; `evidence` follows from the ledger."""

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", AnyText, primary_key=True),
    Column("value", AnyText, nullable=False),
)

recordings = Table(
    "recordings",
    metadata,
    Column("recording_id", AnyText, primary_key=True),
    Column("path", AnyText, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("sample_rate_hz", Integer, nullable=False),
    Column("n_channels", Integer, nullable=False),
    Column("codec", AnyText, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("path", AnyText, primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("recording_id", ForeignKey(recordings.c.recording_id), nullable=False),
)

legs = Table("legs", metadata, *_columns(STORED_LEGS, keys=("leg_id",)))
Index("ix_legs_recording", legs.c.recording_id)

rejected = Table(
    "rejected",
    metadata,
    Column("item", AnyText, primary_key=True),
    Column("code", AnyText, primary_key=True),
    Column("reason", AnyText, nullable=False),
    Column("remedy", AnyText, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("run_id", AnyText),
)

results = Table(
    "results",
    metadata,
    Column("input_key", AnyText, primary_key=True),
    Column("stage", AnyText, primary_key=True),
    Column("fingerprint", AnyText, primary_key=True),
    Column("payload", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)

work = Table(
    "work",
    metadata,
    Column("item", AnyText, primary_key=True),
    Column("stage", AnyText, primary_key=True),
    Column("fingerprint", AnyText, primary_key=True),
    Column("state", AnyText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("suspect", Boolean, nullable=False),
    Column("owner_host", AnyText),
    Column("owner_pid", BigInteger),
    Column("owner_started", Double),
    Column("owner_boot", AnyText),
    Column("claimed_at", Moment),
    Column("deadline", Moment),
    Column("code", AnyText),
    Column("reason", AnyText),
    Column("remedy", AnyText),
)
Index(
    "ix_work_next",
    work.c.stage,
    work.c.fingerprint,
    work.c.state,
    work.c.suspect,
    work.c.item,
)
Index("ix_work_owner", work.c.state, work.c.owner_host)


def _linked(name: str, schema: pl.Schema, *, keys: tuple[str, ...]) -> Table:
    """A table that each link run replaces; `row_number` keeps the order it was written in."""
    order = Column("row_number", Integer, nullable=False)
    return Table(name, metadata, *_columns(schema, keys=keys), order)


contacts = _linked("contacts", CONTACTS, keys=("contact_id",))
links = _linked("links", LINKS, keys=("contact_a", "contact_b"))
threads = _linked("threads", THREADS, keys=("contact_id",))

runs = Table(
    "runs",
    metadata,
    Column("run_id", AnyText, primary_key=True),
    Column("kind", AnyText, nullable=False),
    Column("interval_from", Moment),
    Column("interval_to", Moment),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("state", AnyText, nullable=False),
    Column("counts", Json),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("name", AnyText, primary_key=True),
    Column("moment", Moment, nullable=False),
)
