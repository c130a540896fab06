"""A recording's faults on its way to the listener: told, mended, and kept in mind for copies."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from harness import SAMPLE, firstcall, said

from flows.hearing import in_recording
from pipeline.ingest import audio
from pipeline.ingest.doctor import Checkup
from pipeline.ingest.faults.sides import Leak
from pipeline.ingest.mended import Mending
from pipeline.settings import Ingest
from pipeline.types import Recording, Redaction

CARD = "call-0012.opus"
ONE = Redaction(kind="card", start_s=2.0, end_s=4.0, channel=0)
AS_IT_IS = Mending(offsets=(0.0, 0.0), gains_db=(0.0, 0.0))


def found(mending: Mending) -> Checkup:
    recording = Recording(
        recording_id="r",
        path="r.wav",
        size_bytes=1,
        duration_s=10.0,
        sample_rate_hz=8000,
        n_channels=2,
        codec="pcm_s16le",
    )
    return Checkup(recording=recording, damage=(), sides=(), findings=(), mending=mending)


def test_what_is_hidden_stays_where_it_was_said() -> None:
    assert in_recording([ONE], found(AS_IT_IS)) == [ONE]


@pytest.mark.parametrize(
    "mending",
    [
        replace(AS_IT_IS, only_side=0),
        replace(AS_IT_IS, leaks=(Leak(source=0, target=1, gain_db=-12.0, delay_s=0.1),)),
    ],
)
def test_what_can_be_heard_on_two_sides_is_hidden_on_both(mending: Mending) -> None:
    assert in_recording([ONE], found(mending)) == [ONE, replace(ONE, channel=1)]


def test_in_a_recording_that_runs_too_fast_it_lies_sooner() -> None:
    fast = in_recording([ONE], found(replace(AS_IT_IS, speed=2.0)))
    assert fast == [replace(ONE, start_s=1.0, end_s=2.0)]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A call that tells a card, both sides mixed and recorded on two channels."""
    pieces = list(audio.native(SAMPLE / "recordings" / CARD, settings=Ingest()))
    mix = np.concatenate([samples for _, samples in pieces], axis=1).mean(axis=0)
    path = tmp_path_factory.mktemp("twice") / "call.wav"
    soundfile.write(path, np.stack([mix, 0.7 * mix], axis=1), pieces[0][0])
    return path


def test_inspect_tells_of_a_fault_and_of_what_is_done_about_it(twice: Path) -> None:
    done = firstcall("inspect", twice, cwd=twice.parent)
    assert done.returncode == 0, said(done)
    assert "fake_stereo" in done.stdout
    assert "2 channels" in done.stdout
    (twice.parent / "memo.wav").write_text("not a call " * 50)
    done = firstcall("inspect", "memo.wav", cwd=twice.parent)
    assert done.returncode == 1
    assert "is not audio" in done.stderr


def test_one_channel_recorded_twice_is_heard_once(real_weights: None, twice: Path) -> None:
    done = firstcall("transcribe", twice, "--out", "out", "--language", "en", cwd=twice.parent)
    assert done.returncode == 0, said(done)
    told = json.loads((twice.parent / "out" / "call.json").read_text())["utterances"]
    assert len(told) > 3
    assert {one["channel"] for one in told} == {0}


def test_a_card_on_two_equal_channels_is_silenced_on_both(real_weights: None, twice: Path) -> None:
    done = firstcall("redact", twice, "--out", "copies", "--language", "en", cwd=twice.parent)
    assert done.returncode == 0, said(done)
    copy, _ = soundfile.read(twice.parent / "copies" / "call.wav")
    whole, _ = soundfile.read(twice)
    for channel in (0, 1):
        covered = (copy[:, channel] == 0) & (np.abs(whole[:, channel]) > 0.01)
        assert covered.mean() > 0.02
