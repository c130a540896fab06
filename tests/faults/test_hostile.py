"""Everything that can be wrong with recordings and contact lists, in one run with a good call."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from harness import firstcall, report_of, said, too_open, wav
from hostile_inputs import GOOD, HOSTILE, ROWS, Hostile, make_hostile

from pipeline.masks import masked
from pipeline.settings import load
from pipeline.store import Store

SETTINGS = """
[ingest]
timezone = "Europe/London"
day_first = true
[run]
max_failure_share = 1.0
"""


@dataclass(frozen=True)
class Survived:
    """What a run over all of it left."""

    folder: Path
    workspace: Path
    console: str
    returncode: int
    quarantine: dict[tuple[str, str], str]
    status: str


@pytest.fixture(scope="module")
def survived(real_weights, tmp_path_factory) -> Survived:
    folder = tmp_path_factory.mktemp("hostile")
    calls = make_hostile(folder)
    (folder / "site.toml").write_text(SETTINGS)
    workspace = folder / "workspace"
    options = ["--metadata", folder / "list.csv", "--settings", folder / "site.toml"]
    sources = [calls, folder / "not-there.wav", folder / "none" / "*.wav"]
    done = firstcall("run", *sources, *options, "--workspace", workspace, cwd=folder)
    rows = pl.read_csv(report_of(done).parent / "quarantine.csv").rows()
    return Survived(
        folder=folder,
        workspace=workspace,
        console=said(done),
        returncode=done.returncode,
        quarantine={(item, code): reason for item, code, reason, _ in rows},
        status=said(firstcall("status", "--workspace", workspace, cwd=folder)),
    )


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda one: ascii(one.name))
def test_every_hostile_file_has_its_row_with_its_reason(
    survived: Survived, hostile: Hostile
) -> None:
    shown = hostile.name.encode(errors="backslashreplace").decode()
    code, reason = _by_item(survived)[masked(f"{survived.folder}/calls/{shown}")]
    assert code == hostile.code
    assert hostile.words in reason


def _by_item(survived: Survived) -> dict[str, tuple[str, str]]:
    return {item: (code, reason) for (item, code), reason in survived.quarantine.items()}


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [(n, code, words) for n, (_, code, words) in enumerate(ROWS, 2) if code],
)
def test_every_bad_row_of_the_list_has_its_line_and_its_reason(
    survived: Survived, line: int, code: str, words: str
) -> None:
    assert words in survived.quarantine[(f"list.csv line {line}", code)]


def test_sources_that_lead_nowhere_have_their_rows(survived: Survived) -> None:
    codes = {Path(item).name: code for item, code in survived.quarantine}
    assert codes["not-there.wav"] == "not_found"
    assert codes["*.wav"] == "no_match"


def test_a_broken_sidecar_has_its_row_and_costs_nothing_else(survived: Survived) -> None:
    assert _by_item(survived)[f"{survived.folder}/calls/call-0075.json"][0] == "bad_sidecar"


def test_the_good_call_goes_through_once_and_counts_with_its_row(survived: Survived) -> None:
    settings = load(survived.workspace / "firstcall.toml")
    with Store.open(survived.workspace, settings, create=False) as store:
        contacts, *_ = store.linked.read()
        paths = [Path(one.path).name for one in store.catalogue.recordings()]
        legs = store.catalogue.stored_legs()
    assert paths in (["copy-of-the-good-one.wav"], [GOOD]), "a copy is the same recording"
    by_id = dict(zip(contacts["contact_id"], contacts["evidence"], strict=True))
    assert by_id == {"G-1": "heard", "G-7": "quarantined"}
    assert legs.filter(pl.col("leg_id") == "G-1")["started_at"].dt.hour().to_list() == [9]


def test_the_exit_code_says_that_some_failed_and_where_to_look(survived: Survived) -> None:
    assert survived.returncode == 1
    assert "heard                 1 recordings" in survived.console
    assert f"Why: firstcall status --workspace {survived.workspace}" in survived.console


def test_status_shows_each_row_on_one_line(survived: Survived) -> None:
    assert f"{len(survived.quarantine)} not used" in survived.status
    assert r"two\x0alines.wav" in survived.status
    assert "[red]shout[b].wav" in survived.status
    assert "in-···23.wav" in survived.status


def test_no_traceback_and_no_telephone_number_reaches_the_user(survived: Survived) -> None:
    for text in (survived.console, survived.status):
        assert "Traceback" not in text
        assert 'File "' not in text
        assert "02079460123" not in text


def test_the_workspace_is_private_with_prefect_state_in_it(survived: Survived) -> None:
    assert (survived.workspace / "prefect").is_dir()
    assert too_open(survived.workspace) == []


@pytest.fixture(scope="module")
def again(survived: Survived) -> "subprocess.CompletedProcess[str]":
    """The run again with one file mended, one gone, and a stricter limit of failures."""
    calls = survived.folder / "calls"
    (calls / "text.wav").write_bytes(wav(seconds=2, level=900))
    (calls / "zeros.mp3").unlink()
    (survived.folder / "strict.toml").write_text(SETTINGS.replace("= 1.0", "= 0.25"))
    options = ["--settings", survived.folder / "strict.toml", "--workspace", survived.workspace]
    return firstcall("run", calls, *options, cwd=survived.folder)


def test_too_large_a_share_of_failures_fails_the_run_loudly_after_the_report(again) -> None:
    assert again.returncode == 1
    assert "more than run.max_failure_share = 25%" in again.stderr
    assert "The report is" in again.stderr
    assert "Traceback" not in said(again)
    assert 'File "' not in said(again)


def test_what_was_mended_or_is_gone_leaves_the_quarantine(survived: Survived, again) -> None:
    settings = load(survived.workspace / "firstcall.toml")
    with Store.open(survived.workspace, settings, create=False) as store:
        still = {masked(one.rejected.item) for one in store.quarantined()}
        heard = {Path(one.path).name for one in store.catalogue.recordings()}
    assert again.returncode == 1
    assert "text.wav" in heard
    gone = {Path(item).name for item in _by_item(survived) if item not in still}
    assert gone == {"text.wav", "zeros.mp3", "not-there.wav", "*.wav"}
