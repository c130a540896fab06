"""openai-whisper's text decoder, one step at a time for many windows at once.

Each window has a slot in key/value caches that are written in place. Slots are independent: windows
may be at different tokens and of different lengths, and a slot that is freed takes the next window.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from whisper.model import MultiHeadAttention, ResidualAttentionBlock, Whisper

from models.numeric import float_type, product
from models.whisper_encoder import fused


class Decoder:
    """A model's decoder, prepared once.

    Parameters
    ----------
    model : Whisper
        openai-whisper's module with its weights.
    mode : {"float32", "bfloat16", "float16", "int8"}
        How matrices are multiplied; sums along the network's depth are float32 in all.
    n_text : int
        Tokens of text and the end token, which are the first of the vocabulary.
    """

    def __init__(self, model: Whisper, *, mode: str, n_text: int) -> None:
        self.kind, self.n_text = float_type(mode), n_text
        self.blocks = [_Block(block, mode) for block in model.decoder.blocks]
        self.dims, self.device = model.dims, model.device
        self._embedding = model.decoder.token_embedding.weight
        self._positions = model.decoder.positional_embedding
        self._norm = model.decoder.ln
        self._project_all = product(mode, self._embedding)
        self._project_text = product(mode, self._embedding[:n_text])
        cross = [block.cross_attn for block in model.decoder.blocks if block.cross_attn is not None]
        self._audio_keys_values = product(mode, *_fused_audio(cross))
        heads = model.alignment_heads.indices().T.tolist()
        self._alignment = [
            [head for at, head in heads if at == layer] for layer in range(len(self.blocks))
        ]

    def step(self, slots: "Slots", tokens: Tensor) -> tuple[Tensor, Tensor]:
        """One token [n] to each of the first n slots.

        Returns hidden states [n, n_state] and the alignment heads' attention to the audio while
        this token was fed, [n, n_heads, n_frames].
        """
        n, places = len(tokens), slots.places()[: len(tokens)]
        unwritten, silent = slots.masks(n)
        x = (self._embedding[tokens] + self._positions[places]).unsqueeze(1)
        rows, seen = torch.arange(n, device=self.device), []
        n_places, n_frames = unwritten.shape[-1], silent.shape[-1]
        for block, written, heard, heads in zip(
            self.blocks, slots.own, slots.audio, self._alignment, strict=True
        ):
            query, key, value = block.look(x)
            written[0, rows, :, places] = key[:, :, 0]
            written[1, rows, :, places] = value[:, :, 0]
            own, audio = written[:, :n, :, :n_places], heard[:, :n, :, :n_frames]
            mixed, _ = attend(query, own[0], own[1], unwritten)
            x = x + block.out(mixed)
            crossed, weights = attend(block.listen(x), audio[0], audio[1], silent)
            x = block.think(x + block.audio_out(crossed))
            if heads:
                seen.append(weights[:, heads, 0])
        slots.advance(n)
        return self._norm(x[:, 0]), torch.cat(seen, dim=1).half()

    def audio_keys_values(self, encoded: Tensor) -> Tensor:
        """What all blocks look at in a window, [n_blocks, 2, n_heads, n_frames, width]."""
        made = self._audio_keys_values(encoded).to(self.kind)
        n_heads = self.blocks[0].n_heads
        return made.view(len(encoded), len(self.blocks), 2, n_heads, -1).permute(1, 2, 3, 0, 4)

    def text_logits(self, hidden: Tensor) -> Tensor:
        """Logits of text tokens and the end, float32 [n, n_text]."""
        return self._project_text(hidden).float()

    def all_logits(self, hidden: Tensor) -> Tensor:
        """Logits of the whole vocabulary, float32 [n, n_vocabulary]."""
        return self._project_all(hidden).float()


class Slots:
    """Keys and values of the windows that are being decoded.

    `own` and `audio` have shape [n_blocks, 2 (keys, values), n_slots, n_heads, length, width]. `at`
    is the number of tokens in each slot, `n_frames` its window's length; what lies behind either is
    left from earlier windows and masked.
    """

    def __init__(self, decoder: Decoder, *, n_slots: int, n_places: int, n_frames: int) -> None:
        self._decoder = decoder
        self.n_slots = n_slots
        n_heads = decoder.blocks[0].n_heads
        width = decoder.dims.n_text_state // n_heads
        self.own, self.audio = (
            torch.zeros(
                (len(decoder.blocks), 2, n_slots, n_heads, length, width),
                dtype=decoder.kind,
                device=decoder.device,
            )
            for length in (n_places, n_frames)
        )
        self.at = [0] * n_slots
        self.n_frames = [1] * n_slots

    def fill(self, slot: int, encoded: Tensor) -> None:
        """Give a slot a window's encoded audio, [n_frames, n_state]."""
        self.at[slot], self.n_frames[slot] = 0, len(encoded)
        self.audio[:, :, slot, :, : len(encoded)] = self._decoder.audio_keys_values(encoded)

    def move(self, source: int, target: int) -> None:
        """Put a slot's window into another slot."""
        at, frames = self.at[source], self.n_frames[source]
        self.own[:, :, target, :, :at] = self.own[:, :, source, :, :at]
        self.audio[:, :, target, :, :frames] = self.audio[:, :, source, :, :frames]
        self.at[target], self.n_frames[target] = at, frames

    def places(self) -> Tensor:
        """Where each slot's next token goes, [n_slots]."""
        return torch.tensor(self.at, device=self._decoder.device)

    def advance(self, n: int) -> None:
        """The first n slots have one token more."""
        self.at[:n] = [at + 1 for at in self.at[:n]]

    def masks(self, n: int) -> tuple[Tensor, Tensor]:
        """What the first n slots mustn't look at: places [n, 1, 1, ..], frames [n, 1, 1, ..]."""
        return self._behind([at + 1 for at in self.at[:n]]), self._behind(self.n_frames[:n])

    def _behind(self, lengths: Sequence[int]) -> Tensor:
        device = self._decoder.device
        behind = torch.arange(max(lengths), device=device) >= torch.tensor(
            lengths, device=device
        ).unsqueeze(1)
        mask = torch.zeros(behind.shape, device=device).masked_fill_(behind, -torch.inf)
        return mask[:, None, None]


