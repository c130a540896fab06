"""A run from nothing to the report, and the same command again."""

import json

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
