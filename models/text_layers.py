"""Linear layers of a sentence encoder, in float32 or int8.

int8 as in `models.numeric`: a scale for each row of the weights and of the input, products summed
as whole numbers. In BERT a few numbers of a token are 20 times as large as the others, and would
leave these few of the 127 levels, so that vectors came out with a cosine down to 0.961 to those of
float32. Such numbers are multiplied apart, in float32: 0.995 at the least, 0.9995 in the median
(`python -m bench.understanding speed`).
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from models import kernels, text_kernels

Linear = Callable[[Tensor], Tensor]
"""[n, n_in] to [n, n_out], float32."""

_LIMIT = 5.0
"""Larger than so many times the mean of its row: apart. Two or three numbers a token."""

_LIMIT_WIDE = 12.0
"""The same behind GELU, where most numbers are near 0."""

_LEVELS = 127


def linear(mode: str, weight: Tensor, bias: Tensor) -> Linear:
    """The product with `weight` [n_out, n_in], plus `bias`; `mode` is float32 or int8."""
    if mode == "int8":
        return _Int8(weight.float(), bias.float())
    rows, added = weight.float(), bias.float()
    return lambda x: functional.linear(x, rows, added)


class _Int8:
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        scale = weight.abs().amax(dim=1).clamp_min(1e-12) / _LEVELS
        self._levels = (weight / scale[:, None]).round().to(torch.int8).t()  # [n_in, n_out], a view
        self._limit = _LIMIT_WIDE if weight.shape[1] > weight.shape[0] else _LIMIT
        self._scale, self._bias = scale.numpy(), bias.numpy()
        self._columns = weight.t().contiguous().numpy()

    def __call__(self, x: Tensor) -> Tensor:
        n = len(x)
        levels = torch.empty(x.shape, dtype=torch.int8)
        scales, bounds = torch.empty(n).numpy(), torch.empty(n).numpy()
        text_kernels.levelled(x.numpy(), self._limit, levels.numpy(), scales, bounds)
        sums = torch._int_mm(levels, self._levels)
        out = torch.empty(sums.shape)
        kernels.widened(sums.numpy(), scales, self._scale, self._bias, out.numpy())
        text_kernels.large_added(x.numpy(), bounds, self._columns, out.numpy())
        return out
