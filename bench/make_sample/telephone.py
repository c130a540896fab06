"""What a telephone adds and takes: the band, noise, a little echo, hold music and the beep."""

import hashlib

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

RATE_HZ = 8000
BAND_HZ = (300.0, 3400.0)
NOISE_DBFS = (-62.0, -47.0)
CHORDS = (
    (220.0, 277.2, 329.6),
    (196.0, 246.9, 293.7),
    (174.6, 220.0, 261.6),
    (164.8, 207.7, 246.9),
)


def _generator(seed: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]))


def line(samples: np.ndarray, *, seed: str) -> np.ndarray:
    """Band limit, a gain of its own a channel, line noise, and echo of the far side.

    Parameters: samples float32 [n_channels, n_samples]. Returns the same shape.
    """
    chance = _generator("line " + seed)
    out = np.empty_like(samples)
    for channel, clean in enumerate(samples):
        gain = 10 ** (chance.uniform(-3, 2) / 20)
        noise = _noise(clean.size, chance.uniform(*NOISE_DBFS), chance)
        out[channel] = _band(clean * gain + noise)
    if len(out) == 2 and chance.random() < 0.3:
        echo = np.roll(out[::-1], RATE_HZ // 20, axis=1) * 10 ** (-42 / 20)
        out = out + echo
    return out.clip(-0.98, 0.98).astype(np.float32)


def _band(samples: np.ndarray) -> np.ndarray:
    return sosfilt(butter(4, BAND_HZ, "bandpass", fs=RATE_HZ, output="sos"), samples)


def _noise(size: int, level_dbfs: float, chance: np.random.Generator) -> np.ndarray:
    """Hiss with more power below, as rooms and old lines have it."""
    pinkish = lfilter([1.0], [1.0, -0.85], chance.standard_normal(size))
    return pinkish / pinkish.std() * 10 ** (level_dbfs / 20)


def hold_music(seconds: float, seed: str) -> np.ndarray:
    """A plucked arpeggio over slow chords, of our own; float32 [n_samples]."""
    chance = _generator("music " + seed)
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    out = np.zeros(time_s.size)
    beat_s, shift = 0.25, 2 ** (chance.integers(-2, 4) / 12)
    for beat in range(int(seconds / beat_s)):
        chord = CHORDS[beat // 8 % len(CHORDS)]
        tone = chord[(0, 1, 2, 1)[beat % 4]] * 2 * shift
        since = time_s - beat * beat_s
        pluck = np.where(since >= 0, np.exp(-4 * np.clip(since, 0, None)), 0)
        out += pluck * (np.sin(2 * np.pi * tone * since) + 0.4 * np.sin(4 * np.pi * tone * since))
        if beat % 8 == 0:
            swell = np.where((since >= 0) & (since < 2.2), np.sin(np.pi * since / 2.2), 0)
            out += swell * sum(0.25 * np.sin(2 * np.pi * note * shift * since) for note in chord)
    edge = np.clip(np.minimum(time_s, time_s[-1] - time_s) / 0.15, 0, 1)
    return (out * edge / np.abs(out).max() * 0.18).astype(np.float32)


def beep(seconds: float) -> np.ndarray:
    """The tone after which one speaks; float32 [n_samples]."""
    time_s = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    edge = np.clip(np.minimum(time_s, time_s[-1] - time_s) / 0.01, 0, 1)
    return (0.15 * edge * np.sin(2 * np.pi * 1000 * time_s)).astype(np.float32)
