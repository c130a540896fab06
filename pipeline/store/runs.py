"""Runs and watermarks: what was done when, and up to which moment each feed is through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine, select, update

from pipeline.errors import StoreError
from pipeline.store import schema
from pipeline.store.engine import reading, upsert, writing

RunState = Literal["running", "ok", "some_failed", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run. A killed one stays "running": nobody was left to write more.

    `interval_from` and `interval_to` bound the contacts it was asked for; null: all.
    """

    run_id: str
    kind: str
    interval_from: datetime | None
    interval_to: datetime | None
    started_at: datetime
    ended_at: datetime | None
    state: RunState
    counts: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Runs:
    """The book of runs."""

    engine: Engine

    def start(
        self,
        run_id: str,
        *,
        kind: str,
        interval_from: datetime | None = None,
        interval_to: datetime | None = None,
        now: datetime | None = None,
    ) -> None:
        """Enter a run; one that is started again under its id (a retry) begins anew."""
        row = {
            "run_id": run_id,
            "kind": kind,
            "interval_from": interval_from,
            "interval_to": interval_to,
            "started_at": now or datetime.now(UTC),
            "ended_at": None,
            "state": "running",
            "counts": None,
        }
        with writing(self.engine) as connection:
            upsert(connection, schema.runs, [row])

    def end(
        self,
        run_id: str,
        *,
        state: RunState,
        counts: Mapping[str, int],
        now: datetime | None = None,
    ) -> None:
        """Write down how a run ended, with its counts (recordings ok, quarantined, ...)."""
        change = {"state": state, "counts": dict(counts), "ended_at": now or datetime.now(UTC)}
        with writing(self.engine) as connection:
            this = update(schema.runs).where(schema.runs.c.run_id == run_id)
            if connection.execute(this.values(change)).rowcount != 1:
                raise StoreError(
                    f"run {run_id}", "was never started", remedy="Call start first", code="run"
                )

    def all(self) -> tuple[RunRecord, ...]:
        """All runs, in order of their start."""
        query = select(schema.runs).order_by(schema.runs.c.started_at, schema.runs.c.run_id)
        with reading(self.engine) as connection:
            return tuple(RunRecord(**row) for row in connection.execute(query).mappings())

    def set_watermark(self, name: str, moment: datetime) -> None:
        """Feed `name` is through all stages up to `moment`."""
        with writing(self.engine) as connection:
            upsert(connection, schema.watermarks, [{"name": name, "moment": moment}])

    def watermark(self, name: str) -> datetime | None:
        """Up to where the feed is through; None before its first."""
        marks = schema.watermarks
        with reading(self.engine) as connection:
            return connection.scalar(select(marks.c.moment).where(marks.c.name == name))
