"""The workspace: one private folder with the database, the secret, reports and logs of a site."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, select

from pipeline.errors import StoreError
from pipeline.settings import Settings
from pipeline.store import schema
from pipeline.store.engine import insert_missing, open_engine, writing
from pipeline.store.private import alone_in, is_private, private_file, private_folder
from pipeline.store.secret import make_secret, read_secret, secret_fingerprint
from pipeline.store.upgrade import upgrade

_DATABASE = "firstcall.db"
_SECRET = "secret.key"


ModelStage = Literal["listen", "understand"]

_MODE_KEYS: dict[ModelStage, str] = {
    "listen": "numeric_mode",
    "understand": "understand.numeric_mode",
}
"""Under which key a stage's numeric mode is noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """An opened workspace. Everything in it is 0600, its folders 0700."""

    folder: Path
    engine: Engine = field(repr=False)
    secret: bytes = field(repr=False)

    @classmethod
    def open(cls, path: Path, settings: Settings, *, create: bool = True) -> "Workspace":
        """Open a workspace, making it where there is none; tables are brought up to date.

        Parameters
        ----------
        path : Path
            The folder.
        settings : Settings
            `store.url` chooses the database; the `numeric_mode` of `listen` and of `understand`
            must be the workspace's or auto.
        create : bool
            Whether a workspace may be made; commands that only look say False.

        Raises
        ------
        StoreError
            The folder can't be used, the secret is missing, open to others or another one than
            the database was written with, or the numeric mode is another.
        """
        folder = _take(path, create=create)
        with alone_in(folder):  # two first runs at once make one secret and one set of tables
            private_folder(folder / "reports")
            engine = open_engine(_database(folder, settings), url=settings.store.url)
            try:
                upgrade(engine)
                with writing(engine) as connection:
                    secret = _pledge_secret(connection, folder / _SECRET)
                    for stage in _MODE_KEYS:
                        mode = getattr(settings, stage).numeric_mode
                        if mode != "auto":
                            _pledge_numeric_mode(connection, stage, mode, folder)
            except BaseException:
                engine.dispose()
                raise
        return cls(folder=folder, engine=engine, secret=secret)

    def numeric_mode(self, stage: ModelStage, propose: Callable[[], str]) -> str:
        """The mode that all results of a stage have here; where there are none yet, what is
        proposed.
        """
        key = _MODE_KEYS[stage]
        with writing(self.engine) as connection:
            noted = _noted(connection, key)
            if noted is None:
                _note(connection, key, propose())
                noted = _noted(connection, key)
        assert noted is not None, "it has just been noted"
        return noted

    @property
    def reports(self) -> Path:
        """Folder of the reports."""
        return private_folder(self.folder / "reports")

    @property
    def prefect_home(self) -> Path:
        """Where Prefect keeps its state: `PREFECT_HOME`."""
        return private_folder(self.folder / "prefect")

    @property
    def logs(self) -> Path:
        """Folder of log files."""
        return private_folder(self.folder / "logs")

    def free_bytes(self) -> int:
        """Space left on the workspace's disk."""
        return shutil.disk_usage(self.folder).free


def _take(path: Path, *, create: bool) -> Path:
    folder = path.expanduser().absolute()
    ours = (folder / _DATABASE).exists() or (folder / _SECRET).exists()
    if not ours and not create:
        raise StoreError(
            str(path),
            "there is no workspace",
            remedy="Check the path, or make one with: firstcall run SOURCE --workspace DIR",
            code="no_workspace",
        )
    if folder.exists() and not folder.is_dir():
        raise StoreError(
            str(path), "is no folder", remedy="Name another for --workspace", code="folder"
        )
    if folder.is_dir() and not ours and not is_private(folder) and any(folder.iterdir()):
        # narrowing the rights of a folder that others use is not ours to do
        raise StoreError(
            str(path),
            "holds other files, and others may look into it",
            remedy=f"Name a new folder for --workspace, or: chmod 700 {path}",
            code="folder",
        )
    return private_folder(folder)


def _database(folder: Path, settings: Settings) -> Path:
    """SQLite gives its -wal and -shm files the rights of the database file."""
    database = folder / _DATABASE
    return private_file(database) if settings.store.url is None else database


def _pledge_secret(connection: Connection, path: Path) -> bytes:
    known = _noted(connection, "secret_fingerprint")
    if not path.exists():
        if known is not None:
            raise StoreError(
                str(path),
                "is missing, and the database was written with it",
                remedy="Put its copy back (0600): without it no customer is recognised again. "
                "If it is lost, start a new workspace",
                code="secret_missing",
            )
        make_secret(path)
    secret = read_secret(path)
    if _note(connection, "secret_fingerprint", secret_fingerprint(secret)):
        return secret
    raise StoreError(
        str(path),
        "is not the secret that the database was written with",
        remedy="Put back the secret.key that belongs to this database (every host needs the same "
        "one), or start a new workspace: customers would not be recognised again",
        code="secret_mismatch",
    )


def _pledge_numeric_mode(
    connection: Connection, stage: ModelStage, mode: str, folder: Path
) -> None:
    if _note(connection, _MODE_KEYS[stage], mode):
        return
    fixed = _noted(connection, _MODE_KEYS[stage])
    raise StoreError(
        f"{stage}.numeric_mode of {folder.name}",
        f'is "{mode}" in the settings, but all results of this workspace are "{fixed}"',
        remedy=f'Set {stage}.numeric_mode = "{fixed}", or use a new workspace for "{mode}"',
        code="numeric_mode",
    )


def _note(connection: Connection, key: str, value: str) -> bool:
    """Write it down where nothing is yet; whether it says `value` now."""
    insert_missing(connection, schema.meta, [{"key": key, "value": value}])
    return _noted(connection, key) == value


def _noted(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == key))
