"""Pitch, energy and spectral balance of a voice by frame, with librosa's `yin`.

At 8 kHz, since telephone speech holds no more; the features are those of Bone, Lee and Narayanan
("Robust unsupervised arousal rating", IEEE TAFFC 2014).
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.ports import SAMPLE_RATE_HZ, Samples, VoiceFrames

RATE_HZ = 8_000
FRAME, HOP = 512, 160
"""64 ms every 20 ms."""

LOWEST_HZ, HIGHEST_HZ = 65.0, 500.0
PERIODIC_FROM = 0.5
"""Share of a frame's energy that comes back after one period, from which it counts as voiced."""

HIGH_FROM_HZ, LOW_FROM_HZ = 500.0, 80.0
_QUIET_DB = -120.0


class YinVoice:
    """Fulfils `pipeline.ports.VoiceMeter`."""

    def frames(self, samples: Samples) -> VoiceFrames:
        """Features of each frame of mono audio at SAMPLE_RATE_HZ; none of less than a frame."""
        audio = _halved(samples)
        if len(audio) < FRAME:
            nothing = np.zeros(0, np.float32)
            return VoiceFrames(pitch_octaves=nothing, energy_db=nothing, high_db=nothing)
        framed = np.lib.stride_tricks.sliding_window_view(audio, FRAME)[::HOP]
        pitch_hz = _pitch(audio, len(framed))
        voiced = _periodicity(framed, pitch_hz) >= PERIODIC_FROM
        energy_db = _db(np.mean(framed.astype(np.float64) ** 2, axis=1))
        pitch = np.where(voiced, np.log2(pitch_hz), np.nan).astype(np.float32)
        return VoiceFrames(pitch_octaves=pitch, energy_db=energy_db, high_db=_high(framed))


def _halved(samples: Samples) -> Samples:
    """At RATE_HZ: neighbours' means leave out what a telephone doesn't carry anyway."""
    factor = SAMPLE_RATE_HZ // RATE_HZ
    whole = len(samples) // factor * factor
    return samples[:whole].reshape(-1, factor).mean(axis=1)


def _pitch(audio: Samples, n_frames: int) -> NDArray[np.float32]:
    import librosa

    found: NDArray[np.float32] = librosa.yin(
        audio, fmin=LOWEST_HZ, fmax=HIGHEST_HZ, sr=RATE_HZ, frame_length=FRAME, hop_length=HOP,
        center=False,
    )  # fmt: skip
    return found[:n_frames].astype(np.float32)


def _periodicity(framed: NDArray[np.float32], pitch_hz: NDArray[np.float32]) -> Samples:
    """Normalised autocorrelation of each frame at its own period."""
    lags = np.clip(np.rint(RATE_HZ / pitch_hz).astype(int), 1, FRAME // 2)
    length = FRAME // 2
    first = framed[:, :length]
    places = lags[:, None] + np.arange(length)[None, :]
    second = np.take_along_axis(framed, places, axis=1)
    product = (first * second).sum(axis=1)
    norm = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    return np.divide(product, norm, out=np.zeros_like(product), where=norm > 1e-12)


def _high(framed: NDArray[np.float32]) -> NDArray[np.float32]:
    """HF500: energy from 500 Hz up against that below, in dB."""
    power = np.abs(np.fft.rfft(framed * np.hanning(FRAME).astype(np.float32), axis=1)) ** 2
    hz = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)
    high = power[:, hz >= HIGH_FROM_HZ].sum(axis=1)
    low = power[:, (hz >= LOW_FROM_HZ) & (hz < HIGH_FROM_HZ)].sum(axis=1)
    return _db(high) - _db(low)


def _db(power: NDArray[np.float64]) -> NDArray[np.float32]:
    floor = 10 ** (_QUIET_DB / 10)
    return (10 * np.log10(np.maximum(power, floor))).astype(np.float32)
