"""Real speech for the contracts: recordings of data/sample with what was truly said in them."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.ingest import audio
from pipeline.settings import Settings, load

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def sample_settings() -> Settings:
    """The sample's settings: languages are told apart among English and Spanish."""
    return load(SAMPLE / "firstcall.toml")


def channels(file: str) -> NDArray[np.float32]:
    """A recording of the sample at 16 kHz, shape [n_channels, n_samples]."""
    blocks = audio.blocks(SAMPLE / "recordings" / file, settings=sample_settings().ingest)
    return np.concatenate([block.samples for block in blocks], axis=1)


def said(file: str) -> str:
    """What was truly said in a recording, both sides in order of time."""
    truth = json.loads((SAMPLE / "truth.json").read_text("utf-8"))
    (recording,) = [r for c in truth["contacts"] for r in c["recordings"] if r["file"] == file]
    return " ".join(t["text"] for t in sorted(recording["turns"], key=lambda t: t["start_s"]))


def word_error_rate(reference: str, heard: str) -> float:
    """After Whisper's English normaliser."""
    import jiwer
    from whisper.normalizers import EnglishTextNormalizer

    plain = EnglishTextNormalizer()
    return float(jiwer.wer(plain(reference), plain(heard)))
