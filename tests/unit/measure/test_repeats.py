"""Repeats charged to what caused them, threads, coverage, and what is said when there's no FCR."""

import json
from pathlib import Path

import jsonschema
from measurecentre import contact, measured, terms

from pipeline.measure.coverage import count_recordings
from pipeline.measure.files import schema_json, to_json
from pipeline.tables import INSIGHTS, LEGS, rows

DOCS = Path(__file__).parents[3] / "docs"


def test_call_resolution_of_100_index_contacts_with_20_repeats_is_80_percent() -> None:
    threads = [[contact(f"x{i}", 0, customer=f"c{i}")] for i in range(60)]
    for i in range(60, 80):
        threads.append(
            [contact(f"x{i}", 0, customer=f"c{i}"), contact(f"y{i}", 1, customer=f"c{i}")]
        )
    [found] = [r for r in measured(*threads).repeats if r.window_days == 7 and r.dimension == "all"]
    assert terms(found.repeats) == (20, 100)


def test_each_repeat_is_charged_to_the_contact_before_it_and_not_to_who_took_it() -> None:
    chain = [
        contact("a", 0, agent_id="a1"),
        contact("b", 2, agent_id="a2"),
        contact("c", 4, agent_id="a3"),
    ]
    found = measured(chain)
    by_agent = {
        r.value: terms(r.repeats)
        for r in found.repeats
        if r.window_days == 7 and r.dimension == "agent"
    }
    assert by_agent == {"a1": (1, 1), "a2": (1, 1), "a3": (0, 1)}


def test_contacts_per_issue_counts_all_contacts_of_the_threads() -> None:
    threads = ([contact("a", 0), contact("b", 20)], [contact("c", 0, customer="c2")])
    found = measured(*threads).threads
    assert (found.threads, found.contacts, found.contacts_per_issue) == (2, 3, 1.5)
    assert found.with_repeat == 1
    assert [(c.name, c.count) for c in found.by_size] == [("1", 1), ("2", 1)]


def test_coverage_counts_every_contact_once_as_index_or_with_its_reason() -> None:
    found = measured(
        [contact("a", 0)],
        [contact("b", 0, customer=None, left_out="no_key")],
        [contact("c", 0, left_out="no_time", started_at=None, ended_at=None)],
    ).coverage
    assert found.contacts == 3 == found.index_contacts + sum(c.count for c in found.left_out)
    assert found.identity_coverage == 2 / 3


def test_recordings_are_counted_once_and_hours_are_those_heard() -> None:
    legs = [
        {"leg_id": "a", "recording_id": "r1", "evidence": "heard"},
        {"leg_id": "b", "recording_id": "r1", "evidence": "heard"},
        {"leg_id": "c", "recording_id": "r2", "evidence": "quarantined"},
        {"leg_id": "d", "recording_id": "r3", "evidence": "pending"},
        {"leg_id": "e", "evidence": "none"},
    ]
    heard = rows([{"recording_id": "r1", "duration_s": 1800.0}], INSIGHTS)
    found = count_recordings(rows(legs, LEGS), heard)
    assert (found.recordings, found.heard, found.quarantined, found.pending) == (3, 1, 1, 1)
    assert found.audio_hours == 0.5


def test_sentiment_is_counted_by_group() -> None:
    found = measured(
        [contact("a", 0, sentiment="negative")],
        [contact("b", 0, customer=None, sentiment="positive")],
    )
    [whole] = [r for r in found.sentiment if r.dimension == "all"]
    assert (whole.negative, whole.neutral, whole.positive) == (1, 0, 1)


def test_without_customers_there_is_no_fcr_but_everything_else_and_a_reason() -> None:
    found = measured([contact("a", 0, customer=None, left_out="no_key", sentiment="neutral")])
    assert (found.fcr, found.repeats, found.first_agent_resolution) == ((), (), None)
    assert found.why_no_fcr is not None
    assert "customer_phone" in found.why_no_fcr
    assert found.coverage.contacts == len(found.sentiment[:1]) == 1


def test_no_contacts_at_all_are_measured_too() -> None:
    found = measured(horizon=None)
    assert found.why_no_fcr == "There are no contacts yet, so there is nothing to measure."
    assert found.coverage.contacts == 0


def test_measures_are_the_same_bytes_in_any_order_of_the_rows() -> None:
    threads = [
        [contact(f"x{i}", i % 5, customer=f"c{i % 7}", agent_id=f"a{i % 3}")] for i in range(30)
    ]
    assert to_json(measured(*threads)) == to_json(measured(*reversed(threads)))


def test_the_published_schema_is_current_and_a_file_fulfils_it() -> None:
    published = (DOCS / "measures.schema.json").read_text(encoding="utf-8")
    assert published == schema_json(), "write schema_json() to docs/measures.schema.json"
    text = to_json(measured([contact("a", 0), contact("b", 3)]))
    assert text.endswith("}\n")
    jsonschema.validate(json.loads(text), json.loads(published))


def test_every_field_of_the_measures_is_explained_in_the_docs() -> None:
    page = (DOCS / "measures.md").read_text(encoding="utf-8")
    for section in json.loads(schema_json())["$defs"].values():
        for field in section["properties"]:
            assert f"`{field}`" in page, field
