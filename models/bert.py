"""A BERT encoder's forward pass over packed texts, in float32 or int8.

Texts lie one behind the other in a pack of `PACK` tokens, so that nothing is computed for filling
between them. Every product has `PACK` rows, full or not: sums in floating point depend on the
shapes that are multiplied, and a text's vector must not depend on its company.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from models import text_kernels
from models.text_kernels import Starts
from models.text_layers import linear

PACK = 256
"""Tokens of a pack: its activations stay in a core's cache. No text is longer."""

Tensors = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the network's config.json says of it."""

    n_layers: int
    n_heads: int
    n_state: int
    epsilon: float


class Layer:
    """Attention, perceptron, and a normalisation behind each.

    Parameters
    ----------
    tensors : Mapping[str, Tensor]
        With their names within the layer: "attention.self.query.weight" and so on.
    mode : {"float32", "int8"}
        How matrices are multiplied; all else is float32.
    """

    def __init__(self, tensors: Tensors, *, shape: Shape, mode: str) -> None:
        self._shape = shape
        parts = [f"attention.self.{part}" for part in ("query", "key", "value")]
        weight, bias = (torch.cat([tensors[f"{p}.{kind}"] for p in parts]) for kind in _KINDS)
        self._qkv = linear(mode, weight, bias)
        self._out, self._up, self._down = (
            linear(mode, tensors[f"{name}.weight"], tensors[f"{name}.bias"])
            for name in ("attention.output.dense", "intermediate.dense", "output.dense")
        )
        self._norms = [
            tuple(tensors[f"{name}.LayerNorm.{kind}"].float().numpy() for kind in _KINDS)
            for name in ("attention.output", "output")
        ]

    def __call__(self, x: Tensor, starts: Starts) -> Tensor:
        """The layer on [PACK, n_state], which it changes in place."""
        mixed = torch.zeros_like(x)
        scale = (self._shape.n_state / self._shape.n_heads) ** -0.5
        qkv = self._qkv(x)
        text_kernels.attended(qkv.numpy(), starts, self._shape.n_heads, scale, mixed.numpy())
        x += self._out(mixed)
        text_kernels.layer_normed(x.numpy(), *self._norms[0], self._shape.epsilon)
        wide = self._up(x)
        text_kernels.activated(wide.numpy())
        x += self._down(wide)
        text_kernels.layer_normed(x.numpy(), *self._norms[1], self._shape.epsilon)
        return x


class Embedding:
    """Token ids of packed texts to the first layer's input."""

    def __init__(self, tensors: Tensors, *, shape: Shape) -> None:
        words = tensors["embeddings.word_embeddings.weight"].float()
        self._words = words + tensors["embeddings.token_type_embeddings.weight"][0].float()
        self._places = tensors["embeddings.position_embeddings.weight"].float()
        self._norm = tuple(tensors[f"embeddings.LayerNorm.{kind}"].numpy() for kind in _KINDS)
        self._epsilon = shape.epsilon

    def __call__(self, texts: Sequence[Sequence[int]]) -> tuple[Tensor, Starts]:
        """Rows [PACK, n_state], 0 behind the last text, and where each text starts and ends."""
        starts = np.cumsum([0, *map(len, texts)]).astype(np.int64)
        x = torch.zeros((PACK, self._words.shape[1]))
        tokens = torch.tensor([token for text in texts for token in text])
        places = torch.cat([torch.arange(len(text)) for text in texts])
        x[: len(tokens)] = self._words[tokens] + self._places[places]
        text_kernels.layer_normed(x[: len(tokens)].numpy(), *self._norm, self._epsilon)
        return x, starts


def layers_of(tensors: Tensors, *, shape: Shape, mode: str) -> list[Layer]:
    """All layers of a checkpoint."""
    return [
        Layer(within(tensors, f"encoder.layer.{i}."), shape=shape, mode=mode)
        for i in range(shape.n_layers)
    ]


def within(tensors: Tensors, prefix: str) -> dict[str, Tensor]:
    """The tensors whose names begin so, without that beginning."""
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}


def packs(lengths: Sequence[int]) -> list[list[int]]:
    """Texts by their places, in packs of at most PACK tokens, shortest first."""
    found: list[list[int]] = []
    room = 0
    for index in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if lengths[index] > room:
            found.append([])
            room = PACK
        found[-1].append(index)
        room -= lengths[index]
    return found


_KINDS = ("weight", "bias")
