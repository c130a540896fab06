"""Trains a site's topics and writes the head with its card beside it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flows.console import usage_error
from flows.tools import Tools
from flows.topic_labels import Labelled, labelled
from models.misheard import RATE, Misheard
from models.topic_fit import Fitted, fit
from models.topic_head import save
from pipeline.errors import StoreError
from pipeline.store.private import private_file, private_folder
from pipeline.types import Rejected

HEAD_NAME = "topics_head.safetensors"
MOST = 100_000
"""Examples taken; a table by mistake shall not fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Where the head is, and what it was made of."""

    head: Path
    card: Path
    fitted: Fitted
    counts: dict[str, int]
    rejected: tuple[Rejected, ...]


def train(
    labels: Path | None, *, workspace: Path | None, out: Path | None, tools: Tools
) -> Trained:
    """Read the labels, train, write."""
    found = labelled(labels, workspace, tools.settings, tools.taxonomy)
    examples = found.examples[:MOST]
    topics = sorted({example.topic for example in examples})
    real = np.array([example.real for example in examples], dtype=bool)
    if len(topics) < 2 or not real.any():
        raise usage_error(
            str(labels or workspace),
            f"has {int(real.sum())} examples of {len(topics)} topics; 2 topics are needed",
            "Give labels.csv with the columns text and topic, 8 texts a topic or more",
        )
    owner = np.array([topics.index(example.topic) for example in examples])
    encoder = tools.encoder
    texts = [example.text for example in examples]
    misheard = encoder.read([*map(Misheard(texts), texts)])
    fitted = fit(encoder.read(texts), misheard, owner, len(topics), real)
    head = _place(workspace, out)
    save(head, topics, fitted.parts, encoder_sha256=encoder.provenance.weights_sha256)
    head.chmod(0o600)
    counts = Counter(example.topic for example in examples if example.real)
    card = private_file(head.with_suffix(".md"))
    card.write_text(_card(found, fitted, {topic: counts[topic] for topic in topics}, tools))
    return Trained(
        head=head,
        card=card,
        fitted=fitted,
        counts={topic: counts[topic] for topic in topics},
        rejected=found.rejected,
    )


def _place(workspace: Path | None, out: Path | None) -> Path:
    if out is not None and out.suffix == ".safetensors":
        private_folder(out.parent) if not out.parent.exists() else None
        return out
    folder = out or workspace
    if folder is None:
        raise usage_error("--out", "is missing", "Say --out DIR, or --workspace DIR")
    if out is None and not folder.is_dir():
        raise StoreError(
            str(folder), "there is no workspace", remedy="Check the path", code="no_workspace"
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder / HEAD_NAME


def _card(found: Labelled, fitted: Fitted, counts: dict[str, int], tools: Tools) -> str:
    encoder = tools.encoder.provenance
    n_real = sum(counts.values())
    lines = [
        "# Topics of this site",
        "",
        f"Trained on {n_real} labelled texts and {len(found.examples) - n_real} names and phrases "
        f"of topics, on {encoder.model} ({encoder.weights_sha256[:12]}), which stays as it is.",
        "",
        f"Of {fitted.n_aside} examples kept aside in turn {fitted.accuracy:.1%} got their topic; "
        f"{fitted.told:.1%} got any. With {RATE:.0%} of their words misheard on purpose "
        f"{fitted.accuracy_misheard:.1%} got it.",
        "",
        "| topic | labelled texts |",
        "|---|---|",
        *(f"| {topic} | {n} |" for topic, n in counts.items()),
    ]
    return "\n".join(lines) + "\n"
