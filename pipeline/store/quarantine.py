"""What could not be used, with the reason: inputs that ingest refused, and work given up."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, Engine, delete, select

from pipeline.store.claims import StageKey, of
from pipeline.store.engine import reading, upsert
from pipeline.store.schema import recordings, rejected, work
from pipeline.types import Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """One thing that is not in the numbers. `rejected.item` is personal data where it is a path.

    `stage` is "ingest" for an input that never became a recording; else the stage that gave up the
    recording with the id `recording_id`, whose file `rejected.item` names.
    """

    stage: str
    rejected: Rejected
    attempts: int
    recording_id: str | None


def quarantined(engine: Engine, keys: Collection[StageKey] = ()) -> tuple[Quarantined, ...]:
    """All that is quarantined, in order of item: by ingest, and in the stages of `keys` (all)."""
    with reading(engine) as connection:
        found = _refused_inputs(connection) + _given_up(connection, keys)
    return tuple(sorted(found, key=lambda q: (q.rejected.item, q.stage, q.rejected.code)))


def _refused_inputs(connection: Connection) -> list[Quarantined]:
    columns = (rejected.c.item, rejected.c.code, rejected.c.reason, rejected.c.remedy)
    return [
        Quarantined(stage="ingest", rejected=Rejected(**row), attempts=1, recording_id=None)
        for row in connection.execute(select(*columns)).mappings()
    ]


def _given_up(connection: Connection, keys: Collection[StageKey]) -> list[Quarantined]:
    columns = (work.c.item, work.c.stage, work.c.attempts, recordings.c.path)
    reasons = (work.c.code, work.c.reason, work.c.remedy)
    joined = work.outerjoin(recordings, work.c.item == recordings.c.recording_id)
    query = select(*columns, *reasons).select_from(joined).where(work.c.state == "quarantined")
    wanted = [query.where(*of(key)) for key in keys] or [query]
    return [
        Quarantined(
            stage=stage,
            rejected=Rejected(item=path or item, code=code, reason=reason, remedy=remedy),
            attempts=attempts,
            recording_id=item,
        )
        for part in wanted
        for item, stage, attempts, path, code, reason, remedy in connection.execute(part)
    ]


def update_rejected(
    connection: Connection,
    now_rejected: Iterable[Rejected],
    *,
    good: Collection[str],
    examined: Collection[str],
    run_id: str | None,
    now: datetime,
) -> None:
    """Enter what is refused now; forget what was refused and, looked at again, no longer is."""
    refused = _one_a_code(now_rejected)
    still = {(one.item, one.code) for one in refused}
    looked_at = {one.item for one in refused} | set(good)
    for item, code in connection.execute(select(rejected.c.item, rejected.c.code)).all():
        again = item in looked_at or any(_within(item, place) for place in examined)
        if again and (item, code) not in still:
            this = (rejected.c.item == item, rejected.c.code == code)
            connection.execute(delete(rejected).where(*this))
    seen = {"first_seen_at": now, "last_seen_at": now, "run_id": run_id}
    rows = [asdict(one) | seen for one in refused]
    upsert(connection, rejected, rows, keep=("first_seen_at",))


def _within(item: str, place: str) -> bool:
    """`place` itself, something in that folder, or a line of that file ("contacts.csv line 12")."""
    return item == place or item.startswith((place.rstrip("/") + "/", place + " "))


def _one_a_code(found: Iterable[Rejected]) -> list[Rejected]:
    """Several reasons of one code for one item are one row that holds them all."""
    ordered = sorted(found, key=lambda one: (one.item, one.code, one.reason, one.remedy))
    merged = []
    for (item, code), group in groupby(ordered, key=lambda one: (one.item, one.code)):
        same = list(group)
        reason = "; ".join(dict.fromkeys(one.reason for one in same))
        merged.append(Rejected(item=item, code=code, reason=reason, remedy=same[0].remedy))
    return merged
