"""A run from nothing to the report, and the same command again."""

import json
from datetime import datetime, timedelta

import polars as pl
from harness import firstcall, kept_in, measures_of, report_of, said, too_open
from polars.testing import assert_frame_equal
from watched import PHASES


def test_a_run_hears_everything_and_ends_with_the_path_of_its_report(undisturbed) -> None:
    assert list(undisturbed.watched.began) == list(PHASES)
    with undisturbed.centre.open(undisturbed.workspace) as store:
        contacts, _, threads = store.linked.read()
        assert store.quarantined() == ()
    assert contacts["evidence"].to_list() == ["heard"] * 4, "two legs of five are one contact"
    assert threads.height == 4
    assert "heard                 5 recordings" in undisturbed.watched.text
    (page,) = undisturbed.workspace.glob("reports/*/index.html")
    assert f"Report: {page}" in undisturbed.watched.text


def test_the_same_command_again_hears_nothing_and_gives_the_same_measures(
    undisturbed, prefect_server
) -> None:
    (page,) = undisturbed.workspace.glob("reports/*/index.html")
    measures = measures_of(page)
    with undisturbed.centre.open(undisturbed.workspace) as store:
        before = kept_in(store)
    again = firstcall(
        *undisturbed.centre.command(undisturbed.workspace),
        cwd=undisturbed.centre.folder,
        env=prefect_server,
    )
    assert again.returncode == 0, said(again)
    assert "heard                 0 recordings" in again.stdout
    assert "skipped, done before  5" in again.stdout
    assert report_of(again) == page
    assert measures_of(page) == measures
    with undisturbed.centre.open(undisturbed.workspace) as store:
        after = kept_in(store)
    for table, table_before in zip(after.linked, before.linked, strict=True):
        assert_frame_equal(table, table_before)
    assert after.results == before.results
    assert after.ledger == before.ledger


def test_the_measures_of_two_runs_differ_in_nothing_but_run_and_time(undisturbed) -> None:
    (page,) = undisturbed.workspace.glob("reports/*/index.html")
    content = json.loads((page.parent / "measures.json").read_text())
    dropped = set(content) - set(measures_of(page))
    assert dropped == {"run_id", "generated_at", "generated_by"}


def test_the_report_counts_the_contacts_of_the_centre(undisturbed) -> None:
    (table,) = undisturbed.workspace.glob("reports/*/contacts.csv")
    contacts = pl.read_csv(table)
    assert contacts["contact_id"].to_list() == ["HH-1022", "HH-1035", "HH-1048", "HH-1075"]
    assert contacts["legs"].to_list() == [1, 1, 2, 1]


def test_everything_in_the_workspace_is_for_its_owner_only(undisturbed) -> None:
    assert too_open(undisturbed.workspace) == []


def _from_first_answered(thread: list[dict]) -> list[dict]:
    """Voicemails that nobody had answered yet are no first contacts."""
    start = next((i for i, c in enumerate(thread) if c["medium"] != "voicemail"), 0)
    return thread[start:]


def _is_event(contact: dict, after: datetime, until: datetime) -> bool:
    """Inbound, in the window, and not one that METRICS counts in the any-contact variant only."""
    no_event = ("abandoned", "too_short", "returned_call")
    is_inbound = contact["direction"] == "inbound" and contact["left_out"] not in no_event
    return is_inbound and after < contact["started_at"] <= until


def test_fcr_in_measures_json_is_what_a_few_lines_count_from_the_linked_threads(
    undisturbed,
) -> None:
    (page,) = undisturbed.workspace.glob("reports/*/index.html")
    measures = json.loads((page.parent / "measures.json").read_text())
    with undisturbed.centre.open(undisturbed.workspace) as store:
        contacts, _, threads = store.linked.read()
    known = {row["contact_id"]: row for row in contacts.iter_rows(named=True)}
    groups: dict[str, list[dict]] = {}
    for row in threads.sort("thread_id", "position").iter_rows(named=True):
        groups.setdefault(row["thread_id"], []).append(known[row["contact_id"]])
    horizon = datetime.fromisoformat(measures["period"]["horizon"])
    edge = datetime.fromisoformat(measures["period"]["left_edge_until"])
    checked = 0
    for row in measures["fcr"]:
        if (row["variant"], row["merges"], row["dimension"]) != ("same_issue", "all", "all"):
            continue
        window = timedelta(days=row["window_days"])
        firsts = [
            (first["ended_at"], later)
            for first, *later in map(_from_first_answered, groups.values())
            if first["left_out"] is None and first["started_at"] >= edge
        ]
        closed = [(end, later) for end, later in firsts if end + window <= horizon]
        failed = [
            end for end, later in closed if any(_is_event(c, end, end + window) for c in later)
        ]
        assert row["fcr"]["denominator"] == len(closed)
        assert row["fcr"]["numerator"] == len(closed) - len(failed)
        checked += 1
    assert checked == len(undisturbed.centre.settings.measure.windows_days)
