"""A network's layers in the numeric modes: float32, bfloat16, float16 and int8.

Sums along the network's depth are float32 in all. int8 keeps a scale for each row of the weights
and finds one for each row of the input, as CTranslate2 does; products are summed as whole numbers,
so that a row's result doesn't depend on the rows beside it in a batch, bit for bit.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from models import kernels
from models.compiled import Floats

Layer = Callable[[Tensor], Tensor]
"""[n, n_in] to [n, n_out]; that of int8 is float32, else it is of `float_type`."""

Addition = Callable[[Tensor, Tensor], Tensor]
"""Of (x, y): x [n, n_out], to which it has added what it makes of y [n, n_in]."""

FLOATS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}

_LEVELS = 127


def float_type(mode: str) -> torch.dtype:
    """What a mode computes in where it isn't whole numbers: attention."""
    return FLOATS.get(mode, torch.bfloat16)


def product(mode: str, weight: Tensor, bias: Tensor | None = None) -> Layer:
    """The product with `weight` [n_out, n_in], plus `bias`."""
    return _Int8(weight, bias) if mode == "int8" else _Float(mode, weight, bias)


def projection(mode: str, norm: nn.LayerNorm, weight: Tensor, bias: Tensor) -> Layer:
    """Layer normalisation, then the product."""
    if mode == "int8":
        return _Int8(weight, bias, norm)
    plain = _Float(mode, weight, bias)
    return lambda x: plain(norm(x))


def addition(mode: str, weight: Tensor, bias: Tensor) -> Addition:
    """The product of y, added to x."""
    if mode == "int8":
        return _Int8(weight, bias).add
    plain = _Float(mode, weight, bias)
    return lambda x, y: _add(x, plain(y))


def perceptron(mode: str, norm: nn.LayerNorm, up: nn.Linear, down: nn.Linear) -> Layer:
    """Two layers behind a normalisation with GELU between them; their result is added to x."""
    if mode == "int8":
        wide, narrow = _Int8(up.weight, up.bias, norm), _Int8(down.weight, down.bias)
        return lambda x: narrow.add_activated(x, wide)
    first, second = _Float(mode, up.weight, up.bias), _Float(mode, down.weight, down.bias)
    return lambda x: _add(x, second(functional.gelu(first(norm(x)))))


def _add(x: Tensor, y: Tensor) -> Tensor:
    return x.add_(y)


class _Float:
    def __init__(self, mode: str, weight: Tensor, bias: Tensor | None) -> None:
        kind = FLOATS[mode]
        self._weight, self._bias = weight.to(kind), None if bias is None else bias.to(kind)

    def __call__(self, x: Tensor) -> Tensor:
        return functional.linear(x.to(self._weight.dtype), self._weight, self._bias)


class _Int8:
    """On the processor; `norm` goes before the product."""

    def __init__(
        self, weight: Tensor, bias: Tensor | None, norm: nn.LayerNorm | None = None
    ) -> None:
        scale = weight.float().abs().amax(dim=1).clamp_min(1e-12) / _LEVELS
        levels = (weight.float() / scale[:, None]).round().to(torch.int8)
        self._levels = levels.t()  # [n_in, n_out], a view
        self._scale = scale.numpy()
        self._bias = (torch.zeros_like(scale) if bias is None else bias.float()).numpy()
        self._norm = None if norm is None else (norm.weight.numpy(), norm.bias.numpy(), norm.eps)

    def __call__(self, x: Tensor) -> Tensor:
        sums, scales = self._sums(x)
        out = torch.empty(sums.shape)
        kernels.widened(sums.numpy(), scales, self._scale, self._bias, out.numpy())
        return out

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        """x, to which it has added what it makes of y."""
        sums, scales = self._sums(y)
        kernels.added(sums.numpy(), scales, self._scale, self._bias, x.numpy())
        return x

    def add_activated(self, x: Tensor, before: "_Int8") -> Tensor:
        """x, to which it has added what it makes of what `before` and GELU make of x."""
        wide, scales = before._sums(x)
        levels, new = torch.empty(wide.shape, dtype=torch.int8), torch.empty(len(x)).numpy()
        kernels.activated(wide.numpy(), scales, before._scale, before._bias, levels.numpy(), new)
        sums = torch._int_mm(levels, self._levels).numpy()
        kernels.added(sums, new, self._scale, self._bias, x.numpy())
        return x

    def _sums(self, x: Tensor) -> tuple[Tensor, Floats]:
        rows = x.float().contiguous()
        levels, scales = torch.empty(x.shape, dtype=torch.int8), torch.empty(len(x)).numpy()
        if self._norm is None:
            kernels.quantized(rows.numpy(), levels.numpy(), scales)
        else:
            kernels.normed(rows.numpy(), *self._norm, levels.numpy(), scales)
        return torch._int_mm(levels, self._levels), scales
