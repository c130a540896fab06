"""Sound files for the tests, written with the encoders themselves."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile

RATE = 8_000


def bursts(seconds: float = 4.0, *, rate: int = RATE) -> np.ndarray:
    """Two channels [2, n]: 440 Hz in the even half seconds left, 1,000 Hz in the odd ones right."""
    t = np.arange(round(seconds * rate)) / rate
    even = (t * 2).astype(int) % 2 == 0
    left = np.where(even, 0.4 * np.sin(2 * np.pi * 440 * t), 0)
    right = np.where(~even, 0.4 * np.sin(2 * np.pi * 1000 * t), 0)
    return np.stack([left, right]).astype(np.float32)


def write(
    path: Path, samples: np.ndarray, *, codec: str, container: str | None = None, rate: int = RATE
) -> Path:
    """Encode [n_channels, n] with FFmpeg's `codec` into the container that the extension names."""
    layout = {1: "mono", 2: "stereo"}[len(samples)]
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        wanted = stream.codec_context.format.name
        resampler = av.AudioResampler(format=wanted, layout=layout, rate=stream.rate)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples, np.float32), format="fltp", layout=layout
        )
        frame.sample_rate = rate
        frames = [*resampler.resample(frame), *resampler.resample(None)]
        fifo = av.AudioFifo()
        for one in frames:
            one.pts = None
            fifo.write(one)
        size = stream.codec_context.frame_size or 4096
        position = 0
        while (part := fifo.read(size)) or (part := fifo.read(0, partial=True)):
            part.pts, part.time_base = position, Fraction(1, stream.rate)
            position += part.samples
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return path


def wav(
    path: Path, samples: np.ndarray | None = None, *, subtype: str = "PCM_16", rate: int = RATE
) -> Path:
    """A wav by libsndfile: a second writer, and the only one here of GSM 6.10."""
    samples = bursts() if samples is None else samples
    soundfile.write(path, np.atleast_2d(samples).T, rate, subtype=subtype, format="WAV")
    return path


def tone(seed: int, seconds: float = 1.5) -> np.ndarray:
    """A mono tone [1, n]; every seed gives another content."""
    t = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * (200 + 10 * seed) * t)).astype(np.float32)[None, :]
