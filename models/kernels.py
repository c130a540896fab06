"""Small loops that torch would make many passes for, compiled by numba when first called.

Each works row by row, so that a row's result doesn't depend on the rows beside it, bit for bit.
Arrays are contiguous; bfloat16 stands in arrays of int16, as the upper half of a float32.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Levels = NDArray[np.int8]
Halves = NDArray[np.int16]
Sums = NDArray[np.int32]
Counts = NDArray[np.int64]

HEAD_WIDTH = 64
"""Of an attention head, in every size of Whisper."""


def _compiled(loop: Callable[..., Any]) -> Any:
    """Compiled when first called, and kept for later runs where a folder can be written."""
    options = {"nogil": True, "fastmath": True, "error_model": "numpy"}
    try:
        return njit(cache=True, **options)(loop)
    except RuntimeError:  # no folder for numba's files: compiled anew in each process
        return njit(**options)(loop)


_HALF, _ONE, _MOST = np.float32(0.5), np.float32(1), np.float32(127)
_LEAST = np.float32(1e-12)
_ROOT_HALF = np.float32(0.70710678)


@intrinsic
def _as_float(_context: Any, _bits: Any) -> Any:
    """An int32's bits as a float32."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.FloatType())

    return types.float32(types.int32), generate


@intrinsic
def _as_bits(_context: Any, _number: Any) -> Any:
    """A float32's bits as an int32."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(32))

    return types.int32(types.float32), generate


@_compiled
def _level(row: Floats, levels: Levels) -> np.float32:
    """A row as whole numbers of up to 127 levels; what a level is worth.

    Largest numbers are sought among their bits, which is what processors do several at a time.
    """
    top = np.int32(0)
    for j in range(len(row)):
        bits = _as_bits(row[j]) & np.int32(0x7FFFFFFF)
        if bits > top:
            top = bits
    largest = max(_as_float(top), _LEAST)
    factor = _MOST / largest
    for j in range(len(row)):
        levels[j] = np.int8(np.int32(np.rint(row[j] * factor)))
    return largest / _MOST


@_compiled
def quantized(x: Floats, levels: Levels, scales: Floats) -> None:
    """Rows of `x` [n, m] as levels, and each row's scale."""
    for i in range(x.shape[0]):
        scales[i] = _level(x[i], levels[i])


@_compiled
def normed(
    x: Floats, weight: Floats, bias: Floats, epsilon: float, levels: Levels, scales: Floats
) -> None:
    """Rows of `x` [n, m] as levels after layer normalisation."""
    m = x.shape[1]
    made = np.empty(m, np.float32)
    for i in range(x.shape[0]):
        row = x[i]
        total, squares = np.float32(0), np.float32(0)
        for j in range(m):
            total += row[j]
        mean = total / np.float32(m)
        for j in range(m):
            squares += (row[j] - mean) * (row[j] - mean)
        factor = _ONE / np.float32(np.sqrt(squares / np.float32(m) + np.float32(epsilon)))
        for j in range(m):
            made[j] = (row[j] - mean) * factor * weight[j] + bias[j]
        scales[i] = _level(made, levels[i])


@_compiled
def widened(sums: Sums, scales: Floats, weights: Floats, bias: Floats, out: Floats) -> None:
    """Sums of products of levels [n, m] as numbers: a scale a row, a scale a column, a bias."""
    for i in range(sums.shape[0]):
        scale, row, made = scales[i], sums[i], out[i]
        for j in range(len(row)):
            made[j] = np.float32(row[j]) * scale * weights[j] + bias[j]


@_compiled
def added(sums: Sums, scales: Floats, weights: Floats, bias: Floats, out: Floats) -> None:
    """The same, added to what stands in `out`."""
    for i in range(sums.shape[0]):
        scale, row, made = scales[i], sums[i], out[i]
        for j in range(len(row)):
            made[j] += np.float32(row[j]) * scale * weights[j] + bias[j]


@_compiled
def activated(
    sums: Sums, scales: Floats, weights: Floats, bias: Floats, levels: Levels, new_scales: Floats
) -> None:
    """`widened`, through the Gaussian error linear unit, as levels again."""
    made = np.empty(sums.shape[1], np.float32)
    for i in range(sums.shape[0]):
        scale, row = scales[i], sums[i]
        for j in range(len(row)):
            x = np.float32(row[j]) * scale * weights[j] + bias[j]
            made[j] = _HALF * x * (_ONE + _erf(x * _ROOT_HALF))
        new_scales[i] = _level(made, levels[i])


@_compiled
def written(qkv: Floats, own: Halves, places: Counts) -> None:
    """Keys and values of a token a slot, from `qkv` [n, 3 n_state], into their places of `own`
    [2, n_slots, n_heads, n_places, width].
    """
    n_heads = own.shape[2]
    for part in range(2):
        for i in range(qkv.shape[0]):
            for head in range(n_heads):
                at = (part + 1) * n_heads * HEAD_WIDTH + head * HEAD_WIDTH
                for d in range(HEAD_WIDTH):
                    own[part, i, head, places[i], d] = _half(qkv[i, at + d])


