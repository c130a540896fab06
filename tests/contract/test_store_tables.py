"""What is written to the tables is read back the same, on every database."""

from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import Site
from sqlalchemy import text

from pipeline.errors import StoreError
from pipeline.store import KnownFile, Owner, StageKey, Store
from pipeline.store.schema import metadata
from pipeline.store.upgrade import upgrade
from pipeline.tables import CONTACTS, LEGS, LINKS, THREADS, rows
from pipeline.types import Recording, Rejected, Span

KEY = StageKey(stage="listen", fingerprint="f1")
ME = Owner.of_this_process()
NOON = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
HASHES = tuple(letter * 64 for letter in "abcd")
UNDECODABLE = b"/calls/\xff\n\xe9.wav".decode("utf-8", "surrogateescape")
QUOTE = {
    "recording_id": HASHES[0],
    "start_s": 0.1 + 0.2,
    "end_s": 5e-324,
    "role": "customer",
    "text": 'Где моя "пратка"? \U0001f4e6\n',
}
EMPTY_QUOTE = dict.fromkeys(QUOTE)


def recording(recording_id: str, path: str = "/calls/a.wav") -> Recording:
    return Recording(
        recording_id=recording_id,
        path=path,
        size_bytes=5_000_000_000,
        duration_s=1 / 3,
        sample_rate_hz=8000,
        n_channels=2,
        codec="pcm_mulaw",
    )


def refusal(item: str, code: str = "empty", reason: str = "0 bytes") -> Rejected:
    return Rejected(item=item, code=code, reason=reason, remedy="export it again")


def legs(*records: dict[str, object]) -> pl.DataFrame:
    return rows(list(records), pl.Schema(LEGS | {"source": pl.String, "audio_path": pl.String}))


def test_the_migrations_make_exactly_the_tables_of_the_schema(store: Store) -> None:
    with store.workspace.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    upgrade(store.workspace.engine)


def test_tables_of_a_newer_version_are_refused(site: Site) -> None:
    with site.open() as store, store.workspace.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="9999") as caught:
        site.open()
    assert caught.value.code == "store_newer"


def test_linked_tables_come_back_equal_row_by_row(store: Store) -> None:
    contacts = rows(
        [
            {"contact_id": "z", "leg_ids": ["z", "ö"], "started_at": NOON, "issue": QUOTE},
            {"contact_id": "A", "leg_ids": [], "hold_s": -0.0, "issue": EMPTY_QUOTE},
            {"contact_id": "", "transfers": 2**40, "abandoned": False, "case_keys": [None, "k"]},
        ],
        CONTACTS,
    )
    part = {"name": "days", "value": 0.1, "weight": -2.5, "points": 1e300, "why": "2 d"}
    links = rows([{"contact_a": "z", "contact_b": "A", "parts": [part], "quote_b": QUOTE}], LINKS)
    threads = rows(
        [{"thread_id": "T-z", "contact_id": c, "position": i} for i, c in enumerate("zA")], THREADS
    )
    store.linked.save(contacts=contacts, links=links, threads=threads)
    found = store.linked.read()
    for written, back in zip((contacts, links, threads), found, strict=True):
        assert back.schema == written.schema
        assert back.equals(written, null_equal=True)


def test_a_link_run_replaces_the_last_one_wholly(store: Store) -> None:
    first = rows([{"contact_id": "a"}, {"contact_id": "b"}], CONTACTS)
    threads = rows([{"thread_id": "T-a", "contact_id": "a"}], THREADS)
    store.linked.save(contacts=first, links=rows([], LINKS), threads=threads)
    store.linked.save(contacts=first.head(1), links=rows([], LINKS), threads=threads.clear())
    contacts, links, kept = store.linked.read()
    assert contacts["contact_id"].to_list() == ["a"]
    assert links.is_empty()
    assert kept.is_empty()


def test_a_link_run_that_cannot_be_stored_leaves_the_last_one(store: Store) -> None:
    good = rows([{"contact_id": "a"}], CONTACTS)
    store.linked.save(contacts=good, links=rows([], LINKS), threads=rows([], THREADS))
    bad = rows([{"contact_a": "a", "contact_b": "b", "score": float("nan")}], LINKS)
    with pytest.raises(StoreError, match="not finite"):
        store.linked.save(contacts=good.clear(), links=bad, threads=rows([], THREADS))
    assert store.linked.read()[0].equals(good)


