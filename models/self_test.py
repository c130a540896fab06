"""Which numeric mode models gain by on this machine: a test of some tenths of a second.

int8 is the fastest where a processor multiplies bytes four at a time (AVX-512 VNNI, AVX-VNNI, AMX);
elsewhere it is slower than float32, and on some it overflows. So it is tried, not looked up.
bfloat16 isn't proposed on a processor: its sums are rounded by how many rows are multiplied at a
time, so that a window's words may depend on the windows beside it.
"""

import math
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

Mode = Literal["float32", "bfloat16", "float16", "int8"]

_ROWS, _WIDE, _NARROW = 400, 2048, 512  # 8 s of speech through a layer of the base model
_ROUNDS = 8
_WORTHWHILE = 1.2
"""A mode that rounds more must be so many times as fast."""


@cache
def propose(engine: str, device: str) -> Mode:
    """The mode for an engine (`listen.engine`) on a device, "cpu" or "cuda"."""
    if device == "cuda":
        return "float16"
    if engine != "whisper":
        return "int8" if engine == "faster-whisper" else "float32"
    return propose_on_processor()


def propose_on_processor() -> Literal["float32", "int8"]:
    """The mode for a network of ours that runs on the processor."""
    taken_s = times_s()
    gains = taken_s.get("int8", math.inf) * _WORTHWHILE < taken_s["float32"]
    return "int8" if gains else "float32"


def times_s() -> dict[Mode, float]:
    """Seconds that one core takes for a layer; without int8 where it overflows."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        x, weight = torch.randn(_ROWS, _NARROW), torch.randn(_WIDE, _NARROW)
        layers: dict[Mode, Callable[[], Tensor]] = {"float32": lambda: functional.linear(x, weight)}
        if int8_is_exact():
            levels, by_level = _levels(_ROWS), _levels(_WIDE).t()
            layers["int8"] = lambda: torch._int_mm(levels, by_level)
        return _fastest_s(layers)
    finally:
        torch.set_num_threads(threads)


def _levels(n: int) -> Tensor:
    """Whole numbers, many of them the largest that there are."""
    drawn = torch.randint(-200, 201, (n, _NARROW), generator=torch.Generator().manual_seed(n))
    return drawn.clamp(-127, 127).to(torch.int8)


@cache
def int8_is_exact() -> bool:
    """Whether this processor adds up products of bytes rightly; some overflow."""
    levels, by_level = _levels(_ROWS), _levels(_WIDE).t()
    wanted = levels.double() @ by_level.double()
    return bool((torch._int_mm(levels, by_level).double() == wanted).all())


def _fastest_s(layers: Mapping[Mode, Callable[[], Tensor]]) -> dict[Mode, float]:
    """The shortest time of each; they take turns, so that a busy moment doesn't decide."""
    shortest = dict.fromkeys(layers, math.inf)
    for _ in range(_ROUNDS):
        for mode, layer in layers.items():
            started = time.perf_counter()
            layer()
            shortest[mode] = min(shortest[mode], time.perf_counter() - started)
    return shortest
