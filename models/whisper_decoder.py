"""Greedy decoding of many windows at once over openai-whisper's decoder weights.

What openai-whisper does in 448-token loops of hooks and concatenations is done here with key/value
caches written in place, one fused projection for query, key and value, and the vocabulary cut to
text tokens. Rows that end leave the batch.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from whisper.model import ResidualAttentionBlock, Whisper

MAX_REPEATS = 4
"""A group of tokens said this often in a row is a loop, not speech."""

_LONGEST_LOOP = 12

PROMPT_TOKENS = 4
"""Start, language, task, no timestamps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Tokens of one window, without prompt or end.

    `log_probs` has one number a token; `attention` [n_tokens + 1, n_heads, n_frames] is the
    cross-attention of the alignment heads while each token, and then the end, was chosen.
    """

    tokens: tuple[int, ...]
    log_probs: tuple[float, ...]
    attention: Tensor
    no_speech_prob: float
    repeated: bool


class Decoder:
    """A model's decoder, prepared once."""

    def __init__(self, model: Whisper, *, sot: int, n_text: int) -> None:
        self.sot, self.n_text = sot, n_text
        self.blocks = [_Block(block) for block in model.decoder.blocks]
        self.embedding = model.decoder.token_embedding.weight
        self.positions = model.decoder.positional_embedding
        self.norm = model.decoder.ln
        self.max_tokens = model.dims.n_text_ctx
        heads = model.alignment_heads.indices().T.tolist()
        self.alignment = {
            layer: [h for at, h in heads if at == layer] for layer in range(len(self.blocks))
        }

    def start(self, audio: Tensor, *, most_tokens: int) -> "Session":
        """Begin on encoded windows, shape [n_windows, n_frames, n_state].

        `most_tokens` is the highest limit that `greedy` will be given: memory grows with it.
        """
        return Session(self, audio, n_places=min(self.max_tokens, most_tokens + PROMPT_TOKENS))


