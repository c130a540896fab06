"""Every encoding comes back with its length, its channels apart, and its loudness."""

import hashlib
import os
import struct
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_sounds import RATE, bursts, tone, wav, write
from scipy.io import wavfile

from pipeline.errors import AudioError
from pipeline.ingest.audio import blocks, identify, probe
from pipeline.ports import SAMPLE_RATE_HZ
from pipeline.settings import Ingest

DEFAULT = Ingest()
RAW = Ingest(raw_rate_hz=8000)

CASES = {
    "u8.wav": ("pcm_u8", None),
    "s16.wav": ("pcm_s16le", None),
    "s24.wav": ("pcm_s24le", None),
    "s32.wav": ("pcm_s32le", None),
    "float.wav": ("pcm_f32le", None),
    "mulaw.wav": ("pcm_mulaw", None),
    "alaw.wav": ("pcm_alaw", None),
    "call.mp3": ("libmp3lame", None),
    "call.opus": ("libopus", None),
    "call.ogg": ("libopus", "ogg"),
    "call.flac": ("flac", None),
    "call.m4a": ("aac", "mp4"),
}


def heard(path: Path, ingest: Ingest = DEFAULT, block_s: float = 600.0) -> np.ndarray:
    return np.concatenate(
        [block.samples for block in blocks(path, settings=ingest, block_s=block_s)], axis=1
    )


def power(samples: np.ndarray, hz: float) -> float:
    """Share of the energy within 40 Hz of a frequency."""
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    at = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ)
    return float(spectrum[abs(at - hz) < 40].sum() / spectrum.sum())


@pytest.mark.parametrize("name", CASES)
def test_every_encoding_keeps_length_channels_and_loudness(tmp_path: Path, name: str) -> None:
    codec, container = CASES[name]
    path = write(tmp_path / name, bursts(), codec=codec, container=container)
    recording = probe(path, DEFAULT).recording
    samples = heard(path)
    assert recording.n_channels == 2
    assert recording.duration_s == pytest.approx(4.0, abs=0.15)
    assert samples.dtype == np.float32
    assert samples.shape[1] / SAMPLE_RATE_HZ == pytest.approx(recording.duration_s, abs=0.001)
    assert power(samples[0], 440) > 0.95
    assert power(samples[1], 1000) > 0.95
    rms = np.sqrt((samples**2).mean(axis=1))
    assert rms == pytest.approx([0.2, 0.2], rel=0.1)
    assert np.abs(samples).max() <= 1


@pytest.mark.parametrize("name", CASES)
def test_channels_speak_in_turn_as_they_were_recorded(tmp_path: Path, name: str) -> None:
    codec, container = CASES[name]
    samples = heard(write(tmp_path / name, bursts(), codec=codec, container=container))
    first, second = samples[:, 3200:4800], samples[:, 11200:12800]
    assert (first[0] ** 2).mean() > 100 * (first[1] ** 2).mean()
    assert (second[1] ** 2).mean() > 100 * (second[0] ** 2).mean()


def test_gsm_610_is_decoded(tmp_path: Path) -> None:
    path = wav(tmp_path / "gsm.wav", bursts()[:1], subtype="GSM610")
    found = probe(path, DEFAULT)
    assert found.recording.codec == "gsm_ms"
    assert found.recording.duration_s == pytest.approx(4.0, abs=0.05)
    assert power(heard(path)[0], 440) > 0.9


@pytest.mark.parametrize(("extension", "codec"), [(".ulaw", "pcm_mulaw"), (".alaw", "pcm_alaw")])
def test_headerless_g711_needs_a_declared_rate(tmp_path: Path, extension: str, codec: str) -> None:
    path = write(tmp_path / f"x{extension}", bursts()[:1], codec=codec, container=codec[4:])
    recording = probe(path, RAW).recording
    assert (recording.duration_s, recording.sample_rate_hz) == (4.0, 8000)
    assert power(heard(path, RAW)[0], 440) > 0.95
    with pytest.raises(AudioError, match="raw_rate_hz") as refusal:
        probe(path, DEFAULT)
    assert refusal.value.code == "headerless"


def test_silence_at_the_start_of_mu_law_is_not_taken_for_mpeg(tmp_path: Path) -> None:
    samples = np.concatenate([np.zeros((1, 800), np.float32), tone(1)], axis=1)
    path = write(tmp_path / "x.ulaw", samples, codec="pcm_mulaw", container="mulaw")
    path.write_bytes(b"\xff\xfb\x50\xff" + path.read_bytes())
    assert probe(path, RAW).recording.codec == "pcm_mulaw"


