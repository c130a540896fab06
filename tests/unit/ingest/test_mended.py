"""What is done about faults: only where there is one, and never to a side's own sound."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_sounds import RATE, bursts, wav

from pipeline.ingest.audio import blocks
from pipeline.ingest.faults.sides import Leak
from pipeline.ingest.mended import Mending, mended, mended_blocks
from pipeline.ports import SAMPLE_RATE_HZ
from pipeline.settings import Ingest

NOTHING = Mending(offsets=(0.0, 0.0), gains_db=(0.0, 0.0))


def energy(samples: np.ndarray) -> float:
    return float((samples.astype(float) ** 2).sum())


def voices(seconds: float = 6.0) -> np.ndarray:
    """Two sides at 16 kHz that speak in turns of a second, as noise of one loudness."""
    rng = np.random.default_rng(0)
    time_s = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    first = time_s % 2 < 1
    noise = rng.normal(0, 0.1, (2, time_s.size))
    return (noise * np.stack([first, ~first])).astype(np.float32)


def test_nothing_to_mend_leaves_every_sample() -> None:
    samples = voices()
    assert mended(samples, NOTHING) is samples


@given(delay=st.floats(0, 0.3), gain_db=st.floats(-30, -12), source=st.sampled_from([0, 1]))
def test_an_echo_is_silenced_and_a_sides_own_sound_is_kept(
    delay: float, gain_db: float, source: int
) -> None:
    samples, late = voices(), round(delay * SAMPLE_RATE_HZ)
    target = 1 - source
    echo = np.pad(samples[source], (late, 0))[: samples.shape[1]] * 10 ** (gain_db / 20)
    faulty = samples.copy()
    faulty[target] += echo
    leak = Leak(source=source, target=target, gain_db=gain_db, delay_s=delay)
    out = mended(faulty, Mending(offsets=(0, 0), gains_db=(0, 0), leaks=(leak,)))
    assert (out[source] == samples[source]).all()
    own = samples[target] != 0
    assert (out[target][own] == faulty[target][own]).mean() > 0.98
    # what is left lies beside the side's own sound, where a word's edge might be
    assert energy(out[target][~own]) < 0.4 * energy(faulty[target][~own])
    alone = np.zeros_like(samples)
    alone[source], alone[target] = samples[source], echo
    assert not mended(alone, Mending(offsets=(0, 0), gains_db=(0, 0), leaks=(leak,)))[target].any()


def test_two_equal_sides_become_one_and_a_dead_side_stays_as_silence() -> None:
    samples = voices()
    one = mended(samples, Mending(offsets=(0, 0), gains_db=(0, 0), only_side=1))
    assert one.shape == (1, samples.shape[1])
    assert (one[0] == samples[1]).all()
    dead = mended(samples, Mending(offsets=(0, 0), gains_db=(0, 0), silenced=(0,)))
    assert not dead[0].any()
    assert (dead[1] == samples[1]).all()


def test_an_offset_goes_and_a_quiet_side_is_raised() -> None:
    samples = voices()
    faulty = samples * np.array([[0.01], [1.0]]) + np.array([[0.0], [0.05]])
    out = mended(faulty.astype(np.float32), Mending(offsets=(0.0, 0.05), gains_db=(40.0, 0.0)))
    assert np.allclose(out, samples, atol=1e-5)


def test_a_recording_that_runs_twice_too_fast_comes_at_its_own_speed(tmp_path: Path) -> None:
    right = wav(tmp_path / "right.wav", bursts())
    fast = wav(tmp_path / "fast.wav", bursts(), rate=2 * RATE)
    mending = Mending(offsets=(0, 0), gains_db=(0, 0), speed=2.0)
    (meant,) = blocks(right, settings=Ingest())
    (found,) = mended_blocks(fast, mending, settings=Ingest())
    assert (found.samples == meant.samples).all()


@pytest.mark.parametrize(("only_side", "leaks"), [(0, ()), (None, (1,))])
def test_one_sound_on_two_sides_is_known(only_side: int | None, leaks: tuple[int, ...]) -> None:
    found = tuple(Leak(source=0, target=one, gain_db=-10, delay_s=0) for one in leaks)
    mending = Mending(offsets=(0, 0), gains_db=(0, 0), only_side=only_side, leaks=found)
    assert mending.one_sound
    assert not NOTHING.one_sound
