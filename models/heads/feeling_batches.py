"""Token states behind the encoder's shared layers, computed once, and batches of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.text_encoder import MiniLmEncoder
from pipeline.ports import Matrix

_SORTED_AT_ONCE = 50
"""Batches that are made of texts of like lengths; more would always bring the same together."""

_TEXTS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """Of n texts: token states [n_tokens, n_state], float16; a text's are rows `starts[i]` to
    `starts[i + 1]`; `vectors` [n, n_state] are the encoder's own.
    """

    tokens: NDArray[np.float16]
    starts: NDArray[np.int64]
    vectors: Matrix

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each text."""
        return np.diff(self.starts)


def states(encoder: MiniLmEncoder, texts: Sequence[str], *, after: int, cache: Path) -> States:
    """Of the texts behind `after` layers; kept in a folder, since they take minutes."""
    names = ("tokens", "starts", "vectors")
    if not (cache / "vectors.npy").exists():
        cache.mkdir(parents=True, exist_ok=True)
        parts: list[Matrix] = []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            found = encoder.token_states(texts[start : start + _TEXTS_AT_ONCE], after=after)
            parts += [one.astype(np.float16) for one in found]
        np.save(cache / "tokens.npy", np.concatenate(parts))
        np.save(cache / "starts.npy", np.cumsum([0, *map(len, parts)]))
        np.save(cache / "vectors.npy", encoder.encode(texts))
    tokens, starts, vectors = (np.load(cache / f"{name}.npy", mmap_mode="r") for name in names)
    if len(vectors) != len(texts):
        raise SystemExit(f"{cache} holds {len(vectors)} texts, not {len(texts)}: delete it")
    return States(tokens=tokens, starts=starts, vectors=vectors)


def shuffled(
    lengths: NDArray[np.int64], size: int, chance: np.random.Generator
) -> Iterator[NDArray[np.intp]]:
    """Rows in batches of like lengths, in random order."""
    order = chance.permutation(len(lengths))
    batches: list[NDArray[np.intp]] = []
    for start in range(0, len(order), size * _SORTED_AT_ONCE):
        part = order[start : start + size * _SORTED_AT_ONCE]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    for number in chance.permutation(len(batches)):
        yield batches[number]


def filled(found: States, rows: NDArray[np.intp]) -> tuple[Tensor, Tensor, Tensor]:
    """States [n, n_tokens, n_state] of a batch, its mask [n, n_tokens], its vectors."""
    lengths = found.lengths[rows]
    x = np.zeros((len(rows), int(lengths.max()), found.vectors.shape[1]), dtype=np.float32)
    mask = np.arange(x.shape[1])[None, :] < lengths[:, None]
    for place, row in enumerate(rows):
        x[place, : lengths[place]] = found.tokens[found.starts[row] : found.starts[row + 1]]
    return torch.from_numpy(x), torch.from_numpy(mask), torch.from_numpy(found.vectors[rows])
