"""Small loops of a sentence encoder over texts that lie one behind the other, without filling.

A text's tokens are rows `starts[i]` to `starts[i + 1]`; its results don't depend on the texts
beside it, bit for bit. Arrays are contiguous.
"""

import numpy as np
from numpy.typing import NDArray

from models.attention_kernels import soften
from models.compiled import Floats, as_bits, as_float, compiled
from models.kernels import Levels, erf, mean_and_factor

Starts = NDArray[np.int64]

_ONE, _HALF, _ROOT_HALF = np.float32(1), np.float32(0.5), np.float32(0.70710678)
_MOST = np.float32(127)
_LEAST = np.float32(1e-12)


@compiled
def levelled(x: Floats, limit: float, levels: Levels, scales: Floats, bounds: Floats) -> None:
    """Rows of `x` [n, m] as whole numbers of up to 127 levels, each row with its scale.

    Numbers of more than `limit` times the row's mean size get level 0: `large_added` sees to them.
    """
    for i in range(x.shape[0]):
        row, made = x[i], levels[i]
        total = np.float32(0)
        for j in range(len(row)):
            total += abs(row[j])
        bounds[i] = max(np.float32(limit) * total / np.float32(len(row)), _LEAST)
        largest = np.int32(0)  # sought among bits, which processors do several at a time
        bound = as_bits(bounds[i])
        for j in range(len(row)):
            bits = as_bits(row[j]) & np.int32(0x7FFFFFFF)
            if bits <= bound and bits > largest:
                largest = bits
        top = max(as_float(largest), _LEAST)
        factor = _MOST / top
        for j in range(len(row)):
            kept = row[j] if abs(row[j]) <= bounds[i] else np.float32(0)
            made[j] = np.int8(np.int32(np.rint(kept * factor)))
        scales[i] = top / _MOST


@compiled
def large_added(x: Floats, bounds: Floats, weight: Floats, out: Floats) -> None:
    """What numbers of `x` [n, m] beyond their row's bound come to by `weight` [m, n_out]."""
    for i in range(x.shape[0]):
        made = out[i]
        for j in range(x.shape[1]):
            number = x[i, j]
            if abs(number) > bounds[i]:
                for k in range(len(made)):
                    made[k] += number * weight[j, k]


@compiled
def activated(x: Floats) -> None:
    """The Gaussian error linear unit of each number of `x` [n, m], in place."""
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = _HALF * x[i, j] * (_ONE + erf(x[i, j] * _ROOT_HALF))


@compiled
def attended(qkv: Floats, starts: Starts, n_heads: int, scale: float, out: Floats) -> None:
    """Each token to all tokens of its text.

    Parameters
    ----------
    qkv : array, shape [n_tokens, 3 n_state]
        Queries, keys and values, head by head; scores are multiplied by `scale`.
    out : array, shape [n_tokens, n_state]
        Takes the values in the shares that the scores give.
    """
    n_state = out.shape[1]
    width = n_state // n_heads
    for text in range(len(starts) - 1):
        first, n = starts[text], starts[text + 1] - starts[text]
        keys, shares = np.empty((width, n), np.float32), np.empty(n, np.float32)
        for head in range(n_heads):
            at = head * width
            for j in range(n):
                for d in range(width):
                    keys[d, j] = qkv[first + j, n_state + at + d]
            for i in range(first, first + n):
                shares[:] = np.float32(0)
                for d in range(width):
                    part = qkv[i, at + d] * np.float32(scale)
                    for j in range(n):
                        shares[j] += part * keys[d, j]
                soften(shares, n)
                _mix(shares, qkv[first : first + n, 2 * n_state + at :], out[i, at : at + width])


@compiled
def _mix(shares: Floats, values: Floats, out: Floats) -> None:
    out[:] = np.float32(0)
    for j in range(len(shares)):
        for d in range(len(out)):
            out[d] += shares[j] * values[j, d]


@compiled
def layer_normed(x: Floats, weight: Floats, bias: Floats, epsilon: float) -> None:
    """Layer normalisation of the rows of `x` [n, m], in place."""
    m = x.shape[1]
    for i in range(x.shape[0]):
        row = x[i]
        mean, factor = mean_and_factor(row, m, epsilon)
        for j in range(m):
            row[j] = (row[j] - mean) * factor * weight[j] + bias[j]


@compiled
def pooled(x: Floats, starts: Starts, query: Floats, out: Floats) -> None:
    """One row a text: half the mean of its tokens, half what `query` [m] attends to in them.

    A query of zeros gives the mean.
    """
    m = x.shape[1]
    for text in range(len(starts) - 1):
        first, n = starts[text], starts[text + 1] - starts[text]
        shares = np.empty(n, np.float32)
        for j in range(n):
            score = np.float32(0)
            for d in range(m):
                score += query[d] * x[first + j, d]
            shares[j] = score
        soften(shares, n)
        even = _ONE / np.float32(n)
        row = out[text]
        row[:] = np.float32(0)
        for j in range(n):
            share = np.float32(0.5) * (shares[j] + even)
            for d in range(m):
                row[d] += share * x[first + j, d]


@compiled
def linear_rows(x: Floats, weight: Floats, bias: Floats, out: Floats) -> None:
    """`x` [n, m] by `weight` [n_out, m], plus `bias`."""
    for i in range(x.shape[0]):
        for k in range(weight.shape[0]):
            total = bias[k]
            for j in range(x.shape[1]):
                total += x[i, j] * weight[k, j]
            out[i, k] = total
