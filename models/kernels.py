"""Small loops of int8 layers that torch would make many passes for.

Each works row by row, so that a row's result doesn't depend on the rows beside it, bit for bit.
Arrays are contiguous.
"""

import numpy as np
from numpy.typing import NDArray

from models.compiled import Floats, as_bits, as_float, compiled, inlined

Levels = NDArray[np.int8]
Sums = NDArray[np.int32]

_HALF, _ONE, _MOST = np.float32(0.5), np.float32(1), np.float32(127)
_LEAST = np.float32(1e-12)
_ROOT_HALF = np.float32(0.70710678)


@compiled
def _level(row: Floats, levels: Levels) -> np.float32:
    """A row as whole numbers of up to 127 levels; what a level is worth.

    Largest numbers are sought among their bits, which is what processors do several at a time.
    """
    top = np.int32(0)
    for j in range(len(row)):
        bits = as_bits(row[j]) & np.int32(0x7FFFFFFF)
        if bits > top:
            top = bits
    largest = max(as_float(top), _LEAST)
    factor = _MOST / largest
    for j in range(len(row)):
        levels[j] = np.int8(np.int32(np.rint(row[j] * factor)))
    return largest / _MOST


@compiled
def quantized(x: Floats, levels: Levels, scales: Floats) -> None:
    """Rows of `x` [n, m] as levels, and each row's scale."""
    for i in range(x.shape[0]):
        scales[i] = _level(x[i], levels[i])


@inlined
def mean_and_factor(row: Floats, m: int, epsilon: float) -> tuple[np.float32, np.float32]:
    """What layer normalisation takes from each number of a row, and then multiplies it by."""
    total, squares = np.float32(0), np.float32(0)
    for j in range(m):
        total += row[j]
    mean = total / np.float32(m)
    for j in range(m):
        squares += (row[j] - mean) * (row[j] - mean)
    return mean, _ONE / np.float32(np.sqrt(squares / np.float32(m) + np.float32(epsilon)))


@compiled
def normed(
    x: Floats, weight: Floats, bias: Floats, epsilon: float, levels: Levels, scales: Floats
) -> None:
    """Rows of `x` [n, m] as levels after layer normalisation."""
    m = x.shape[1]
    made = np.empty(m, np.float32)
    for i in range(x.shape[0]):
        row = x[i]
        mean, factor = mean_and_factor(row, m, epsilon)
        for j in range(m):
            made[j] = (row[j] - mean) * factor * weight[j] + bias[j]
        scales[i] = _level(made, levels[i])


@compiled
def widened(sums: Sums, scales: Floats, weights: Floats, bias: Floats, out: Floats) -> None:
    """Sums of products of levels [n, m] as numbers: a scale a row, a scale a column, a bias."""
    for i in range(sums.shape[0]):
        scale, row, made = scales[i], sums[i], out[i]
        for j in range(len(row)):
            made[j] = np.float32(row[j]) * scale * weights[j] + bias[j]


@compiled
def added(sums: Sums, scales: Floats, weights: Floats, bias: Floats, out: Floats) -> None:
    """The same, added to what stands in `out`."""
    for i in range(sums.shape[0]):
        scale, row, made = scales[i], sums[i], out[i]
        for j in range(len(row)):
            made[j] += np.float32(row[j]) * scale * weights[j] + bias[j]


@compiled
def activated(
    sums: Sums, scales: Floats, weights: Floats, bias: Floats, levels: Levels, new_scales: Floats
) -> None:
    """`widened`, through the Gaussian error linear unit, as levels again."""
    made = np.empty(sums.shape[1], np.float32)
    for i in range(sums.shape[0]):
        scale, row = scales[i], sums[i]
        for j in range(len(row)):
            x = np.float32(row[j]) * scale * weights[j] + bias[j]
            made[j] = _HALF * x * (_ONE + erf(x * _ROOT_HALF))
        new_scales[i] = _level(made, levels[i])


@compiled
def erf(x: np.float32) -> np.float32:
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
