"""Sentences to unit vectors with a BERT-like sentence encoder (all-MiniLM-L6-v2).

Mean pooling over a text's tokens, then length 1, as the model's card asks:
https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2. Reads English only.

How something is said is another matter than what it is about, and the vectors hold little of it.
So a fork (`models.fork`) may leave the network after some layers: its own layers were trained on
feelings, those before are computed once for both.

Like matters ("refund not there", "refund refused") are told apart better with two more means: that
of the tokens behind two thirds of the layers, and the largest of each number behind the last.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.bert import Embedding, Layer, Shape, layers_of, packs
from models.fork import Fork
from models.text_kernels import Starts, pooled
from pipeline.errors import ModelError
from pipeline.ports import Encoded, Matrix
from pipeline.types import Provenance

if TYPE_CHECKING:
    from torch import Tensor

VERSION = 2
"""Raised by hand when a text's vector changes."""

_NEEDED = ("config.json", "model.safetensors", "tokenizer.json")


class MiniLmEncoder:
    """Fulfils `pipeline.ports.TextEncoder`. Loads once, from local files only.

    Parameters
    ----------
    folder : Path
        Holds config.json, model.safetensors and tokenizer.json.
    numeric_mode : {"float32", "int8"}
        How matrices are multiplied; int8 is for processors that `models.self_test` finds exact.
    threads : int
        Packs of texts that are computed at a time, each on a core.
    name : str
        What the provenance calls it; the hash says which weights they really are.
    max_tokens : int
        Longer sentences are cut; the model was trained on at most 256.
    fork : Path or None
        Weights of a fork, for `read`; None: there is none, and nothing is computed for it.

    Raises
    ------
    ModelError
        A file is missing, or isn't of a BERT network; the fork belongs to other weights.

    Examples
    --------
    >>> encoder = MiniLmEncoder(Path("all-MiniLM-L6-v2"))  # doctest: +SKIP
    >>> encoder.encode(["Where is my parcel?"]).shape  # doctest: +SKIP
    (1, 384)
    """

    def __init__(
        self,
        folder: Path,
        *,
        numeric_mode: str = "float32",
        threads: int = 1,
        name: str = "all-MiniLM-L6-v2",
        max_tokens: int = 256,
        fork: Path | None = None,
    ) -> None:
        from models.weights import load_tensors, tensors_sha256

        _check(folder)
        shape, self._tokenizer, tensors = loaded(folder)
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        sha256 = tensors_sha256(load_tensors(folder))
        self._embed = Embedding(tensors, shape=shape)
        self._layers = layers_of(tensors, shape=shape, mode=numeric_mode)
        self._middle = shape.n_layers * 2 // 3
        self._fork = Fork(fork, tensors, sha256, shape, numeric_mode) if fork else None
        self._threads = threads
        self.dimensions: int = shape.n_state
        self.provenance = Provenance(
            stage="understand",
            engine="firstcall",
            model=name,
            weights_sha256=sha256,
            numeric_mode=numeric_mode,
            version=VERSION,
        )

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Vectors of the texts in their order, shape [len(texts), dimensions], rows of length 1.

        A text's vector is the same to the last bit whatever is encoded beside it.
        """
        return self._read(texts, None).vectors

    def read(self, texts: Sequence[str]) -> Encoded:
        """The same vectors, and by the fork how the texts sound, in one pass."""
        return self._read(texts, self._fork)

    def token_states(self, texts: Sequence[str], *, after: int) -> list[Matrix]:
        """Of each text the states [n_tokens, dimensions] behind its first layers: what a fork is
        trained on.
        """
        import torch

        tokens = [found.ids for found in self._tokenizer.encode_batch(list(texts))]
        states: list[Matrix] = [np.zeros((0, self.dimensions), np.float32)] * len(texts)
        for members in packs([len(ids) for ids in tokens]):
            with torch.inference_mode():
                x, starts = self._embed([tokens[i] for i in members])
                rows = _through(self._layers[:after], x, starts).numpy()
            for text, first, end in zip(members, starts, starts[1:], strict=False):
                states[text] = rows[first:end]
        return states

    def _read(self, texts: Sequence[str], fork: Fork | None) -> Encoded:
        tokens = [found.ids for found in self._tokenizer.encode_batch(list(texts))]
        made = packs([len(ids) for ids in tokens])
        rich = np.zeros((len(texts), 3 * self.dimensions), dtype=np.float32)
        sounds = np.zeros((len(texts), fork.dimensions if fork else 0), dtype=np.float32)

        def compute(part: list[list[int]]) -> None:
            for members in part:
                one = self._pack([tokens[i] for i in members], fork)
                rich[members], sounds[members] = one

        self._deal(compute, [made[k :: self._threads] for k in range(self._threads)])
        vectors = np.ascontiguousarray(rich[:, : self.dimensions])
        return Encoded(texts=tuple(texts), vectors=vectors, sounds=sounds, rich=rich)

    def _deal(self, compute: Callable[[list[list[int]]], None], parts: list[Any]) -> None:
        import torch

        before = torch.get_num_threads()
        with ThreadPoolExecutor(self._threads, initializer=_alone) as pool:
            for _ in pool.map(compute, parts):
                pass
        torch.set_num_threads(before)  # some libraries know one number for all threads

    def _pack(self, tokens: list[list[int]], fork: Fork | None) -> tuple[Matrix, Matrix]:
        """The rich and the fork's rows of the texts of one pack."""
        import torch

        with torch.inference_mode():
            x, starts = self._embed(tokens)
            for done, layer in enumerate(self._layers):
                if fork and done == fork.after:
                    forked = _through(fork.layers, x.clone(), starts)
                if done == self._middle:
                    middle = _mean(x.numpy(), starts)
                x = layer(x, starts)
        last = x.numpy()
        most = np.maximum.reduceat(last[: starts[-1]], starts[:-1], axis=0)
        mean = _mean(last, starts)
        rich = np.concatenate([mean, middle, _of_length_one(most)], axis=1)
        if fork is None:
            return rich, np.zeros((len(tokens), 0), dtype=np.float32)
        return rich, fork.pooled(forked.numpy(), starts, mean)


