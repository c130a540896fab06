"""Contacts, links and threads: what the last link run made of all legs."""

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection, Engine, Table, delete, insert, select

from pipeline.store import schema
from pipeline.store.engine import reading, writing
from pipeline.store.frames import from_rows, to_rows
from pipeline.tables import CONTACTS, LINKS, THREADS


@dataclass(frozen=True, slots=True)
class Linked:
    """The three tables of one link run belong together: replaced and read as one."""

    engine: Engine

    def save(self, *, contacts: pl.DataFrame, links: pl.DataFrame, threads: pl.DataFrame) -> None:
        """Put a link run's tables in the place of the last one's, all or none."""
        with writing(self.engine) as connection:
            _replace(connection, schema.contacts, contacts, CONTACTS)
            _replace(connection, schema.links, links, LINKS)
            _replace(connection, schema.threads, threads, THREADS)

    def read(self) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """Contacts, links and threads, equal to what was saved; empty before the first link run."""
        with reading(self.engine) as connection:
            return (
                _read(connection, schema.contacts, CONTACTS),
                _read(connection, schema.links, LINKS),
                _read(connection, schema.threads, THREADS),
            )


def _replace(connection: Connection, table: Table, frame: pl.DataFrame, kinds: pl.Schema) -> None:
    connection.execute(delete(table))
    rows = [row | {"row_number": number} for number, row in enumerate(to_rows(frame, kinds))]
    if rows:
        connection.execute(insert(table), rows)


def _read(connection: Connection, table: Table, kinds: pl.Schema) -> pl.DataFrame:
    query = select(*(table.c[name] for name in kinds)).order_by(table.c.row_number)
    return from_rows(connection.execute(query), kinds)
