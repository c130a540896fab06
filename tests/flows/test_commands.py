"""The commands that only look: they say what they promise, and start without Prefect."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from harness import environment, firstcall, measures_of, report_of, said, too_open
from sqlalchemy import update
from typer.testing import CliRunner

from flows.cli import app
from models import weights
from pipeline.settings import Settings
from pipeline.store import Owner, StageKey, Store
from pipeline.store.engine import writing
from pipeline.store.schema import work

_LOADED = """
import sys
from flows import cli
try:
    cli.app(sys.argv[1:])
except SystemExit as end:
    print("exit", end.code)
print("heavy:", *sorted({"prefect", "fastapi"} & set(sys.modules)))
"""


def _light(*arguments: str | Path, cwd: Path) -> str:
    """What a command prints; it must not have imported Prefect."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *map(str, arguments)],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stdout.splitlines()[-1] == "heavy:", said(done)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def copy(undisturbed, tmp_path_factory) -> Path:
    """A copy of the finished workspace, to do with as a test likes."""
    folder = tmp_path_factory.mktemp("copy") / "workspace"
    shutil.copytree(undisturbed.workspace, folder)
    return folder


def test_status_counts_and_says_when_it_ran(copy: Path) -> None:
    text = _light("status", "--workspace", copy, cwd=copy.parent)
    assert "5 recordings: 5 heard, 0 to do, 0 given up" in text
    assert "Nothing is quarantined" in text
    assert "batch" in text
    assert "exit 0" in text


def test_report_writes_any_period_again_wherever_it_is_wanted(copy: Path) -> None:
    options = ["--from", "2026-09-28", "--to", "2026-10-11", "--out", copy.parent / "october"]
    text = _light("report", "--workspace", copy, *options, cwd=copy.parent)
    page = copy.parent / "october" / "index.html"
    assert f"Report: {page}" in text
    measures = json.loads((page.parent / "measures.json").read_text())
    assert measures["period"]["first_day"] == "2026-09-28"
    assert measures["period"]["last_day"] == "2026-10-11"
    contacts = (page.parent / "contacts.csv").read_text()
    assert "HH-1035" in contacts
    assert "HH-1048" in contacts
    assert too_open(copy.parent / "october") == []


def test_report_without_a_period_gives_the_measures_of_the_run(undisturbed, copy: Path) -> None:
    (first,) = undisturbed.workspace.glob("reports/*/index.html")
    done = firstcall("report", "--workspace", copy, cwd=copy.parent)
    assert done.returncode == 0, said(done)
    assert report_of(done).parent.name == first.parent.name
    assert measures_of(report_of(done)) == measures_of(first)


def test_an_earlier_horizon_leaves_later_windows_open(copy: Path) -> None:
    options = ["--as-of", "2026-10-08", "--out", copy.parent / "early"]
    done = firstcall("report", "--workspace", copy, *options, cwd=copy.parent)
    assert done.returncode == 0, said(done)
    rows = measures_of(report_of(done))["fcr"]
    (week,) = (
        row
        for row in rows
        if (row["dimension"], row["value"], row["window_days"]) == ("all", "all", 7)
        and (row["variant"], row["merges"]) == ("same_issue", "all")
    )
    assert week["open"] >= 1, "the call of the 7th of October has six days to go"


def test_retry_lets_a_quarantined_recording_wait_again(undisturbed, copy: Path) -> None:
    centre, me = undisturbed.centre, Owner.of_this_process()
    with centre.open(copy) as store:
        recording = store.catalogue.recordings()[0]
        _give_up(store, me, recording.recording_id)
    listed = CliRunner().invoke(app, ["status", "--workspace", str(copy)]).output
    assert "1 given up" in listed
    done = firstcall("retry", "--workspace", copy, "--item", recording.path, cwd=copy.parent)
    assert "1 recordings will be tried again" in done.stdout, said(done)
    again = CliRunner().invoke(app, ["status", "--workspace", str(copy)]).output
    assert "1 to do, 0 given up" in again


def _give_up(store: Store, me: Owner, recording_id: str) -> None:
    """Fail one recording for good, as a stage would."""
    noted = json.loads((store.workspace.folder / "stages.json").read_text())
    key = StageKey(stage="listen", fingerprint=noted["listen"])
    mine = (work.c.item == recording_id, work.c.stage == "listen")
    with writing(store.workspace.engine) as connection:
        connection.execute(update(work).where(*mine).values(state="pending"))
    assert store.ledger.claim(me, key, items=[recording_id]) == (recording_id,)
    state = store.ledger.fail(
        me,
        key,
        recording_id,
        code="undecodable",
        reason="can't be decoded",
        remedy="Export it again",
        transient=False,
        max_attempts=3,
    )
    assert state == "quarantined"


def test_a_workspace_in_which_nothing_ran_says_how_to_begin(tmp_path: Path) -> None:
    Store.open(tmp_path / "new", Settings()).close()
    text = _light("report", "--workspace", tmp_path / "new", cwd=tmp_path)
    assert "nothing has been run in this workspace yet" in text
    assert "exit 2" in text


def test_doctor_finds_what_is_there_and_what_is_missing(real_weights: None, tmp_path: Path) -> None:
    text = _light("doctor", cwd=tmp_path)
    assert "weights base" in text
    assert "MISSING" not in text
    (tmp_path / "site.toml").write_text(f"[models]\ncache_dir = '{tmp_path}'\n[listen]\n"
                                        "model = 'small'\n")  # fmt: skip
    text = _light("doctor", "--settings", "site.toml", cwd=tmp_path)
    assert "MISSING" in text
    assert "firstcall models fetch small" in text
    assert "exit 1" in text


def test_models_verify_hashes_what_is_there(real_weights: None, tmp_path: Path) -> None:
    done = firstcall("models", "verify", cwd=tmp_path)
    assert done.returncode == 0, said(done)
    assert "base: as published" in done.stderr
    assert "all-MiniLM-L6-v2: as published" in done.stderr


def test_models_verify_finds_a_changed_weight(real_weights: None, tmp_path: Path) -> None:
    name = "all-MiniLM-L6-v2"
    found = weights.find(name, cache=Settings().models.cache_dir)
    shutil.copytree(found.path, tmp_path / "cache" / name)
    file = tmp_path / "cache" / name / "model.safetensors"
    with file.open("r+b") as handle:
        handle.seek(-2, 2)
        handle.write(b"\x12\x34")
    (tmp_path / "site.toml").write_text(f"[models]\ncache_dir = '{tmp_path}/cache'\n")
    done = firstcall("models", "verify", name, "--settings", "site.toml", cwd=tmp_path)
    assert done.returncode == 1, said(done)
    assert "expected" in done.stderr
    assert f"firstcall models fetch {name}" in done.stderr


def test_transcribe_starts_without_prefect(tmp_path: Path) -> None:
    (tmp_path / "memo.wav").write_text("not a call " * 50)
    text = _light("transcribe", "gone.wav", "--out", "out", cwd=tmp_path)
    assert "isn't there" in text
    assert "exit 1" in text


def test_the_package_runs_from_any_folder(tmp_path: Path) -> None:
    done = firstcall("--help", cwd=tmp_path)
    assert done.returncode == 0
    for command in ("run", "nightly", "report", "transcribe", "status", "retry", "doctor"):
        assert command in done.stdout
