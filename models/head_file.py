"""Files of small trained weights: safetensors with a few words about themselves."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

HEADS = Path(__file__).parent / "heads"
FEELING = HEADS / "feeling.safetensors"
"""How a sentence sounds: the fork and its heads; card: models/heads/feeling.md."""


_OURS = "Install firstcall again: the heads come with it"


def read_head_file(
    path: Path, *, needed: Sequence[str], about: Sequence[str], remedy: str = _OURS
) -> "tuple[dict[str, Tensor], dict[str, str]]":
    """Tensors and metadata of a file.

    Raises
    ------
    ModelError
        It can't be read, or a `needed` tensor or one of the words `about` it is missing.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ModelError(
            str(path),
            f"can't be read as a safetensors file ({error})",
            remedy=remedy,
            code="head_broken",
        ) from error
    missing = [*(set(needed) - tensors.keys()), *(set(about) - metadata.keys())]
    if missing:
        raise ModelError(
            str(path),
            f"is no such head: {', '.join(sorted(missing))} missing",
            remedy=remedy,
            code="head_broken",
        )
    return tensors, metadata


def file_sha256(path: Path) -> str:
    """Of all bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
