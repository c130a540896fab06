"""Frames to rows and back; what is read equals what was written, row by row."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from pipeline.errors import StoreError
from pipeline.tables import require


def to_rows(frame: pl.DataFrame, schema: pl.Schema) -> list[dict[str, Any]]:
    """The frame's rows as the database takes them.

    Raises
    ------
    ValueError
        A column is missing.
    StoreError
        A number is not finite: SQLite would keep it as null, without a word.
    """
    checked = require(frame, schema)
    for name, kind in schema.items():
        if kind.is_float() and not checked[name].is_finite().fill_null(True).all():
            raise StoreError(
                f"column {name}",
                "holds a number that is not finite; a missing number is null",
                remedy="This is a defect of the stage that made it; report it",
                code="not_finite",
            )
    return checked.to_dicts()


def from_rows(rows: Iterable[Sequence[Any]], schema: pl.Schema) -> pl.DataFrame:
    """A frame of the schema from rows with the values in its order."""
    return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