def test_headerless_pcm_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "x.pcm"
    path.write_bytes(os.urandom(32000))
    with pytest.raises(AudioError, match="convert it to wav"):
        probe(path, RAW)


def test_a_wav_named_ulaw_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = wav(tmp_path / "x.wav").rename(tmp_path / "x.ulaw")
    assert probe(path, DEFAULT).recording.codec == "pcm_s16le"


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "x.mp3", bursts(), codec="libmp3lame").rename(tmp_path / "x.wav")
    assert probe(path, DEFAULT).recording.codec.startswith("mp3")


def test_samples_of_16_khz_come_back_as_scipy_reads_them(tmp_path: Path) -> None:
    path = wav(tmp_path / "x.wav", bursts(rate=16000), rate=16000)
    _, expected = wavfile.read(path)
    assert heard(path) == pytest.approx(expected.T / 32768, abs=1e-7)


def test_more_than_two_channels_are_kept_apart(tmp_path: Path) -> None:
    tones = np.concatenate([tone(10 * channel) for channel in range(5)])
    path = wav(tmp_path / "x.wav", tones)
    samples = heard(path)
    assert probe(path, DEFAULT).recording.n_channels == 5
    assert all(power(samples[channel], 200 + 100 * channel) > 0.95 for channel in range(5))


@settings(max_examples=15, deadline=None)
@given(block_s=st.floats(0.05, 6), rate=st.sampled_from([8000, 11025, 16000, 44100]))
def test_blocks_of_any_length_join_to_the_same_samples(
    tmp_path_factory: pytest.TempPathFactory, block_s: float, rate: int
) -> None:
    path = wav(tmp_path_factory.mktemp("a") / "x.wav", bursts(2, rate=rate), rate=rate)
    found = list(blocks(path, settings=DEFAULT, block_s=block_s))
    size = round(block_s * SAMPLE_RATE_HZ)
    assert [b.offset_s for b in found] == [i * size / SAMPLE_RATE_HZ for i in range(len(found))]
    assert all(b.samples.shape[1] == size for b in found[:-1])
    joined = np.concatenate([b.samples for b in found], axis=1)
    assert np.array_equal(joined, heard(path))
    assert joined.shape[1] == pytest.approx(2 * SAMPLE_RATE_HZ, abs=2)


