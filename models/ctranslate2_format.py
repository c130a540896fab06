"""CTranslate2's model.bin, read as plain numbers, as openai-whisper's tensors.

Layout (version 6): version, specification name, revision, then variables (name, rank, shape, type,
size, bytes), then aliases. Source: CTranslate2, python/ctranslate2/specs/model_spec.py.
Attention projections are fused there; openai-whisper keeps query, key and value apart and has no
bias on keys.
"""

import struct
from collections.abc import Iterator

import numpy as np
import torch

from pipeline.errors import ModelError

_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def number(self, kind: str) -> int:
        (value,) = struct.unpack_from(f"<{kind}", self._data, self._at)
        self._at += struct.calcsize(kind)
        return int(value)

    def raw(self, n_bytes: int) -> bytes:
        self._at += n_bytes
        if self._at > len(self._data):
            raise _bad("it ends in the middle of a variable")
        return self._data[self._at - n_bytes : self._at]

    def name(self) -> str:
        return self.raw(self.number("H")).rstrip(b"\0").decode()


def variables(data: bytes) -> Iterator[tuple[str, np.ndarray]]:
    """Every variable of a model.bin: name and array."""
    reader = _Reader(data)
    version, spec = reader.number("I"), reader.name()
    reader.number("I")
    if version != 6 or spec != "WhisperSpec":
        raise _bad(f"version {version} of {spec}, expected version 6 of WhisperSpec")
    for _ in range(reader.number("I")):
        name = reader.name()
        shape = [reader.number("I") for _ in range(reader.number("B"))]
        kind = reader.number("B")
        if kind not in _TYPES:
            raise _bad(f"variable {name} is of type {kind}, expected one of {sorted(_TYPES)}")
        data_bytes = reader.raw(reader.number("I"))
        yield name, np.frombuffer(data_bytes, dtype=_TYPES[kind]).reshape(shape)


def whisper_state_dict(data: bytes) -> dict[str, torch.Tensor]:
    """openai-whisper's state dict, fp16, from a CTranslate2 Whisper model.

    Raises
    ------
    ModelError
        The bytes are not such a model.
    """
    try:
        source = dict(variables(data))
        state = dict(_stem(source))
        for side in ("encoder", "decoder"):
            layers = {n.split("/")[1] for n in source if n.startswith(f"{side}/layer_")} - {
                "layer_norm"
            }
            for index in range(len(layers)):
                state |= _block(source, side, index)
    except (KeyError, struct.error, UnicodeDecodeError) as error:
        raise _bad(f"it has no {error}") from error
    return {name: torch.from_numpy(np.array(value)).half() for name, value in state.items()}


def _stem(source: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    for layer in ("conv1", "conv2"):
        for part in ("weight", "bias"):
            yield f"encoder.{layer}.{part}", source[f"encoder/{layer}/{part}"]
    yield "encoder.positional_embedding", source["encoder/position_encodings/encodings"]
    yield "decoder.positional_embedding", source["decoder/position_encodings/encodings"]
    yield "decoder.token_embedding.weight", source["decoder/embeddings/weight"]
    for ours, theirs in (("encoder.ln_post", "encoder"), ("decoder.ln", "decoder")):
        yield f"{ours}.weight", source[f"{theirs}/layer_norm/gamma"]
        yield f"{ours}.bias", source[f"{theirs}/layer_norm/beta"]


def _block(source: dict[str, np.ndarray], side: str, index: int) -> dict[str, np.ndarray]:
    theirs, ours = f"{side}/layer_{index}", f"{side}.blocks.{index}"
    out = _self_attention(source, f"{theirs}/self_attention", ours)
    if side == "decoder":
        out |= _cross_attention(source, f"{theirs}/attention", ours)
    out |= _norm(source, f"{theirs}/ffn/layer_norm", f"{ours}.mlp_ln")
    for theirs_linear, ours_linear in (("linear_0", "mlp.0"), ("linear_1", "mlp.2")):
        for part in ("weight", "bias"):
            out[f"{ours}.{ours_linear}.{part}"] = source[f"{theirs}/ffn/{theirs_linear}/{part}"]
    return out


def _self_attention(source: dict[str, np.ndarray], theirs: str, ours: str) -> dict[str, np.ndarray]:
    weights = np.split(source[f"{theirs}/linear_0/weight"], 3)
    biases = np.split(source[f"{theirs}/linear_0/bias"], 3)
    out = _norm(source, f"{theirs}/layer_norm", f"{ours}.attn_ln")
    for name, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
        out[f"{ours}.attn.{name}.weight"] = weight
        if name != "key":
            out[f"{ours}.attn.{name}.bias"] = bias
    return out | _linear(source, f"{theirs}/linear_1", f"{ours}.attn.out")


def _cross_attention(
    source: dict[str, np.ndarray], theirs: str, ours: str
) -> dict[str, np.ndarray]:
    key, value = np.split(source[f"{theirs}/linear_1/weight"], 2)
    _, value_bias = np.split(source[f"{theirs}/linear_1/bias"], 2)
    return {
        **_norm(source, f"{theirs}/layer_norm", f"{ours}.cross_attn_ln"),
        **_linear(source, f"{theirs}/linear_0", f"{ours}.cross_attn.query"),
        f"{ours}.cross_attn.key.weight": key,
        f"{ours}.cross_attn.value.weight": value,
        f"{ours}.cross_attn.value.bias": value_bias,
        **_linear(source, f"{theirs}/linear_2", f"{ours}.cross_attn.out"),
    }


def _norm(source: dict[str, np.ndarray], theirs: str, ours: str) -> dict[str, np.ndarray]:
    return {f"{ours}.weight": source[f"{theirs}/gamma"], f"{ours}.bias": source[f"{theirs}/beta"]}


def _linear(source: dict[str, np.ndarray], theirs: str, ours: str) -> dict[str, np.ndarray]:
    return {f"{ours}.{p}": source[f"{theirs}/{p}"] for p in ("weight", "bias")}


def _bad(problem: str) -> ModelError:
    return ModelError(
        "model.bin",
        f"is not a CTranslate2 Whisper model: {problem}",
        remedy="Fetch it again",
        code="weights_changed",
    )
