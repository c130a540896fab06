"""A fork of the sentence encoder: layers of its own that were trained to hear how a text sounds.

The file holds what a layer's products differ by from the encoder's (low-rank adapters, as in Hu et
al. 2021, https://arxiv.org/abs/2106.09685), so it is small and belongs to one encoder.
"""

from pathlib import Path

import numpy as np
from torch import Tensor

from models import text_kernels
from models.bert import Layer, Shape, Tensors, within
from models.head_file import read_head_file
from models.text_kernels import Starts
from pipeline.errors import ModelError
from pipeline.ports import Matrix

PLAIN_SHARE = np.float32(4)
"""Sentence vectors have length 1; times this they count beside what the fork pools."""


class Fork:
    """Layers behind the encoder's first ones, and how their tokens become one row a text.

    The file holds, by the names of the encoder's tensors, `NAME.down` [rank, n_in] and `NAME.up`
    [n_out, rank] for each product, `NAME.weight` and `NAME.bias` for each normalisation, and
    `query` [n_state]; its metadata `encoder_sha256` and `after`, the number of shared layers.

    Parameters
    ----------
    path : Path
        The file.
    tensors, encoder_sha256, shape : Mapping[str, Tensor], str, Shape
        The encoder's.
    mode : {"float32", "int8"}
        The encoder's numeric mode.

    Raises
    ------
    ModelError
        The file is missing, is no such file, or belongs to another encoder.
    """

    def __init__(
        self, path: Path, tensors: Tensors, encoder_sha256: str, shape: Shape, mode: str
    ) -> None:
        own, metadata = read_head_file(path, needed=("query",), about=("encoder_sha256", "after"))
        if metadata["encoder_sha256"] != encoder_sha256:
            raise ModelError(
                str(path),
                f"belongs to the encoder {metadata['encoder_sha256']}, not to {encoder_sha256}",
                remedy="Leave understand.encoder_path unset; or set understand.sentiment_model and "
                "understand.emotion_model to models of your own; or train anew on your encoder "
                "(models/heads/train_feeling.py)",
                code="head_of_other_encoder",
            )
        self.after = int(metadata["after"])
        self.dimensions = 2 * shape.n_state
        self.layers = [
            Layer(_adapted(tensors, own, f"encoder.layer.{i}."), shape=shape, mode=mode)
            for i in range(self.after, shape.n_layers)
        ]
        self._query = own["query"].float().numpy()

    def pooled(self, x: Matrix, starts: Starts, vectors: Matrix) -> Matrix:
        """Rows [n_texts, dimensions] of the fork's tokens [n_tokens, n_state] and the texts'
        plain vectors.
        """
        rows = np.empty((len(vectors), self.dimensions), dtype=np.float32)
        own = np.empty(vectors.shape, dtype=np.float32)
        text_kernels.pooled(x, starts, self._query, own)
        n_state = self.dimensions // 2
        rows[:, :n_state], rows[:, n_state:] = own, vectors * PLAIN_SHARE
        return rows


def _adapted(tensors: Tensors, own: Tensors, prefix: str) -> dict[str, Tensor]:
    made = within(tensors, prefix)
    for name, tensor in within(own, prefix).items():
        if name.endswith(".up"):
            base = name.removesuffix(".up")
            down = own[f"{prefix}{base}.down"].float()
            made[f"{base}.weight"] = made[f"{base}.weight"].float() + tensor.float() @ down
        elif not name.endswith(".down"):
            made[name] = tensor.float()
    return made
