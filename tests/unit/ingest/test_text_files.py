"""Contacts that are text: what is read from which shape, and what is said of what can't be."""

from datetime import UTC, datetime

import pytest
from ingest_texts import CHAT, read, reasons, written

from pipeline.errors import SettingsError


def test_a_line_is_a_contact_with_a_contact_lists_names_and_values(tmp_path) -> None:
    line = {"Interaction Id": 17, "StartTime": "01/09/2026 12:00", "ClientId": 20190}
    line |= {"channel": "E-Mail", "skill": "orders", "text": "Where is my order?", "role": "client"}
    found = read(written(tmp_path, "mails.jsonl", line), timezone="Europe/London", day_first=True)
    (contact,) = found.contacts
    data = contact.stated.metadata
    assert (data.contact_id, data.customer_id, data.queue, data.medium) == (
        *("17", "20190", "orders"),
        "email",
    )
    assert data.started_at == datetime(2026, 9, 1, 11, tzinfo=UTC)
    assert [(t.role, t.text) for t in contact.turns] == [("customer", "Where is my order?")]
    assert data.source == "mails.jsonl line 1"
    assert found.rejected == found.notes == ()


def test_the_moments_of_messages_give_start_and_end(tmp_path) -> None:
    turns = [
        {"role": "user", "text": "Is anybody there?", "at": "2026-09-01T10:00:00Z"},
        {"role": "bot", "text": "We are.", "timestamp": 1788257400},
    ]
    (contact,) = read(written(tmp_path, "a.jsonl", {"id": "C", "turns": turns})).contacts
    data = contact.stated.metadata
    assert (data.started_at, data.ended_at) == (
        datetime(2026, 9, 1, 10, tzinfo=UTC),
        datetime(2026, 9, 1, 10, 10, tzinfo=UTC),
    )
    assert [turn.role for turn in contact.turns] == ["customer", "agent"]
    assert (data.medium, contact.spoken) == ("chat", False)


def test_whispers_json_is_speech_of_an_unknown_side_and_its_name_is_a_recordings(tmp_path) -> None:
    whisper = {
        "text": " Hello. I am waiting.",
        "segments": [
            {"id": 0, "start": 0.0, "end": 1.5, "text": " Hello.", "avg_logprob": -0.2},
            {"id": 1, "start": 2.0, "end": 4.0, "text": " I am waiting.", "avg_logprob": -0.2},
        ],
        "language": "en",
    }
    name = "in-4402-02079460133-20260905-123109-1788607869.104.json"
    found = read(
        written(tmp_path, name, whisper), timezone="Europe/London", filename_preset="freepbx"
    )
    (contact,) = found.contacts
    data = contact.stated.metadata
    assert (data.contact_id, data.customer_phone) == ("1788607869.104", "02079460133")
    assert data.started_at == datetime(2026, 9, 5, 11, 31, 9, tzinfo=UTC)
    assert (data.medium, data.duration_s, contact.spoken) == ("call", 4.0, True)
    assert [(t.role, t.start_s, t.end_s) for t in contact.turns] == [
        ("unknown", 0.0, 1.5),
        ("unknown", 2.0, 4.0),
    ]
    assert contact.language == "en"


def test_our_own_transcripts_are_read_with_their_roles_and_times(tmp_path) -> None:
    ours = {
        "recording": "a.wav",
        "duration_s": 9.0,
        "language": "en",
        "utterances": [
            {"start_s": 0.5, "end_s": 2.0, "channel": 0, "role": "agent", "text": "Hello."},
            {"start_s": 3.0, "end_s": 8.0, "channel": 1, "role": "customer", "text": "A refund."},
        ],
        "translation": [],
        "dropped": [],
    }
    (contact,) = read(written(tmp_path, "a.json", ours)).contacts
    assert [turn.role for turn in contact.turns] == ["agent", "customer"]
    assert contact.spoken and contact.stated.metadata.duration_s == 9.0


def test_rows_of_csv_with_a_column_of_words(tmp_path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(
        "ticket_id,contact_id,channel,customer,Message\n"
        'T1,C-1,ticket,K-1,"The lamp, it flickers."\n'
        "T2,C-2,ticket,K-2\n"
    )
    found = read(path)
    (contact,) = found.contacts
    assert contact.turns[0].text == "The lamp, it flickers."
    assert (contact.stated.metadata.case_id, contact.stated.metadata.medium) == ("T1", "ticket")
    assert reasons(found) == {"tickets.csv line 3": "has 4 cells where the header has 5"}


def test_what_an_email_repeats_of_earlier_ones_is_not_its_own_words(tmp_path) -> None:
    text = "Still nothing.\n\nOn Tue, 1 Sep 2026 Anna Bell wrote:\n> Yours has left.\n>> Where?"
    mail = {"id": "C", "channel": "email", "text": text, "language": "en"}
    chat = mail | {"id": "D", "channel": "chat"}
    found = read(written(tmp_path, "a.jsonl", mail, chat))
    assert [c.turns[0].text for c in found.contacts] == ["Still nothing.", text]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "is no valid JSON (Expecting property name"),
        ("[1, 2]", "is a list, allowed: a JSON object"),
        ({"id": "C"}, 'has neither "text" nor "turns"; its names are: id'),
        ({"id": "C", "text": "  "}, "says nothing: all of its text is blank"),
        ({"id": "C", "turns": 7}, '"turns" is a number, allowed: a list of objects'),
        ({"id": "C", "turns": ["Hi"]}, 'turns[0] is a text, allowed: an object with "text"'),
        (
            {"id": "C", "turns": [{"role": "agent", "text": ["Hi"]}]},
            'turns[0] has a list as its "text", allowed: a text',
        ),
        (
            {"id": "C", "text": "Hello", "started_at": "yesterday"},
            'started_at: "yesterday" is no date',
        ),
    ],
)  # fmt: skip
def test_a_bad_line_is_refused_with_its_place_and_reason_and_the_rest_is_used(
    tmp_path, line, reason
) -> None:
    found = read(written(tmp_path, "chats.jsonl", CHAT, line, CHAT | {"contact_id": "C-2"}))
    assert [c.stated.metadata.contact_id for c in found.contacts] == ["C-1", "C-2"]
    (row,) = found.rejected
    assert (row.item, row.reason[: len(reason)]) == ("chats.jsonl line 2", reason)
    assert row.remedy


