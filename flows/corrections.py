"""Topics that people have corrected: corrections.csv in the workspace, which no run changes.

A correction wins over what was understood and over what the site's own data state; of several for
one contact the last one counts. Links and reports use them, and the next training of topics.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipeline.errors import SettingsError
from pipeline.store.private import private_file
from pipeline.types import UNKNOWN_TOPIC

NAME = "corrections.csv"
COLUMNS = ("contact_id", "topic", "by", "at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A contact's topic as a person says, who, and when (ISO, UTC)."""

    contact_id: str
    topic: str
    by: str
    at: str


def read_corrections(workspace: Path) -> dict[str, Correction]:
    """Contact id to what counts; empty where nobody has corrected anything.

    Raises
    ------
    SettingsError
        The file isn't a table with these columns.
    """
    file = workspace / NAME
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        if table.fieldnames is None or not {"contact_id", "topic"} <= set(table.fieldnames):
            raise SettingsError(
                str(file),
                f"has the columns {', '.join(table.fieldnames or ()) or 'none'}; "
                f"{', '.join(COLUMNS)} are needed",
                remedy="Mend its first line",
                code="setting",
            )
        found = [
            Correction(**{name: (row.get(name) or "").strip() for name in COLUMNS}) for row in table
        ]
    return {one.contact_id: one for one in found if one.contact_id and one.topic}


def add_correction(workspace: Path, contact_id: str, topic: str, by: str) -> None:
    """Write one more line."""
    file = private_file(workspace / NAME)
    empty = file.stat().st_size == 0
    with file.open("a", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        if empty:
            table.writerow(COLUMNS)
        table.writerow((contact_id, topic, by, datetime.now(UTC).isoformat(timespec="seconds")))


def corrected(
    legs: pl.DataFrame, insights: pl.DataFrame, corrections: Mapping[str, Correction]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Legs and insights (`tables.LEGS`, `tables.INSIGHTS`) with the topics that people gave."""
    if not corrections:
        return legs, insights
    said = pl.DataFrame(
        {"leg_id": list(corrections), "said": [one.topic for one in corrections.values()]}
    )
    marked = legs.join(said, on="leg_id", how="left", maintain_order="left")
    by_recording = (
        marked.drop_nulls(["said", "recording_id"])
        .select("recording_id", "said")
        .unique("recording_id")
    )
    legs = marked.with_columns(topic=pl.coalesce("said", "topic")).drop("said")
    heard = insights.join(by_recording, on="recording_id", how="left", maintain_order="left")
    changed = pl.col("said").is_not_null()
    none = pl.lit([], dtype=pl.List(pl.String))
    alone = pl.when(pl.col("said") == UNKNOWN_TOPIC).then(none).otherwise(pl.concat_list("said"))
    insights = heard.with_columns(
        topic=pl.coalesce("said", "topic"),
        topic_score=pl.when(changed).then(1.0).otherwise("topic_score"),
        topics=pl.when(changed).then(alone).otherwise("topics"),
    ).drop("said")
    return legs, insights
