"""openai-whisper's tensors as the one file that whisper.cpp reads, at 16, 8 or 5 bits a weight.

Layout: whisper.cpp, models/convert-pt-to-ggml.py and examples/quantize/quantize.cpp; blocks of
32 numbers with one scale: ggml, src/ggml-quants.c (`quantize_row_q8_0_ref`, `_q5_0_ref`).
Matrices are cut to fewer bits; convolutions stay float16, biases and positions float32.
"""

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

_MAGIC = 0x67676D6C
_QUANTISED_FILE = 2000  # version 2 of the quantised formats, times 1000
_BLOCK = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A number format: its code for a file and its code for a tensor."""

    file: int
    tensor: int


KINDS = {
    "f16": Kind(file=1, tensor=1),
    "q5_0": Kind(file=_QUANTISED_FILE + 8, tensor=6),
    "q8_0": Kind(file=_QUANTISED_FILE + 7, tensor=8),
}

_FLOAT32, _FLOAT16 = 0, 1
_KEPT_FLOAT32 = ("encoder.positional_embedding", "decoder.positional_embedding")


def save(tensors: Mapping[str, Numbers], file: Path, *, kind: str) -> None:
    """Write the model; `tensors` are openai-whisper's by name, `kind` one of `KINDS`."""
    with file.open("wb") as out:
        out.write(struct.pack("<12i", _MAGIC, *_dimensions(tensors), KINDS[kind].file))
        filters = _mel_filters(tensors["encoder.conv1.weight"].shape[1])
        out.write(struct.pack("<2i", *filters.shape) + filters.tobytes())
        vocabulary = _vocabulary(len(tensors["decoder.token_embedding.weight"]))
        out.write(struct.pack("<i", len(vocabulary)))
        for token in vocabulary:
            out.write(struct.pack("<i", len(token)) + token)
        for name, tensor in tensors.items():
            out.write(_entry(name, np.asarray(tensor, dtype=np.float32), kind))


def q8_0(values: Numbers) -> bytes:
    """Blocks of 32: a float16 scale, then 32 signed bytes. `values`: a multiple of 32."""
    blocks = values.reshape(-1, _BLOCK)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / 127
    whole = np.rint(blocks * _inverse(scale)).astype(np.int8)
    return _joined(scale.astype("<f2"), whole)


def q5_0(values: Numbers) -> bytes:
    """Blocks of 32: a float16 scale, 32 high bits, then 32 halves of a byte.

    The number furthest from zero becomes -16 steps, so that the scale bears the opposite sign.
    """
    blocks = values.reshape(-1, _BLOCK)
    furthest = np.abs(blocks).argmax(axis=1)[:, None]
    scale = np.take_along_axis(blocks, furthest, axis=1) / -16
    steps = np.clip(np.floor(blocks * _inverse(scale) + 16.5), 0, 31).astype(np.uint8)
    high = np.packbits(steps >> 4, axis=1, bitorder="little")
    low = steps & 15
    half = _BLOCK // 2
    return _joined(scale.astype("<f2"), high, low[:, :half] | low[:, half:] << 4)


def _inverse(scale: Numbers) -> Numbers:
    return np.divide(1, scale, out=np.zeros_like(scale), where=scale != 0)


def _joined(*parts: NDArray[np.generic]) -> bytes:
    """Columns of bytes side by side, block by block."""
    as_bytes = [np.ascontiguousarray(part).view(np.uint8) for part in parts]
    return np.concatenate(as_bytes, axis=1).tobytes()


def _entry(name: str, tensor: Numbers, kind: str) -> bytes:
    if name in ("encoder.conv1.bias", "encoder.conv2.bias"):
        tensor = tensor[:, None]
        code, data = _FLOAT32, tensor.tobytes()
    elif tensor.ndim < 2 or name in _KEPT_FLOAT32:
        code, data = _FLOAT32, tensor.tobytes()
    elif tensor.ndim > 2 or kind == "f16":
        code, data = _FLOAT16, tensor.astype("<f2").tobytes()
    else:
        code, data = KINDS[kind].tensor, {"q8_0": q8_0, "q5_0": q5_0}[kind](tensor)
    title = name.encode()
    head = struct.pack("<3i", tensor.ndim, len(title), code)
    return head + struct.pack(f"<{tensor.ndim}i", *tensor.shape[::-1]) + title + data


def _dimensions(tensors: Mapping[str, Numbers]) -> tuple[int, ...]:
    """The ten sizes in the file's order, read off the tensors; heads are 64 wide in every size."""
    n_vocab, text_state = tensors["decoder.token_embedding.weight"].shape
    audio_state, n_mels, _ = tensors["encoder.conv1.weight"].shape
    layers = [
        sum(name.startswith(side) and name.endswith(".mlp_ln.bias") for name in tensors)
        for side in ("encoder", "decoder")
    ]
    n_audio = len(tensors["encoder.positional_embedding"])
    n_text = len(tensors["decoder.positional_embedding"])
    return (
        n_vocab,
        *(n_audio, audio_state, audio_state // 64, layers[0]),
        *(n_text, text_state, text_state // 64, layers[1]),
        n_mels,
    )


def _mel_filters(n_mels: int) -> Numbers:
    """openai-whisper's filters, shape [n_mels, 201]."""
    import whisper

    file = Path(whisper.__file__).parent / "assets" / "mel_filters.npz"
    with np.load(file, allow_pickle=False) as filters:
        return np.ascontiguousarray(filters[f"mel_{n_mels}"], dtype=np.float32)


def _vocabulary(n_vocab: int) -> list[bytes]:
    """The text tokens' bytes in their order; whisper.cpp adds the special ones itself."""
    import whisper

    name = "multilingual" if n_vocab >= 51865 else "gpt2"
    file = Path(whisper.__file__).parent / "assets" / f"{name}.tiktoken"
    return [base64.b64decode(line.split()[0]) for line in file.read_bytes().splitlines() if line]
