"""Keys and values of the windows that are being decoded, and the decoder's attention to them.

Each window has a slot; slots are written in place and are independent: windows may be at different
tokens and of different lengths, and a slot that gets free takes the next window.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from models.attention_kernels import HEAD_WIDTH, Counts, Halves, attended, written


class Slots:
    """Keys and values, by block.

    `own` and `audio` have shape [n_blocks, 2 (keys, values), n_slots, n_heads, length, width]. `at`
    is the number of tokens in each slot, `n_frames` its window's length; what lies behind either is
    left from earlier windows and never looked at.
    """

    def __init__(
        self,
        *,
        n_blocks: int,
        n_heads: int,
        n_slots: int,
        n_places: int,
        n_frames: int,
        kind: torch.dtype,
        device: torch.device,
    ) -> None:
        self.n_slots, self.device = n_slots, device
        self.own, self.audio = (
            torch.zeros(
                (n_blocks, 2, n_slots, n_heads, length, HEAD_WIDTH),
                dtype=kind,
                device=device,
            )
            for length in (n_places, n_frames)
        )
        self.at = [0] * n_slots
        self.n_frames = [1] * n_slots

    def fill(self, slot: int, audio: Tensor) -> None:
        """Give a slot a window's audio, [n_blocks, 2, n_heads, n_frames, width]."""
        self.at[slot], self.n_frames[slot] = 0, audio.shape[3]
        self.audio[:, :, slot, :, : audio.shape[3]] = audio

    def move(self, source: int, target: int) -> None:
        """Put a slot's window into another slot."""
        at, frames = self.at[source], self.n_frames[source]
        self.own[:, :, target, :, :at] = self.own[:, :, source, :, :at]
        self.audio[:, :, target, :, :frames] = self.audio[:, :, source, :, :frames]
        self.at[target], self.n_frames[target] = at, frames

    def advance(self, n: int) -> None:
        """The first n slots have one token more."""
        self.at[:n] = [at + 1 for at in self.at[:n]]


class CompiledAttention:
    """On the processor, over bfloat16: every slot for itself, as long as it is."""

    def __init__(self, slots: Slots, n: int) -> None:
        self._own = slots.own.view(torch.int16).numpy()
        self._audio = slots.audio.view(torch.int16).numpy()
        self._places = np.array(slots.at[:n])
        self._lengths = self._places + 1
        self._n_frames = np.array(slots.n_frames[:n])
        self._scale = HEAD_WIDTH**-0.5

    def to_own(self, block: int, qkv: Tensor) -> Tensor:
        """Keep a token a slot, [n, 3 n_state], and mix the values of those before it and itself."""
        written(qkv.numpy(), self._own[block], self._places)
        return self._attend(qkv, self._own[block], self._lengths)[0]

    def to_audio(self, block: int, query: Tensor) -> tuple[Tensor, Tensor]:
        """Mixed values of the audio for queries [n, n_state]; weights [n, n_heads, n_frames]."""
        return self._attend(query, self._audio[block], self._n_frames)

    def _attend(self, query: Tensor, keys_values: Halves, lengths: Counts) -> tuple[Tensor, Tensor]:
        n_heads, width = keys_values.shape[2], keys_values.shape[4]
        weights = torch.empty((len(query), n_heads, int(lengths.max())))
        mixed = torch.empty((len(query), n_heads * width))
        attended(query.numpy(), self._scale, keys_values, lengths, weights.numpy(), mixed.numpy())
        return mixed, weights


class TorchAttention:
    """On any device, in any type: all slots at once, what lies behind a slot's length masked."""

    def __init__(self, slots: Slots, n: int) -> None:
        self._slots, self._n = slots, n
        self._rows = torch.arange(n, device=slots.device)
        self._places = torch.tensor(slots.at[:n], device=slots.device)
        self._unwritten = self._behind([at + 1 for at in slots.at[:n]])
        self._silent = self._behind(slots.n_frames[:n])
        self._scale = HEAD_WIDTH**-0.5

    def to_own(self, block: int, qkv: Tensor) -> Tensor:
        """Keep a token a slot, [n, 3 n_state], and mix the values of those before it and itself."""
        own = self._slots.own[block]
        query, key, value = (self._heads(part, own) for part in qkv.chunk(3, -1))
        own[0, self._rows, :, self._places] = key
        own[1, self._rows, :, self._places] = value
        return self._attend(query, own, self._unwritten)[0]

    def to_audio(self, block: int, query: Tensor) -> tuple[Tensor, Tensor]:
        """Mixed values of the audio for queries [n, n_state]; weights [n, n_heads, n_frames]."""
        audio = self._slots.audio[block]
        return self._attend(self._heads(query, audio), audio, self._silent)

    def _heads(self, x: Tensor, keys_values: Tensor) -> Tensor:
        return x.to(keys_values.dtype).unflatten(-1, (-1, HEAD_WIDTH))

    def _attend(self, query: Tensor, keys_values: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        keys, values = keys_values[:, : self._n, :, : mask.shape[-1]]
        scores = (query.unsqueeze(2) * self._scale) @ keys.transpose(-1, -2)
        weights = (scores.float() + mask).softmax(dim=-1)
        mixed = weights.to(values.dtype) @ values
        return mixed.squeeze(2).flatten(1), weights.squeeze(2)

    def _behind(self, lengths: Sequence[int]) -> Tensor:
        """Minus infinity behind each slot's length, [n, 1, 1, longest]."""
        device = self._slots.device
        places = torch.arange(max(lengths), device=device)
        behind = places >= torch.tensor(lengths, device=device).unsqueeze(1)
        mask = torch.zeros(behind.shape, device=device).masked_fill_(behind, -torch.inf)
        return mask[:, None, None]
