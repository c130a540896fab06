"""Makes models/heads/feeling.safetensors. Not used at run time.

    python -m models.heads.train_feeling --encoder FOLDER --data ../shared/data/text --cache DIR

One network learns GoEmotions' 28 labels, Ekman's seven, our eight and the sentiment together; the
28 are left out of the file. A tenth of GoEmotions' train part is kept aside: the best epoch, the
calibration and the thresholds come from it. Its development part teaches and chooses nothing:
`python -m bench.understanding emotion` measures on it.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models.bert import Tensors
from models.head_file import FEELING
from models.heads.feeling_batches import States, filled, shuffled, states
from models.heads.feeling_data import (
    EKMAN,
    EMOTIONS,
    SENTIMENTS,
    Examples,
    goemotions,
    service_turns,
)
from models.heads.feeling_fit import macro_f1, saved
from models.heads.feeling_net import FeelingNet
from models.text_encoder import MiniLmEncoder, loaded

AFTER = 3
"""Shared layers of six: the fork costs half as much again as the encoder."""

EPOCHS, BATCH, RATE, WARM = 2, 64, 1e-3, 0.25
ALL_NAMES = "all"
WEIGHTS = {ALL_NAMES: 4.0, "ekman": 1.0, "emotions": 1.0}
"""What a head's error counts beside that of the sentiment, which is 1."""

Targets = dict[str, Tensor]


def targets(examples: Examples) -> Targets:
    """What each head has to say."""
    return {
        ALL_NAMES: torch.from_numpy(examples.labels),
        "ekman": torch.from_numpy(examples.grouped(EKMAN)),
        "emotions": torch.from_numpy(examples.grouped(EMOTIONS)),
        "sentiment": torch.from_numpy(examples.sentiments),
    }


def error(out: dict[str, Tensor], wanted: Targets, rare: Tensor) -> Tensor:
    """What is to be made small; `rare` [3] weighs the sentiments."""
    total = functional.cross_entropy(
        out["sentiment"], wanted["sentiment"], weight=rare, ignore_index=-1, label_smoothing=0.05
    )
    for name, weight in WEIGHTS.items():
        total = total + weight * functional.binary_cross_entropy_with_logits(
            out[name], wanted[name]
        )
    return total


def fit(
    net: FeelingNet,
    found: States,
    wanted: Targets,
    taught: NDArray[np.intp],
    kept: NDArray[np.intp],
) -> Tensors:
    """Tensors of the epoch that does best on the texts kept aside."""
    signs = wanted["sentiment"][taught]
    counts = torch.bincount(signs[signs >= 0]).float()
    rare = (counts.sum() / len(counts) / counts).sqrt()
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, betas=(0.9, 0.98), weight_decay=0.01)
    steps = EPOCHS * -(-len(taught) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=steps + 1, pct_start=WARM, anneal_strategy="linear"
    )
    chance, best, tensors = np.random.default_rng(0), -1.0, net.tensors()
    for _ in range(EPOCHS):
        net.train()
        for batch in shuffled(found.lengths[taught], BATCH, chance):
            rows = taught[batch]
            out = net(*filled(found, rows))
            optimizer.zero_grad()
            torch.autograd.backward(error(out, {n: t[rows] for n, t in wanted.items()}, rare))
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        score = _score(net.eval(), found, wanted, kept)
        sys.stdout.write(f"macro F1 on texts kept aside: {score:.4f}\n")
        sys.stdout.flush()
        if score > best:
            best, tensors = score, net.tensors()
    return tensors


@torch.inference_mode()
def _score(net: Any, found: States, wanted: Targets, kept: NDArray[np.intp]) -> float:
    """Mean of the sentiment's and Ekman's macro F1."""
    parts = [net(*filled(found, kept[i : i + BATCH])) for i in range(0, len(kept), BATCH)]
    out = {name: torch.cat([part[name] for part in parts]).numpy() for name in wanted}
    signs = wanted["sentiment"][kept].numpy()
    said = np.eye(len(SENTIMENTS))[out["sentiment"].argmax(axis=1)]
    clear = signs >= 0
    of_signs = macro_f1(np.eye(len(SENTIMENTS))[signs[clear]], said[clear])
    return (of_signs + macro_f1(wanted["ekman"][kept].numpy(), out["ekman"] > -1)) / 2


def main() -> None:
    """Train, calibrate, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--data", type=Path, required=True, help="holds goemotions, multidogo")
    parser.add_argument("--cache", type=Path, required=True, help="where token states are kept")
    parser.add_argument("--out", type=Path, default=FEELING)
    options = parser.parse_args()
    torch.manual_seed(0)
    encoder = MiniLmEncoder(options.encoder, threads=torch.get_num_threads())
    comments = goemotions(options.data / "goemotions", "train")
    service = service_turns(options.data / "multidogo", comments.names)
    both = Examples(
        texts=[*comments.texts, *service.texts],
        labels=np.concatenate([comments.labels, service.labels]),
        names=comments.names,
    )
    order = np.random.default_rng(0).permutation(len(comments.texts))
    kept, taught = np.split(order, [len(order) // 10])
    taught = np.concatenate([taught, np.arange(len(comments.texts), len(both.texts))])
    shape, _, tensors = loaded(options.encoder)
    heads = {ALL_NAMES: len(both.names), "ekman": len(EKMAN), "emotions": len(EMOTIONS)}
    net = FeelingNet(tensors, shape, after=AFTER, heads={**heads, "sentiment": len(SENTIMENTS)})
    found = states(encoder, both.texts, after=AFTER, cache=options.cache)
    made = fit(net, found, targets(both), taught, kept)
    saved(made, options.out, examples=both.of(kept), encoder=options.encoder, after=AFTER)


if __name__ == "__main__":
    main()
