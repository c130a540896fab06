"""Recordings and metadata become legs: nothing is lost, nothing counts twice, the rest is told."""

import dataclasses
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest_sounds import RATE, bursts, tone, wav

from pipeline.ingest.catalogue import Catalogue, Entry, catalogue
from pipeline.ingest.discover import discover
from pipeline.ingest.examine import examine
from pipeline.ingest.files import explain
from pipeline.ingest.matching import Matcher
from pipeline.ingest.metadata import Metadata, read_csv
from pipeline.ingest.plan import plan
from pipeline.settings import Ingest
from pipeline.types import Recording, Rejected

SITE = Ingest(timezone="UTC")
START = datetime(2021, 12, 1, 10, tzinfo=UTC)


def make(folder: Path, rows: str | None = None, **settings: object) -> Catalogue:
    return catalogue(*inputs(folder, rows), SITE.model_copy(update=settings))


def inputs(folder: Path, rows: str | None) -> tuple[tuple[Path, ...], Metadata | None]:
    calls = folder / "calls"
    calls.mkdir(exist_ok=True)
    files = discover([str(calls)]).files
    if rows is None:
        return files, None
    (folder / "contacts.csv").write_text(rows)
    return files, read_csv(folder / "contacts.csv", SITE)


def sound(folder: Path, name: str, seed: int = 0, seconds: float = 1.5) -> Path:
    path = folder / "calls" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return wav(path, tone(seed, seconds))


def by_id(found: Catalogue) -> dict[str, Entry]:
    return {entry.leg_id: entry for entry in found.entries}


def codes(rows: tuple[Rejected, ...]) -> list[str]:
    return [row.code for row in rows]


def test_a_row_finds_its_recording_by_path_name_stem_case_or_id(tmp_path: Path) -> None:
    files = ["deep/a.wav", "other/a.wav", "b.wav", "Call.WAV", "x_C-0005_y.wav", "D.wav"]
    for seed, name in enumerate(files):
        sound(tmp_path, name, seed)
    found = make(
        tmp_path,
        "call_id,file\n"
        "C1,D:\\rec\\deep\\a.wav\n"
        f"C2,{tmp_path}/calls/other/a.wav\n"
        "C3,b\n"
        "C4,CALL.mp3\n"
        "C-0005,\n"
        "D,\n",
    )
    matched = {
        leg_id: str(Path(entry.recording.path).relative_to(tmp_path / "calls"))
        for leg_id, entry in by_id(found).items()
        if entry.recording
    }
    assert matched == dict(zip(["C1", "C2", "C3", "C4", "C-0005", "D"], files, strict=True))
    assert not found.rejected_rows
    assert not found.notes


def test_an_id_is_found_in_a_name_only_as_a_part_of_its_own() -> None:
    paths = [Path("/c/ab1234_2021-12-01.wav"), Path("/c/x_1234-5_2021.wav")]
    matcher = Matcher(paths)
    assert matcher.by_contact_id("1234-5") == (paths[1],)
    assert matcher.by_contact_id("AB1234") == (paths[0],)
    assert matcher.by_contact_id("234") == ()
    assert matcher.by_contact_id("12") == ()


def test_a_reference_that_fits_several_recordings_takes_none(tmp_path: Path) -> None:
    sound(tmp_path, "a/x.wav", 1)
    sound(tmp_path, "b/x.wav", 2)
    found = make(tmp_path, "call_id,file\nC1,x.wav\n")
    assert by_id(found)["C1"].recording is None
    assert by_id(found)["C1"].evidence == "none"
    assert codes(found.notes) == ["unclear_recording"]
    assert len(found.entries) == 3


def test_a_list_counts_before_a_sidecar_and_that_before_the_name(tmp_path: Path) -> None:
    path = sound(tmp_path, "in-555-0888-20211130-090000-1638345351.42.wav")
    path.with_suffix(".wav.json").write_text(
        json.dumps({"queue": "from sidecar", "agent": "from sidecar", "direction": "internal"})
    )
    found = make(tmp_path, f"file,agent,start\n{path.name},from list,2021-12-01 10:00\n")
    leg = by_id(found)["1638345351.42"].leg
    assert (leg.agent_id, leg.queue, leg.customer_phone) == ("from list", "from sidecar", "0888")
    assert (leg.direction, leg.started_at) == ("internal", START)


def test_the_end_comes_from_the_stated_duration_else_from_the_sound(tmp_path: Path) -> None:
    for seed, name in enumerate("abc"):
        sound(tmp_path, f"{name}.wav", seed)
    found = make(
        tmp_path,
        "file,call_id,start,end,duration\n"
        "a,A,2021-12-01 10:00,,1:00\n"
        "b,B,2021-12-01 10:00,,\n"
        "c,C,,2021-12-01 10:00,30\n",
    )
    legs = {leg_id: entry.leg for leg_id, entry in by_id(found).items()}
    assert legs["A"].ended_at == START + timedelta(seconds=60)
    assert legs["B"].ended_at == START + timedelta(seconds=1.5)
    assert legs["B"].duration_s == 1.5
    assert legs["C"].started_at == START - timedelta(seconds=30)


