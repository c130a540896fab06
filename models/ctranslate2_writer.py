"""openai-whisper's tensors as a folder that faster-whisper loads: the way back of the reader.

The layout of model.bin is told in `ctranslate2_format`, whose names are used here; CTranslate2's
Whisper loader (python/ctranslate2/converters/transformers.py) says what else the folder holds.
Written by hand, so that the folder doesn't depend on the installed version's converter.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from whisper.tokenizer import Tokenizer

from models import whisper_vocabulary

_VERSION, _REVISION = 6, 3
_TYPE_CODES = {"int8": 1, "int16": 2, "float16": 4}
_GELU = 3
_NOT_ALIASED = "decoder/embeddings/weight"

Arrays = Iterator[tuple[str, np.ndarray]]


def save(tensors: Mapping[str, Tensor], folder: Path, *, name: str | None = None) -> None:
    """Write all that `faster_whisper.WhisperModel(str(folder))` needs, weights as float16.

    Parameters
    ----------
    tensors : mapping
        openai-whisper's state dict.
    folder : Path
        Made if it isn't there.
    name : str, optional
        openai-whisper's name of the model: says which attention heads follow the audio. Without
        it the upper half of the layers is taken, as openai-whisper and CTranslate2 do.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n_vocabulary, _ = tensors["decoder.token_embedding.weight"].shape
    tokenizer = whisper_vocabulary.tokenizer(n_vocabulary)
    n_layers, n_heads = _layers(tensors, "decoder"), _heads(tensors, "decoder")
    contents = {
        "config.json": _config(tokenizer, name, n_layers, n_heads),
        "vocabulary.json": json.dumps(whisper_vocabulary.tokens(tokenizer)),
        "tokenizer.json": whisper_vocabulary.as_tokenizers(tokenizer).to_str(),
        "preprocessor_config.json": _preprocessor(tensors["encoder.conv1.weight"].shape[1]),
    }
    for file, text in contents.items():
        (folder / file).write_text(text, encoding="utf-8")
    (folder / "model.bin").write_bytes(model_bin(tensors))


def model_bin(tensors: Mapping[str, Tensor]) -> bytes:
    """CTranslate2's file of the weights, as float16; `whisper_state_dict` reads it back."""
    source = {name: tensor.detach().cpu().half().numpy() for name, tensor in tensors.items()}
    arrays = dict(_attributes(tensors)) | dict(_stem(source))
    for side in ("encoder", "decoder"):
        for index in range(_layers(tensors, side)):
            arrays |= _block(source, side, index)
    parts = [struct.pack("<I", _VERSION), _text("WhisperSpec")]
    parts.append(struct.pack("<II", _REVISION, len(arrays)))
    for variable, array in sorted(arrays.items()):
        raw = array.tobytes()
        parts += [
            _text(variable),
            struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape),
            struct.pack("<BI", _TYPE_CODES[array.dtype.name], len(raw)),
            raw,
        ]
    parts += [struct.pack("<I", 1), _text("decoder/projection/weight"), _text(_NOT_ALIASED)]
    return b"".join(parts)


def _attributes(tensors: Mapping[str, Tensor]) -> Arrays:
    """What CTranslate2 keeps as numbers beside the weights; pre-norm, GELU, no ALiBi."""
    for side in ("encoder", "decoder"):
        yield f"{side}/num_heads", np.array(_heads(tensors, side), np.int16)
    for name, value in {
        "activation": _GELU,
        "alibi": 0,
        "alibi_use_positive_positions": 0,
        "pre_norm": 1,
        "scale_alibi": 0,
        "scale_embeddings": 0,
        "start_from_zero_embedding": 0,
    }.items():
        yield f"decoder/{name}", np.array(value, np.int8)
    yield "decoder/alignment_heads", np.array(1, np.int16)
    yield "decoder/alignment_layer", np.array(-1, np.int16)


