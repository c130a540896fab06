"""Makes models/heads/sentiment.safetensors and prints what its card says. Not used at run time.

    python -m models.heads.train_sentiment --encoder FOLDER --data ../shared/data/text --cache DIR

GoEmotions' train part teaches, its development part only measures. Emotions are grouped as its
paper does (Demszky et al. 2020, https://arxiv.org/abs/2005.00547, table 4): the ambiguous group
(confusion, curiosity, realization, surprise) counts as neutral, a comment with positive and
negative emotions is left out. Reddit holds few plain service turns, so MultiDoGO's customers'
answers and requests ("yes", a name, "i want to book a flight") are added as neutral; turns that
report trouble (a lost card, a disputed charge) are not.
"""

import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.head import SENTIMENT, LinearHead
from models.text_encoder import MiniLmEncoder
from pipeline.ports import Matrix

if TYPE_CHECKING:
    import torch


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


LABELS = ("negative", "neutral", "positive")
NEGATIVE, NEUTRAL, POSITIVE = range(3)

_POSITIVE = word_set(
    "admiration amusement approval caring desire excitement gratitude joy love optimism pride "
    "relief"
)
_NEGATIVE = word_set(
    "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness "
    "remorse sadness"
)
_ANSWERS = word_set("contentonly confirmation rejection openinggreeting")
_REQUESTS = word_set(
    "bookflight changeseatassignment getboardingpass updateaddress checkbalance startserviceintent "
    "getinformationintent getseatinfo orderchecks transfermoney viewbillsintent getroutingnumber "
    "checkserverstatus changeorder startorder softwareupdate"
)
_MOST_ANSWERS = 3_000

HIDDEN = 128
EPOCHS = 12
BATCH = 256
SCALE = 8.0
"""Embeddings have length 1; scaled, the first layer learns at a usual rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Texts with their labels; `labels` [n], -1 for a comment that is both good and bad."""

    texts: list[str]
    labels: NDArray[np.int64]


def goemotions(folder: Path, part: str) -> Examples:
    """One part ("train", "dev") with its emotions grouped."""
    names = [*(folder / "labels.txt").read_text().split(), "neutral"]
    texts, labels = [], []
    with (folder / f"{part}.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            text, numbers, _ = line.split("\t")
            emotions = {names[int(number)] for number in numbers.split(",")}
            good, bad = bool(emotions & _POSITIVE), bool(emotions & _NEGATIVE)
            texts.append(text)
            labels.append(-1 if good and bad else 2 * good if good or bad else NEUTRAL)
    return Examples(texts=texts, labels=np.array(labels))


def service_turns(folder: Path) -> Examples:
    """Customers' plain answers and requests, all neutral."""
    answers: set[str] = set()
    requests: set[str] = set()
    for file in sorted(folder.glob("*.train.tsv")):
        with file.open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows, delimiter="\t"):
                kind = row["intent"]
                chosen = answers if kind in _ANSWERS else requests if kind in _REQUESTS else None
                if chosen is not None:
                    chosen.add(row["utterance"])
    picked = np.random.default_rng(1).choice(sorted(answers), _MOST_ANSWERS, replace=False)
    texts = [*map(str, picked), *sorted(requests - answers)]
    return Examples(texts=texts, labels=np.full(len(texts), NEUTRAL))


def embedded(encoder: MiniLmEncoder, texts: list[str], cache: Path) -> Matrix:
    """Embeddings of the texts, kept in a file: the 43,410 take minutes."""
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.save(cache, encoder.encode(texts))
    kept: Matrix = np.load(cache)
    if len(kept) != len(texts):
        raise SystemExit(f"{cache} holds {len(kept)} rows, not {len(texts)}: delete it")
    return kept


