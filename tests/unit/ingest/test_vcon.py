"""vCons of the draft's own shapes, and of those that are written in the wild."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from ingest_texts import read, reasons, written

VCON: dict[str, Any] = {
    "vcon": "0.4.0",
    "uuid": "0192d8f1-1111-8222-8333-444455556666",
    "created_at": "2026-09-02T00:00:00Z",
    "parties": [
        {"tel": "tel:+442079460133", "mailto": "mailto:jo@example.com", "role": "customer"},
        {"uuid": "A-7", "name": "Alice Grant", "role": "agent"},
    ],
    "dialog": [
        {
            "type": "text",
            "start": "2026-09-01T10:01:00Z",
            "parties": [1, 0],
            "mediatype": "text/plain",
            "body": "Good morning, what can I do?",
            "encoding": "none",
        },
        {
            "type": "text",
            "start": "2026-09-01T10:00:00Z",
            "parties": 0,
            "mediatype": "text/plain",
            "body": base64.urlsafe_b64encode(b"Where is my order?").decode().rstrip("="),
            "encoding": "base64url",
        },
    ],
}
CALL: dict[str, Any] = VCON | {
    "dialog": [
        {"type": "recording", "start": "2026-09-01T10:00:00Z", "duration": 9.5, "parties": [0, 1],
         "url": "https://example.com/a.wav", "content_hash": "sha512-x"},
    ],
    "analysis": [
        {"type": "summary", "dialog": 0, "body": "He asks.", "encoding": "none"},
        {
            "type": "transcript",
            "dialog": [0],
            "encoding": "json",
            "body": json.dumps({
                "segments": [
                    {"start": 0.5, "end": 2.0, "text": "Good morning.", "speaker": "Alice Grant"},
                    {"start": 2.5, "end": 5.0, "text": "Where is my order?", "speaker": "customer"},
                    {"start": 5.5, "end": 6.0, "text": "Hm.", "speaker": "SPEAKER_02"},
                ]
            }),
        },
    ],
}  # fmt: skip


def test_messages_come_in_the_order_of_their_time_each_from_its_sender(tmp_path) -> None:
    (contact,) = read(written(tmp_path, "a.json", VCON)).contacts
    assert [(turn.role, turn.text) for turn in contact.turns] == [
        ("customer", "Where is my order?"),
        ("agent", "Good morning, what can I do?"),
    ]
    data = contact.stated.metadata
    assert (data.contact_id, data.medium) == (VCON["uuid"], "chat")
    assert (data.started_at, data.ended_at) == (
        datetime(2026, 9, 1, 10, 0, tzinfo=UTC),
        datetime(2026, 9, 1, 10, 1, tzinfo=UTC),
    )
    assert (data.customer_phone, data.account_id) == ("+442079460133", "jo@example.com")
    assert (data.agent_id, data.agent_name) == ("A-7", "Alice Grant")
    assert not contact.spoken


def test_a_recordings_transcript_is_speech_with_seconds(tmp_path) -> None:
    (contact,) = read(written(tmp_path, "a.json", CALL)).contacts
    assert [(t.role, t.start_s, t.end_s) for t in contact.turns] == [
        ("agent", 0.5, 2.0),
        ("customer", 2.5, 5.0),
        ("unknown", 5.5, 6.0),
    ]
    data = contact.stated.metadata
    assert contact.spoken
    assert (data.medium, data.direction) == ("call", "inbound")
    assert data.ended_at == datetime(2026, 9, 1, 10, 0, 9, 500000, tzinfo=UTC)


def test_a_recording_a_party_is_put_together_by_time(tmp_path) -> None:
    dialogs = [
        {"type": "recording", "start": "2026-09-01T10:00:00Z", "parties": party} for party in (0, 1)
    ]
    analysis = [
        {"type": "transcript", "dialog": 0, "body": [{"start": 3, "end": 4, "text": "My order."}]},
        {"type": "transcript", "dialog": 1, "body": [{"start": 0, "end": 2, "text": "Hello."}]},
    ]  # fmt: skip
    vcon = VCON | {"dialog": dialogs, "analysis": analysis}
    (contact,) = read(written(tmp_path, "a.json", vcon)).contacts
    assert [(turn.role, turn.text) for turn in contact.turns] == [
        ("agent", "Hello."),
        ("customer", "My order."),
    ]
    assert contact.spoken


def test_a_signed_vcon_is_read_and_an_encrypted_one_is_refused(tmp_path) -> None:
    payload = base64.urlsafe_b64encode(json.dumps(VCON).encode()).decode().rstrip("=")
    signed = {"payload": payload, "signatures": [{"signature": "x"}]}
    sealed = {"unprotected": {"cty": "application/vcon+json"}, "ciphertext": "x"}
    found = read(written(tmp_path, "a.json", signed), written(tmp_path, "b.json", sealed))
    assert [c.stated.metadata.contact_id for c in found.contacts] == [VCON["uuid"]]
    assert reasons(found) == {
        "b.json": "is encrypted; allowed: an unsigned or signed vCon",
    }


def test_extensions_that_must_be_understood_are_named(tmp_path) -> None:
    found = read(written(tmp_path, "a.json", VCON | {"critical": ["sealed_words", "cc"]}))
    assert reasons(found) == {
        "a.json": "demands extensions that aren't understood: sealed_words",
    }


def test_nothing_is_fetched_and_a_vcon_without_words_says_why(tmp_path) -> None:
    found = read(
        written(tmp_path, "a.json", CALL | {"analysis": []}),
        written(tmp_path, "b.json", VCON | {"dialog": [{"type": "incomplete"}]}),
        written(
            tmp_path, "c.json", VCON | {"dialog": [{"type": "text", "parties": 0, "url": "x"}]}
        ),
    )
    assert reasons(found) == {
        "a.json": "has no words that can be read: dialog[0] is a recording without a transcript; "
        "audio isn't read here",
        "b.json": "has no words: neither text dialogs nor a transcript; "
        "its dialogs are: incomplete",
        "c.json": "has no words that can be read: dialog[0] refers to a file elsewhere; "
        "nothing is fetched",
    }


def test_vcons_may_stand_in_lines_beside_other_contacts(tmp_path) -> None:
    other = {"id": "C-2", "text": "Where is my order?"}
    found = read(written(tmp_path, "a.jsonl", VCON, other))
    assert [c.stated.metadata.contact_id for c in found.contacts] == [VCON["uuid"], "C-2"]
    assert found.rejected == found.notes == ()
