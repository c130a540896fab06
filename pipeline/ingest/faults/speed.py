"""A wrong declared rate: speech that runs at twice, or at half, its speed.

Three things go up together when speech runs faster: the voice's pitch, the middle of its spectrum,
and how quickly one sound turns into the next. Women's voices, children's and quick talkers have one
or two of them high; all three say that the file's rate is wrong. Each is measured in octaves
against what telephone speech has, and the sum weighs them by how little they differ from speaker to
speaker.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft

from pipeline.ingest.faults.stretch import Stretch
from pipeline.types import SoundFinding

FAST_OCTAVES, SLOW_OCTAVES = 0.6, -0.5
"""Evidence from which speech runs at twice, or at half, its speed: 1 and -1 are sure."""

_USUAL = {"pitch": 7.48, "middle": 8.67, "turn": -4.33}
_WEIGHT = {"pitch": 0.16, "middle": 0.33, "turn": -0.60}
"""log2 of Hz, Hz and seconds; and what an octave of each counts."""

_AGAINST_OCTAVES = 0.15
"""One that says the contrary by more than this outweighs the others: speech may be slow or coded so
that its sounds smear, or a voice low, at a right rate."""

_STRETCHES = 8
_LEAST_LOUD_S, _LEAST_VOICED = 3.0, 30
_FRAME_S, _HOP_S, _LAGS = 0.032, 0.010, 30
_BAND_HZ, _BANDS = (150.0, 3800.0), 12
_PITCH_HZ, _VOICE_HZ, _VOICED = (40.0, 600.0), 1200.0, 0.6
_LOUD_DB, _DEEP_DB = 20.0, 35.0
_LEAST_DBFS = -50.0


@dataclass(slots=True)
class Speed:
    """What the first stretches with sound have: a few minutes tell no more than one."""

    pitches: list[NDArray[np.float64]] = field(default_factory=list)
    middles: list[float] = field(default_factory=list)
    alike: NDArray[np.float64] = field(default_factory=lambda: np.zeros(_LAGS))
    pairs: NDArray[np.float64] = field(default_factory=lambda: np.zeros(_LAGS))

    def feed(self, stretch: Stretch) -> None:
        """Measure a stretch's louder side."""
        loudest = stretch.frames_db.max(axis=1)
        channel = int(loudest.argmax())
        if len(self.middles) >= _STRETCHES or loudest[channel] < _LEAST_DBFS:
            return
        row, rate_hz = stretch.low[channel], stretch.low_rate_hz
        size = round(_FRAME_S * rate_hz)
        if len(row) < 2 * _LAGS * round(_HOP_S * rate_hz):
            return
        frames = sliding_window_view(row, size)[:: round(_HOP_S * rate_hz)]
        power = np.abs(fft.rfft(frames * np.hanning(size).astype(np.float32))) ** 2
        hz = np.arange(power.shape[1]) * rate_hz / size
        self._add_turns(power, hz)
        self.pitches.append(_pitches(row, rate_hz))

    def _add_turns(self, power: NDArray[np.float32], hz: NDArray[np.float64]) -> None:
        """How alike spectra are that lie some frames apart, and the middle of the loud ones."""
        highest = min(_BAND_HZ[1], 0.95 * hz[-1])
        edges = np.searchsorted(hz, np.geomspace(_BAND_HZ[0], highest, _BANDS + 1))
        bands = np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1)
        level = 10 * np.log10(bands + 1e-10)
        energy = 10 * np.log10(bands.sum(axis=1) + 1e-10)
        loud = energy > np.quantile(energy, 0.95) - _LOUD_DB
        level = np.maximum(level, level.max(axis=1, keepdims=True) - _DEEP_DB)
        shape = level - level.mean(axis=1, keepdims=True)
        shape -= shape[loud].mean(axis=0)
        shape[~loud] = 0
        self.alike += _at_lags(shape)
        self.pairs += _at_lags(loud[:, None].astype(np.float32))
        within = (hz >= _BAND_HZ[0]) & (hz < _BAND_HZ[1])
        mean = power[loud][:, within].sum(axis=0)
        self.middles.append(float(np.dot(np.log2(hz[within]), mean) / mean.sum()))

    def octaves(self) -> float:
        """How much too fast speech runs, in octaves by the weighted evidence.

        0 where there is too little of it, or where it is at odds.
        """
        pitches = np.concatenate([np.zeros(0), *self.pitches])
        if self.pairs[0] * _HOP_S < _LEAST_LOUD_S or len(pitches) < _LEAST_VOICED:
            return 0.0
        found = {
            "pitch": float(np.median(pitches)),
            "middle": float(np.mean(self.middles)),
            "turn": float(np.log2(self._turn_s())),
        }
        apart = {name: found[name] - _USUAL[name] for name in found}
        octaves = sum(_WEIGHT[name] * apart[name] for name in apart)
        for_it = (apart[name] * np.sign(_WEIGHT[name] * octaves) for name in apart)
        return octaves if all(one >= -_AGAINST_OCTAVES for one in for_it) else 0.0

    def _turn_s(self) -> float:
        """Seconds until a spectrum is half as like itself."""
        curve = self.alike / np.maximum(self.pairs, 1)
        curve = curve / max(curve[0], 1e-12)
        at = int(np.argmax(curve < 0.5))
        if not at:
            return _LAGS * _HOP_S
        return float(at - 1 + (curve[at - 1] - 0.5) / (curve[at - 1] - curve[at])) * _HOP_S