class Session:
    """One batch on its way through the decoder."""

    def __init__(self, decoder: Decoder, audio: Tensor, *, n_places: int) -> None:
        self._decoder = decoder
        self._caches = [
            _Cache(block, audio.to(decoder.embedding.dtype), n_places) for block in decoder.blocks
        ]
        self._at = 0
        self._n_rows = len(audio)
        start = torch.full((self._n_rows, 1), decoder.sot, device=audio.device)
        hidden, _ = self._step(start)
        self.first_log_probs = (hidden[:, -1] @ decoder.embedding.T).log_softmax(dim=-1)
        """Log-probabilities [n_windows, n_vocabulary] after the start token: language, silence."""

    def greedy(
        self, prompts: Tensor, *, limits: Sequence[int], banned: Tensor, no_speech: int
    ) -> list[Decoded]:
        """The likeliest token each time, until the end token, a loop, or the row's limit.

        Parameters
        ----------
        prompts : Tensor, shape [n_windows, n_prompt]
            Tokens after the start token: language, task, no timestamps.
        limits : sequence of int
            Most tokens for each row.
        banned : Tensor, shape [n_text]
            Added to the logits: minus infinity for tokens that aren't speech.
        no_speech : int
            The token whose probability at the start says that nobody speaks.
        """
        rows = [_Row(limit=limit) for limit in limits]
        active = list(range(self._n_rows))
        hidden, attention = self._step(prompts)
        first = True
        while active:
            logits = hidden[:, -1] @ self._decoder.embedding[: self._decoder.n_text].T + banned
            if first:
                logits[:, -1] = -math.inf  # a window of speech doesn't begin with its end
                first = False
            log_probs, tokens = logits.log_softmax(dim=-1).max(dim=-1)
            self._note(rows, active, tokens, log_probs, attention)
            active, tokens = self._leave(rows, active, tokens)
            if active:
                hidden, attention = self._step(tokens.unsqueeze(1))
        silence = self.first_log_probs[:, no_speech].exp().tolist()
        return [row.decoded(p) for row, p in zip(rows, silence, strict=True)]

    def _step(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states [n, n_tokens, n_state]; alignment heads' attention of the last token."""
        decoder, end = self._decoder, self._at + tokens.shape[1]
        x = decoder.embedding[tokens] + decoder.positions[self._at : end]
        attention = []
        for index, (block, cache) in enumerate(zip(decoder.blocks, self._caches, strict=True)):
            x = x + block.attend_self(x, cache, self._at)
            crossed, weights = block.attend_audio(x, cache)
            x = x + crossed
            x = x + block.mlp(block.mlp_norm(x))
            if heads := decoder.alignment[index]:
                attention.append(weights[:, heads, -1])
        self._at = end
        return decoder.norm(x), torch.cat(attention, dim=1).half()

    def _note(
        self,
        rows: list["_Row"],
        active: list[int],
        tokens: Tensor,
        log_probs: Tensor,
        attention: Tensor,
    ) -> None:
        end = self._decoder.n_text - 1
        for i, token, log_prob, seen in zip(
            active, tokens.tolist(), log_probs.tolist(), attention, strict=True
        ):
            rows[i].note(token, log_prob, seen, end=end)

    def _leave(
        self, rows: list["_Row"], active: list[int], tokens: Tensor
    ) -> tuple[list[int], Tensor]:
        """Rows that ended leave the batch, and their caches with them."""
        stay = [at for at, i in enumerate(active) if not rows[i].ended]
        if len(stay) < len(active):
            kept = torch.tensor(stay, device=tokens.device, dtype=torch.long)
            tokens = tokens[kept]
            for cache in self._caches:
                cache.keep(kept)
        return [active[at] for at in stay], tokens


class _Row:
    """One window's tokens so far."""

    def __init__(self, *, limit: int) -> None:
        self._limit, self.ended, self._repeated = limit, False, False
        self._tokens: list[int] = []
        self._log_probs: list[float] = []
        self._attention: list[Tensor] = []

    def note(self, token: int, log_prob: float, attention: Tensor, *, end: int) -> None:
        self._attention.append(attention)
        if token == end:
            self.ended = True
            return
        self._tokens.append(token)
        self._log_probs.append(log_prob)
        loop = _loop_length(self._tokens)
        if loop:
            surplus = loop * (MAX_REPEATS - 1)
            del self._tokens[-surplus:], self._log_probs[-surplus:], self._attention[-surplus:]
            self._repeated = self.ended = True
        elif len(self._tokens) >= self._limit:
            self.ended = True

    def decoded(self, no_speech_prob: float) -> Decoded:
        # A row cut by its limit or a loop lacks the end's attention: its last token's stands in.
        seen = [*self._attention, self._attention[-1]][: len(self._tokens) + 1]
        return Decoded(
            tokens=tuple(self._tokens),
            log_probs=tuple(self._log_probs),
            attention=torch.stack(seen),
            no_speech_prob=no_speech_prob,
            repeated=self._repeated,
        )


def _loop_length(tokens: list[int]) -> int:
    """Length of the group of tokens that stands MAX_REPEATS times at the end, or 0."""
    for n in range(1, _LONGEST_LOOP + 1):
        needed = n * MAX_REPEATS
        if len(tokens) < needed:
            return 0
        if tokens[-needed:-n] == tokens[-needed + n :]:
            return n
    return 0


class _Cache:
    """Keys and values of one block: the audio's, fixed, and the tokens', written in place."""

    def __init__(self, block: "_Block", audio: Tensor, n_places: int) -> None:
        n, heads = len(audio), block.n_heads
        width = audio.shape[-1] // heads
        self.audio_keys = block.split(block.audio_key(audio)).transpose(-1, -2).contiguous()
        self.audio_values = block.split(block.audio_value(audio)).contiguous()
        shape = (n, heads, n_places, width)
        self.keys = torch.empty(shape, device=audio.device, dtype=audio.dtype)
        self.values = torch.empty_like(self.keys)

    def keep(self, rows: Tensor) -> None:
        self.audio_keys, self.audio_values = self.audio_keys[rows], self.audio_values[rows]
        self.keys, self.values = self.keys[rows], self.values[rows]


class _Block:
    """One decoder block with its three self-attention projections fused."""

    def __init__(self, block: ResidualAttentionBlock) -> None:
        attention, cross = block.attn, block.cross_attn
        no_bias = torch.zeros_like(attention.query.bias)
        parts = (attention.query, attention.key, attention.value)
        self._weight = torch.cat([part.weight for part in parts])
        self._bias = torch.cat([attention.query.bias, no_bias, attention.value.bias])
        self.n_heads = attention.n_head
        self._out, self._norm = attention.out, block.attn_ln
        self._audio_query, self._audio_out = cross.query, cross.out
        self.audio_key, self.audio_value = cross.key, cross.value
        self._audio_norm = block.cross_attn_ln
        self.mlp, self.mlp_norm = block.mlp, block.mlp_ln

    def split(self, x: Tensor) -> Tensor:
        """[n, length, n_state] to [n, n_heads, length, width]."""
        return x.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)

    def attend_self(self, x: Tensor, cache: _Cache, at: int) -> Tensor:
        """Attention over the tokens so far; writes this step's keys and values at `at`."""
        query, key, value = functional.linear(self._norm(x), self._weight, self._bias).chunk(3, -1)
        end = at + x.shape[1]
        cache.keys[:, :, at:end] = self.split(key)
        cache.values[:, :, at:end] = self.split(value)
        mask = None
        if x.shape[1] > 1:
            mask = torch.ones(x.shape[1], end, dtype=torch.bool, device=x.device).tril(at)
        mixed = functional.scaled_dot_product_attention(
            self.split(query), cache.keys[:, :, :end], cache.values[:, :, :end], attn_mask=mask
        )
        out: Tensor = self._out(mixed.transpose(1, 2).flatten(2))
        return out

    def attend_audio(self, x: Tensor, cache: _Cache) -> tuple[Tensor, Tensor]:
        """Attention over the audio, and its weights [n, n_heads, n_tokens, n_frames]."""
        query = self.split(self._audio_query(self._audio_norm(x)))
        scale = query.shape[-1] ** -0.5
        weights = ((query * scale) @ cache.audio_keys).softmax(dim=-1)
        mixed = (weights @ cache.audio_values).transpose(1, 2).flatten(2)
        out: Tensor = self._audio_out(mixed)
        return out, weights
