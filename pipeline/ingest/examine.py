"""One file's examination: a recording, or the plain reason why it is none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import AudioError
from pipeline.ingest.audio import probe
from pipeline.ingest.files import explain
from pipeline.settings import Ingest
from pipeline.types import Recording, Rejected

Known = Callable[[str, int, int], Recording | None]
"""From (path, size in bytes, modification time in ns) to what an earlier run found there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A file, and what it is: `recording`, or `rejected`. `notes` say what of it is damaged."""

    path: Path
    size_bytes: int
    mtime_ns: int
    recording: Recording | None
    rejected: Rejected | None
    notes: tuple[Rejected, ...] = ()


def examine(path: Path, settings: Ingest, *, known: Known | None = None) -> Examined:
    """Identify and decode one file, unless `known` says what it is; never raises for a bad one."""
    try:
        before = path.stat()
    except (OSError, ValueError) as error:
        return _refused(path, explain(error, str(path)))
    size_bytes, mtime_ns = before.st_size, before.st_mtime_ns
    recording = known(str(path), size_bytes, mtime_ns) if known else None
    notes: tuple[Rejected, ...] = ()
    try:
        if recording is None or recording.duration_s < settings.min_duration_s:
            found = probe(path, settings)
            recording = found.recording
            notes = tuple(_damaged(path, what) for what in found.damage)
        after = path.stat()
    except AudioError as error:
        return _refused(path, Rejected.by(error), size_bytes, mtime_ns)
    except OSError as error:
        return _refused(path, explain(error, str(path)), size_bytes, mtime_ns)
    if (after.st_size, after.st_mtime_ns) != (size_bytes, mtime_ns):
        return _refused(path, _changing(path), size_bytes, mtime_ns)
    return Examined(
        path=path,
        size_bytes=size_bytes,
        mtime_ns=mtime_ns,
        recording=replace(recording, path=str(path)),
        rejected=None,
        notes=notes,
    )


def _refused(path: Path, reason: Rejected, size_bytes: int = 0, mtime_ns: int = 0) -> Examined:
    return Examined(
        path=path, size_bytes=size_bytes, mtime_ns=mtime_ns, recording=None, rejected=reason
    )


def _damaged(path: Path, what: str) -> Rejected:
    return Rejected(
        item=str(path), code="damaged", reason=what, remedy="It is used as far as it decodes"
    )


def _changing(path: Path) -> Rejected:
    return Rejected(
        item=str(path),
        code="changing",
        reason="was being written while it was read",
        remedy="Run again when it is complete",
    )
