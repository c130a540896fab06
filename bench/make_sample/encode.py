"""Write samples in the formats that recorders leave behind."""

from pathlib import Path

import av
import numpy as np
import soundfile

RATE_HZ = 8000
BIT_RATE = {"opus": 16_000, "mp3": 24_000, "m4a": 24_000}
CODEC = {"opus": "libopus", "mp3": "libmp3lame", "m4a": "aac"}
SUBTYPE = {
    "pcm": "PCM_16",
    "ulaw": "ULAW",
    "alaw": "ALAW",
    "gsm": "GSM610",
    "flac": "PCM_16",
    "raw": "ULAW",
}


def write(path: Path, samples: np.ndarray, codec: str, *, rate_hz: int = RATE_HZ) -> None:
    """Write float32 [n_channels, n_samples] as `codec` names it."""
    if codec in CODEC:
        _write_av(path, samples, codec, rate_hz)
        return
    container = {"raw": "RAW", "flac": "FLAC"}.get(codec, "WAV")
    soundfile.write(path, samples.T, rate_hz, subtype=SUBTYPE[codec], format=container)


def _write_av(path: Path, samples: np.ndarray, codec: str, rate_hz: int) -> None:
    """Encode with PyAV, bit-exact: no date and no encoder's version in the file."""
    layout = "stereo" if len(samples) == 2 else "mono"
    container = "ogg" if codec == "opus" else {"m4a": "mp4"}.get(codec, codec)
    with av.open(str(path), "w", format=container, options={"fflags": "+bitexact"}) as file:
        stream = file.add_stream(CODEC[codec], rate=rate_hz, layout=layout)
        stream.bit_rate = BIT_RATE[codec] * len(samples)
        whole = (samples * 32767).astype(np.int16)
        resampler = av.AudioResampler(
            format=stream.format,
            layout=layout,
            rate=rate_hz,
            frame_size=stream.codec_context.frame_size or 1024,
        )
        frame = av.AudioFrame.from_ndarray(whole.T.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = rate_hz
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
