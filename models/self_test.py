"""Which numeric mode the recogniser gains by on this machine: a test of some tenths of a second.

int8 is the fastest where a processor multiplies bytes four at a time (AVX-512 VNNI, AVX-VNNI, AMX);
elsewhere it is slower than float32, and on some it overflows. So it is tried, not looked up.
"""

import time
from collections.abc import Callable
from functools import cache
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

Mode = Literal["float32", "bfloat16", "float16", "int8"]

_ROWS, _WIDE, _NARROW = 400, 2048, 512  # 8 s of speech through a layer of the base model
_ROUNDS = 5
_WORTHWHILE = 1.2
"""A mode that rounds more must be so many times as fast."""


@cache
def propose(engine: str, device: str) -> Mode:
    """The mode for an engine (`listen.engine`) on a device, "cpu" or "cuda"."""
    if device == "cuda":
        return "float16"
    if engine != "whisper":
        return "int8" if engine == "faster-whisper" else "float32"
    taken_s = times_s()
    best: Mode = "float32"
    for mode in ("bfloat16", "int8"):
        if taken_s.get(mode, float("inf")) * _WORTHWHILE < taken_s[best]:
            best = mode
    return best


def times_s() -> dict[Mode, float]:
    """Seconds that one core takes for a layer in each mode; without int8 where it overflows."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        x, weight = torch.randn(_ROWS, _NARROW), torch.randn(_WIDE, _NARROW)
        halves, half_weight = x.bfloat16(), weight.bfloat16()
        found: dict[Mode, float] = {
            "float32": _fastest_s(lambda: functional.linear(x, weight)),
            "bfloat16": _fastest_s(lambda: functional.linear(halves, half_weight)),
        }
        levels, by_level = _levels(_ROWS), _levels(_WIDE).t()
        if _exact(levels, by_level):
            found["int8"] = _fastest_s(lambda: torch._int_mm(levels, by_level))
        return found
    finally:
        torch.set_num_threads(threads)


def _levels(n: int) -> Tensor:
    """Whole numbers, many of them the largest that there are."""
    drawn = torch.randint(-200, 201, (n, _NARROW), generator=torch.Generator().manual_seed(n))
    return drawn.clamp(-127, 127).to(torch.int8)


def _exact(levels: Tensor, by_level: Tensor) -> bool:
    wanted = levels.double() @ by_level.double()
    return bool((torch._int_mm(levels, by_level).double() == wanted).all())


def _fastest_s(layer: Callable[[], Tensor]) -> float:
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        layer()
        times.append(time.perf_counter() - started)
    return min(times)
