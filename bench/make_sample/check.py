"""Measure the finished sample: every file decodes, sizes and durations, the word error rate.

It reads the files as a stranger would (PyAV), recognises each side with Whisper base through
faster-whisper, and compares with truth.json after Whisper's own English normaliser::

    pip install faster-whisper openai-whisper
    python -m bench.make_sample.check --model FOLDER_OR_NAME [--show 0.1]
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

RATE_HZ = 16_000
LIMIT_MIB, LIMIT_MIN = 8.0, 25.0
Errors = Counter[str]


def main() -> None:
    """Print one line a side that has errors above --show, then the totals."""
    options = _options()
    from faster_whisper import WhisperModel

    model = WhisperModel(options.model, device="cpu", compute_type="int8", cpu_threads=2)
    truth = json.loads((options.sample / "truth.json").read_text("utf-8"))
    totals: dict[str, Errors] = {}
    seconds = 0.0
    for contact in truth["contacts"]:
        for recording in contact["recordings"]:
            path = options.sample / "recordings" / recording["file"]
            sides = decode(path)
            seconds += sides.shape[1] / RATE_HZ
            if options.only and contact["story"] not in options.only:
                continue
            for channel, samples in enumerate(sides):
                heard = _hear(model, samples, contact["language"])
                _compare(contact, recording, channel, heard, totals, options.show)
    _print_totals(totals, options.sample, seconds)


def decode(path: Path) -> np.ndarray:
    """Any file of the sample as float32 [n_channels, n_samples] at 16 kHz."""
    raw = {"format": "mulaw", "options": {"sample_rate": "8000"}} if path.suffix == ".ulaw" else {}
    with av.open(str(path), **raw) as file:
        stream = file.streams.audio[0]
        layout = "stereo" if stream.codec_context.channels == 2 else "mono"
        resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE_HZ)
        frames = [part for frame in file.decode(stream) for part in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1)


def _hear(model: "WhisperModel", samples: np.ndarray, language: str) -> str:
    segments, _ = model.transcribe(
        samples, language=language, beam_size=1, vad_filter=True, condition_on_previous_text=False
    )
    return " ".join(segment.text.strip() for segment in segments)


def _compare(
    contact: dict[str, Any],
    recording: dict[str, Any],
    channel: int,
    heard: str,
    totals: dict[str, Errors],
    show: float,
) -> None:
    said = " ".join(t["text"] for t in recording["turns"] if t["channel"] == channel)
    expected, got = _words(said, contact["language"]), _words(heard, contact["language"])
    errors = distance(expected, got)
    roles = {t["role"] for t in recording["turns"] if t["channel"] == channel}
    for name in (
        "all" if contact["language"] == "en" else "other language",
        recording["layout"],
        "+".join(sorted(roles)),
        recording["format"],
    ):
        totals.setdefault(name, Counter()).update(words=len(expected), errors=errors)
    if expected and errors / len(expected) >= show:
        print(
            f"{errors:3}/{len(expected):3} {contact['story']} {recording['file']} [{channel}]"
            f"\n   said  {' '.join(expected)}\n   heard {' '.join(got)}",
            flush=True,
        )


def _words(text: str, language: str) -> list[str]:
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

    if language != "en":
        return BasicTextNormalizer()(text).split()
    return _join_digits(EnglishTextNormalizer()(text)).split()


def _join_digits(text: str) -> str:
    """Write a run of digit groups as one word: 'four one' and '41' are the same speech."""
    return re.sub(r"(?<=\d) (?=\d)", "", text)


def distance(expected: list[str], got: list[str]) -> int:
    """Levenshtein's distance over words."""
    row = list(range(len(got) + 1))
    for i, word in enumerate(expected, start=1):
        previous, row[0] = row[0], i
        for j, other in enumerate(got, start=1):
            best = min(previous + (word != other), row[j] + 1, row[j - 1] + 1)
            previous, row[j] = row[j], best
    return row[-1]


def _print_totals(totals: dict[str, Errors], sample: Path, seconds: float) -> None:
    size_mib = sum(p.stat().st_size for p in sample.rglob("*") if p.is_file()) / 2**20
    print(f"size {size_mib:.2f} MiB, audio {seconds / 60:.1f} min")
    assert size_mib < LIMIT_MIB and seconds / 60 < LIMIT_MIN
    for name, count in sorted(totals.items()):
        if count["words"]:
            rate = 100 * count["errors"] / count["words"]
            print(f"{name:20} WER {rate:5.1f} %  {count['errors']} of {count['words']} words")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=Path, default=Path("data/sample"))
    parser.add_argument("--model", default="base")
    parser.add_argument("--show", type=float, default=0.1, help="print sides at or above this rate")
    parser.add_argument("--only", nargs="*", help="only these stories")
    return parser.parse_args()


if __name__ == "__main__":
    main()
