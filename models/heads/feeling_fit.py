"""Calibration and thresholds of the heads, from texts kept aside, and their file."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from models.bert import Tensors
from models.heads.feeling_data import BOTH, EKMAN, EMOTIONS, SENTIMENTS, Examples
from models.text_encoder import MiniLmEncoder
from pipeline.ports import Matrix

_GROUPS = {"ekman": EKMAN, "emotions": EMOTIONS}
_STEPS = 200


def saved(made: Tensors, out: Path, *, examples: Examples, encoder: Path, after: int) -> None:
    """Write the fork and its heads, calibrated on `examples` as they come out at run time."""
    file = {name: t.half() for name, t in made.items() if not name.startswith("head.")}
    sha256 = MiniLmEncoder(encoder).provenance.weights_sha256
    about = {"name": "feeling", "encoder_sha256": sha256, "after": str(after), "heads": "{}"}
    save_file(file, out, metadata=about)
    reader = MiniLmEncoder(encoder, threads=torch.get_num_threads(), fork=out)
    sounds = torch.from_numpy(reader.read(examples.texts).sounds)
    heads: dict[str, dict[str, object]] = {}
    for name, groups in _GROUPS.items():
        weight, bias, thresholds = _several(made, name, sounds, examples.grouped(groups))
        heads[name] = {"labels": list(groups), "several": True, "thresholds": thresholds}
        file |= {f"head.{name}.weight": weight.half(), f"head.{name}.bias": bias}
    weight, bias = _one(made, sounds, examples.sentiments)
    heads["sentiment"] = {"labels": list(SENTIMENTS), "several": False, "thresholds": [0.5] * 3}
    file |= {"head.sentiment.weight": weight.half(), "head.sentiment.bias": bias}
    save_file(file, out, metadata={**about, "heads": json.dumps(heads)})


def macro_f1(wanted: NDArray[np.floating], said: NDArray[np.generic]) -> float:
    """Mean over the columns of [n, n_labels] of the harmonic mean of precision and recall."""
    return float(np.mean(f1(wanted, said)))


def f1(wanted: NDArray[np.floating], said: NDArray[np.generic]) -> NDArray[np.float64]:
    """Of each column of [n, n_labels]; 0 where there is nothing to find and nothing was said."""
    right = np.sum(wanted.astype(bool) & said.astype(bool), axis=0)
    all_ = wanted.astype(bool).sum(axis=0) + said.astype(bool).sum(axis=0)
    return np.asarray(2 * right / np.maximum(all_, 1), dtype=np.float64)


def _several(
    made: Tensors, name: str, sounds: Tensor, wanted: NDArray[np.float32]
) -> tuple[Tensor, Tensor, list[float]]:
    """Platt's scaling of each label, folded into the weights; the threshold of the best F1."""
    weight, bias = made[f"head.{name}.weight"], made[f"head.{name}.bias"]
    logits = functional.linear(sounds, weight, bias)
    slope, offset = torch.ones(len(weight)), torch.zeros(len(weight))
    _minimised(
        lambda: functional.binary_cross_entropy_with_logits(
            logits * slope + offset, torch.from_numpy(wanted)
        ),
        (slope, offset),
    )
    shares = torch.sigmoid(logits * slope + offset).numpy()
    best = [_best_threshold(shares[:, i], wanted[:, i]) for i in range(len(weight))]
    return weight * slope[:, None], bias * slope + offset, best


def _one(made: Tensors, sounds: Tensor, signs: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """A scale for all and an offset for each label, folded into the weights."""
    weight, bias = made["head.sentiment.weight"], made["head.sentiment.bias"]
    logits = functional.linear(sounds, weight, bias)
    scale = torch.ones(1)
    clear = torch.from_numpy(signs)
    _minimised(lambda: functional.cross_entropy(logits * scale, clear, ignore_index=BOTH), (scale,))
    return weight * scale, bias * scale


def _minimised(loss: Callable[[], Tensor], parameters: tuple[Tensor, ...]) -> None:
    for parameter in parameters:
        parameter.requires_grad_()
    optimizer = torch.optim.LBFGS(parameters, max_iter=_STEPS, line_search_fn="strong_wolfe")

    def step() -> float:
        optimizer.zero_grad()
        value = loss()
        torch.autograd.backward(value)
        return float(value.detach())

    optimizer.step(step)
    for parameter in parameters:
        parameter.requires_grad_(False)


def _best_threshold(shares: Matrix, wanted: NDArray[np.float32]) -> float:
    tried = np.unique(np.quantile(shares, np.linspace(0.3, 0.999, _STEPS)))
    scores = [f1(wanted[:, None], shares[:, None] >= at)[0] for at in tried]
    return round(float(tried[int(np.argmax(scores))]), 4)