def test_a_bad_value_costs_itself_and_says_what_is_allowed(tmp_path) -> None:
    turns = [{"role": "robot", "text": "Hello, what is the matter?", "start_s": "soon"}]
    line = {"id": "C", "channel": "pigeon", "turns": turns}
    found = read(written(tmp_path, "a.jsonl", line))
    assert len(found.contacts) == 1
    assert found.contacts[0].turns[0].role == "unknown"
    assert sorted(note.reason for note in found.notes) == [
        'medium: "pigeon" is no medium: call, voicemail, chat, email or ticket; '
        "the rest of it is used",
        'turns[0] role: "robot" is no side: agent, customer or unknown; the rest of it is used',
        'turns[0] start_s: "soon" where seconds from the start are allowed; the rest of it is used',
    ]


def test_no_message_of_an_error_holds_what_somebody_said(tmp_path) -> None:
    secret = "my card is 4111 1111 1111 1111"
    lines = [f'{{"text": "{secret}"', [secret], {"id": "C", "turns": [secret]}]
    lines += [{"id": "D", "turns": [{"role": "agent", "text": {"said": secret}}]}]
    found = read(written(tmp_path, "a.jsonl", *lines))
    assert len(found.rejected) == 4
    assert "4111" not in repr((found.rejected, found.notes))


def test_times_without_a_zone_stop_the_run_and_say_which_setting_helps(tmp_path) -> None:
    path = written(tmp_path, "a.jsonl", CHAT | {"started_at": "2026-09-01 10:00"})
    with pytest.raises(SettingsError, match=r"a\.jsonl line 1.*ingest\.timezone"):
        read(path)
    assert read(path, timezone="Europe/London").contacts


def test_a_contact_counts_once_the_first_of_two_with_one_id(tmp_path) -> None:
    other = CHAT | {"turns": [{"role": "customer", "text": "Where is it?"}]}
    found = read(written(tmp_path, "a.jsonl", CHAT, CHAT, other))
    assert len(found.contacts) == 1
    assert [(row.item, row.code) for row in found.rejected] == [
        ("a.jsonl line 2", "duplicate_row"),
        ("a.jsonl line 3", "double_id"),
    ]


def test_the_same_words_of_two_customers_without_ids_are_two_contacts(tmp_path) -> None:
    words = {"channel": "email", "text": "Where is my order?"}
    found = read(
        written(tmp_path, "a.jsonl", words | {"customer_id": "K1"}, words | {"customer_id": "K2"})
    )
    assert len({contact.content for contact in found.contacts}) == 2


def test_folders_globs_and_several_sources_and_what_leads_nowhere(tmp_path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / ".hidden").mkdir()
    (tmp_path / "empty").mkdir()
    for place, number in (("in", 1), ("in/deep", 2), ("in/.hidden", 3), ("empty/..", 4)):
        written(tmp_path / place, "same.jsonl", CHAT | {"contact_id": f"C-{number}"})
    written(tmp_path, "notes.txt", "hello")
    found = read(
        *(tmp_path / name for name in ("in", "same.j*l", "empty", "gone.json", "notes.txt", "x*"))
    )
    assert sorted(c.stated.metadata.contact_id or "" for c in found.contacts) == [
        *("C-1", "C-2"),
        "C-4",
    ]
    sources = [contact.stated.metadata.source for contact in found.contacts]
    assert len(set(sources)) == 3, "files of one name are told apart"
    assert [row.code for row in found.rejected] == [
        *("no_texts", "not_found", "unknown_kind"),
        "no_match",
    ]


def test_a_language_nobody_states_is_told_by_its_words_or_said_to_be_unknown(tmp_path) -> None:
    lines = [
        {"id": "1", "text": "Where is my order? It has not arrived."},
        {"id": "2", "text": "¿Dónde está mi pedido? No ha llegado todavía."},
        {"id": "3", "text": "4711 4712"},
        {"id": "4", "text": "4711 4712", "language": "de-AT"},
    ]
    found = read(written(tmp_path, "a.jsonl", *lines))
    assert [contact.language for contact in found.contacts] == ["en", "es", None, "de"]
    assert [(note.item, note.code) for note in found.notes] == [("a.jsonl line 3", "language")]


def test_names_that_mean_nothing_are_said_once_a_file(tmp_path) -> None:
    line = CHAT | {"colour": "red"}
    found = read(written(tmp_path, "a.jsonl", line, line | {"contact_id": "C-2"}))
    assert [note.reason for note in found.notes] == [
        "has names that mean nothing here: colour; not used"
    ]