def test_a_recording_of_which_nothing_is_said_has_an_id_of_its_content(tmp_path: Path) -> None:
    sound(tmp_path, "x.wav")
    (entry,) = make(tmp_path).entries
    assert entry.recording is not None
    assert entry.leg_id == "rec-" + entry.recording.recording_id[:12]
    assert (entry.evidence, entry.leg.started_at) == ("pending", None)


def test_a_copy_is_the_same_recording_and_takes_the_row_of_either(tmp_path: Path) -> None:
    path = sound(tmp_path, "a.wav")
    shutil.copy(path, path.with_name("b.wav"))
    found = make(tmp_path, "call_id,file\nC1,b.wav\n")
    (entry,) = found.entries
    assert entry.recording is not None
    assert (entry.leg_id, Path(entry.recording.path).name) == ("C1", "a.wav")
    assert codes(found.notes) == ["duplicate"]
    second = make(tmp_path, "call_id,file\nC1,b.wav\nC2,a.wav\n")
    assert list(by_id(second)) == ["C1"]
    assert codes(second.rejected_rows) == ["second_row"]


def test_one_contact_in_two_recordings_is_two_legs_of_one_parent(tmp_path: Path) -> None:
    sound(tmp_path, "C-1001_agent.wav", 1)
    sound(tmp_path, "C-1001_customer.wav", 2)
    for rows in (
        "call_id\nC-1001\n",
        "call_id,file\nC-1001,C-1001_agent\nC-1001,C-1001_customer\n",
    ):
        found = make(tmp_path, rows)
        legs = {leg_id: entry.leg.parent_id for leg_id, entry in by_id(found).items()}
        assert legs == {"C-1001": None, "C-1001-2": "C-1001"}
        assert codes(found.notes) == ["several_legs"]


def test_rows_without_a_recording_are_contacts_too(tmp_path: Path) -> None:
    found = make(tmp_path, "call_id,file,channel\nC1,lost.wav,\nT1,,ticket\n")
    assert [(e.leg_id, e.evidence) for e in found.entries] == [("C1", "none"), ("T1", "none")]
    assert [(note.item, note.code) for note in found.notes] == [
        ("contacts.csv line 2", "recording_missing")
    ]


def test_a_contact_whose_recording_is_refused_is_quarantined_not_lost(tmp_path: Path) -> None:
    sound(tmp_path, "short.wav", seconds=0.2)
    found = make(tmp_path, "call_id,file,start\nC1,short.wav,2021-12-01 10:00\n")
    (entry,) = found.entries
    assert (entry.leg_id, entry.evidence, entry.recording) == ("C1", "quarantined", None)
    assert entry.leg.started_at == START
    assert codes(found.rejected) == ["too_short"]


def test_a_channel_map_counts_only_where_it_fits(tmp_path: Path) -> None:
    sound(tmp_path, "mono.wav")
    wav(tmp_path / "calls" / "both.wav", bursts())
    wav(tmp_path / "calls" / "said.wav", bursts() * 0.5)
    rows = 'call_id,file,channel_map\nM,mono,"agent,customer"\nB,both,\nS,said,"customer,agent"\n'
    found = make(tmp_path, rows, channel_map=("agent", "customer"))
    maps = {leg_id: entry.leg.channel_map for leg_id, entry in by_id(found).items()}
    assert maps == {"M": None, "B": ("agent", "customer"), "S": ("customer", "agent")}
    assert codes(found.notes) == ["channel_map"]


def test_a_bad_date_in_a_name_costs_the_name_not_the_recording(tmp_path: Path) -> None:
    sound(tmp_path, "in-555-0888-20211301-090000-1638345351.42.wav")
    found = make(tmp_path)
    assert [entry.evidence for entry in found.entries] == ["pending"]
    assert codes(found.rejected_rows) == ["bad_time"]
    assert "in-555" in found.rejected_rows[0].item


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    sound(tmp_path, "a.wav", 1)
    files, _ = inputs(tmp_path, None)
    first = catalogue(files, None, SITE)
    seen = {(str(f.path), f.size_bytes, f.mtime_ns): f.recording for f in first.examined}
    assert catalogue(files, None, SITE, known=lambda *key: seen.get(key)) == first

    def lying(path: str, size_bytes: int, mtime_ns: int) -> Recording | None:
        recording = seen[path, size_bytes, mtime_ns]
        return dataclasses.replace(recording, codec="remembered") if recording else None

    again = catalogue(files, None, SITE, known=lying)
    assert again.entries[0].recording is not None
    assert again.entries[0].recording.codec == "remembered"


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    for seed in range(4):
        sound(tmp_path, f"{seed}.wav", seed)
    files, metadata = inputs(tmp_path, "call_id,file\nC1,0.wav\nC2,3.wav\n")
    assert catalogue(files, metadata, SITE) == catalogue(files[::-1], metadata, SITE)


# --- hostile inputs: every one has its row, the good ones go through ---------------------------


