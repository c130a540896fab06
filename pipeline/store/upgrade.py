"""Brings a database's tables to what this version of firstcall needs. No alembic.ini."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from pipeline.errors import StoreError
from pipeline.store.engine import reading, writing

_SCRIPTS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 7_310_482
"""Any number that nobody else locks: two hosts must not create the same tables at once."""


def upgrade(engine: Engine) -> None:
    """Run the revisions that are missing, in one transaction; nothing happens when none is.

    Raises
    ------
    StoreError
        The database was written by a newer firstcall.
    """
    scripts = ScriptDirectory(str(_SCRIPTS))
    with reading(engine) as connection:
        found = _revision(connection)
    if found == scripts.get_current_head():
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            engine.url.render_as_string(hide_password=True),
            f'its tables are of revision "{found}", which this firstcall does not know',
            remedy="Install the newer firstcall that wrote it, or use another workspace",
            code="store_newer",
        )
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _UPGRADE_LOCK})
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
