"""A workspace is private, has one secret and one numeric mode, and says what to do otherwise."""

import os
import stat
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.settings import Listen, Settings, Understand
from pipeline.settings import Store as StoreSettings
from pipeline.store import Owner, StageKey, Store, private_file, private_folder, private_umask
from pipeline.store.owner import _started
from pipeline.types import Span

KEY = StageKey(stage="listen", fingerprint="f1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "new" / "workspace"


@pytest.fixture
def wide_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def refused(folder: Path, **settings: object) -> StoreError:
    with pytest.raises(StoreError) as caught:
        Store.open(folder, Settings(**settings)).close()
    return caught.value


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_in_a_workspace_is_private(folder: Path, wide_umask: None) -> None:
    with Store.open(folder, Settings()) as store:
        store.ledger.enqueue(KEY, ["a"])
        store.ledger.claim(Owner.of_this_process(), KEY)
        store.complete(Owner.of_this_process(), KEY, "a", Span(start_s=0, end_s=1))
        private_file(store.workspace.logs / "run.log").write_text("x")
        private_folder(store.workspace.reports / "2026-01-01_2026-01-31")
        assert store.workspace.prefect_home.is_dir()
        found = {path: rights(path) for path in [folder, *folder.rglob("*")]}
    assert {path.name for path in found} >= {"firstcall.db", "firstcall.db-wal", "secret.key"}
    for path, mode in found.items():
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_private_umask_covers_what_libraries_create(tmp_path: Path, wide_umask: None) -> None:
    with private_umask():
        (tmp_path / "inside").write_text("x")
    (tmp_path / "outside").write_text("x")
    assert rights(tmp_path / "inside") == 0o600
    assert rights(tmp_path / "outside") == 0o666


def test_the_secret_is_made_once_and_never_shown(folder: Path) -> None:
    with Store.open(folder, Settings()) as first:
        secret = first.secret
        assert len(secret) == 32
        assert secret.hex() not in repr(first)
        assert repr(secret) not in repr(first)
    with Store.open(folder, Settings()) as second:
        assert second.secret == secret


def test_another_secret_is_refused(folder: Path) -> None:
    Store.open(folder, Settings()).close()
    (folder / "secret.key").write_text("ab" * 32)
    error = refused(folder)
    assert error.code == "secret_mismatch"
    assert "Put back" in error.remedy


def test_a_lost_secret_is_not_replaced_by_a_new_one(folder: Path) -> None:
    Store.open(folder, Settings()).close()
    (folder / "secret.key").unlink()
    assert refused(folder).code == "secret_missing"
    assert not (folder / "secret.key").exists()


def test_a_secret_that_others_can_read_is_refused(folder: Path) -> None:
    Store.open(folder, Settings()).close()
    (folder / "secret.key").chmod(0o640)
    error = refused(folder)
    assert (error.code, "0640" in error.problem) == ("secret_rights", True)


@pytest.mark.parametrize("content", [b"", b"ab" * 31, b"\xff" * 64])
def test_a_damaged_secret_is_refused(folder: Path, content: bytes) -> None:
    Store.open(folder, Settings()).close()
    (folder / "secret.key").write_bytes(content)
    assert refused(folder).code == "secret_damaged"


def test_the_numeric_mode_is_fixed_by_the_first_run(folder: Path) -> None:
    Store.open(folder, Settings(listen=Listen(numeric_mode="bfloat16"))).close()
    error = refused(folder, listen=Listen(numeric_mode="float32"))
    assert error.code == "numeric_mode"
    assert 'listen.numeric_mode = "bfloat16"' in error.remedy


def test_a_proposed_numeric_mode_is_fixed_too(folder: Path) -> None:
    """What the first run found fastest stays, whatever a later one would find."""
    auto = Settings()
    with Store.open(folder, auto) as store:
        assert store.workspace.numeric_mode("listen", lambda: "int8") == "int8"
    with Store.open(folder, auto) as store:
        assert store.workspace.numeric_mode("listen", lambda: "float32") == "int8"
    with pytest.raises(StoreError, match="int8"):
        Store.open(folder, Settings(listen=Listen(numeric_mode="bfloat16")))


def test_each_stage_has_its_own_numeric_mode(folder: Path) -> None:
    with Store.open(folder, Settings()) as store:
        assert store.workspace.numeric_mode("listen", lambda: "float32") == "float32"
        assert store.workspace.numeric_mode("understand", lambda: "int8") == "int8"
    error = refused(folder, understand=Understand(numeric_mode="float32"))
    assert 'understand.numeric_mode = "int8"' in error.remedy


def test_a_command_that_only_looks_makes_no_workspace(folder: Path) -> None:
    with pytest.raises(StoreError, match="no workspace"):
        Store.open(folder, Settings(), create=False)
    assert not folder.exists()


def test_a_folder_with_files_of_others_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    tmp_path.chmod(0o755)
    assert "chmod 700" in refused(tmp_path).remedy
    assert rights(tmp_path) == 0o755
    tmp_path.chmod(0o700)
    Store.open(tmp_path, Settings()).close()


def test_a_file_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert refused(tmp_path / "file").code == "folder"


def test_a_file_that_is_no_database_is_refused_with_a_reason(folder: Path) -> None:
    private_folder(folder)
    private_file(folder / "firstcall.db").write_bytes(b"this is not a database" * 100)
    assert refused(folder).code == "store_unusable"


@pytest.mark.parametrize("url", ["mysql://u:hunter2@host/db", "::hunter2::", "sqlite://"])
def test_an_unknown_url_is_refused_without_its_password(folder: Path, url: str) -> None:
    error = refused(folder, store=StoreSettings(url=url))
    assert error.code == "store_url"
    assert "hunter2" not in str(error)


def test_a_process_name_with_brackets_does_not_confuse_its_start() -> None:
    assert _started(os.getpid()) == Owner.of_this_process().started
    assert _started(2**22 + 1) is None
