"""A small trained head on sentence embeddings: one or two linear layers, numpy alone at run time.

Each head is a safetensors file in `models/heads/` with a card that says what it was trained on
and how well it does.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from pipeline.errors import ModelError
from pipeline.ports import Matrix
from pipeline.types import Provenance

HEADS = Path(__file__).parent / "heads"
SENTIMENT = HEADS / "sentiment.safetensors"
"""Negative, neutral, positive of a sentence; card: models/heads/sentiment.md."""


class LinearHead:
    """Fulfils `pipeline.ports.Classifier`: linear layers with a ReLU between, then a softmax.

    The file holds `weight_0` [n_out, n_in], `bias_0` [n_out], perhaps `weight_1`, `bias_1`, and
    `temperature` [1], which was fitted so that a probability of 0.8 is right 8 times of 10. Its
    metadata holds `name`, `labels` (JSON) and `encoder_sha256`, the encoder that it belongs to.

    Parameters
    ----------
    path : Path
        The head's file.
    encoder_sha256 : str or None
        `weights_sha256` of the encoder whose embeddings it will read, to be checked; None: not.

    Raises
    ------
    ModelError
        The file is missing, isn't such a head, or belongs to another encoder.

    Examples
    --------
    >>> head = LinearHead(SENTIMENT)
    >>> head.labels
    ('negative', 'neutral', 'positive')
    """

    def __init__(self, path: Path, *, encoder_sha256: str | None = None) -> None:
        tensors, metadata = _read(path)
        if encoder_sha256 not in (None, metadata["encoder_sha256"]):
            raise ModelError(
                str(path),
                f"belongs to the encoder {metadata['encoder_sha256']}, not to {encoder_sha256}",
                remedy="Leave understand.encoder_path unset, or train a head on your encoder "
                "(models/heads/train_sentiment.py)",
                code="head_of_other_encoder",
            )
        self.labels: tuple[str, ...] = tuple(json.loads(metadata["labels"]))
        self.encoder_sha256 = metadata["encoder_sha256"]
        self._temperature = float(tensors["temperature"][0])
        n_layers = sum(name.startswith("weight_") for name in tensors)
        self._layers = [(tensors[f"weight_{i}"], tensors[f"bias_{i}"]) for i in range(n_layers)]
        self.provenance = Provenance(
            stage="understand",
            engine="numpy",
            model=metadata["name"],
            weights_sha256=_sha256(tensors),
            numeric_mode="float32",
            version=1,
        )

    def probabilities(self, embeddings: Matrix) -> Matrix:
        """Shape [n, len(labels)], rows sum to 1; `embeddings` has shape [n, dimensions]."""
        hidden = embeddings.astype(np.float32, copy=False)
        for weight, bias in self._layers[:-1]:
            hidden = np.maximum(hidden @ weight.T + bias, 0)
        weight, bias = self._layers[-1]
        logits = (hidden @ weight.T + bias) / self._temperature
        grown = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        shares: Matrix = grown / grown.sum(axis=1, keepdims=True)
        return shares


def _sha256(tensors: dict[str, Matrix]) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {tensor.shape}\n".encode())
        digest.update(np.ascontiguousarray(tensor).tobytes())
    return digest.hexdigest()


def _read(path: Path) -> tuple[dict[str, Matrix], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ModelError(
            str(path),
            f"can't be read as a safetensors file ({error})",
            remedy="Install firstcall again: the heads come with it",
            code="head_broken",
        ) from error
    wanted = {"weight_0", "bias_0", "temperature"} - tensors.keys()
    wanted |= {"name", "labels", "encoder_sha256"} - metadata.keys()
    if wanted:
        raise ModelError(
            str(path),
            f"is no head: {', '.join(sorted(wanted))} missing",
            remedy="Make it with models/heads/train_sentiment.py",
            code="head_broken",
        )
    return tensors, metadata
