"""Connections to SQLite or PostgreSQL that behave alike, and the few statements that differ."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from pipeline.errors import StoreError, TransientError

_BUSY_MS = 30_000
_CHUNK = 5_000
"""Values in one IN (...): SQLite takes 32,766 parameters a statement."""


def open_engine(database: Path, *, url: str | None = None) -> Engine:
    """An engine on the workspace's SQLite file, or on the PostgreSQL that `url` names.

    Raises
    ------
    StoreError
        The URL is of another database, or PostgreSQL's driver isn't installed.
    """
    target = URL.create("sqlite+pysqlite", database=str(database)) if url is None else _parse(url)
    try:
        engine = create_engine(target, pool_pre_ping=target.get_backend_name() != "sqlite")
    except ModuleNotFoundError as error:
        raise StoreError(
            "store.url",
            f"PostgreSQL needs the package {error.name}, which is not installed",
            remedy='pip install "firstcall[postgres]"',
            code="store_driver",
        ) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:  # its text would repeat the URL, password and all
        raise _wrong_url("no URL") from error
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("postgresql+psycopg", "sqlite", "sqlite+pysqlite"):
        raise _wrong_url(f'"{parsed.drivername}"')
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise _wrong_url("an SQLite without a file")
    return parsed


def _wrong_url(found: str) -> StoreError:
    return StoreError(
        "store.url",
        f"is {found}; PostgreSQL (postgresql://user@host/name) or an SQLite file is allowed",
        remedy="Leave it out for SQLite in the workspace, or name a PostgreSQL database",
        code="store_url",
    )


def _prepare_sqlite(engine: Engine) -> None:
    """Transactions under our control, as SQLAlchemy's page on pysqlite recommends.

    A transaction that writes says so when it begins: one that turns from reading to writing
    half-way is refused by SQLite without waiting.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("firstcall_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees one state of the database and changes nothing."""
    with _plain_errors(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it is kept, or nothing.

    Raises
    ------
    TransientError
        Another process held the database too long, or the server went away.
    StoreError
        The disk is full, the file can't be written or is no database.
    """
    with _plain_errors(engine), engine.connect() as connection:
        connection.execution_options(firstcall_writes=True)
        with connection.begin():
            yield connection


@contextmanager
def _plain_errors(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
            raise  # a broken constraint or statement is our own defect
        name = engine.url.render_as_string(hide_password=True)
        said = str(error.orig).strip()
        if engine.dialect.name == "sqlite" and "locked" not in said:
            raise StoreError(
                name,
                f"the database can't be used: {said}",
                remedy="Check the disk's free space and the rights of the workspace",
                code="store_unusable",
            ) from error
        raise TransientError(
            name,
            f"the database did not answer: {said}",
            remedy="See that the database runs and that store.url is right, then run the same "
            "command again; nothing is lost",
            code="store_busy",
        ) from error


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    keep: Collection[str] = (),
    fill: Collection[str] = (),
) -> None:
    """Insert rows; where the primary key is there already, the new values win.

    But not in columns of `keep`, where the old value stays, nor in columns of `fill` where the
    new value is null.
    """
    if not rows:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    changes = {
        column.name: func.coalesce(statement.excluded[column.name], column)
        if column.name in fill
        else statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key and column.name not in keep
    }
    keys = list(table.primary_key.columns)
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changes), list(rows)
    )


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose primary key isn't there yet."""
    if rows:
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        connection.execute(insert(table).on_conflict_do_nothing(), list(rows))


def chunks(items: Iterable[str]) -> Iterator[list[str]]:
    """The distinct items in order, in parts that fit into one statement."""
    ordered = sorted(set(items))
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
