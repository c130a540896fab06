"""A tiny Whisper model written as CTranslate2 writes it, byte by byte."""

import struct

import numpy as np

STATE = 8
_CODES = {"float32": 0, "int8": 1, "int16": 2, "int32": 3, "float16": 4}


def model_bin(
    variables: dict[str, np.ndarray], *, version: int = 6, spec: str = "WhisperSpec"
) -> bytes:
    """model.bin: header, then every variable, then no aliases."""
    parts = [struct.pack("<I", version), _name(spec), struct.pack("<II", 3, len(variables))]
    for name, array in variables.items():
        data = array.tobytes()
        parts += [
            _name(name),
            struct.pack("<B", array.ndim),
            struct.pack(f"<{array.ndim}I", *array.shape),
            struct.pack("<BI", _CODES[array.dtype.name], len(data)),
            data,
        ]
    return b"".join([*parts, struct.pack("<I", 0)])


def tiny_whisper() -> bytes:
    """One layer a side; every number differs from every other."""
    return model_bin(variables())


def variables() -> dict[str, np.ndarray]:
    """Names and arrays of the tiny model."""
    shapes = {
        "encoder/conv1/weight": (STATE, 80, 3),
        "encoder/conv1/bias": (STATE,),
        "encoder/conv2/weight": (STATE, STATE, 3),
        "encoder/conv2/bias": (STATE,),
        "encoder/position_encodings/encodings": (10, STATE),
        "decoder/position_encodings/encodings": (6, STATE),
        "decoder/embeddings/weight": (20, STATE),
        **_norm("encoder/layer_norm"),
        **_norm("decoder/layer_norm"),
        **_layer("encoder"),
        **_layer("decoder"),
    }
    found, at = {}, 0
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        found[name] = (np.arange(at, at + size) % 2048).astype(np.float16).reshape(shape)
        at += size
    return found


def _layer(side: str) -> dict[str, tuple[int, ...]]:
    at = f"{side}/layer_0"
    shapes = {
        **_linear(f"{at}/self_attention/linear_0", 3 * STATE, STATE),
        **_linear(f"{at}/self_attention/linear_1", STATE, STATE),
        **_norm(f"{at}/self_attention/layer_norm"),
        **_linear(f"{at}/ffn/linear_0", 4 * STATE, STATE),
        **_linear(f"{at}/ffn/linear_1", STATE, 4 * STATE),
        **_norm(f"{at}/ffn/layer_norm"),
    }
    if side == "decoder":
        shapes |= {
            **_linear(f"{at}/attention/linear_0", STATE, STATE),
            **_linear(f"{at}/attention/linear_1", 2 * STATE, STATE),
            **_linear(f"{at}/attention/linear_2", STATE, STATE),
            **_norm(f"{at}/attention/layer_norm"),
        }
    return shapes


def _linear(name: str, n_out: int, n_in: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}/weight": (n_out, n_in), f"{name}/bias": (n_out,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}/gamma": (STATE,), f"{name}/beta": (STATE,)}


def _name(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"