def train(inputs: Matrix, labels: NDArray[np.int64]) -> dict[str, Matrix]:
    """Weights of a head with one hidden layer, seeded; a tenth is kept to fit the temperature."""
    import torch

    torch.manual_seed(0)
    order = torch.randperm(len(labels))
    x, y = torch.tensor(inputs)[order] * SCALE, torch.tensor(labels)[order]
    kept = len(y) // 10
    first = torch.nn.Linear(x.shape[1], HIDDEN)
    second = torch.nn.Linear(HIDDEN, len(LABELS))
    net = torch.nn.Sequential(first, torch.nn.ReLU(), torch.nn.Dropout(0.4), second)
    _fit(net, x[kept:], y[kept:])
    with torch.no_grad():
        logits = net.eval()(x[:kept])
    temperatures = torch.linspace(0.3, 3.0, 271)
    losses = [torch.nn.functional.cross_entropy(logits / t, y[:kept]) for t in temperatures]
    tensors = {
        "weight_0": first.weight * SCALE,
        "bias_0": first.bias,
        "weight_1": second.weight,
        "bias_1": second.bias,
        "temperature": temperatures[int(torch.stack(losses).argmin())].reshape(1),
    }
    return {name: tensor.detach().numpy() for name, tensor in tensors.items()}


def _fit(net: "torch.nn.Module", x: "torch.Tensor", y: "torch.Tensor") -> None:
    import torch

    weight = (len(y) / 3 / torch.bincount(y).float()).sqrt()
    optimizer = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    steps = EPOCHS * (len(y) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for _ in range(EPOCHS):
        order = torch.randperm(len(y))
        for start in range(0, len(y), BATCH):
            batch = order[start : start + BATCH]
            loss = torch.nn.functional.cross_entropy(
                net(x[batch]), y[batch], weight=weight, label_smoothing=0.05
            )
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()


def report(head: LinearHead, inputs: Matrix, labels: NDArray[np.int64]) -> str:
    """Macro F1, F1 a class and the calibration error, as the card states them."""
    probabilities = head.probabilities(inputs)
    said, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    scores = []
    for label in range(3):
        right = np.sum((said == label) & (labels == label))
        scores.append(2 * right / (np.sum(said == label) + np.sum(labels == label)))
    bins = np.clip((sure * 10).astype(int), 0, 9)
    error = sum(
        np.sum(bins == b) * abs(np.mean(sure[bins == b]) - np.mean((said == labels)[bins == b]))
        for b in np.unique(bins)
    ) / len(labels)
    by_class = ", ".join(f"{name} {f1:.3f}" for name, f1 in zip(LABELS, scores, strict=True))
    return (
        f"n {len(labels)}, macro F1 {np.mean(scores):.3f} ({by_class}), "
        f"accuracy {np.mean(said == labels):.3f}, expected calibration error {error:.3f}\n"
    )


def main() -> None:
    """Train, save, measure."""
    import sys

    from safetensors.numpy import save_file

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--data", type=Path, required=True, help="holds goemotions, multidogo")
    parser.add_argument("--cache", type=Path, required=True, help="where embeddings are kept")
    parser.add_argument("--out", type=Path, default=SENTIMENT)
    options = parser.parse_args()
    encoder = MiniLmEncoder(options.encoder)
    parts = {name: goemotions(options.data / "goemotions", name) for name in ("train", "dev")}
    parts["service"] = service_turns(options.data / "multidogo")
    inputs = {n: embedded(encoder, p.texts, options.cache / f"{n}.npy") for n, p in parts.items()}
    clear = {name: part.labels >= 0 for name, part in parts.items()}
    learn = ("train", "service")
    tensors = train(
        np.concatenate([inputs[name][clear[name]] for name in learn]),
        np.concatenate([parts[name].labels[clear[name]] for name in learn]),
    )
    about = {
        "name": "sentiment",
        "labels": json.dumps(LABELS),
        "encoder_sha256": encoder.provenance.weights_sha256,
    }
    save_file(tensors, options.out, metadata=about)
    dev = clear["dev"]
    sys.stdout.write(report(LinearHead(options.out), inputs["dev"][dev], parts["dev"].labels[dev]))


if __name__ == "__main__":
    main()
