"""What the ledger promises, on every database."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from pipeline.store import Counts, Owner, StageKey, Store
from pipeline.types import Span

KEY = StageKey(stage="listen", fingerprint="f1")
RESULT = Span(start_s=0.1, end_s=0.2)
ME = Owner.of_this_process()
GONE = Owner(host=ME.host, pid=ME.pid, started=ME.started + 500, boot=ME.boot)
BEFORE_REBOOT = Owner(host=ME.host, pid=ME.pid, started=ME.started, boot="another boot")
ELSEWHERE = Owner(host="another host", pid=ME.pid, started=1.0, boot="its boot")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def fail(store: Store, item: str, *, transient: bool, max_attempts: int = 3) -> str | None:
    return store.ledger.fail(
        ME,
        KEY,
        item,
        code="decode",
        reason="it is cut off",
        remedy="export it again",
        transient=transient,
        max_attempts=max_attempts,
    )


def test_items_are_claimed_in_order_once(store: Store) -> None:
    store.ledger.enqueue(KEY, ["c", "a", "b", "a"])
    assert store.ledger.claim(ME, KEY, limit=2) == ("a", "b")
    assert store.ledger.claim(ELSEWHERE, KEY) == ("c",)
    assert store.ledger.claim(ME, KEY) == ()
    assert store.ledger.states(KEY) == Counts(claimed=3)


def test_a_shard_claims_its_own_items_only(store: Store) -> None:
    store.ledger.enqueue(KEY, "abcd")
    assert store.ledger.claim(ME, KEY, items=["d", "b", "unknown"], limit=5) == ("b", "d")
    assert store.ledger.claim(ME, KEY, items=["d", "b"]) == ()
    assert store.ledger.items(KEY, "pending") == ("a", "c")


def test_enqueueing_again_changes_nothing(store: Store) -> None:
    store.ledger.enqueue(KEY, "abc")
    store.ledger.claim(ME, KEY, limit=2)
    store.complete(ME, KEY, "a", RESULT)
    before = store.ledger.states()
    store.ledger.enqueue(KEY, "abc")
    assert store.ledger.states() == before == Counts(pending=1, claimed=1, done=1)


def test_another_fingerprint_is_other_work_and_ends_an_old_quarantine(store: Store) -> None:
    store.ledger.enqueue(KEY, "ab")
    store.ledger.claim(ME, KEY)
    store.complete(ME, KEY, "a", RESULT)
    fail(store, "b", transient=False)
    other = StageKey(stage="listen", fingerprint="f2")
    store.ledger.enqueue(other, "ab")
    assert store.ledger.states(other) == Counts(pending=2)
    assert store.ledger.states(KEY) == Counts(done=1)
    assert store.quarantined() == ()


def test_a_result_and_its_done_are_kept_together(store: Store) -> None:
    store.ledger.enqueue(KEY, "a")
    store.ledger.claim(ME, KEY)
    assert store.complete(ME, KEY, "a", RESULT)
    assert store.ledger.items(KEY, "done") == ("a",)
    assert dict(store.results.read(KEY, Span)) == {"a": RESULT}


def test_when_the_result_cannot_be_written_its_item_is_not_done(store: Store) -> None:
    store.ledger.enqueue(KEY, "a")
    store.ledger.claim(ME, KEY)

    def broken(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("INSERT INTO results"):
            raise OSError("the disk broke")

    event.listen(store.workspace.engine, "before_cursor_execute", broken)
    with pytest.raises(OSError, match="the disk broke"):
        store.complete(ME, KEY, "a", RESULT)
    event.remove(store.workspace.engine, "before_cursor_execute", broken)
    assert store.ledger.states() == Counts(claimed=1)
    assert dict(store.results.read(KEY, Span)) == {}


@pytest.mark.parametrize("loss", ["freed", "freed and claimed by another", "never claimed"])
def test_without_its_claim_nobody_completes_or_fails_an_item(store: Store, loss: str) -> None:
    store.ledger.enqueue(KEY, "a")
    if loss != "never claimed":
        store.ledger.claim(ME, KEY)
        store.ledger.release(ME)
    if loss == "freed and claimed by another":
        store.ledger.claim(ELSEWHERE, KEY)
    before = store.ledger.states()
    assert store.complete(ME, KEY, "a", RESULT) is False
    assert fail(store, "a", transient=False) is None
    assert store.ledger.states() == before
    assert dict(store.results.read(KEY, Span)) == {}


def test_a_permanent_failure_is_quarantined_with_its_reason(store: Store) -> None:
    store.ledger.enqueue(KEY, "a")
    store.ledger.claim(ME, KEY)
    assert fail(store, "a", transient=False) == "quarantined"
    (row,) = store.quarantined()
    assert (row.stage, row.recording_id, row.attempts) == ("listen", "a", 1)
    assert (row.rejected.code, row.rejected.reason) == ("decode", "it is cut off")
    assert store.ledger.claim(ME, KEY) == ()


def test_a_transient_failure_is_tried_until_the_last_attempt(store: Store) -> None:
    store.ledger.enqueue(KEY, "a")
    outcomes = []
    for _ in range(3):
        assert store.ledger.claim(ME, KEY) == ("a",)
        outcomes.append(fail(store, "a", transient=True))
    assert outcomes == ["pending", "pending", "quarantined"]


@pytest.mark.parametrize("dead", [GONE, BEFORE_REBOOT], ids=["pid used again", "rebooted"])
def test_claims_of_a_dead_process_of_this_host_are_freed_and_not_counted(
    store: Store, dead: Owner
) -> None:
    store.ledger.enqueue(KEY, "ab")
    store.ledger.claim(dead, KEY, lease_s=9_999)
    assert store.ledger.release_dead(ME) == 2
    assert store.ledger.claim(ME, KEY) == ("a", "b")
    assert fail(store, "a", transient=True, max_attempts=2) == "pending"  # its first attempt


def test_a_living_process_keeps_its_claims_past_the_deadline(store: Store) -> None:
    store.ledger.enqueue(KEY, "a")
    store.ledger.claim(ME, KEY, lease_s=1, now=NOW)
    assert store.ledger.release_dead(ME, now=NOW + timedelta(days=1)) == 0


def test_another_host_keeps_its_claims_until_the_deadline_which_it_can_put_off(
    store: Store,
) -> None:
    store.ledger.enqueue(KEY, "a")
    store.ledger.claim(ELSEWHERE, KEY, lease_s=60, now=NOW)
    assert store.ledger.release_dead(ME, now=NOW + timedelta(seconds=59)) == 0
    assert store.ledger.renew(ELSEWHERE, lease_s=60, now=NOW + timedelta(seconds=30)) == 1
    assert store.ledger.release_dead(ME, now=NOW + timedelta(seconds=89)) == 0
    assert store.ledger.release_dead(ME, now=NOW + timedelta(seconds=91)) == 1


def test_what_a_dead_worker_held_runs_alone_after_all_others(store: Store) -> None:
    store.ledger.enqueue(KEY, "abcd")
    store.ledger.claim(GONE, KEY, items="ab")
    assert store.ledger.dead_owners(ME) == (GONE,)
    assert store.ledger.worker_died(GONE, max_attempts=3) == 2
    assert store.ledger.claim(ME, KEY) == ("c", "d")
    assert store.ledger.claim(ME, KEY) == ()  # c and d still run on this host
    for item in "cd":
        store.complete(ME, KEY, item, RESULT)
    assert store.ledger.claim(ME, KEY) == ("a",)
    store.ledger.enqueue(KEY, "e")
    assert store.ledger.claim(ME, KEY) == ()  # nothing beside a suspect
    assert store.ledger.claim(ELSEWHERE, KEY) == ("e",)  # other hosts don't die with it
    store.complete(ME, KEY, "a", RESULT)
    assert store.ledger.claim(ME, KEY) == ("b",)


def test_only_the_culprit_is_quarantined_after_its_third_death(store: Store) -> None:
    store.ledger.enqueue(KEY, "abc")
    store.ledger.claim(GONE, KEY)
    deaths = 0
    while GONE in store.ledger.dead_owners(ME):
        store.ledger.worker_died(GONE, max_attempts=3)
        deaths += 1
        while claimed := store.ledger.claim(GONE, KEY):
            if "b" in claimed:
                break
            assert store.complete(GONE, KEY, claimed[0], RESULT)
    assert deaths == 3
    assert store.ledger.items(KEY, "done") == ("a", "c")
    (row,) = store.quarantined([KEY])
    assert (row.recording_id, row.attempts, row.rejected.code) == ("b", 3, "worker_died")
    assert "3 times" in row.rejected.reason


def test_a_worker_death_blames_only_the_items_named(store: Store) -> None:
    store.ledger.enqueue(KEY, "ab")
    store.ledger.claim(GONE, KEY)
    assert store.ledger.worker_died(GONE, max_attempts=1, items=["b"]) == 1
    assert store.ledger.release_dead(ME) == 1
    assert store.ledger.states() == Counts(pending=1, quarantined=1)


@pytest.mark.parametrize("items", [None, ["a"]])
def test_retry_starts_from_the_first_attempt(store: Store, items: list[str] | None) -> None:
    store.ledger.enqueue(KEY, "ab")
    store.ledger.claim(ME, KEY)
    for item in "ab":
        fail(store, item, transient=False)
    assert store.ledger.retry(items) == (2 if items is None else 1)
    assert store.ledger.retry([]) == 0
    assert "a" in store.ledger.claim(ME, KEY)
    assert fail(store, "a", transient=True, max_attempts=2) == "pending"


def test_a_retried_suspect_still_runs_alone(store: Store) -> None:
    store.ledger.enqueue(KEY, "ab")
    store.ledger.claim(GONE, KEY, items="a")
    store.ledger.worker_died(GONE, max_attempts=1)
    assert store.ledger.retry() == 1
    assert store.ledger.claim(ME, KEY) == ("b",)
    assert store.ledger.claim(ME, KEY) == ()


def test_owner_of_this_process_lives(store: Store) -> None:
    assert ME.pid == os.getpid()
    assert ME.seems_alive(here=ME) is True
    assert GONE.seems_alive(here=ME) is False
    assert ELSEWHERE.seems_alive(here=ME) is None
