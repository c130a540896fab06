"""Checkpoints by their Hugging Face id, such as openai/whisper-small: in its cache, or fetched."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import ModelError

SPEECH_FILES = ("*.json", "*.txt", "*.safetensors", "model.bin")
"""transformers' and CTranslate2's files; copies of the weights for other libraries stay there."""


def is_id(name: str) -> bool:
    """An owner, a slash and a name; sizes that openai-whisper knows have no slash."""
    return "/" in name


def cached(name: str, *, file: str = "config.json") -> Path | None:
    """The checkpoint's folder in Hugging Face's cache, if that file of it is on this machine."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, file)
    return Path(found).parent if isinstance(found, str) else None


def download(name: str, *, files: Sequence[str] = SPEECH_FILES) -> Path:
    """Bring the checkpoint into Hugging Face's cache.

    Raises
    ------
    ModelError
        The hub doesn't have it, or doesn't give it.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=list(files)))
    except (HfHubHTTPError, LocalEntryNotFoundError, ValueError) as error:
        raise ModelError(
            name,
            f"Hugging Face did not give it ({str(error).splitlines()[0]})",
            remedy="Check the id, or bring a folder by hand and set its path (docs/weights.md)",
            code="weights_unreachable",
        ) from error
