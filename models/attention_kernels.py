"""The decoder's attention over bfloat16, slot by slot, as far as each slot reaches.

Arrays are contiguous; bfloat16 stands in arrays of int16, as the upper half of a float32.
"""

import numpy as np
from numpy.typing import NDArray

from models.compiled import Floats, as_bits, as_float, compiled

Halves = NDArray[np.int16]
Counts = NDArray[np.int64]

HEAD_WIDTH = 64
"""Of an attention head, in every size of Whisper."""

_ONE = np.float32(1)


@compiled
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


@compiled
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
            soften(shares, n)
            shares[n:] = np.float32(0)
            _mix(shares, keys_values[1, i, head], n, out[i, at : at + HEAD_WIDTH])


@compiled
def _score(query: Floats, keys: Halves, n: int, scores: Floats) -> None:
    for j in range(n):
        key = keys[j]
        score = np.float32(0)
        for d in range(HEAD_WIDTH):
            score += query[d] * _whole(key[d])
        scores[j] = score


@compiled
def soften(scores: Floats, n: int) -> None:
    """Softmax of the first n, in place."""
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


@compiled
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


@compiled
def _whole(half: np.int16) -> np.float32:
    """A bfloat16 as float32."""
    return as_float(np.int32(half) << np.int32(16))


@compiled
def _half(number: np.float32) -> np.int16:
    """A float32 as bfloat16, rounded to the nearest, ties to even."""
    bits = as_bits(number)
    odd = (bits >> np.int32(16)) & np.int32(1)
    return np.int16((bits + np.int32(0x7FFF) + odd) >> np.int32(16))


@compiled
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
    return p * as_float((np.int32(power) + np.int32(127)) << np.int32(23))
