"""Texts into the store, without Prefect and without weights."""

import json
from pathlib import Path

import pytest

from flows import texts
from flows.shard import words_of
from flows.stages import Stages, current, remember, remembered
from flows.tools import Tools
from pipeline.ingest.text_files import read_texts
from pipeline.settings import Ingest, Settings, Site
from pipeline.store import Store
from pipeline.store.claims import StageKey
from pipeline.tables import LEGS, rows

KEYS = Stages(
    listen=StageKey(stage="listen", fingerprint="a"),
    read=StageKey(stage="read", fingerprint="b"),
    understand=StageKey(stage="understand", fingerprint="c"),
)
SITE = Settings(site=Site(country="GB"))
CHAT = {
    "contact_id": "C-1",
    "started_at": "2026-09-01T10:00:00Z",
    "turns": [{"role": "customer", "text": "My card is 4111 1111 1111 1111. Where is my order?"}],
}


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "workspace", SITE) as opened:
        yield opened


def _enter(store: Store, folder: Path, *contacts: dict) -> texts.Entered:
    path = folder / "chats.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in contacts))
    found = read_texts([str(path)], Ingest())
    return texts.enter(found, store=store, settings=SITE, run_id="r")


def _read(store: Store, entered: texts.Entered) -> int:
    return texts.read_pending(store, Tools(SITE), KEYS, entered.texts)


def _leg(store: Store, leg_id: str = "C-1") -> dict:
    return next(leg for leg in store.catalogue.stored_legs().to_dicts() if leg["leg_id"] == leg_id)


def test_a_text_is_read_once_and_again_when_it_changed(store, tmp_path) -> None:
    other = CHAT | {"contact_id": "C-2"}
    entered = _enter(store, tmp_path, CHAT, other)
    assert (_read(store, entered), _read(store, entered)) == (2, 0)
    first = _leg(store)["recording_id"]
    changed = CHAT | {"turns": [{"role": "customer", "text": "Where is my order?"}]}
    assert _read(store, _enter(store, tmp_path, changed, other)) == 1
    assert _leg(store)["recording_id"] != first
    assert len(store.catalogue.stored_legs()) == 2


def test_changed_metadata_reads_no_words_again(store, tmp_path) -> None:
    assert _read(store, _enter(store, tmp_path, CHAT)) == 1
    entered = _enter(store, tmp_path, CHAT | {"queue": "orders", "customer_id": "K-1"})
    assert _read(store, entered) == 0
    assert _leg(store)["queue"] == "orders" and _leg(store)["identifiers"]


def test_what_was_entered_and_not_read_is_read_by_the_next_run(store, tmp_path) -> None:
    entered = _enter(store, tmp_path, CHAT)  # and killed
    assert store.catalogue.legs_frame(KEYS.listen, KEYS.read)["evidence"].to_list() == ["pending"]
    assert _read(store, entered) == 1
    assert store.catalogue.legs_frame(KEYS.listen, KEYS.read)["evidence"].to_list() == ["heard"]


def test_only_redacted_words_are_kept(store, tmp_path) -> None:
    entered = _enter(store, tmp_path, CHAT)
    _read(store, entered)
    ((_, kept),) = words_of(store, KEYS, entered.texts)
    assert kept.transcript.utterances[0].text == "My card is [CARD]. Where is my order?"


def test_what_a_contact_list_said_before_stays_where_the_text_is_silent(store, tmp_path) -> None:
    known = {"leg_id": "C-1", "identifiers": ["customer:1"], "medium": "email", "queue": "orders"}
    known |= {"direction": "outbound", "evidence": "none"}
    store.catalogue.save(legs_found=rows([known], LEGS))
    _enter(store, tmp_path, CHAT | {"queue": "returns"})
    leg = _leg(store)
    assert (leg["identifiers"], leg["medium"], leg["direction"]) == (
        ["customer:1"],
        "email",
        "outbound",
    )
    assert leg["queue"] == "returns"
    assert leg["recording_id"].startswith("text:") and leg["started_at"] is not None


def test_a_contact_that_has_a_recording_keeps_it(store, tmp_path) -> None:
    heard = {"leg_id": "C-1", "recording_id": "f" * 64, "medium": "call", "direction": "inbound"}
    store.catalogue.save(legs_found=rows([heard], LEGS))
    entered = _enter(store, tmp_path, CHAT, CHAT | {"contact_id": "C-2"})
    assert entered.leg_ids == ("C-2",)
    assert [(row.item, row.code) for row in entered.rejected] == [
        ("chats.jsonl line 1", "double_id")
    ]
    assert _leg(store)["recording_id"] == "f" * 64


def test_a_contact_without_an_id_gets_one_from_its_content(store, tmp_path) -> None:
    nameless = {name: value for name, value in CHAT.items() if name != "contact_id"}
    (leg_id,) = _enter(store, tmp_path, nameless).leg_ids
    assert leg_id == f"rec-{_leg(store, leg_id)['recording_id'].removeprefix('text:')[:12]}"
    assert _enter(store, tmp_path, nameless).leg_ids == (leg_id,)


def test_a_line_that_was_mended_is_no_longer_listed(store, tmp_path) -> None:
    _enter(store, tmp_path, CHAT, {"contact_id": "C-2"})
    assert [q.rejected.item for q in store.quarantined()] == ["chats.jsonl line 2"]
    _enter(store, tmp_path, CHAT, CHAT | {"contact_id": "C-2"})
    assert store.quarantined() == ()


def test_a_workspace_of_before_texts_were_read_is_still_one(store) -> None:
    remember(store.workspace, KEYS)
    assert remembered(store.workspace) == KEYS
    (store.workspace.folder / "stages.json").write_text('{"listen": "a", "understand": "c"}')
    assert remembered(store.workspace).listen == KEYS.listen


@pytest.mark.weights
def test_a_run_over_recordings_leaves_texts_read_whose_rules_have_changed(
    real_weights, store
) -> None:
    before, changed = Tools(SITE), Tools(Settings(site=Site(country="US")))
    remember(store.workspace, current(before))
    assert current(changed).read != current(before).read, "telephone numbers are others"
    assert current(changed, store.workspace).read == current(before).read
    assert current(changed, store.workspace).listen == current(changed).listen
