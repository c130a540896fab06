"""The report of a period: one page that opens with no server and no network, tables beside it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pipeline.measures import Measures, Period
from pipeline.report.export import (
    contacts_csv,
    make_private_folder,
    quarantine_csv,
    threads_csv,
    write_private,
)
from pipeline.report.pages import render_index
from pipeline.report.scope import scope
from pipeline.report.sound import sound_rows
from pipeline.types import Rejected, SoundFinding


def folder_name(period: Period) -> str:
    """Name of a period's folder under `reports/`: "2026-03-02_2026-04-26", or "no-contacts"."""
    return f"{period.first_day}_{period.last_day}" if period.first_day else "no-contacts"


def write_report(
    measures: Measures,
    contacts: pl.DataFrame,
    links: pl.DataFrame,
    threads: pl.DataFrame,
    *,
    measures_json: str,
    rejected: Sequence[Rejected],
    out: Path,
    recordings: Mapping[str, str],
    sound: Mapping[str, Sequence[SoundFinding]] | None = None,
    topic_labels: Mapping[str, str] | None = None,
) -> Path:
    """Write the page, measures.json and the tables into the folder `out`; returns the page's path.

    `contacts`, `links` and `threads` are as `pipeline.tables` declares them and may hold more than
    the period; `measures_json` is the text of the same figures. `recordings` leads from recording
    ids to the masked names that people may see, `sound` to what is wrong with their sound, and
    `topic_labels` from topic ids to labels.
    The folder is made with 0700 where it is missing, files get 0600. The page comes last and
    each file is replaced whole, so that whoever opens it finds all it speaks of.

    Raises
    ------
    FirstcallError
        A file can't be written.
    """
    tables = scope(contacts, links, threads, period=measures.period)
    labels = topic_labels or {}
    page = render_index(
        measures,
        tables,
        rejected=rejected,
        recordings=recordings,
        sound=sound_rows(sound or {}, recordings=recordings),
        topic_labels=labels,
    )
    make_private_folder(out)
    write_private(out / "measures.json", measures_json)
    write_private(out / "contacts.csv", contacts_csv(tables, recordings=recordings))
    write_private(out / "threads.csv", threads_csv(tables))
    write_private(out / "quarantine.csv", quarantine_csv(rejected))
    write_private(out / "index.html", page)
    return out / "index.html"
