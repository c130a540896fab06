"""What the store promises to real processes that race and are killed."""

import random
import time

from conftest import Site

from pipeline.store import Counts, Owner, StageKey, Store
from pipeline.types import Span

KEY = StageKey(stage="listen", fingerprint="f1")
ITEMS = [f"{number:04d}" for number in range(2000)]
ME = Owner.of_this_process()


def test_two_processes_that_claim_2000_items_never_share_one(site: Site, store: Store) -> None:
    store.ledger.enqueue(KEY, ITEMS)
    body = """
print("ready", flush=True)
sys.stdin.readline()
while claimed := store.ledger.claim(me, key, limit=7):
    print(*claimed)
    time.sleep(0.002)
"""
    processes = [site.process(body) for _ in range(2)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    claimed = [process.communicate()[0].split() for process in processes]
    assert all(claimed), "both should have had their turn"
    assert sorted(claimed[0] + claimed[1]) == ITEMS


def test_several_first_runs_at_once_make_one_workspace(site: Site) -> None:
    processes = [site.process("print(store.secret.hex())") for _ in range(2)]
    secrets = {process.communicate()[0].strip() for process in processes}
    assert len(secrets) == 1
    assert all(process.returncode == 0 for process in processes)


def test_kill_9_frees_the_claims_at_once_without_an_attempt(site: Site, store: Store) -> None:
    store.ledger.enqueue(KEY, "ab")
    process = site.process("print(store.ledger.claim(me, key), flush=True); time.sleep(60)")
    assert process.stdout
    assert process.stdout.readline().strip() == "('a', 'b')"
    assert store.ledger.release_dead(ME) == 0, "it lives"
    process.kill()
    deadline = time.monotonic() + 5  # not waited for: it is a zombie, and dead all the same
    while not store.ledger.dead_owners(ME) and time.monotonic() < deadline:
        time.sleep(0.01)
    (dead,) = store.ledger.dead_owners(ME)
    assert dead.pid == process.pid
    assert store.ledger.release_dead(ME) == 2
    assert store.ledger.states() == Counts(pending=2)
    assert store.complete(dead, KEY, "a", Span(start_s=0, end_s=1)) is False
    process.communicate()


def test_kill_9_at_any_moment_leaves_no_done_without_result_nor_the_reverse(
    site: Site, store: Store
) -> None:
    store.ledger.enqueue(KEY, ITEMS)
    body = """
from pipeline.types import Span
print("ready", flush=True)
while claimed := store.ledger.claim(me, key, limit=10):
    for item in claimed:
        store.complete(me, key, item, Span(start_s=float(item), end_s=float(item)))
"""
    seed = random.Random(7)
    for _ in range(3):
        process = site.process(body)
        assert process.stdout
        process.stdout.readline()
        time.sleep(seed.uniform(0.02, 0.25))
        process.kill()
        process.communicate()
        store.ledger.release_dead(ME)
        results = dict(store.results.read(KEY, Span))
        assert tuple(results) == store.ledger.items(KEY, "done")
        assert all(span.start_s == float(item) for item, span in results.items())
        assert store.ledger.states().claimed == 0
    assert store.ledger.states().done > 0
    assert store.quarantined() == ()