def _stem(source: Mapping[str, np.ndarray]) -> Arrays:
    for layer in ("conv1", "conv2"):
        for part in ("weight", "bias"):
            yield f"encoder/{layer}/{part}", source[f"encoder.{layer}.{part}"]
    for side in ("encoder", "decoder"):
        yield f"{side}/position_encodings/encodings", source[f"{side}.positional_embedding"]
    yield _NOT_ALIASED, source["decoder.token_embedding.weight"]
    yield from _norm(source, "encoder/layer_norm", "encoder.ln_post")
    yield from _norm(source, "decoder/layer_norm", "decoder.ln")


def _block(source: Mapping[str, np.ndarray], side: str, index: int) -> dict[str, np.ndarray]:
    theirs, ours = f"{side}/layer_{index}", f"{side}.blocks.{index}"
    out = dict(_norm(source, f"{theirs}/self_attention/layer_norm", f"{ours}.attn_ln"))
    out |= _fused(
        source, f"{theirs}/self_attention/linear_0", f"{ours}.attn", ("query", "key", "value")
    )
    out |= _linear(source, f"{theirs}/self_attention/linear_1", f"{ours}.attn.out")
    if side == "decoder":
        crossed = f"{theirs}/attention"
        out |= dict(_norm(source, f"{crossed}/layer_norm", f"{ours}.cross_attn_ln"))
        out |= _linear(source, f"{crossed}/linear_0", f"{ours}.cross_attn.query")
        out |= _fused(source, f"{crossed}/linear_1", f"{ours}.cross_attn", ("key", "value"))
        out |= _linear(source, f"{crossed}/linear_2", f"{ours}.cross_attn.out")
    out |= dict(_norm(source, f"{theirs}/ffn/layer_norm", f"{ours}.mlp_ln"))
    out |= _linear(source, f"{theirs}/ffn/linear_0", f"{ours}.mlp.0")
    return out | _linear(source, f"{theirs}/ffn/linear_1", f"{ours}.mlp.2")


def _fused(
    source: Mapping[str, np.ndarray], theirs: str, ours: str, names: tuple[str, ...]
) -> dict[str, np.ndarray]:
    """Projections one below the other; a key has no bias, so it gets zeros."""
    no_bias = np.zeros_like(source[f"{ours}.value.bias"])
    return {
        f"{theirs}/weight": np.concatenate([source[f"{ours}.{n}.weight"] for n in names]),
        f"{theirs}/bias": np.concatenate([source.get(f"{ours}.{n}.bias", no_bias) for n in names]),
    }


def _linear(source: Mapping[str, np.ndarray], theirs: str, ours: str) -> dict[str, np.ndarray]:
    return {f"{theirs}/{part}": source[f"{ours}.{part}"] for part in ("weight", "bias")}


def _norm(source: Mapping[str, np.ndarray], theirs: str, ours: str) -> Arrays:
    yield f"{theirs}/gamma", source[f"{ours}.weight"]
    yield f"{theirs}/beta", source[f"{ours}.bias"]


def _config(tokenizer: Tokenizer, name: str | None, n_layers: int, n_heads: int) -> str:
    return json.dumps(
        {
            "alignment_heads": whisper_vocabulary.alignment_heads(
                name, n_layers=n_layers, n_heads=n_heads
            ),
            "lang_ids": sorted(tokenizer.all_language_tokens),
            "suppress_ids": whisper_vocabulary.not_said(tokenizer),
            "suppress_ids_begin": [*tokenizer.encoding.encode(" "), tokenizer.eot],
        }
    )


def _preprocessor(n_mels: int) -> str:
    """What faster-whisper reads of Hugging Face's preprocessor_config.json."""
    frames = {"sampling_rate": 16_000, "hop_length": 160, "n_fft": 400, "chunk_length": 30}
    return json.dumps({"feature_size": n_mels, **frames})


def _layers(tensors: Mapping[str, Tensor], side: str) -> int:
    return sum(n.startswith(f"{side}.blocks.") and n.endswith(".mlp.0.bias") for n in tensors)


def _heads(tensors: Mapping[str, Tensor], side: str) -> int:
    """Heads are 64 wide in every size (at least one, for models made small in tests)."""
    positions: torch.Tensor = tensors[f"{side}.positional_embedding"]
    return max(1, positions.shape[1] // 64)


def _text(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"