def test_a_catalogue_comes_back_whatever_the_file_is_called(store: Store) -> None:
    found = [recording(HASHES[0], UNDECODABLE), recording(HASHES[1], "/calls/\ufdd0 x.wav")]
    file = KnownFile(
        path=UNDECODABLE, size_bytes=7, mtime_ns=1_767_225_600_123_456_789, recording_id=HASHES[0]
    )
    refused = refusal("/calls/nul\0.wav")
    store.catalogue.save(recordings_found=found, files_found=[file], rejected_now=[refused])
    assert store.catalogue.recordings() == tuple(found)
    assert store.catalogue.recordings([HASHES[1], "unknown"]) == (found[1],)
    assert store.catalogue.known_files() == {UNDECODABLE: file}
    assert [row.rejected for row in store.quarantined()] == [refused]


def test_text_is_sorted_by_code_point_as_python_sorts(store: Store) -> None:
    items = ["b", "B", "a", "A", "ä", "z", "_", "10", "9"]
    store.ledger.enqueue(KEY, items)
    assert store.ledger.items(KEY, "pending") == tuple(sorted(items))


def test_a_leg_is_heard_where_either_of_two_stages_has_its_words(store: Store) -> None:
    read = StageKey(stage="read", fingerprint="r")
    store.catalogue.save(
        recordings_found=[recording(HASHES[0])],
        legs_found=legs(
            {"leg_id": "call", "recording_id": HASHES[0]},
            {"leg_id": "chat", "recording_id": "text:1"},
            {"leg_id": "mail", "recording_id": "text:2"},
        ),
    )
    for key, items in ((KEY, HASHES[:1]), (read, ["text:1", "text:2"])):
        store.ledger.enqueue(key, items)
        store.ledger.claim(ME, key, items=items[:1])
        store.complete(ME, key, items[0], Span(start_s=0, end_s=1))
    frame = store.catalogue.legs_frame(KEY, read)
    assert frame["evidence"].to_list() == ["heard", "heard", "pending"]


def test_legs_carry_the_evidence_of_the_ledger(store: Store) -> None:
    store.catalogue.save(
        recordings_found=[recording(h) for h in HASHES[:3]],
        legs_found=legs(
            {"leg_id": "heard", "recording_id": HASHES[0], "started_at": NOON},
            {"leg_id": "given up", "recording_id": HASHES[1], "identifiers": ["phone:1", None]},
            {"leg_id": "to come", "recording_id": HASHES[2], "identifiers": []},
            {"leg_id": "no audio", "csat": 0.1 + 0.2},
            {"leg_id": "bad audio", "evidence": "quarantined"},
        ),
    )
    store.ledger.enqueue(KEY, HASHES[:3])
    store.ledger.claim(ME, KEY)
    store.complete(ME, KEY, HASHES[0], Span(start_s=0, end_s=1))
    reason = {"code": "c", "reason": "r", "remedy": "m"}
    store.ledger.fail(ME, KEY, HASHES[1], **reason, transient=False, max_attempts=1)
    frame = store.catalogue.legs_frame(KEY)
    assert frame.schema == LEGS
    assert dict(frame.select("leg_id", "evidence").iter_rows()) == {
        "heard": "heard",
        "given up": "quarantined",
        "to come": "pending",
        "no audio": "none",
        "bad audio": "quarantined",
    }
    by_id = {row["leg_id"]: row for row in frame.to_dicts()}
    assert by_id["heard"]["started_at"] == NOON
    assert by_id["given up"]["identifiers"] == ["phone:1", None]
    assert by_id["to come"]["identifiers"] == []
    assert by_id["no audio"]["csat"] == 0.1 + 0.2
    other = store.catalogue.legs_frame(StageKey(stage="listen", fingerprint="f2"))
    assert set(other["evidence"]) == {"pending", "none", "quarantined"}


