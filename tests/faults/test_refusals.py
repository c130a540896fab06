"""What a run refuses as a whole: in one sentence, with the next step, before any work."""

from pathlib import Path

import pytest
from harness import firstcall, said, wav
from typer.testing import CliRunner

from flows.cli import app

GOOD_ROW = "A-1,2026-10-20T10:00:00+01:00,call.wav\n"


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with one loud call in `calls`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "call.wav").write_bytes(wav(seconds=2, level=900))
    return tmp_path


def _refused(*arguments: str, code: int) -> str:
    """The text of a command that ends with an exit code, in one piece and without a traceback."""
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    text = done.output
    assert done.exit_code == code, text
    assert "Traceback" not in text
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("name", "content", "words", "remedy"),
    [
        ("no column", b"when,who\n1,2\n", "no column to match recordings by", "Name one of them"),
        ("empty", b"", "is empty", "Check"),
        ("workbook", b"PK\x03\x04" + b"\x00\x01" * 400, "", "CSV"),
        ("two ways", b"id,start,recording\nA,03/04/2026 10:00,call.wav\n", "two ways", "day_first"),
        (
            "no zone",
            b"id,start,recording\nA,2026-10-20 10:00,call.wav\n",
            "zone",
            "ingest.timezone",
        ),
    ],
)
def test_a_contact_list_that_cannot_be_used_at_all(
    calls: Path, name: str, content: bytes, words: str, remedy: str
) -> None:
    (calls / "list.csv").write_bytes(content)
    text = _refused("run", "calls", "--metadata", "list.csv", "--dry-run", code=1)
    assert "list.csv" in text
    assert words in text
    assert remedy in text


def test_a_contact_list_that_is_not_there(calls: Path) -> None:
    text = _refused("run", "calls", "--metadata", "nowhere.csv", "--dry-run", code=2)
    assert "nowhere.csv" in text
    assert "What to do:" in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[site\n", "not valid TOML"),
        ("[site]\ntimezone = 'Mars/Olympus'\n", "site.timezone = 'Mars/Olympus'"),
        ("[listen]\nmodle = 'base'\n", "listen.modle"),
        ("[run]\nshard_minutes = -1\n", "run.shard_minutes = -1"),
        ("[link]\nthreshold = 'high'\n[measure]\nmin_n = 0\n", "measure.min_n = 0"),
    ],
)
def test_a_settings_file_with_mistakes_names_each_and_is_wrong_use(
    calls: Path, content: str, words: str
) -> None:
    (calls / "site.toml").write_text(content)
    text = _refused("run", "calls", "--settings", "site.toml", code=2)
    assert "site.toml" in text
    assert words in text
    assert not (calls / "workspace").exists(), "nothing is made for a command that is refused"


def test_a_settings_file_that_is_not_there(calls: Path) -> None:
    assert "can't be read" in _refused("run", "calls", "--settings", "no.toml", code=2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "sources"),
        (["run", "calls", "--quick"], "--quick"),
        (["run", "calls", "--as-of", "26.10.2026"], "--as-of"),
        (["run", "calls", "--from", "October"], "--from"),
        (["run", "calls", "--from", "2026-10-02", "--to", "2026-10-01"], "lies before"),
        (["nightly"], "SOURCES"),
        (["nightly", "calls", "--once", "--now", "soon"], "--now"),
        (["report", "--workspace", "nowhere"], "there is no workspace"),
        (["status", "--workspace", "nowhere"], "there is no workspace"),
        (["retry", "--workspace", "nowhere"], "there is no workspace"),
        (["transcribe", "calls"], "--out"),
        (["transcribe", "calls", "--out", "t", "--format", "doc"], "'doc' is not allowed"),
        (["transcribe", "calls", "--out", "t", "--channel-map", "me,you"], "--channel-map"),
        (["frobnicate"], "frobnicate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_says_what_is_wrong_and_ends_with_2(
    calls: Path, arguments: list[str], words: str, request: pytest.FixtureRequest
) -> None:
    if arguments[0] == "nightly":
        request.getfixturevalue("real_weights")
    assert words in _refused(*arguments, code=2)


def test_missing_weights_are_said_with_the_command_that_brings_them(calls: Path) -> None:
    (calls / "site.toml").write_text(
        f"[listen]\nmodel = 'small'\n[models]\ncache_dir = '{calls}/none'\n"
    )
    text = _refused("run", "calls", "--settings", "site.toml", code=1)
    assert "its weights are not on this machine" in text
    assert "Run: firstcall models fetch small" in text
    assert not (calls / "workspace").exists()


def test_a_path_to_weights_that_leads_nowhere_is_said(calls: Path) -> None:
    (calls / "site.toml").write_text("[listen]\nmodel_path = 'mine.pt'\n")
    assert f"{calls}/mine.pt" in _refused("run", "calls", "--settings", "site.toml", code=1)


def test_a_folder_that_others_use_is_not_taken_for_a_workspace(
    calls: Path, real_weights: None
) -> None:
    text = _refused("run", "calls", "--workspace", "calls", code=2)
    assert "holds other files" in text


def test_a_dry_run_shows_columns_hours_and_what_is_missing_and_writes_nothing(
    calls: Path,
) -> None:
    (calls / "list.csv").write_text("contact_id,started_at,recording,mood\n" + GOOD_ROW.replace(
        "call.wav", "call.wav,fine") + "A-2,2026-10-20T11:00:00+01:00,lost.wav,\n")  # fmt: skip
    (calls / "calls" / "memo.wav").write_text("not a call " * 20)
    before = sorted(calls.rglob("*"))
    done = firstcall("run", "calls", "--metadata", "list.csv", "--dry-run", cwd=calls)
    text = " ".join(done.stdout.split())
    assert done.returncode == 0, said(done)
    for words in (
        "Columns of list.csv (utf-8)",
        "Not used: mood",
        "2 contacts, 1 recordings, 0.00 hours of audio; listening takes about",
        "Missing:",
        "memo.wav",
        "is not audio",
        "lost.wav",
    ):
        assert words in text, words
    assert sorted(calls.rglob("*")) == before
