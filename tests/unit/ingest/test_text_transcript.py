"""A text as a transcript: messages have numbers, speech keeps its seconds."""

from functools import partial

from ingest_texts import CHAT, read, written

from pipeline.ingest.text_transcript import as_transcript
from pipeline.keys import keyed
from pipeline.types import Transcript
from pipeline.understand.redact import redact
from pipeline.understand.sentences import sentences
from pipeline.written import text_id

SECRET = b"s" * 32


def _transcript(tmp_path, contact: dict) -> Transcript:
    (found,) = read(written(tmp_path, "a.jsonl", contact)).contacts
    return as_transcript(found, text_id(SECRET, found.content, spoken=found.spoken))


def _hidden(transcript: Transcript):
    return redact(transcript, keyed=partial(keyed, SECRET), country="GB")


def test_a_quote_of_a_message_has_its_number_blank_ones_counted(tmp_path) -> None:
    turns = [
        {"role": "agent", "text": "Hello. How can I help?"},
        {"role": "customer", "text": ""},
        {"role": "customer", "text": "My parcel has not arrived."},
    ]
    told = sentences(_hidden(_transcript(tmp_path, CHAT | {"turns": turns})))
    assert [(s.quote.text, s.quote.message) for s in told] == [
        ("Hello.", 1),
        ("How can I help?", 1),
        ("My parcel has not arrived.", 3),
    ]


def test_a_quote_of_speech_has_seconds_and_no_number(tmp_path) -> None:
    segments = [{"start": 12.0, "end": 14.0, "text": "My parcel has not arrived."}]
    told = sentences(_hidden(_transcript(tmp_path, {"id": "C", "segments": segments})))
    assert [(s.quote.start_s, s.quote.end_s, s.quote.message) for s in told] == [(12.0, 14.0, None)]


def test_times_never_go_back_and_every_word_lies_in_its_message(tmp_path) -> None:
    transcript = _transcript(tmp_path, CHAT)
    words = [word for utterance in transcript.utterances for word in utterance.words]
    assert [w.start_s for w in words] == sorted(w.start_s for w in words)
    assert all(
        u.start_s <= w.start_s and w.end_s <= u.end_s
        for u in transcript.utterances
        for w in u.words
    )
    assert transcript.duration_s == transcript.utterances[-1].end_s


def test_a_card_over_messages_hours_apart_goes_whole(tmp_path) -> None:
    turns = [
        {"role": "agent", "text": "What is your card number?", "at": "2026-09-01T10:00:00Z"},
        {"role": "customer", "text": "4111 1111", "at": "2026-09-01T12:00:00Z"},
        {"role": "agent", "text": "and then?", "at": "2026-09-01T12:10:00Z"},
        {"role": "customer", "text": "1111 1111", "at": "2026-09-01T15:00:00Z"},
    ]
    hidden = _hidden(_transcript(tmp_path, CHAT | {"turns": turns}))
    assert "1111" not in " ".join(u.text for u in hidden.transcript.utterances)
    assert {one.kind for one in hidden.redactions} == {"card"}


def test_each_side_and_each_unknown_speaker_has_a_channel_of_its_own(tmp_path) -> None:
    turns = [
        {"speaker": "SPEAKER_00", "text": "Hello."},
        {"speaker": "agent", "text": "Good morning."},
        {"speaker": "SPEAKER_01", "text": "It is about my order."},
        {"speaker": "SPEAKER_00", "text": "Yes."},
    ]
    transcript = _transcript(tmp_path, CHAT | {"turns": turns})
    assert [u.channel for u in transcript.utterances] == [0, 1, 2, 0]
    assert [r.role for r in transcript.roles] == ["unknown", "agent", "unknown"]


def test_an_id_depends_on_the_words_and_on_the_sites_secret(tmp_path) -> None:
    first = _transcript(tmp_path, CHAT).recording_id
    assert first == _transcript(tmp_path, CHAT).recording_id
    changed = CHAT | {"turns": [*CHAT["turns"], {"role": "agent", "text": "I see."}]}
    assert first != _transcript(tmp_path, changed).recording_id
    (found,) = read(written(tmp_path, "a.jsonl", CHAT)).contacts
    assert first != text_id(b"another", found.content, spoken=False)
