"""A site's trained topics: a file that `firstcall topics train` writes, read and applied."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models import text_kernels, topic_words
from models.head_file import file_sha256, read_head_file
from models.topic_score import Parts, in_scope, mixed, neighbours, shares
from pipeline.errors import ModelError
from pipeline.ports import Encoded, Matrix

_TENSORS = ("weight", "bias", "rarity", "examples", "owner")
_NUMBERS = ("nearest_share", "sharpness", "floor", "spread")
_REMEDY = "Train it again: firstcall topics train; or leave understand.topics_head unset"


def topics_of(path: Path) -> tuple[str, ...]:
    """The topics of a trained head."""
    about = read_head_file(path, needed=_TENSORS, about=("topics",), remedy=_REMEDY)[1]
    return tuple(json.loads(about["topics"]))


class TopicHead:
    """Fulfils `pipeline.ports.TopicReader`.

    Parameters
    ----------
    path : Path
        The file.
    encoder_sha256 : str
        Of the encoder that it will be used with.

    Raises
    ------
    ModelError
        The file is missing, is no such file, or was trained on another encoder.
    """

    def __init__(self, path: Path, *, encoder_sha256: str) -> None:
        tensors, about = read_head_file(
            path, needed=_TENSORS, about=("topics", "encoder_sha256", "numbers"), remedy=_REMEDY
        )
        if about["encoder_sha256"] != encoder_sha256:
            raise ModelError(
                str(path),
                f"was trained on the encoder {about['encoder_sha256']}, not on {encoder_sha256}",
                remedy=_REMEDY,
                code="head_of_other_encoder",
            )
        self.topics: tuple[str, ...] = tuple(json.loads(about["topics"]))
        self.sha256 = file_sha256(path)
        weight = tensors["weight"].float().numpy()
        n_in = weight.shape[1] - topic_words.N_HASHED
        self._of_rich = np.ascontiguousarray(weight[:, :n_in])
        self._of_words = np.ascontiguousarray(weight[:, n_in:].T)
        self._parts = Parts(
            weight=weight,
            bias=tensors["bias"].float().numpy(),
            rarity=tensors["rarity"].float().numpy(),
            examples=tensors["examples"].float().numpy(),
            owner=tensors["owner"].numpy().astype(np.intp),
            **json.loads(about["numbers"]),
        )

    def scores(self, encoded: Encoded) -> Matrix:
        """Shape [n, n_topics], 0 to 1; rows sum to 1 at most, and to little where a text is about
        something else. No row depends on the others.
        """
        parts = self._parts
        logits = np.empty((len(encoded.texts), len(self.topics)), dtype=np.float32)
        if not len(logits):
            return logits
        text_kernels.linear_rows(encoded.rich, self._of_rich, parts.bias, logits)
        logits += (
            topic_words.weighted(topic_words.counted(encoded.texts), parts.rarity) @ self._of_words
        )
        likely = shares(logits, parts.sharpness)
        if parts.nearest_share:
            near = neighbours(encoded.rich, parts.examples, parts.owner, len(self.topics))
            likely = mixed(likely, near, parts.nearest_share)
        sure = in_scope(logits.max(axis=1), parts.floor, parts.spread)
        return np.asarray(likely * sure[:, None], dtype=np.float32)


def save(path: Path, topics: Sequence[str], parts: Parts, *, encoder_sha256: str) -> None:
    """Write the file that `TopicHead` reads."""
    import torch
    from safetensors.torch import save_file

    used = parts.nearest_share > 0
    tensors = {
        "weight": torch.from_numpy(parts.weight).half(),
        "bias": torch.from_numpy(parts.bias),
        "rarity": torch.from_numpy(parts.rarity),
        "examples": torch.from_numpy(parts.examples[: None if used else 0]).half(),
        "owner": torch.from_numpy(parts.owner[: None if used else 0].astype(np.int32)),
    }
    about = {
        "topics": json.dumps(list(topics)),
        "encoder_sha256": encoder_sha256,
        "numbers": json.dumps({name: getattr(parts, name) for name in _NUMBERS}),
    }
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path, metadata=about)