def test_a_leg_told_of_again_is_brought_up_to_date_and_keeps_its_recording(store: Store) -> None:
    first = legs({"leg_id": "c1", "recording_id": HASHES[0], "queue": "a"})
    first = first.with_columns(channel_map=pl.lit(["agent", "customer"]))
    store.catalogue.save(legs_found=first)
    assert store.catalogue.stored_legs()["channel_map"].to_list() == [["agent", "customer"]]
    store.catalogue.save(legs_found=legs({"leg_id": "c1", "queue": "b", "source": "late.csv"}))
    (row,) = store.catalogue.stored_legs().to_dicts()
    assert (row["recording_id"], row["queue"], row["source"]) == (HASHES[0], "b", "late.csv")


@pytest.mark.parametrize("metadata_first", [True, False])
def test_a_recording_is_one_leg_whether_metadata_comes_before_or_after(
    store: Store, metadata_first: bool
) -> None:
    named = legs({"leg_id": "c1", "recording_id": HASHES[0]})
    bare = legs({"leg_id": f"rec-{HASHES[0][:12]}", "recording_id": HASHES[0]})
    for frame in (named, bare) if metadata_first else (bare, named):
        store.catalogue.save(legs_found=frame)
    assert store.catalogue.stored_legs()["leg_id"].to_list() == ["c1"]


def test_a_file_refused_while_it_was_written_is_one_leg_when_it_is_whole(store: Store) -> None:
    cut_off = {"evidence": "quarantined", "audio_path": "/calls/a.wav"}
    store.catalogue.save(
        legs_found=legs({"leg_id": "rec-path"} | cut_off, {"leg_id": "c1"} | cut_off)
    )
    assert store.catalogue.legs_frame(KEY)["evidence"].to_list() == ["quarantined"] * 2
    store.catalogue.save(
        recordings_found=[recording(HASHES[0])],
        files_found=[
            KnownFile(path="/calls/a.wav", size_bytes=1, mtime_ns=1, recording_id=HASHES[0])
        ],
        legs_found=legs({"leg_id": "c1", "recording_id": HASHES[0]}),
    )
    frame = store.catalogue.legs_frame(KEY)
    assert frame.select("leg_id", "evidence").rows() == [("c1", "pending")]


def test_a_refusal_stays_until_its_item_is_looked_at_again_and_good(store: Store) -> None:
    bad = [refusal("/a/x.wav"), refusal("/b/y.wav"), refusal("m.csv line 2"), refusal("m.csv2")]
    store.catalogue.save(rejected_now=bad, now=NOON)
    store.catalogue.save(examined=["/a/", "m.csv"], rejected_now=[refusal("m.csv line 2")])
    assert [q.rejected.item for q in store.quarantined()] == ["/b/y.wav", "m.csv line 2", "m.csv2"]
    good = KnownFile(path="/b/y.wav", size_bytes=1, mtime_ns=1, recording_id=HASHES[0])
    store.catalogue.save(recordings_found=[recording(HASHES[0])], files_found=[good])
    assert [q.rejected.item for q in store.quarantined()] == ["m.csv line 2", "m.csv2"]


def test_all_reasons_of_an_item_are_kept(store: Store) -> None:
    found = [
        refusal("m.csv line 2", "date", "31/02"),
        refusal("m.csv line 2", "date", "00:61"),
        refusal("m.csv line 2", "id", "double"),
    ]
    store.catalogue.save(rejected_now=found)
    reasons = [(q.rejected.code, q.rejected.reason) for q in store.quarantined()]
    assert reasons == [("date", "00:61; 31/02"), ("id", "double")]


def test_runs_and_watermarks_come_back_in_utc(store: Store) -> None:
    sofia = NOON.astimezone(timezone(timedelta(hours=3)))
    store.runs.start("r1", kind="nightly", interval_to=sofia, now=NOON)
    store.runs.end("r1", state="some_failed", counts={"quarantined": 1, "ok": 2}, now=NOON)
    store.runs.start("r2", kind="batch", now=NOON + timedelta(seconds=1))
    first, second = store.runs.all()
    assert (first.interval_to, first.ended_at, first.counts) == (
        NOON,
        NOON,
        {"ok": 2, "quarantined": 1},
    )
    assert (second.state, second.ended_at, second.counts) == ("running", None, None)
    assert store.runs.watermark("calls") is None
    store.runs.set_watermark("calls", sofia)
    store.runs.set_watermark("calls", NOON + timedelta(days=1))
    assert store.runs.watermark("calls") == NOON + timedelta(days=1)
    with pytest.raises(StoreError, match="never started"):
        store.runs.end("r3", state="ok", counts={})
