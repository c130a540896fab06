"""Nights one after the other come to the same tables as one run over everything."""

import shutil
from datetime import UTC, datetime

import pytest
from harness import firstcall, kept_in, said, too_open
from polars.testing import assert_frame_equal

NIGHTS = ("2026-10-24T02:00", "2026-10-26T02:00")
"""A first run, and one after a night was missed; the last call is of the 25th."""


@pytest.fixture(scope="module")
def nights(undisturbed, prefect_server, tmp_path_factory):
    """A workspace after the two runs, and what they said."""
    centre, workspace = undisturbed.centre, tmp_path_factory.mktemp("nights") / "workspace"
    workspace.mkdir(mode=0o700)
    shutil.copy(undisturbed.workspace / "secret.key", workspace)
    done = [
        firstcall(
            *centre.command(workspace, "--once", "--now", now, name="nightly"),
            cwd=centre.folder,
            env=prefect_server,
        )
        for now in NIGHTS
    ]
    return centre, workspace, done


def test_each_night_hears_what_is_new_and_no_more(nights) -> None:
    *_, (first, second) = nights
    assert (first.returncode, second.returncode) == (0, 0), said(first) + said(second)
    assert "heard                 4 recordings" in first.stdout
    assert "heard                 1 recordings" in second.stdout
    assert "skipped, done before  4" in second.stdout


def test_the_tables_equal_those_of_one_run(nights, undisturbed) -> None:
    centre, workspace, _ = nights
    with centre.open(workspace) as store, centre.open(undisturbed.workspace) as reference:
        kept, wanted = kept_in(store), kept_in(reference)
    for table, table_wanted in zip(kept.linked, wanted.linked, strict=True):
        assert_frame_equal(table, table_wanted)
    assert kept.results == wanted.results
    assert set(kept.ledger.values()) == {("done", 0, False)}


def test_missed_nights_are_caught_up_in_order_and_the_watermark_moves_last(nights) -> None:
    centre, workspace, _ = nights
    with centre.open(workspace) as store:
        runs = store.runs.all()
        watermark = store.runs.watermark("nightly")
    assert [(run.kind, run.state) for run in runs] == [("nightly", "ok")] * 3
    heard = [run.counts["heard"] for run in runs if run.counts]
    assert heard == [4, 0, 1], "the nights to the 24th, the 25th and the 26th"
    assert watermark == datetime(2026, 10, 26, 2, tzinfo=UTC)  # London, after the changeover


def test_what_nights_write_is_private(nights) -> None:
    _, workspace, _ = nights
    assert too_open(workspace) == []
