"""The report's table of what is wrong with the recordings' sound."""

from pathlib import Path

from report_factory import centre
from test_page import page_of

from pipeline.report.sound import sound_rows
from pipeline.types import SoundFinding


def finding(code: str, channel: int | None = 0, value: float = 1.0) -> SoundFinding:
    return SoundFinding(
        code=code,
        channel=channel,
        value=value,
        unit="dB",
        explanation=f"{code} of {value:g}",
        remedy=f"mended: {code}",
    )


def test_a_recording_counts_once_a_fault_and_the_commonest_comes_first() -> None:
    found = {
        "r2": (finding("hum", 0), finding("hum", 1), finding("dc")),
        "r1": (finding("hum", value=2.0),),
    }
    rows = sound_rows(found, recordings={"r1": "b.wav", "r2": "a.wav"})
    assert [(row.code, row.recordings) for row in rows] == [("hum", 2), ("dc", 1)]
    assert rows[0].example == "a.wav"
    assert rows[0].explanation == "hum of 1"


def test_the_page_tells_faults_and_what_was_done_or_that_there_are_none(tmp_path: Path) -> None:
    what = centre()
    recording_id = next(iter(what.recordings))
    page = page_of(what, tmp_path / "some", sound={recording_id: (finding("fake_stereo"),)})
    assert "Fake stereo" in page.words
    assert "mended: fake_stereo" in page.words
    assert what.recordings[recording_id] in page.words
    none = page_of(what, tmp_path / "none")
    assert "Nothing was found wrong with the sound" in none.words