def hostile(calls: Path) -> dict[str, str]:
    """Make the bad files; name -> the code that each must be told with."""
    wav(calls / "short.wav", tone(1, 0.5))
    wav(calls / "silent.wav", tone(1) * 0)
    whole = wav(calls / "good.wav", tone(2)).read_bytes()
    (calls / "copy.wav").write_bytes(whole)
    (calls / "cut off.wav").write_bytes(whole[: len(whole) * 4 // 5])
    (calls / "header.wav").write_bytes(whole[:30])
    (calls / "empty.wav").write_bytes(b"")
    (calls / "text.wav").write_text("this is a letter\n" * 30)
    (calls / "random.mp3").write_bytes(bytes(range(256)) * 100)
    (calls / "playlist.m4a").write_text("#EXTM3U\nfile:///etc/passwd\n")
    (calls / "page.ogg").write_text("<html>404 not found</html>")
    (calls / "bare.ulaw").write_bytes(os.urandom(2 * RATE))
    (calls / "bare.pcm").write_bytes(os.urandom(2 * RATE))
    (calls / "folder.wav").mkdir()
    (calls / "self.wav").symlink_to("self.wav")
    (calls / "gone.wav").symlink_to("nowhere.wav")
    (calls / "up").symlink_to(calls)
    os.mkfifo(calls / "pipe.wav")
    return {
        **{"short.wav": "too_short", "silent.wav": "silent", "good.wav": "duplicate"},
        **{"cut off.wav": "damaged", "header.wav": "undecodable", "empty.wav": "empty"},
        **{"text.wav": "not_audio", "random.mp3": "not_audio", "playlist.m4a": "not_audio"},
        **{"page.ogg": "not_audio", "bare.ulaw": "headerless", "bare.pcm": "headerless"},
        **{"folder.wav": "not_a_file", "self.wav": "symlink_loop", "gone.wav": "broken_link"},
        **{"up": "symlink_loop", "pipe.wav": "not_a_file"},
    }


def test_every_hostile_file_has_its_row_and_the_good_ones_go_through(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    expected = hostile(calls)
    wav(calls / "new\nline.wav", tone(3))
    wav(calls / "named.mp3", tone(4))
    wav(calls / "'; DROP TABLE legs; --.wav", tone(5))
    wav(calls / "zażółć 日本 🎧.wav", tone(6))
    found_files = discover([str(calls)])
    found = catalogue(found_files.files, None, SITE)
    told = (*found_files.rejected, *found.rejected, *found.notes)
    assert {Path(row.item).name: row.code for row in told} == expected
    assert all(row.reason and row.remedy for row in told)
    through = {Path(e.recording.path).name for e in found.entries if e.recording}
    assert through == {
        *("new\nline.wav", "named.mp3", "'; DROP TABLE legs; --.wav", "zażółć 日本 🎧.wav"),
        *("copy.wav", "cut off.wav"),
    }


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = sound(tmp_path, "x.wav")
    path.chmod(0)
    own = os.geteuid()
    try:
        if own == 0:
            os.seteuid(65534)  # root may read every file
        rejected = examine(path, SITE).rejected
    finally:
        os.seteuid(own)
    assert rejected is not None
    assert (rejected.code, rejected.reason) == ("unreadable", "may not be read by this user")


def test_a_file_that_is_still_being_written_waits_for_the_next_run(tmp_path: Path) -> None:
    path = sound(tmp_path, "x.wav")
    recording = examine(path, SITE).recording

    def growing(*_: object) -> Recording | None:
        path.write_bytes(path.read_bytes() + b"more")
        return recording

    rejected = examine(path, SITE, known=growing).rejected
    assert rejected is not None
    assert rejected.code == "changing"


def test_other_refusals_of_the_system_are_told_in_its_words() -> None:
    assert explain(OSError(5, "Input/output error"), "x.wav").reason.endswith(
        "(Input/output error)"
    )


# --- the plan --------------------------------------------------------------------------------


def test_the_plan_counts_hours_once_and_says_what_will_be_missing(tmp_path: Path) -> None:
    path = sound(tmp_path, "a.wav", 1, seconds=36)
    shutil.copy(path, path.with_name("b.wav"))
    files, metadata = inputs(tmp_path, "call_id,file,colour\nC1,a.wav,red\n")
    shown = plan(catalogue(files, metadata, SITE), metadata)
    assert (shown.n_recordings, shown.n_contacts, shown.audio_hours) == (1, 1, 0.01)
    assert shown.unused_columns == ("colour",)
    assert shown.missing[0].startswith("no customer ids or telephone numbers: everything but FCR")
    assert any("no agents" in line for line in shown.missing)


def test_the_plan_of_a_complete_list_misses_nothing(tmp_path: Path) -> None:
    sound(tmp_path, "a.wav")
    files, metadata = inputs(
        tmp_path,
        "call_id,file,start,customer_id,agent,queue,team,direction,order_id,channel_map\n"
        "C1,a.wav,2021-12-01 10:00,7,A,Q,T,inbound,O1,agent\n",
    )
    assert plan(catalogue(files, metadata, SITE), metadata).missing == ()


def test_the_plan_of_nothing_says_so() -> None:
    assert plan(catalogue((), None, SITE), None).missing == (
        "no usable recordings or contacts: nothing will be made",
    )
