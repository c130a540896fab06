"""Files and folders that only their owner can read: 0600 and 0700."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import StoreError

_OTHERS = 0o077


def is_private(path: Path) -> bool:
    """Whether nobody but the owner may read, write or enter it."""
    return not stat.S_IMODE(path.stat().st_mode) & _OTHERS


def private_folder(path: Path) -> Path:
    """The folder, made with 0700 where it isn't there and narrowed where others may look in.

    Raises
    ------
    StoreError
        It can't be made or narrowed.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_private(path):
            path.chmod(0o700)
    except OSError as error:
        raise _refused(path, error) from error
    return path


def private_file(path: Path) -> Path:
    """The file, made empty with 0600 where it isn't there and narrowed where others may read it.

    Whoever writes to the path afterwards (`open("w")`, `write_csv`) keeps the rights.

    Raises
    ------
    StoreError
        It can't be made or narrowed.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        if not is_private(path):
            path.chmod(0o600)
    except OSError as error:
        raise _refused(path, error) from error
    return path


@contextmanager
def private_umask() -> Iterator[None]:
    """Within it all that this process (and libraries in it) creates is private.

    The umask belongs to the whole process: enter it once, at the top of a command.
    """
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One process of this machine at a time; the system takes the lock back from a killed one."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _refused(path: Path, error: OSError) -> StoreError:
    return StoreError(
        str(path),
        f"can't be made private ({error.strerror})",
        remedy="Name a place that you may write to",
        code="folder",
    )
