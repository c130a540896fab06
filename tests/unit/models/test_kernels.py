"""The compiled loops against torch, and what they promise beyond it: each row is by itself."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from models import kernels, numeric
from models.attention_kernels import HEAD_WIDTH
from models.compiled import compiled
from models.slots import CompiledAttention, Slots, TorchAttention

N_HEADS, N_STATE = 3, 3 * HEAD_WIDTH


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def levels_of(x: Tensor) -> tuple[Tensor, Tensor]:
    levels, scales = torch.empty(x.shape, dtype=torch.int8), torch.empty(len(x))
    kernels.quantized(x.numpy(), levels.numpy(), scales.numpy())
    return levels, scales


def test_levels_are_the_nearest_of_255_and_the_largest_is_127() -> None:
    x = drawn(7, 48) * torch.logspace(-6, 4, 7)[:, None]
    levels, scales = levels_of(x)
    assert levels.abs().amax(dim=1).tolist() == [127] * 7
    assert ((levels * scales[:, None] - x).abs() <= scales[:, None] * 0.501).all()


def test_silence_stays_silent() -> None:
    levels, scales = levels_of(torch.zeros(2, 16))
    assert not levels.any()
    assert torch.isfinite(scales).all()


@pytest.mark.parametrize("n", [1, 5, 40])
def test_int8_layers_are_the_exact_ones_but_for_rounding(n: int) -> None:
    x, weight, bias = drawn(n, 96), drawn(64, 96, seed=1) / 10, drawn(64, seed=2)
    norm = torch.nn.LayerNorm(96).requires_grad_(False)
    back = drawn(96, 64, seed=3) / 8
    up, down = torch.nn.Linear(96, 64), torch.nn.Linear(64, 96)
    up.weight.data, down.weight.data = weight, back
    for part in (up, down):
        part.requires_grad_(False)
    pairs = [
        (made(mode) for mode in ("int8", "float32"))
        for made in (
            lambda mode: numeric.product(mode, weight, bias)(x),
            lambda mode: numeric.projection(mode, norm, weight, bias)(x),
            lambda mode: numeric.addition(mode, back, drawn(96))(x.clone(), drawn(n, 64)),
            lambda mode: numeric.perceptron(mode, norm, up, down)(x.clone()),
        )
    ]
    for int8, exact in pairs:
        assert (int8 - exact).abs().max() < 0.03 * exact.abs().max()


def test_a_row_of_int8_does_not_depend_on_the_rows_beside_it() -> None:
    x, weight = drawn(9, 96), drawn(64, 96, seed=1)
    layer = numeric.product("int8", weight, drawn(64))
    assert torch.equal(layer(x)[4:5], layer(x[4:5]))


def filled(kind: torch.dtype, *, left: float = 0.0) -> Slots:
    """Four slots at different tokens, with audio of different lengths; `left` lies behind them."""
    slots = Slots(
        n_blocks=1,
        n_heads=N_HEADS,
        n_slots=4,
        n_places=8,
        n_frames=30,
        kind=kind,
        device=torch.device("cpu"),
    )
    for slot, (at, frames) in enumerate([(0, 30), (5, 7), (2, 1), (7, 12)]):
        slots.fill(slot, drawn(1, 2, N_HEADS, frames, HEAD_WIDTH, seed=slot).to(kind))
        slots.own[:, :, slot, :, :at] = drawn(1, 2, N_HEADS, at, 64, seed=9).to(kind)
        slots.own[:, :, slot, :, at:] = left
        slots.at[slot] = at
    return slots


def both(kind: torch.dtype, n: int) -> list[tuple[Tensor, Tensor, Tensor]]:
    found = []
    for attention in (CompiledAttention, TorchAttention):
        slots = filled(torch.bfloat16 if attention is CompiledAttention else kind)
        on = attention(slots, n)
        own = on.to_own(0, drawn(n, 3 * N_STATE, seed=4))
        mixed, weights = on.to_audio(0, drawn(n, N_STATE, seed=5))
        found.append((own.float(), mixed.float(), weights))
    return found


@pytest.mark.parametrize("n", [1, 3, 4])
def test_compiled_attention_is_torchs_over_bfloat16(n: int) -> None:
    compiled, plain = both(torch.float32, n)
    for ours, theirs in zip(compiled, plain, strict=True):
        assert ours.shape == theirs.shape
        assert (ours - theirs).abs().max() < 0.02  # keys and values are rounded to 8 bits
    assert torch.allclose(compiled[2].sum(dim=-1), torch.ones(n, N_HEADS), atol=1e-5)


def test_a_slot_does_not_see_its_neighbours_nor_what_was_there_before() -> None:
    """To the last bit; what an earlier window left behind a slot's length is not read."""
    query = drawn(4, N_STATE, seed=5)
    together = CompiledAttention(filled(torch.bfloat16), 4).to_audio(0, query)[0]
    alone = filled(torch.bfloat16)
    alone.move(2, 0)
    mixed, weights = CompiledAttention(alone, 1).to_audio(0, query[2:3])
    assert torch.equal(mixed[0], together[2])
    assert weights.shape == (1, N_HEADS, 1)
    qkv = drawn(4, 3 * N_STATE)
    clean, dirty = (
        CompiledAttention(filled(torch.bfloat16, left=left), 4).to_own(0, qkv)
        for left in (0.0, torch.nan)
    )
    assert torch.equal(clean, dirty)


def test_loops_are_compiled_where_no_folder_can_keep_them() -> None:
    """A service without a home, over packages of root's: numba finds no place for its files."""
    made: dict[str, object] = {}
    exec("def twice(x):\n    return 2 * x", made)  # of no file, so that there is no place beside it
    assert compiled(made["twice"])(3) == 6


def test_the_error_unit_is_torchs() -> None:
    sums = np.arange(-6000, 6000, dtype=np.int32)[None]
    scale, ones = np.array([1e-3], np.float32), np.ones(sums.shape[1], np.float32)
    levels, new = np.empty(sums.shape, np.int8), np.empty(1, np.float32)
    kernels.activated(sums, scale, ones, ones * 0, levels, new)
    exact = functional.gelu(torch.from_numpy(sums * 1e-3).float()).numpy()
    assert np.abs(levels * new[0] - exact).max() <= new[0] * 0.51
