"""Sentences to unit vectors with a BERT-like sentence encoder (all-MiniLM-L6-v2) in transformers.

Mean pooling over the attention mask, then length 1, as the model's card asks:
https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2. Reads English only.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import ModelError
from pipeline.ports import Matrix
from pipeline.types import Provenance

BATCH = 8
WIDTH_STEP = 8
"""Every pass has BATCH rows of a multiple of WIDTH_STEP tokens, filled up where needed."""

_NEEDED = ("config.json", "model.safetensors", "tokenizer.json")


class MiniLmEncoder:
    """Fulfils `pipeline.ports.TextEncoder`. Loads once, in float32, from local files only.

    Parameters
    ----------
    folder : Path
        Holds config.json, model.safetensors and the tokenizer's files.
    threads : int or None
        Threads torch may use from now on, in the whole process; None leaves torch as it is.
    name : str
        What the provenance calls it; the hash says which weights they really are.
    max_tokens : int
        Longer sentences are cut; the model was trained on at most 256.

    Raises
    ------
    ModelError
        A file is missing, or transformers can't load what is there.

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
        threads: int | None = None,
        name: str = "all-MiniLM-L6-v2",
        max_tokens: int = 256,
    ) -> None:
        from models.weights import load_tensors, tensors_sha256

        _check(folder)
        self._tokenizer, self._model = _load(folder, threads)
        self._max_tokens = max_tokens
        self.dimensions: int = int(self._model.config.hidden_size)
        self.provenance = Provenance(
            stage="understand",
            engine="transformers",
            model=name,
            weights_sha256=tensors_sha256(load_tensors(folder)),
            numeric_mode="float32",
            version=1,
        )

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Vectors of the texts in their order, shape [len(texts), dimensions], rows of length 1.

        A text's vector is the same to the last bit whatever is encoded beside it: sums in floating
        point depend on the shapes that are multiplied, so every pass has one of few shapes.
        """
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for width, members in sorted(self._by_width(texts).items()):
            for start in range(0, len(members), BATCH):
                batch = members[start : start + BATCH]
                tokens = [ids for _, ids in batch] + [batch[0][1]] * (BATCH - len(batch))
                vectors[[index for index, _ in batch]] = self._pool(tokens, width)[: len(batch)]
        return vectors

    def _by_width(self, texts: Sequence[str]) -> dict[int, list[tuple[int, list[int]]]]:
        """Token ids of the texts with their places, by their number rounded up to WIDTH_STEP."""
        found: dict[int, list[tuple[int, list[int]]]] = {}
        if not texts:
            return found
        encoded = self._tokenizer(list(texts), truncation=True, max_length=self._max_tokens)
        for index, tokens in enumerate(encoded["input_ids"]):
            width = -(-len(tokens) // WIDTH_STEP) * WIDTH_STEP
            found.setdefault(width, []).append((index, tokens))
        return found

    def _pool(self, tokens: list[list[int]], width: int) -> Matrix:
        import torch

        padded = torch.full((len(tokens), width), self._tokenizer.pad_token_id)
        mask = torch.zeros((len(tokens), width), dtype=torch.long)
        for row, ids in enumerate(tokens):
            padded[row, : len(ids)] = torch.tensor(ids)
            mask[row, : len(ids)] = 1
        with torch.inference_mode():
            hidden = self._model(input_ids=padded, attention_mask=mask).last_hidden_state
            kept = mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * kept).sum(dim=1) / kept.sum(dim=1).clamp(min=1)
            pooled: Matrix = torch.nn.functional.normalize(mean, dim=1).numpy()
        return pooled


def _check(folder: Path) -> None:
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            str(folder),
            f"is no sentence encoder: {', '.join(missing)} missing of {', '.join(_NEEDED)}",
            remedy="Run `firstcall models fetch all-MiniLM-L6-v2`, or mend understand.encoder_path",
            code="encoder_missing",
        )


def _load(folder: Path, threads: int | None) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    if threads is not None:
        torch.set_num_threads(threads)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModel.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, use_safetensors=True
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ModelError(
            str(folder),
            f"can't be loaded as a sentence encoder ({error})",
            remedy="Run `firstcall models verify`, then fetch it again",
            code="encoder_broken",
        ) from error
    return tokenizer, model.eval()
