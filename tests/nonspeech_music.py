"""Hold music: chords, a melody, a bass and drums, made up from a seed, at 8 kHz."""

import numpy as np
from numpy.typing import NDArray
from scipy import signal

RATE_HZ = 8_000

Line = NDArray[np.float64]

_SCALE = (0, 2, 4, 5, 7, 9, 11)
_PROGRESSIONS = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 0), (5, 3, 0, 4))


def music(rng: np.random.Generator, length_s: float, *, voice: str, drums: bool = False) -> Line:
    """Four chords round and round with a melody over them, samples at 8 kHz.

    Parameters
    ----------
    voice : {"piano", "strings", "square"}
        The instrument: notes that die away, that swell and tremble, or a bare square wave.
    """
    line = np.zeros(round(length_s * RATE_HZ))
    beat_s, root = 60 / rng.uniform(70, 130), int(rng.integers(52, 64))
    chords = _PROGRESSIONS[rng.integers(len(_PROGRESSIONS))]
    degree, at_s, beat = 7, 0.0, 0
    while at_s < length_s:
        chord = chords[beat // 4 % 4]
        if beat % 4 == 0:
            for third in (0, 2, 4):
                _put(line, at_s, 0.5 * _note(_pitch(root, chord + third), 4 * beat_s, voice))
            _put(line, at_s, _note(_pitch(root - 12, chord), 4 * beat_s, voice))
        for n in range(halves := int(rng.integers(0, 3))):
            degree = int(np.clip(degree + rng.integers(-2, 3), 3, 14))
            each_s = beat_s / halves
            _put(line, at_s + n * each_s, _note(_pitch(root, degree), each_s, voice))
        if drums:
            _put(line, at_s, _drum(rng, beat))
            _put(line, at_s + beat_s / 2, _drum(rng, 3))
        at_s, beat = at_s + beat_s, beat + 1
    return 0.12 * line


def _pitch(root: int, degree: int) -> float:
    """Hertz of a step of the major scale on `root`, a MIDI number."""
    octave, step = divmod(degree, 7)
    return float(440 * 2 ** ((root + 12 * octave + _SCALE[step] - 69) / 12))


def _note(pitch_hz: float, length_s: float, voice: str) -> Line:
    t = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    if voice == "square":
        return 0.5 * signal.square(2 * np.pi * pitch_hz * t) * (t < 0.9 * length_s)
    shake = 0.004 * np.sin(2 * np.pi * 5.5 * t) / 5.5 if voice == "strings" else 0.0
    sound = sum(np.sin(2 * np.pi * k * pitch_hz * (t + shake)) / k**1.3 for k in range(1, 7))
    if voice == "strings":
        return sound * np.minimum(1, np.minimum(t, length_s - t) / 0.12)
    return sound * np.minimum(1, t / 0.005) * np.exp(-3 * t)


def _drum(rng: np.random.Generator, beat: int) -> Line:
    """Bass drum, snare and the hi-hat between them."""
    t = np.arange(round(0.25 * RATE_HZ)) / RATE_HZ
    if beat % 4 == 0:
        return 2 * np.sin(2 * np.pi * (60 * t + 8 * (1 - np.exp(-30 * t)))) * np.exp(-14 * t)
    noise = rng.normal(0, 1, len(t))
    return (0.8 * noise * np.exp(-22 * t)) if beat % 4 == 2 else 0.3 * noise * np.exp(-80 * t)


def _put(line: Line, at_s: float, sound: Line) -> None:
    first = round(at_s * RATE_HZ)
    part = sound[: max(0, len(line) - first)]
    line[first : first + len(part)] += part
