"""The tables beside the page: readable, harmless in a spreadsheet, private."""

import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from report_factory import HORIZON, START, Made, centre, contact, link, made
from test_page import write

from pipeline.errors import FirstcallError
from pipeline.report.export import write_private
from pipeline.report.report import folder_name
from pipeline.report.scope import best_links, scope
from pipeline.types import Rejected


@pytest.fixture(scope="module")
def whole() -> Made:
    return centre()


@pytest.fixture(scope="module")
def folder(whole: Made, tmp_path_factory) -> Path:
    return write(whole, tmp_path_factory.mktemp("work") / "reports" / "period").parent


def test_files_are_for_their_owner_only_and_no_half_file_stays(folder: Path):
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "contacts.csv",
        "index.html",
        "measures.json",
        "quarantine.csv",
        "threads.csv",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_measures_json_is_written_as_it_was_given(folder: Path, whole: Made):
    assert (folder / "measures.json").read_text(encoding="utf-8") == whole.measures_json


def test_contacts_read_back_complete_and_in_order(folder: Path, whole: Made):
    table = pl.read_csv(folder / "contacts.csv", try_parse_dates=True)
    assert table.height == whole.contacts.height
    assert table["started_at"].is_sorted()
    assert set(table["contact_id"]) == set(whole.contacts["contact_id"])
    assert table["has_customer_key"].sum() == whole.measures.coverage.contacts_with_key
    quotes = whole.contacts.sort("started_at")["issue"].struct.field("text").to_list()
    assert table["issue_quote"].to_list() == quotes


def test_threads_read_back_with_gaps_and_evidence(folder: Path, whole: Made):
    table = pl.read_csv(folder / "threads.csv")
    assert table.height == whole.threads.height
    later = table.filter(pl.col("position") > 0)
    assert later["gap_days"].min() > 0 and later["linked_to"].null_count() == 0
    assert table.filter(pl.col("position") == 0)["gap_days"].null_count() == len(
        table["thread_id"].unique()
    )
    known = whole.contacts.select("contact_id", "started_at", "ended_at")
    ends = dict(zip(known["contact_id"], known["ended_at"], strict=True))
    starts = dict(zip(known["contact_id"], known["started_at"], strict=True))
    before = None
    for row in table.to_dicts():
        if row["position"]:
            elapsed = (starts[row["contact_id"]] - ends[before]) / timedelta(days=1)
            assert row["gap_days"] == pytest.approx(elapsed, abs=1e-4)
        before = row["contact_id"]


def test_nothing_that_depends_on_the_secret_leaves(folder: Path):
    for path in folder.iterdir():
        assert "customer:" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path, start: str):
    formula = f"{start}HYPERLINK(1,2)"
    call = contact(1, START, agent_name=formula, sentiment_score=-0.4)
    call["issue"] = {**call["issue"], "text": formula}
    what = made([call], [], [[call]])
    what.rejected = [Rejected(item=formula, code="x", reason=formula, remedy="y")]
    folder = write(what, tmp_path).parent
    row = pl.read_csv(folder / "contacts.csv").to_dicts()[0]
    assert row["agent_name"] == row["issue_quote"] == f"'{formula}"
    assert row["sentiment_score"] == -0.4
    assert pl.read_csv(folder / "quarantine.csv")["reason"].to_list() == [f"'{formula}"]


def test_quotes_with_commas_and_newlines_come_back_as_they_were(tmp_path: Path):
    said = 'He said "no, never",\nand hung up; ünïcode ok'
    call = contact(1, START)
    call["issue"] = {**call["issue"], "text": said}
    folder = write(made([call], [], [[call]]), tmp_path).parent
    assert pl.read_csv(folder / "contacts.csv")["issue_quote"].to_list() == [said]


def test_times_carry_the_offset_of_the_sites_zone(tmp_path: Path):
    call = contact(1, datetime(2025, 9, 1, 21, 30, tzinfo=UTC))
    folder = write(made([call], [], [[call]]), tmp_path).parent
    assert "2025-09-02T00:30:00+03:00" in (folder / "contacts.csv").read_text()


def test_a_contact_whose_time_is_unknown_is_not_lost(tmp_path: Path):
    what = made([], [], [])
    lost = made([contact(1, START)], [], []).contacts.with_columns(
        pl.lit(None, pl.Datetime("us", "UTC")).alias("started_at"),
        pl.lit(None, pl.Datetime("us", "UTC")).alias("ended_at"),
    )
    what.contacts = lost
    folder = write(what, tmp_path).parent
    assert pl.read_csv(folder / "contacts.csv")["contact_id"].to_list() == ["c001"]


def test_a_thread_that_reaches_into_the_period_is_kept_whole_and_others_stay_out():
    before = contact(1, START - timedelta(days=3))
    inside = contact(2, START + timedelta(days=1))
    alone = contact(3, START - timedelta(days=5))
    what = made([before, inside, alone], [link(before, inside)], [[before, inside], [alone]])
    tables = scope(what.contacts, what.links, what.threads, period=what.measures.period)
    kept = dict(tables.contacts.select("contact_id", "in_period").iter_rows())
    assert kept == {"c001": False, "c002": True}
    assert tables.first_day == date(2025, 9, 1)


def test_days_are_those_of_the_sites_zone():
    """23:30 in London on 31 August is already 1 September in Sofia, where the site is."""
    early = contact(1, datetime(2025, 8, 31, 22, 30, tzinfo=UTC))
    tables = scope(
        made([early], [], []).contacts,
        made([], [], []).links,
        made([], [], []).threads,
        period=made([], [], []).measures.period,
    )
    assert tables.contacts["in_period"].to_list() == [True]


def test_the_strongest_link_to_an_earlier_contact_of_the_thread_is_shown():
    a, b, c = (contact(n, START + timedelta(days=n)) for n in (1, 2, 3))
    links = [
        link(a, b, score=0.6),
        link(a, c, score=0.9),
        link(b, c, score=0.95, same_issue=False),
    ]
    what = made([a, b, c], links, [[a, b, c]])
    tables = scope(what.contacts, what.links, what.threads, period=what.measures.period)
    found = best_links(tables).select("contact_b", "contact_a").rows()
    assert found == [("c002", "c001"), ("c003", "c001")]


def test_the_folder_is_named_after_the_period(whole: Made):
    assert folder_name(whole.measures.period) == "2025-09-01_2025-10-26"
    assert HORIZON.year == 2025


def test_a_file_is_replaced_whole_and_keeps_its_rights(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cant_be_written_to_is_named(tmp_path: Path):
    with pytest.raises(FirstcallError, match=r"gone.*can't be written.*--out"):
        write_private(tmp_path / "gone" / "a.csv", "x")