def test_identity_is_the_contents_sha256_whatever_the_name(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav")
    copy = tmp_path / "b.wav"
    copy.write_bytes(path.read_bytes())
    assert identify(path) == identify(copy) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert probe(copy, DEFAULT).recording.recording_id == identify(path)


@pytest.mark.parametrize("claimed", [0, 1000, 0xFFFFFFFF])
def test_a_wavs_wrong_length_is_not_believed(tmp_path: Path, claimed: int) -> None:
    path = wav(tmp_path / "x.wav")
    content = bytearray(path.read_bytes())
    content[40:44] = struct.pack("<I", claimed)
    path.write_bytes(content)
    assert probe(path, DEFAULT).recording.duration_s == pytest.approx(4.0, abs=0.01)


def test_chunks_after_the_sound_are_not_taken_for_sound(tmp_path: Path) -> None:
    path = wav(tmp_path / "x.wav")
    path.write_bytes(path.read_bytes() + b"LIST" + struct.pack("<I", 400) + bytes(400))
    assert probe(path, DEFAULT).recording.duration_s == 4.0


def test_what_is_left_of_a_truncated_wav_is_used_and_said(tmp_path: Path) -> None:
    path = wav(tmp_path / "x.wav")
    path.write_bytes(path.read_bytes()[: 44 + 2 * 2 * RATE])
    found = probe(path, DEFAULT)
    assert found.recording.duration_s == 1.0
    assert found.damage == ("the header says 4.0 s, the file holds 1.0 s",)


def test_damage_in_the_middle_costs_only_the_middle(tmp_path: Path) -> None:
    path = write(tmp_path / "x.flac", tone(1, 20) + 0.01 * _noise(20), codec="flac")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = bytes(4000)
    path.write_bytes(content)
    found = probe(path, DEFAULT)
    assert 15 < found.recording.duration_s <= 20
    assert found.damage


def test_a_whole_recording_has_no_damage(tmp_path: Path) -> None:
    for name, (codec, container) in CASES.items():
        path = write(tmp_path / name, bursts(), codec=codec, container=container)
        assert probe(path, DEFAULT).damage == ()


def _noise(seconds: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.standard_normal((1, round(seconds * RATE))).astype(np.float32)


REFUSED = {
    "empty": (b"", "empty"),
    "text": (b"hello, this is a note\n" * 50, "not_audio"),
    "random": (np.random.default_rng(2).bytes(50_000), "not_audio"),
    "playlist": (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "not_audio"),
    "header only": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "undecodable"),
    "one byte": (b"R", "not_audio"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_audio_is_refused_with_its_reason(tmp_path: Path, what: str) -> None:
    content, code = REFUSED[what]
    path = tmp_path / "x.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError) as refusal:
        probe(path, DEFAULT)
    assert refusal.value.code == code
    assert refusal.value.item == str(path)


def test_text_named_ulaw_is_not_played(tmp_path: Path) -> None:
    path = tmp_path / "x.ulaw"
    path.write_text("not a call\n" * 2000)
    with pytest.raises(AudioError, match="text"):
        probe(path, RAW)


@pytest.mark.parametrize("offset", [0.0, 0.3])
def test_silence_is_refused_even_with_a_constant_offset(tmp_path: Path, offset: float) -> None:
    path = wav(tmp_path / "x.wav", np.full((2, 4 * RATE), offset, np.float32))
    with pytest.raises(AudioError) as refusal:
        probe(path, DEFAULT)
    assert refusal.value.code == "silent"


def test_silence_in_g711_is_silence_too(tmp_path: Path) -> None:
    path = write(tmp_path / "x.wav", np.zeros((1, 4 * RATE), np.float32), codec="pcm_alaw")
    with pytest.raises(AudioError) as refusal:
        probe(path, DEFAULT)
    assert refusal.value.code == "silent"


def test_one_quiet_channel_is_no_silent_recording(tmp_path: Path) -> None:
    both = np.concatenate([np.zeros((1, 12000), np.float32), tone(1)])
    assert probe(wav(tmp_path / "x.wav", both), DEFAULT).recording.n_channels == 2


def test_too_short_is_by_the_setting(tmp_path: Path) -> None:
    path = wav(tmp_path / "x.wav", tone(1, 0.9))
    with pytest.raises(AudioError) as refusal:
        probe(path, DEFAULT)
    assert refusal.value.code == "too_short"
    assert probe(path, Ingest(min_duration_s=0.5)).recording.duration_s == pytest.approx(0.9)


def test_pipes_folders_and_devices_are_refused_without_opening(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "folder.wav").mkdir()
    started = time.monotonic()
    for path in (tmp_path / "pipe.wav", tmp_path / "folder.wav", Path("/dev/zero")):
        with pytest.raises(AudioError) as refusal:
            probe(path, DEFAULT)
        assert refusal.value.code == "not_a_file"
    assert time.monotonic() - started < 5


def test_an_absurd_header_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = wav(tmp_path / "x.wav")
    content = bytearray(path.read_bytes())
    content[24:28] = struct.pack("<I", 1)
    path.write_bytes(content)
    with pytest.raises(AudioError, match="claims 2 channels at 1 Hz"):
        list(blocks(path, settings=DEFAULT))


def test_sound_that_is_no_number_becomes_none(tmp_path: Path) -> None:
    samples = bursts()
    samples[0, 100:200], samples[1, 300] = np.nan, np.inf
    found = heard(wav(tmp_path / "x.wav", samples, subtype="FLOAT"))
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("encoded")
    files = {
        name: write(folder / name, bursts(), codec=codec, container=container)
        for name, (codec, container) in CASES.items()
    }
    return {name: path.read_bytes() for name, path in files.items()}


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_damaged_files_are_used_or_refused_but_never_crash(
    tmp_path_factory: pytest.TempPathFactory, encoded: dict[str, bytes], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(encoded)))
    content = bytearray(encoded[name])
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(content) - 1))
        hole = data.draw(st.binary(max_size=40))
        content[start : start + data.draw(st.integers(0, 40))] = hole
        if not content:
            content = bytearray(b"\0")
    path = tmp_path_factory.mktemp("d") / name
    path.write_bytes(content)
    try:
        recording = probe(path, DEFAULT).recording
    except AudioError as error:
        assert error.code in {"undecodable", "not_audio", "too_short", "silent"}
    else:
        n_samples = sum(b.samples.shape[1] for b in blocks(path, settings=DEFAULT))
        expected = recording.duration_s * SAMPLE_RATE_HZ
        assert n_samples == pytest.approx(expected, abs=recording.n_channels + 2, rel=1e-6)