def _alone() -> None:
    """A thread computes on its own core."""
    import torch

    torch.set_num_threads(1)


def _mean(x: Matrix, starts: Starts) -> Matrix:
    """Of each text's tokens, of length 1."""
    mean = np.empty((len(starts) - 1, x.shape[1]), dtype=np.float32)
    pooled(x, starts, np.zeros(x.shape[1], np.float32), mean)
    return _of_length_one(mean)


def _of_length_one(rows: Matrix) -> Matrix:
    for row in rows:  # row by row: a sum over an axis may depend on the number of rows
        row /= max(float(np.sqrt(row @ row)), 1e-12)
    return rows


def _through(layers: Sequence[Layer], x: Any, starts: Starts) -> Any:
    for layer in layers:
        x = layer(x, starts)
    return x


def _check(folder: Path) -> None:
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            str(folder),
            f"is no sentence encoder: {', '.join(missing)} missing of {', '.join(_NEEDED)}",
            remedy="Run `firstcall models fetch all-MiniLM-L6-v2`, or mend understand.encoder_path",
            code="encoder_missing",
        )


def loaded(folder: Path) -> tuple[Shape, Any, "dict[str, Tensor]"]:
    """The network's shape, its tokenizer and its tensors.

    Raises
    ------
    ModelError
        Something of it can't be read, or it is of another kind.
    """
    from tokenizers import Tokenizer

    from models.weights import load_tensors

    try:
        config = json.loads((folder / "config.json").read_text())
        if (config["model_type"], config["hidden_act"]) != ("bert", "gelu"):
            raise ValueError(f"its model_type is {config['model_type']}; bert with gelu is wanted")
        shape = Shape(
            n_layers=config["num_hidden_layers"],
            n_heads=config["num_attention_heads"],
            n_state=config["hidden_size"],
            epsilon=config["layer_norm_eps"],
        )
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tensors = {n.removeprefix("bert."): t for n, t in load_tensors(folder).items()}
    except Exception as error:  # tokenizers raises nothing narrower
        raise ModelError(
            str(folder),
            f"can't be loaded as a sentence encoder ({error})",
            remedy="Run `firstcall models verify`, then fetch it again",
            code="encoder_broken",
        ) from error
    return shape, tokenizer, tensors