@_compiled
def attended(
    query: Floats, scale: float, keys_values: Halves, lengths: Counts, weights: Floats, out: Floats
) -> None:
    """A query a slot to the first `lengths` keys of its slot.

    Parameters
    ----------
    query : array, shape [n, n_state or more]
        Head by head; each is multiplied by `scale`.
    keys_values : array, shape [2, n_slots, n_heads, n_places, width]
    weights : array, shape [n, n_heads, n_places]
        Takes the share of each key; behind a slot's length it is 0.
    out : array, shape [n, n_state]
        Takes the values in these shares.
    """
    scaled = np.empty(HEAD_WIDTH, np.float32)
    for i in range(query.shape[0]):
        n = lengths[i]
        for head in range(keys_values.shape[2]):
            at = head * HEAD_WIDTH
            for d in range(HEAD_WIDTH):
                scaled[d] = query[i, at + d] * np.float32(scale)
            shares = weights[i, head]
            _score(scaled, keys_values[0, i, head], n, shares)
            _soften(shares, n)
            shares[n:] = np.float32(0)
            _mix(shares, keys_values[1, i, head], n, out[i, at : at + HEAD_WIDTH])


@_compiled
def _score(query: Floats, keys: Halves, n: int, scores: Floats) -> None:
    for j in range(n):
        key = keys[j]
        score = np.float32(0)
        for d in range(HEAD_WIDTH):
            score += query[d] * _whole(key[d])
        scores[j] = score


@_compiled
def _soften(scores: Floats, n: int) -> None:
    """Softmax of the first n."""
    top = scores[0]
    for j in range(n):
        if scores[j] > top:
            top = scores[j]
    total = np.float32(0)
    for j in range(n):
        scores[j] = _exp(scores[j] - top)
        total += scores[j]
    factor = _ONE / total
    for j in range(n):
        scores[j] *= factor


@_compiled
def _mix(shares: Floats, values: Halves, n: int, out: Floats) -> None:
    """Four values at a time: the sum goes through memory a quarter as often."""
    out[:] = np.float32(0)
    whole = n - n % 4
    for j in range(0, whole, 4):
        a, b, c, d = shares[j], shares[j + 1], shares[j + 2], shares[j + 3]
        for k in range(HEAD_WIDTH):
            out[k] += (
                a * _whole(values[j, k])
                + b * _whole(values[j + 1, k])
                + c * _whole(values[j + 2, k])
                + d * _whole(values[j + 3, k])
            )
    for j in range(whole, n):
        for k in range(HEAD_WIDTH):
            out[k] += shares[j] * _whole(values[j, k])


@_compiled
def _whole(half: np.int16) -> np.float32:
    """A bfloat16 as float32."""
    return _as_float(np.int32(half) << np.int32(16))


@_compiled
def _half(number: np.float32) -> np.int16:
    """A float32 as bfloat16, rounded to the nearest, ties to even."""
    bits = _as_bits(number)
    odd = (bits >> np.int32(16)) & np.int32(1)
    return np.int16((bits + np.int32(0x7FFF) + odd) >> np.int32(16))


@_compiled
def _exp(x: np.float32) -> np.float32:
    """Cephes' expf, for x of at most 0: a power of two and a polynomial."""
    x = max(x, np.float32(-87))
    power = np.rint(x * np.float32(1.44269504))
    r = x - power * np.float32(0.69314718)
    p = np.float32(1.9875691e-4)
    p = p * r + np.float32(1.3981999e-3)
    p = p * r + np.float32(8.3334519e-3)
    p = p * r + np.float32(4.1665795e-2)
    p = p * r + np.float32(1.6666665e-1)
    p = p * r + np.float32(0.5)
    p = p * r * r + r + _ONE
    return p * _as_float((np.int32(power) + np.int32(127)) << np.int32(23))


@_compiled
def _erf(x: np.float32) -> np.float32:
    """Eigen's quotient of polynomials, within 1e-6."""
    x = min(max(x, np.float32(-3.9)), np.float32(3.9))
    s = x * x
    p = np.float32(-2.72614225801306e-10)
    p = p * s + np.float32(2.77068142495902e-08)
    p = p * s + np.float32(-2.10102402082508e-06)
    p = p * s + np.float32(-5.69250639462346e-05)
    p = p * s + np.float32(-7.34990630326855e-04)
    p = p * s + np.float32(-2.95459980854025e-03)
    p = p * s + np.float32(-1.60960333262415e-02)
    q = np.float32(-1.45660718464996e-05)
    q = q * s + np.float32(-2.13374055278905e-04)
    q = q * s + np.float32(-1.68282697438203e-03)
    q = q * s + np.float32(-7.37332916720468e-03)
    q = q * s + np.float32(-1.42647390514189e-02)
    return x * p / q
