"""Small centres cut from the sample, and the `firstcall` command as people start it."""

import csv
import json
import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import select

from pipeline.settings import Settings, load
from pipeline.store import Store
from pipeline.store.engine import reading
from pipeline.store.schema import results, work

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
COMMAND = [sys.executable, "-m", "flows.cli"]

FIVE_CALLS = (
    "call-0022.wav",  # mono
    "call-0035.opus",  # one customer about one order, here and in 0075
    "call-0048.opus",  # a transfer: the second leg is 0049
    "call-0049.opus",
    "call-0075.mp3",
)

SEVERAL_SHARDS = """
[run]
shard_minutes = 0.3
"""


@dataclass(frozen=True)
class Centre:
    """A few recordings of the sample with their rows of its contact list and its settings."""

    folder: Path

    @property
    def recordings(self) -> Path:
        return self.folder / "recordings"

    @property
    def contacts(self) -> Path:
        return self.folder / "contacts.csv"

    @property
    def settings_file(self) -> Path:
        return self.folder / "centre.toml"

    @property
    def settings(self) -> Settings:
        return load(self.settings_file)

    def command(self, workspace: Path, *more: str, name: str = "run") -> list[str]:
        """Arguments of `firstcall run` (or nightly) over this centre."""
        given = {
            "--metadata": self.contacts,
            "--settings": self.settings_file,
            "--workspace": workspace,
        }
        options = [str(part) for pair in given.items() for part in pair]
        return [name, str(self.recordings), *options, *more]

    def open(self, workspace: Path) -> Store:
        return Store.open(workspace, self.settings, create=False)


def make_centre(folder: Path, names: Iterable[str], *, settings: str = "") -> Centre:
    """Copy recordings of the sample, their rows, and the settings with more at their end."""
    made = Centre(folder)
    kept = set(names)
    for name in sorted(kept):
        target = made.recordings / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SAMPLE / "recordings" / name, target)
    with (SAMPLE / "contacts.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    place = header.index("recording")
    chosen = [row for row in rows if row[place].strip() in kept]
    assert len(chosen) == len(kept), "a recording of the sample has no row, or two"
    with made.contacts.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *chosen])
    made.settings_file.write_text((SAMPLE / "firstcall.toml").read_text() + settings)
    return made


def wav(*, seconds: float, level: int = 0, rate_hz: int = 8000, rate_claimed_hz: int = 0) -> bytes:
    """A 16-bit mono wav with a square wave of a level: 0 is silence."""
    count = int(seconds * rate_hz)
    samples = b"".join(struct.pack("<h", level if n // 10 % 2 else -level) for n in range(count))
    claimed = rate_claimed_hz or rate_hz
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, claimed, claimed * 2, 2, 16)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(fmt) + len(data), b"WAVE") + fmt + data


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without its Prefect, wide enough for tables to stay unwrapped."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return own | {"PYTHONPATH": str(ROOT), "COLUMNS": "1000"} | dict(changes or {})


def firstcall(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end, as a process of its own."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=environment(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


def said(done: "subprocess.CompletedProcess[str]") -> str:
    """All that a command wrote, for a failed assertion and for searching."""
    return f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"


def report_of(done: "subprocess.CompletedProcess[str]") -> Path:
    """The report's page, as the command's last words name it."""
    found = re.search(r"^Report: (.+)$", done.stdout, flags=re.MULTILINE)
    assert found, said(done)
    return Path(found[1])


def measures_of(page: Path) -> dict[str, Any]:
    """measures.json beside a page, without what depends on the run."""
    content: dict[str, Any] = json.loads((page.parent / "measures.json").read_text())
    return {
        name: value
        for name, value in content.items()
        if name != "run_id" and not name.startswith("generated_")
    }


@dataclass(frozen=True)
class Kept:
    """All of a workspace that must not depend on how often its run was killed."""

    linked: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
    results: dict[tuple[str, str, str], bytes]
    ledger: dict[tuple[str, str, str], tuple[str, int, bool]]
    not_used: tuple[str, ...]


def kept_in(store: Store) -> Kept:
    """Tables, results and ledger of an open store."""
    with reading(store.workspace.engine) as connection:
        payloads = connection.execute(
            select(results.c.input_key, results.c.stage, results.c.fingerprint, results.c.payload)
        ).all()
        rows = connection.execute(
            select(
                *(work.c.item, work.c.stage, work.c.fingerprint),
                *(work.c.state, work.c.attempts, work.c.suspect),
            )
        ).all()
    return Kept(
        linked=store.linked.read(),
        results={(item, stage, print_): payload for item, stage, print_, payload in payloads},
        ledger={
            (i, s, f): (state, attempts, suspect) for i, s, f, state, attempts, suspect in rows
        },
        not_used=tuple(
            f"{one.rejected.item}: {one.rejected.reason}" for one in store.quarantined()
        ),
    )


def too_open(folder: Path) -> list[str]:
    """Files that are not 0600 and folders that are not 0700, the folder itself included."""
    return [
        f"{path.relative_to(folder)}: {path.lstat().st_mode & 0o777:04o}"
        for path in sorted([folder, *folder.rglob("*")])
        if path.lstat().st_mode & 0o777 != (0o700 if path.is_dir() else 0o600)
    ]
