"""The claims in SQL: which rows an owner holds, which may be taken, how one is let go."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, select

from pipeline.store.engine import chunks, insert_missing
from pipeline.store.owner import Owner
from pipeline.store.schema import meta, work

State = Literal["pending", "claimed", "done", "quarantined"]

NO_OWNER: dict[str, Any] = {
    "owner_host": None,
    "owner_pid": None,
    "owner_started": None,
    "owner_boot": None,
    "claimed_at": None,
    "deadline": None,
}
NO_REASON: dict[str, Any] = {"code": None, "reason": None, "remedy": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageKey:
    """A stage and the fingerprint of all that its results depend on beside the input."""

    stage: str
    fingerprint: str


def of(key: StageKey) -> tuple[ColumnElement[bool], ...]:
    """Rows of one stage and fingerprint."""
    return work.c.stage == key.stage, work.c.fingerprint == key.fingerprint


def owned_by(owner: Owner) -> dict[str, Any]:
    """An owner as column values."""
    return {
        "owner_host": owner.host,
        "owner_pid": owner.pid,
        "owner_started": owner.started,
        "owner_boot": owner.boot,
    }


def claimed_by(owner: Owner) -> tuple[ColumnElement[bool], ...]:
    """Rows that the owner holds."""
    same = (work.c[name] == value for name, value in owned_by(owner).items())
    return work.c.state == "claimed", *same


def one_claimer_a_host(connection: Connection, host: str) -> None:
    """Two claimers of a host must not overlook each other; SQLite has one writer anyway."""
    key = f"claims of {host}"
    insert_missing(connection, meta, [{"key": key, "value": ""}])
    connection.execute(select(meta).where(meta.c.key == key).with_for_update())


def suspicion_of_claims(connection: Connection, host: str) -> set[bool]:
    """Empty: nothing is claimed on the host; with True: a suspect is."""
    held = (work.c.state == "claimed", work.c.owner_host == host)
    return set(connection.scalars(select(work.c.suspect).where(*held).distinct()))


def pending(
    connection: Connection,
    key: StageKey,
    *,
    items: Collection[str] | None,
    limit: int | None,
    suspect: bool,
) -> list[str]:
    """Items that may be claimed, in order; on PostgreSQL none that another is just claiming."""
    wanted = (*of(key), work.c.state == "pending", work.c.suspect.is_(suspect))
    query = select(work.c.item).where(*wanted).order_by(work.c.item)
    query = query.limit(limit).with_for_update(skip_locked=True)
    if items is None:
        return list(connection.scalars(query))
    found: list[str] = []
    for part in chunks(items):
        found += connection.scalars(query.where(work.c.item.in_(part)))
    return found[:limit]
