"""Matrix products in the numeric modes: float32, bfloat16, float16 and int8.

int8 keeps a scale for each row of the weights and finds one for each row of the input, as
CTranslate2 does. The sums are whole numbers, so a row's result doesn't depend on the rows beside it
in a batch, bit for bit.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

Product = Callable[[Tensor], Tensor]
"""[..., n_in] to [..., n_out]."""

FLOATS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}

_LEVELS = 127


def float_type(mode: str) -> torch.dtype:
    """What a mode computes in where it isn't whole numbers: attention, activations."""
    return FLOATS.get(mode, torch.bfloat16)


def product(mode: str, weight: Tensor, bias: Tensor | None = None) -> Product:
    """The product with `weight` [n_out, n_in], plus `bias`.

    The result is of `float_type(mode)`; that of int8 is float32.
    """
    if mode == "int8":
        return _Int8(weight, bias)
    kind = float_type(mode)
    return _Float(weight.to(kind), None if bias is None else bias.to(kind))


class _Float:
    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight, self._bias = weight, bias

    def __call__(self, x: Tensor) -> Tensor:
        return functional.linear(x.to(self._weight.dtype), self._weight, self._bias)


class _Int8:
    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        scale = weight.float().abs().amax(dim=1).clamp_min(1e-12) / _LEVELS
        levels = (weight.float() / scale[:, None]).round().to(torch.int8)
        self._levels, self._scale = levels.t(), scale  # [n_in, n_out], a view
        self._bias = torch.zeros_like(scale) if bias is None else bias.float()

    def __call__(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1]).float()
        scale = rows.abs().amax(dim=1, keepdim=True).clamp_min(1e-12) / _LEVELS
        sums = torch._int_mm((rows / scale).round_().to(torch.int8), self._levels)
        result = torch.addcmul(self._bias, sums.float().mul_(scale), self._scale)
        return result.view(*x.shape[:-1], -1)