class _Block:
    """One decoder block; its three self-attention projections are one."""

    def __init__(self, block: ResidualAttentionBlock, mode: str) -> None:
        own, cross = block.attn, block.cross_attn
        assert cross is not None and block.cross_attn_ln is not None
        self.n_heads, self._kind = own.n_head, float_type(mode)
        self._scale = (own.query.weight.shape[0] // own.n_head) ** -0.5
        self._norm, self._audio_norm, self._mlp_norm = (
            block.attn_ln,
            block.cross_attn_ln,
            block.mlp_ln,
        )
        self._qkv = product(mode, *fused(own))
        self.out = product(mode, own.out.weight, own.out.bias)
        self._audio_query = product(mode, cross.query.weight, cross.query.bias)
        self.audio_out = product(mode, cross.out.weight, cross.out.bias)
        self._up = product(mode, block.mlp[0].weight, block.mlp[0].bias)
        self._down = product(mode, block.mlp[2].weight, block.mlp[2].bias)

    def look(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Query, key, value of the tokens [n, length, n_state], each [n, n_heads, length, ..]."""
        query, key, value = self._qkv(self._norm(x)).to(self._kind).chunk(3, -1)
        return self._split(query * self._scale), self._split(key), self._split(value)

    def listen(self, x: Tensor) -> Tensor:
        """The query to the audio."""
        query = self._audio_query(self._audio_norm(x)).to(self._kind)
        return self._split(query * self._scale)

    def think(self, x: Tensor) -> Tensor:
        """The two layers behind attention."""
        return x + self._down(torch.nn.functional.gelu(self._up(self._mlp_norm(x))))

    def _split(self, x: Tensor) -> Tensor:
        """[.., length, n_state] to [.., n_heads, length, width]."""
        return x.unflatten(-1, (self.n_heads, -1)).transpose(-2, -3)


def _fused_audio(cross: Sequence[MultiHeadAttention]) -> tuple[Tensor, Tensor]:
    """Keys and values of the audio for all blocks as one projection; keys have no bias."""
    weights = [part for one in cross for part in (one.key.weight, one.value.weight)]
    biases = [part for one in cross for part in (torch.zeros_like(one.value.bias), one.value.bias)]
    return torch.cat(weights), torch.cat(biases)


def attend(
    query: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Mixed values [n, length, n_state] and the weights [n, n_heads, length, n_seen]."""
    scores = (query @ keys.transpose(-1, -2)).float()
    weights = (scores if mask is None else scores + mask).softmax(dim=-1)
    mixed = weights.to(values.dtype) @ values
    return mixed.transpose(1, 2).flatten(2), weights