def _at_lags(rows: NDArray[np.float32]) -> Any:
    """Sum over columns of the products of rows some lags apart, shape [_LAGS]."""
    size = fft.next_fast_len(len(rows) + _LAGS, real=True)
    return fft.irfft((np.abs(fft.rfft(rows, size, axis=0)) ** 2).sum(axis=1), size)[:_LAGS]


def _pitches(row: NDArray[np.float32], rate_hz: float) -> NDArray[np.float64]:
    """log2 of the pitch in Hz of loud, voiced frames, by autocorrelation (Boersma 1993)."""
    size = round(2 * _FRAME_S * rate_hz)
    frames = row[: len(row) // size * size].reshape(-1, size)
    energy = np.einsum("fs,fs->f", frames, frames)
    frames = frames[energy > np.quantile(energy, 0.95) / 30]
    window = np.hanning(size).astype(np.float32)
    power = np.abs(fft.rfft(frames * window, 2 * size)) ** 2
    power[:, round(_VOICE_HZ * 2 * size / rate_hz) :] = 0
    shortest, longest = round(rate_hz / _PITCH_HZ[1]), round(rate_hz / _PITCH_HZ[0])
    curve = fft.irfft(power)
    own = fft.irfft(np.abs(fft.rfft(window, 2 * size)) ** 2)
    curve = curve[:, shortest:longest] / np.maximum(curve[:, :1], 1e-12)
    curve = curve / np.maximum(own[shortest:longest] / own[0], 0.15)
    at = (curve - np.linspace(0, 0.1, longest - shortest)).argmax(axis=1)
    voiced = (at > 0) & (curve[np.arange(len(at)), at] > _VOICED)
    return np.asarray(np.log2(rate_hz / (at[voiced] + shortest)))


def true_speed(speed: Speed) -> float:
    """2 or 0.5 where speech runs at twice or half its speed, else 1.

    Not to be asked of a recording that hums: a hum's pitch is a low one.
    """
    octaves = speed.octaves()
    return 2.0 if octaves >= FAST_OCTAVES else 0.5 if octaves <= SLOW_OCTAVES else 1.0


def speed_findings(factor: float, rate_hz: int) -> list[SoundFinding]:
    """Whether the declared rate is wrong: `factor` is what `true_speed` says."""
    if factor == 1.0:
        return []
    how = "twice" if factor > 1 else "half"
    return [
        SoundFinding(
            code="wrong_rate",
            channel=None,
            value=factor,
            unit="times too fast",
            explanation=f"Speech runs at {how} its speed: pitch, sounds and pace all say so. The"
            f" file states {rate_hz} Hz",
            remedy=f"It is heard as if it stated {rate_hz / factor:.0f} Hz; times are those of"
            " speech at its own speed",
        )
    ]
