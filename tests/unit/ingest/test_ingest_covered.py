"""A covered copy: what was redacted is gone from its channel, all else is as it was."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from ingest_sounds import RATE, bursts, wav, write

from pipeline.errors import AudioError
from pipeline.ingest.covered import MARGIN_S, write_covered
from pipeline.settings import Ingest
from pipeline.types import Redaction

SPAN = Redaction(kind="card", start_s=1.25, end_s=2.5, channel=1)
FIRST, LAST = round((1.25 - MARGIN_S) * RATE), round((2.5 + MARGIN_S) * RATE)


@pytest.mark.parametrize("cover", ["silence", "beep"])
def test_only_the_span_and_only_its_channel_is_covered(tmp_path: Path, cover) -> None:
    source = wav(tmp_path / "call.wav")
    before, kept = source.read_bytes(), soundfile.read(source, dtype="int16")[0]
    target = tmp_path / "copy.wav"
    write_covered(source, target, [SPAN], settings=Ingest(), cover=cover)
    copy, rate = soundfile.read(target, dtype="int16")
    assert (rate, copy.shape) == (RATE, kept.shape)
    assert source.read_bytes() == before
    assert np.array_equal(copy[:, 0], kept[:, 0])
    assert np.array_equal(copy[:FIRST, 1], kept[:FIRST, 1])
    assert np.array_equal(copy[LAST:, 1], kept[LAST:, 1])
    inside = copy[FIRST:LAST, 1].astype(float) / 32768
    assert np.abs(inside).max() == (0 if cover == "silence" else pytest.approx(0.1, abs=0.01))


def test_a_beep_goes_on_evenly_over_the_seconds_in_which_a_file_is_read(tmp_path: Path) -> None:
    source = wav(tmp_path / "call.wav", np.zeros((1, 4 * RATE), np.float32))
    span = Redaction(kind="card", start_s=0.5, end_s=3.5, channel=0)
    write_covered(source, tmp_path / "copy.wav", [span], settings=Ingest(), cover="beep")
    samples, _ = soundfile.read(tmp_path / "copy.wav")
    steps = np.abs(np.diff(samples[RATE : 3 * RATE]))
    assert steps.max() <= 0.1 * 2 * np.pi * 1000 / RATE * 1.05


def test_a_codec_that_wav_has_not_is_copied_at_its_rate_with_its_channels(tmp_path: Path) -> None:
    source = write(tmp_path / "call.opus", bursts(rate=48000), codec="libopus", rate=48000)
    write_covered(source, tmp_path / "copy.wav", [SPAN], settings=Ingest(), cover="silence")
    info = soundfile.info(tmp_path / "copy.wav")
    assert (info.samplerate, info.channels) == (48000, 2)
    assert info.duration == pytest.approx(4.0, abs=0.05)


def test_nothing_is_written_over_and_nothing_half_done_stays(tmp_path: Path) -> None:
    source, target = wav(tmp_path / "call.wav"), tmp_path / "copy.wav"
    target.write_text("somebody's own")
    with pytest.raises(AudioError, match="exists already"):
        write_covered(source, target, [SPAN], settings=Ingest(), cover="silence")
    assert target.read_text() == "somebody's own"
    with pytest.raises(AudioError):
        write_covered(target, tmp_path / "b.wav", [], settings=Ingest(), cover="silence")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["call.wav", "copy.wav"]
