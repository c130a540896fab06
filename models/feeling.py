"""Heads on the encoder's fork: a sentence's sentiment, and the emotions in it."""

import json
from pathlib import Path
from typing import Literal

import numpy as np

from models import text_kernels
from models.head_file import file_sha256, read_head_file
from pipeline.errors import ModelError
from pipeline.ports import Encoded, Matrix
from pipeline.types import Provenance

Name = Literal["sentiment", "emotions", "ekman"]


class FeelingHead:
    """Fulfils `pipeline.ports.Classifier`: one linear layer on `Encoded.sounds`.

    Its calibration is in its weights, so that of all it gives 0.8 it is right with 8 times of 10.

    Parameters
    ----------
    path : Path
        The file, with `head.NAME.weight` [n_labels, n_in] and `head.NAME.bias`, and in its
        metadata `heads`: JSON of each head's `labels`, `several` and `thresholds`.
    name : {"sentiment", "emotions", "ekman"}
        Which of its heads.

    Raises
    ------
    ModelError
        The file is missing, or isn't such a file.

    Examples
    --------
    >>> from models.head_file import FEELING
    >>> FeelingHead(FEELING, "sentiment").labels
    ('negative', 'neutral', 'positive')
    """

    def __init__(self, path: Path, name: Name) -> None:
        tensors, metadata = read_head_file(
            path, needed=[f"head.{name}.{part}" for part in ("weight", "bias")], about=["heads"]
        )
        about = json.loads(metadata["heads"])[name]
        self.labels: tuple[str, ...] = tuple(about["labels"])
        self.several: bool = about["several"]
        self.thresholds: tuple[float, ...] = tuple(about["thresholds"])
        self._path = path
        self._weight, self._bias = (
            tensors[f"head.{name}.{part}"].float().numpy() for part in ("weight", "bias")
        )
        self.provenance = Provenance(
            stage="understand",
            engine="firstcall",
            model=f"feeling/{name}",
            weights_sha256=file_sha256(path),
            numeric_mode="float32",
            version=1,
        )

    def probabilities(self, encoded: Encoded) -> Matrix:
        """Shape [n, len(labels)]; rows sum to 1 unless several labels may hold at a time."""
        sounds = encoded.sounds
        if sounds.shape[1] != self._weight.shape[1]:
            raise ModelError(
                str(self._path),
                f"reads {self._weight.shape[1]} numbers a text, the encoder gave {sounds.shape[1]}",
                remedy="Give the encoder the fork of the same file",
                code="head_of_other_encoder",
            )
        logits = np.empty((len(sounds), len(self.labels)), dtype=np.float32)
        text_kernels.linear_rows(sounds, self._weight, self._bias, logits)
        if self.several:
            return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)
        grown = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True), dtype=np.float32)
