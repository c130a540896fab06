"""The network that `train_feeling` teaches: the fork's layers with adapters, and heads on it."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.bert import Shape, Tensors, within
from models.fork import PLAIN_SHARE

RANK = 32
_GROWTH = 2.0
"""An adapter's step, as if its learning rate were larger."""

_DROPOUT = 0.1
_DROPPED_TOKENS = 0.1
"""Recognised speech lacks words, and so does a tenth of what is learnt from."""

_PRODUCTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "up": "intermediate.dense",
    "down": "output.dense",
}
_NORMS = {"first": "attention.output.LayerNorm", "second": "output.LayerNorm"}


class Adapter(nn.Module):
    """A frozen product, in bfloat16, and what is learnt beside it."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self._weight, self._bias = weight.bfloat16(), bias.bfloat16()
        self.down = nn.Parameter(torch.randn(RANK, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, x: Tensor) -> Tensor:
        """[..., n_in] to [..., n_out], bfloat16."""
        x = x.bfloat16()
        learnt = functional.linear(functional.linear(x, self.down.bfloat16()), self.grown())
        return functional.linear(x, self._weight, self._bias) + learnt

    def grown(self) -> Tensor:
        """The adapter's second factor as it counts."""
        return (_GROWTH * self.up).bfloat16()


class ForkLayer(nn.Module):
    """A layer of BERT from the encoder's tensors."""

    def __init__(self, tensors: Tensors, shape: Shape) -> None:
        super().__init__()
        self._shape = shape
        self.products = nn.ModuleDict(
            {
                short: Adapter(tensors[f"{name}.weight"], tensors[f"{name}.bias"])
                for short, name in _PRODUCTS.items()
            }
        )
        self.norms = nn.ModuleDict()
        for short, name in _NORMS.items():
            norm = nn.LayerNorm(shape.n_state, eps=shape.epsilon)
            norm.load_state_dict(within(tensors, f"{name}."))
            self.norms[short] = norm

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """[n_texts, n_tokens, n_state], float32; `mask` [n_texts, n_tokens] of real tokens."""
        query, key, value = (
            self.products[name](x).unflatten(-1, (self._shape.n_heads, -1)).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = mask[:, None, None, :]
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        x = self.norms["first"](x + self._kept("out", mixed.transpose(1, 2).flatten(2)))
        wide = functional.gelu(self.products["up"](x))
        added: Tensor = self.norms["second"](x + self._kept("down", wide))
        return added

    def tensors(self, prefix: str) -> dict[str, Tensor]:
        """Adapters and normalisations under the encoder's names."""
        made: dict[str, Tensor] = {}
        for short, name in _PRODUCTS.items():
            adapter = self.products[short]
            assert isinstance(adapter, Adapter)
            made[f"{prefix}{name}.down"] = adapter.down
            made[f"{prefix}{name}.up"] = adapter.up * _GROWTH
        for short, name in _NORMS.items():
            for kind, tensor in self.norms[short].state_dict().items():
                made[f"{prefix}{name}.{kind}"] = tensor
        return made

    def _kept(self, name: str, x: Tensor) -> Tensor:
        return functional.dropout(self.products[name](x), _DROPOUT, self.training).float()


class FeelingNet(nn.Module):
    """Token states behind the shared layers to logits of each head.

    Parameters
    ----------
    tensors, shape : Mapping[str, Tensor], Shape
        The encoder's.
    after : int
        Its layers that are shared.
    heads : Mapping[str, int]
        Each head's number of labels.
    """

    def __init__(
        self, tensors: Tensors, shape: Shape, *, after: int, heads: Mapping[str, int]
    ) -> None:
        super().__init__()
        self.after = after
        self.layers = nn.ModuleList(
            ForkLayer(within(tensors, f"encoder.layer.{i}."), shape)
            for i in range(after, shape.n_layers)
        )
        self.query = nn.Linear(shape.n_state, 1, bias=False)
        self.heads = nn.ModuleDict(
            {name: nn.Linear(2 * shape.n_state, n) for name, n in heads.items()}
        )

    def forward(self, x: Tensor, mask: Tensor, vectors: Tensor) -> dict[str, Tensor]:
        """Logits; `vectors` [n_texts, n_state] are the encoder's own."""
        if self.training:
            kept = torch.rand(mask.shape) > _DROPPED_TOKENS
            kept[:, 0] = True
            mask = mask & kept
        for layer in self.layers:
            x = layer(x, mask)
        shares = self.query(x).squeeze(-1).masked_fill(~mask, -1e4).softmax(dim=-1)
        even = mask / mask.sum(dim=1, keepdim=True)
        pooled = ((shares + even) / 2).unsqueeze(-1).mul(x).sum(dim=1)
        sounds = torch.cat([pooled, vectors * float(PLAIN_SHARE)], dim=1)
        sounds = functional.dropout(sounds, 2 * _DROPOUT, self.training)
        return {name: head(sounds) for name, head in self.heads.items()}

    @torch.no_grad()
    def tensors(self) -> dict[str, Tensor]:
        """What `models.fork.Fork` and `models.feeling.FeelingHead` read."""
        made = {"query": self.query.weight[0]}
        for number, layer in enumerate(self.layers):
            assert isinstance(layer, ForkLayer)
            made |= layer.tensors(f"encoder.layer.{self.after + number}.")
        for name, head in self.heads.items():
            for kind, tensor in head.state_dict().items():
                made[f"head.{name}.{kind}"] = tensor
        return {name: tensor.detach().clone().contiguous() for name, tensor in made.items()}
