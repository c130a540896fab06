"""What whisper.cpp is given: its file's layout, and numbers that come back from few bits."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench.peers import ggml


@pytest.fixture
def numbers() -> ggml.Numbers:
    drawn = np.random.default_rng(1).normal(size=(4, 64))
    drawn[1, :32] = 0  # a block of zeros has no scale to divide by
    return drawn.astype(np.float32)


def _q8_0(data: bytes) -> np.ndarray:
    """As ggml's `dequantize_row_q8_0`: 34 bytes a block."""
    blocks = np.frombuffer(data, np.uint8).reshape(-1, 34)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    return scale * blocks[:, 2:].copy().view(np.int8)


def _q5_0(data: bytes) -> np.ndarray:
    """As ggml's `dequantize_row_q5_0`: 22 bytes a block, one number at a time."""
    values = []
    for at in range(0, len(data), 22):
        scale = float(np.frombuffer(data[at : at + 2], "<f2")[0])
        (high,) = struct.unpack("<I", data[at + 2 : at + 6])
        low = data[at + 6 : at + 22]
        first = [(low[j] & 15) | (high >> j & 1) << 4 for j in range(16)]
        second = [(low[j] >> 4) | (high >> j + 16 & 1) << 4 for j in range(16)]
        values.append([(q - 16) * scale for q in first + second])
    return np.array(values, dtype=np.float32)


@pytest.mark.parametrize(("pack", "unpack", "steps"), [("q8_0", _q8_0, 127), ("q5_0", _q5_0, 16)])
def test_numbers_come_back_within_a_step(
    numbers: ggml.Numbers, pack: str, unpack: Callable[[bytes], np.ndarray], steps: int
) -> None:
    data = getattr(ggml, pack)(numbers)
    back = unpack(data)
    blocks = numbers.reshape(-1, 32)
    step = np.abs(blocks).max(axis=1, keepdims=True) / steps
    # Half a step by rounding; at the end of the scale q5_0 may lack a whole one; float16's scale.
    slack = 0.51 if pack == "q8_0" else 1.02
    assert back.shape == blocks.shape
    assert (np.abs(back - blocks) <= slack * step + 1e-6).all()


def test_file_holds_sizes_vocabulary_and_tensors_in_whisper_cpps_order(tmp_path: Path) -> None:
    tensors = _tiny_model()
    file = tmp_path / "ggml.bin"
    ggml.save(tensors, file, kind="f16")
    data = file.read_bytes()
    head = struct.unpack_from("<12i", data)
    assert head == (0x67676D6C, 51865, 6, 64, 1, 1, 5, 64, 1, 1, 80, 1)
    rows, columns = struct.unpack_from("<2i", data, 48)
    assert (rows, columns) == (80, 201)
    at = 56 + 4 * rows * columns
    (n_tokens,) = struct.unpack_from("<i", data, at)
    assert n_tokens == 50257
    at += 4
    tokens = []
    for _ in range(n_tokens):
        (length,) = struct.unpack_from("<i", data, at)
        tokens.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    assert tokens[0] == b"!" and b" the" in tokens
    assert dict(_entries(data[at:])) == {
        "encoder.conv1.weight": ((3, 80, 64), 1),
        "encoder.conv1.bias": ((1, 64), 0),
        "encoder.positional_embedding": ((64, 6), 0),
        "decoder.positional_embedding": ((64, 5), 0),
        "decoder.token_embedding.weight": ((64, 51865), 1),
        "encoder.blocks.0.mlp_ln.bias": ((64,), 0),
        "decoder.blocks.0.mlp_ln.bias": ((64,), 0),
    }


def _tiny_model() -> dict[str, ggml.Numbers]:
    shapes = {
        "encoder.conv1.weight": (64, 80, 3),
        "encoder.conv1.bias": (64,),
        "encoder.positional_embedding": (6, 64),
        "decoder.positional_embedding": (5, 64),
        "decoder.token_embedding.weight": (51865, 64),
        "encoder.blocks.0.mlp_ln.bias": (64,),
        "decoder.blocks.0.mlp_ln.bias": (64,),
    }
    return {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}


def _entries(data: bytes) -> list[tuple[str, tuple[tuple[int, ...], int]]]:
    """Names with shapes (innermost first) and number formats, up to the file's very end."""
    found, at = [], 0
    while at < len(data):
        n_dims, n_name, code = struct.unpack_from("<3i", data, at)
        shape = struct.unpack_from(f"<{n_dims}i", data, at + 12)
        at += 12 + 4 * n_dims
        name = data[at : at + n_name].decode()
        at += n_name + int(np.prod(shape)) * {0: 4, 1: 2}[code]
        found.append((name, (shape, code)))
    return found
