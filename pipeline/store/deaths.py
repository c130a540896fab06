"""What becomes of claims whose owner is dead: whose fault it is decides whether it counts.

A killed run (power, a person, the system's shutdown) says nothing about what it was working on.
A worker that dies while its parent lives was most likely killed by what it was working on.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, case, select, update

from pipeline.store.claims import NO_OWNER, claimed_by
from pipeline.store.engine import chunks, reading, writing
from pipeline.store.owner import Owner
from pipeline.store.schema import work


def _owners(engine: Engine) -> list[Owner]:
    columns = (work.c.owner_host, work.c.owner_pid, work.c.owner_started, work.c.owner_boot)
    query = select(*columns).where(work.c.state == "claimed").distinct().order_by(*columns)
    with reading(engine) as connection:
        return [
            Owner(host=host, pid=pid, started=started, boot=boot)
            for host, pid, started, boot in connection.execute(query)
        ]


def dead_owners(engine: Engine, here: Owner) -> tuple[Owner, ...]:
    """Owners of this host that are gone and still hold claims."""
    return tuple(owner for owner in _owners(engine) if owner.seems_alive(here=here) is False)


def release_dead(engine: Engine, here: Owner, *, now: datetime) -> int:
    """Free the claims of the dead, not counting an attempt; how many."""
    freed = 0
    for owner in _owners(engine):
        alive = owner.seems_alive(here=here)
        if alive:
            continue
        held = update(work).where(*claimed_by(owner))
        if alive is None:
            held = held.where(work.c.deadline < now)
        with writing(engine) as connection:
            freed += connection.execute(held.values({"state": "pending"} | NO_OWNER)).rowcount
    return freed


def worker_died(
    engine: Engine, worker: Owner, *, max_attempts: int, items: Collection[str] | None
) -> int:
    """Count an attempt for what the worker held and make it suspect; how many items."""
    held = update(work).where(*claimed_by(worker)).values(_blamed(max_attempts))
    with writing(engine) as connection:
        if items is None:
            return connection.execute(held).rowcount
        return sum(
            connection.execute(held.where(work.c.item.in_(part))).rowcount for part in chunks(items)
        )


def _blamed(max_attempts: int) -> dict[str, Any]:
    attempts = work.c.attempts + 1
    reason = f"the process that worked on it died, {max_attempts} times (memory, or the file)"
    return NO_OWNER | {
        "state": case((attempts < max_attempts, "pending"), else_="quarantined"),
        "attempts": attempts,
        "suspect": True,
        "code": "worker_died",
        "reason": case(
            (attempts < max_attempts, "the process that worked on it died"), else_=reason
        ),
        "remedy": "Look at the machine's free memory (firstcall doctor), then: firstcall retry",
    }
