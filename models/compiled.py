"""How small loops are compiled by numba, and a number's bits within them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def compiled(loop: Callable[..., Any]) -> Any:
    """Compiled when first called, and kept for later runs where a folder can be written."""
    options = {"nogil": True, "fastmath": True, "error_model": "numpy"}
    try:
        return njit(cache=True, **options)(loop)
    except RuntimeError:  # no folder for numba's files: compiled anew in each process
        return njit(**options)(loop)


def inlined(part: Callable[..., Any]) -> Any:
    """Put into the loops that call it as if it were written there: same numbers, same speed."""
    return njit(inline="always")(part)


@intrinsic
def as_float(_context: Any, _bits: Any) -> Any:
    """An int32's bits as a float32."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.FloatType())

    return types.float32(types.int32), generate


@intrinsic
def as_bits(_context: Any, _number: Any) -> Any:
    """A float32's bits as an int32."""

    def generate(_: Any, builder: Any, __: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(32))

    return types.int32(types.float32), generate
