"""openai-whisper's text decoder, one step at a time for many windows at once."""

from collections.abc import Sequence

import torch
from torch import Tensor
from whisper.model import MultiHeadAttention, ResidualAttentionBlock, Whisper

from models.numeric import addition, float_type, perceptron, product, projection
from models.slots import CompiledAttention, Slots, TorchAttention
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
        self._kind, self.n_text, self.device = float_type(mode), n_text, model.device
        self._attention = CompiledAttention if mode == "int8" else TorchAttention
        self._blocks = [_Block(block, mode) for block in model.decoder.blocks]
        self._n_heads = model.dims.n_text_head
        self._embedding = model.decoder.token_embedding.weight
        self._positions = model.decoder.positional_embedding
        self._norm = model.decoder.ln
        self._project_all = product(mode, self._embedding)
        self._project_text = product(mode, self._embedding[:n_text])
        cross = [block.cross_attn for block in model.decoder.blocks]
        self._audio = product(mode, *_fused_audio([one for one in cross if one is not None]))
        heads = model.alignment_heads.indices().T.tolist()
        self._alignment = [
            [head for at, head in heads if at == layer] for layer in range(len(self._blocks))
        ]

    def slots(self, *, n_slots: int, n_places: int, n_frames: int) -> Slots:
        """Room for windows of at most so many tokens and frames."""
        return Slots(
            n_blocks=len(self._blocks),
            n_heads=self._n_heads,
            n_slots=n_slots,
            n_places=n_places,
            n_frames=n_frames,
            kind=self._kind,
            device=self.device,
        )

    def audio(self, encoded: Tensor) -> Tensor:
        """What all blocks look at in a window [n_frames, n_state], as `Slots.fill` takes it."""
        made = self._audio(encoded).to(self._kind)
        shape = (len(encoded), len(self._blocks), 2, self._n_heads, -1)
        return made.view(shape).permute(1, 2, 3, 0, 4)

    def step(self, slots: Slots, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """One token [n] to each of the first n slots.

        Returns hidden states [n, n_state] and the alignment heads' attention to the audio while
        this token was fed, [n, n_heads, n_frames].
        """
        n = len(tokens)
        attention, seen = self._attention(slots, n), []
        places = torch.tensor(slots.at[:n], device=self.device)
        x = self._embedding[tokens] + self._positions[places]
        for at, (block, heads) in enumerate(zip(self._blocks, self._alignment, strict=True)):
            block.out(x, attention.to_own(at, block.qkv(x)))
            mixed, weights = attention.to_audio(at, block.audio_query(x))
            block.audio_out(x, mixed)
            block.think(x)
            if heads:
                seen.append(weights[:, heads])
        slots.advance(n)
        return self._norm(x), torch.cat(seen, dim=1).half()

    def text_logits(self, hidden: Tensor) -> Tensor:
        """Logits of text tokens and the end, float32 [n, n_text]."""
        return self._project_text(hidden).float()

    def all_logits(self, hidden: Tensor) -> Tensor:
        """Logits of the whole vocabulary, float32 [n, n_vocabulary]."""
        return self._project_all(hidden).float()


class _Block:
    """One decoder block; its three self-attention projections are one."""

    def __init__(self, block: ResidualAttentionBlock, mode: str) -> None:
        own, cross = block.attn, block.cross_attn
        assert cross is not None and block.cross_attn_ln is not None
        self.qkv = projection(mode, block.attn_ln, *fused(own))
        self.out = addition(mode, own.out.weight, own.out.bias)
        self.audio_query = projection(
            mode, block.cross_attn_ln, cross.query.weight, cross.query.bias
        )
        self.audio_out = addition(mode, cross.out.weight, cross.out.bias)
        self.think = perceptron(mode, block.mlp_ln, block.mlp[0], block.mlp[2])


def _fused_audio(cross: Sequence[MultiHeadAttention]) -> tuple[Tensor, Tensor]:
    """Keys and values of the audio for all blocks as one projection; keys have no bias."""
    weights = [part for one in cross for part in (one.key.weight, one.value.weight)]
    biases = [part for one in cross for part in (torch.zeros_like(one.value.bias), one.value.bias)]
    return torch.cat(weights), torch.cat(biases)
