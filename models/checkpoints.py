"""In which library's form Whisper weights lie on disk, and the hash that tells them apart."""

import hashlib
from pathlib import Path
from typing import Literal

from models import weights
from pipeline.errors import ModelError

Form = Literal["openai", "ctranslate2", "transformers"]

_FILES = {"ctranslate2": ("model.bin",), "transformers": ("*.safetensors", "pytorch_model*.bin")}


def form(path: Path) -> Form:
    """Whose checkpoint a file or folder is: openai-whisper's tensors, unless its files say more."""
    if (path / "model.bin").is_file():
        return "ctranslate2"
    return "transformers" if (path / "config.json").is_file() else "openai"


def sha256(path: Path) -> str:
    """Of openai-whisper's tensors by value, of other checkpoints by their weight files' bytes.

    Raises
    ------
    ModelError
        A folder has a config.json and no weights.
    """
    kind = form(path)
    if kind == "openai":
        return weights.tensors_sha256(weights.load_tensors(path))
    files = sorted(file for pattern in _FILES[kind] for file in path.glob(pattern))
    if not files:
        raise ModelError(
            str(path),
            "holds no weights (model.safetensors)",
            remedy="Fetch the checkpoint again, or set listen.model_path to a whole one",
            code="weights_missing",
        )
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            digest.update(hashlib.file_digest(opened, "sha256").digest())
    return digest.hexdigest()


def refuse(path: Path, engine: str, *, wants: str) -> ModelError:
    """The error of an engine that is given another library's checkpoint."""
    return ModelError(
        str(path),
        f"is a checkpoint of {form(path)}, which {engine} can't read; it wants {wants}",
        remedy="Mend listen.model, listen.model_path or listen.engine",
        code="weights_shape",
    )
