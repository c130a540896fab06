"""The ledger: what is to be done, who is at it, what became of it. The only record of work.

An item (a recording's id) is worked on once a stage and fingerprint. A claim comes before audio is
touched; a result and its `done` are one transaction, conditional on the claim. The owner's death
frees its claims and is nobody's fault; a worker's death under a living parent is an attempt, and
what that worker held is suspect: it is next claimed when nothing else runs on the host, so that a
second death has one culprit.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, case, func, select, update

from pipeline.store import deaths
from pipeline.store.claims import (
    NO_OWNER,
    NO_REASON,
    StageKey,
    State,
    claimed_by,
    of,
    one_claimer_a_host,
    owned_by,
    pending,
    suspicion_of_claims,
)
from pipeline.store.engine import chunks, insert_missing, reading, upsert, writing
from pipeline.store.owner import Owner
from pipeline.store.schema import results, work


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Items by state."""

    pending: int = 0
    claimed: int = 0
    done: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """Claims and their outcomes in one database. Safe to use from many processes and hosts."""

    engine: Engine

    def enqueue(self, key: StageKey, items: Iterable[str]) -> None:
        """Enter items that aren't there yet as pending; what is known stays as it is.

        A quarantine of the same item and stage under another fingerprint is over.
        """
        with writing(self.engine) as connection:
            for part in chunks(items):
                other = (work.c.stage == key.stage) & (work.c.fingerprint != key.fingerprint)
                over = other & (work.c.state == "quarantined") & work.c.item.in_(part)
                connection.execute(work.delete().where(over))
                new = {"stage": key.stage, "fingerprint": key.fingerprint, "state": "pending"}
                rows = [new | {"item": i, "attempts": 0, "suspect": False} for i in part]
                insert_missing(connection, work, rows)

    def claim(
        self,
        owner: Owner,
        key: StageKey,
        *,
        items: Collection[str] | None = None,
        limit: int | None = None,
        lease_s: float = 3600,
        now: datetime | None = None,
    ) -> tuple[str, ...]:
        """Take pending items, in order: of `items` (default: all), at most `limit`.

        A suspect comes alone, after all others, and only when nothing else is claimed on the host;
        while it is claimed the host gets nothing more. So () doesn't mean that nothing is pending:
        ask `items`.
        """
        now = now or datetime.now(UTC)
        with writing(self.engine) as connection:
            one_claimer_a_host(connection, owner.host)
            held = suspicion_of_claims(connection, owner.host)
            if True in held:
                return ()
            taken = pending(connection, key, items=items, limit=limit, suspect=False)
            if not taken and not held:
                taken = pending(connection, key, items=items, limit=1, suspect=True)
            claimed = owned_by(owner) | {
                "state": "claimed",
                "claimed_at": now,
                "deadline": now + timedelta(seconds=lease_s),
            }
            for part in chunks(taken):
                connection.execute(
                    update(work).where(*of(key), work.c.item.in_(part)).values(claimed)
                )
        return tuple(taken)

    def complete(self, owner: Owner, key: StageKey, item: str, payload: bytes) -> bool:
        """Keep a result and mark its item done, both or neither; see `complete_all`."""
        return self.complete_all(owner, key, {item: payload})

    def complete_all(self, owner: Owner, key: StageKey, payloads: Mapping[str, bytes]) -> bool:
        """Keep a shard's results, by item, and mark its items done, all or nothing.

        False, and nothing is kept, when a claim is no longer the owner's: another has taken over.
        """
        done = {"state": "done", "suspect": False} | NO_OWNER | NO_REASON
        now = datetime.now(UTC)
        with writing(self.engine) as connection:
            for part in chunks(sorted(payloads)):
                ours = update(work).where(*of(key), work.c.item.in_(part), *claimed_by(owner))
                if connection.execute(ours.values(done)).rowcount != len(part):
                    connection.rollback()
                    return False
                rows = [
                    {
                        "input_key": item,
                        "stage": key.stage,
                        "fingerprint": key.fingerprint,
                        "payload": payloads[item],
                        "created_at": now,
                    }
                    for item in part
                ]
                upsert(connection, results, rows)
        return True

    def fail(
        self,
        owner: Owner,
        key: StageKey,
        item: str,
        *,
        code: str,
        reason: str,
        remedy: str,
        transient: bool,
        max_attempts: int,
    ) -> State | None:
        """Write down why an item failed; what it is now, None when the claim was lost.

        A transient failure is tried again until `max_attempts`; all others are quarantined.
        """
        attempts = work.c.attempts + 1
        tried_again = case((attempts < max_attempts, "pending"), else_="quarantined")
        change = {
            "state": tried_again if transient else "quarantined",
            "attempts": attempts,
            "code": code,
            "reason": reason,
            "remedy": remedy,
        }
        with writing(self.engine) as connection:
            ours = (*of(key), work.c.item == item)
            failed = update(work).where(*ours, *claimed_by(owner)).values(change | NO_OWNER)
            if connection.execute(failed).rowcount != 1:
                return None
            state: State | None = connection.scalar(select(work.c.state).where(*ours))
        return state

    def release(self, owner: Owner) -> int:
        """Give back all that the owner holds, for another time; how many items that were."""
        with writing(self.engine) as connection:
            held = update(work).where(*claimed_by(owner))
            return connection.execute(held.values({"state": "pending"} | NO_OWNER)).rowcount

    def release_dead(self, here: Owner, *, now: datetime | None = None) -> int:
        """Free the claims of the dead, as if never made; how many. A run does this first.

        On this host an owner is dead when its process is gone; of another host's owners nothing is
        known but the deadline.
        """
        return deaths.release_dead(self.engine, here, now=now or datetime.now(UTC))

    def dead_owners(self, here: Owner) -> tuple[Owner, ...]:
        """Owners of this host that are gone and still hold claims."""
        return deaths.dead_owners(self.engine, here)

    def worker_died(
        self, worker: Owner, *, max_attempts: int, items: Collection[str] | None = None
    ) -> int:
        """A worker died while its parent, which calls this, lives: an attempt for what it held.

        Its items (or those of `items`) are suspect and pending again, or, at `max_attempts`,
        quarantined; how many they are.
        """
        return deaths.worker_died(self.engine, worker, max_attempts=max_attempts, items=items)

    def renew(self, owner: Owner, *, lease_s: float, now: datetime | None = None) -> int:
        """Put off the deadline of all that the owner holds; how many items that is."""
        deadline = (now or datetime.now(UTC)) + timedelta(seconds=lease_s)
        with writing(self.engine) as connection:
            held = update(work).where(*claimed_by(owner))
            return connection.execute(held.values(deadline=deadline)).rowcount

    def retry(self, items: Collection[str] | None = None) -> int:
        """Quarantined items (default: all) are pending again, as if never tried; how many.

        A suspect stays one: it runs alone.
        """
        change = {"state": "pending", "attempts": 0} | NO_REASON
        quarantined = update(work).where(work.c.state == "quarantined").values(change)
        with writing(self.engine) as connection:
            if items is None:
                return connection.execute(quarantined).rowcount
            return sum(
                connection.execute(quarantined.where(work.c.item.in_(part))).rowcount
                for part in chunks(items)
            )

    def items(self, key: StageKey, state: State) -> tuple[str, ...]:
        """The items of a state, in order."""
        query = select(work.c.item).where(*of(key), work.c.state == state).order_by(work.c.item)
        with reading(self.engine) as connection:
            return tuple(connection.scalars(query))

    def states(self, key: StageKey | None = None) -> Counts:
        """How many items are in each state, of one stage and fingerprint or of all."""
        query = select(work.c.state, func.count()).group_by(work.c.state)
        with reading(self.engine) as connection:
            found = connection.execute(query.where(*of(key)) if key else query).tuples().all()
            return Counts(**dict(found))
