"""Whatever JSON holds, a contact is read or refused with a reason; nothing crashes."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.clock import Clock
from pipeline.ingest.json_text import loads
from pipeline.ingest.text_records import TEXT, TURNS, ReadText, read_record, unknown_names
from pipeline.ingest.text_transcript import as_transcript
from pipeline.ingest.times import NoZoneError
from pipeline.ingest.vcon import is_vcon, read_vcon

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
NAMES = (*TEXT, *TURNS, "role", "speaker", "at", "start", "end_s", "started_at", "channel", "id")
VCON_NAMES = (
    *("parties", "dialog", "analysis", "type", "start", "duration", "body", "encoding", "role"),
    *("originator", "party", "mediatype", "uuid", "tel", "mailto", "critical", "segments", "text"),
)
WORDS = ("text", "recording", "transcript", "json", "base64url", "agent", "customer", "2026-09-01")


def _json(names: tuple[str, ...]) -> st.SearchStrategy[Any]:
    leaves = SCALARS | st.sampled_from(WORDS)
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(names) | st.text(max_size=5), inner, max_size=5)
        ),
        max_leaves=20,
    )


def _is_told(read: ReadText) -> None:
    assert (read.contact is None) == (read.rejected is not None)
    if read.contact is not None:
        transcript = as_transcript(read.contact, "text:0")
        assert len(transcript.utterances) == len(read.contact.turns)
        assert all(u.end_s >= u.start_s >= 0 for u in transcript.utterances)
        starts = [u.start_s for u in transcript.utterances]
        assert starts == sorted(starts)
    for row in (read.rejected, *read.notes):
        assert row is None or (row.reason and row.remedy and row.item == "a line 1")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), _json(NAMES), max_size=6))
def test_any_object_is_a_contact_or_a_reason(content: dict[str, Any]) -> None:
    unknown_names(content)
    with suppress(NoZoneError):
        _is_told(read_record(content, source="a line 1", clock=Clock()))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(VCON_NAMES), _json(VCON_NAMES), max_size=6), SCALARS)
def test_any_vcon_is_a_contact_or_a_reason(content: dict[str, Any], version: Any) -> None:
    vcon = content | {"vcon": version}
    assert is_vcon(vcon)
    with suppress(NoZoneError):
        _is_told(read_vcon(vcon, source="a line 1", clock=Clock()))


@settings(max_examples=300, deadline=None)
@given(
    parties=st.lists(_json(VCON_NAMES), max_size=3),
    dialogs=st.lists(
        st.fixed_dictionaries(
            {"type": st.sampled_from(["text", "recording", "transfer"])},
            optional={
                "parties": _json(VCON_NAMES),
                "originator": st.integers(-3, 3) | SCALARS,
                "start": st.sampled_from(["2026-09-01T10:00:00Z", "x"]) | SCALARS,
                "duration": SCALARS,
                "body": _json(VCON_NAMES),
                "encoding": st.sampled_from(["none", "json", "base64url"]) | SCALARS,
            },
        ),
        max_size=3,
    ),
    analysis=st.lists(
        st.fixed_dictionaries(
            {"type": st.just("transcript"), "body": _json(VCON_NAMES)},
            optional={"dialog": st.integers(0, 2) | SCALARS, "encoding": SCALARS},
        ),
        max_size=3,
    ),
)
def test_any_dialogs_are_a_contact_or_a_reason(parties: Any, dialogs: Any, analysis: Any) -> None:
    vcon = {"vcon": "0.4.0", "parties": parties, "dialog": dialogs, "analysis": analysis}
    with suppress(NoZoneError):
        _is_told(read_vcon(vcon, source="a line 1", clock=Clock()))


@given(st.text(max_size=8))
def test_text_that_json_escapes_wrongly_can_still_be_kept(said: str) -> None:
    assert loads(json.dumps({"text": said})) == {"text": said}
    broken = loads('{"text": ' + json.dumps(said)[:-1] + '\\ud83d"}')["text"]
    assert broken.encode().decode().removesuffix("?") == said
