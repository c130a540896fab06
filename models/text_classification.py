"""Sentiment and emotions by a text classification or zero-shot model of Hugging Face's kind.

Its labels are mapped to ours by their names. A zero-shot model is one of natural language
inference, with a label `entailment`: it is asked of each of our labels whether the text has it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from models import weights
from pipeline.errors import ModelError
from pipeline.ports import Encoded, Matrix
from pipeline.types import Provenance

What = Literal["sentiment", "emotions"]

BATCH = 8
WIDTH_STEP = 8
"""Every pass has BATCH rows of a multiple of WIDTH_STEP tokens, filled up where needed: sums in
floating point depend on shapes, and a text's row must not depend on the others."""

MAX_TOKENS = 256

NAMES: Mapping[What, Mapping[str, str]] = {
    "sentiment": {
        "negative": "negative neg",
        "neutral": "neutral neu",
        "positive": "positive pos",
    },
    "emotions": {
        "neutral": "neutral curiosity realization",
        "satisfied": "satisfied satisfaction happy happiness joy admiration excitement love pride "
        "relief",
        "grateful": "grateful gratitude thankful",
        "confused": "confused confusion",
        "disappointed": "disappointed disappointment sad sadness grief",
        "frustrated": "frustrated frustration annoyed annoyance disapproval",
        "angry": "angry anger disgust",
        "worried": "worried worry fear nervousness anxiety",
    },
}
"""Ours, and the names under which models know them: GoEmotions', Ekman's and plain words."""

_HYPOTHESIS = {
    "sentiment": "The sentiment of this text is {}.",
    "emotions": "The speaker of this text is {}.",
}
_ENTAILMENT, _CONTRADICTION = "entailment", "contradiction"


class TextClassification:
    """Fulfils `pipeline.ports.Classifier` by reading the texts themselves.

    Parameters
    ----------
    found : weights.Found
        A folder with config.json, model.safetensors and a tokenizer's files.
    what : {"sentiment", "emotions"}
        What it is to read.

    Raises
    ------
    ModelError
        It can't be loaded, or its labels don't give what is needed.
    """

    def __init__(self, found: weights.Found, what: What) -> None:
        self._tokenizer, self._model = _load(found.path)
        config = self._model.config
        names = {int(i): str(name).strip().lower() for i, name in config.id2label.items()}
        self._what = what
        self._zero_shot = {n: i for i, n in names.items() if n in (_ENTAILMENT, _CONTRADICTION)}
        self._mapped = (
            {label: [] for label in NAMES[what]}
            if _ENTAILMENT in self._zero_shot
            else _mapped(found, what, names)
        )
        self.labels: tuple[str, ...] = tuple(self._mapped)
        kind = "multi_label_classification"
        self.several = what == "emotions"
        self._sigmoid = self.several and config.problem_type == kind
        self.thresholds: tuple[float, ...] = (0.5,) * len(self.labels)
        self.provenance = Provenance(
            stage="understand",
            engine="transformers",
            model=found.name,
            weights_sha256=weights.tensors_sha256(weights.load_tensors(found.path)),
            numeric_mode="float32",
            version=1,
        )

    def probabilities(self, encoded: Encoded) -> Matrix:
        """Shape [n, len(labels)]; rows sum to 1 unless several labels may hold at a time."""
        if self._zero_shot.get(_ENTAILMENT) is None:
            return self._by_name(self._logits(encoded.texts, None))
        entailed = []
        for label in self.labels:
            asked = _HYPOTHESIS[self._what].format(label)
            logits = self._logits(encoded.texts, asked)
            against = self._zero_shot.get(_CONTRADICTION)
            yes = logits[:, self._zero_shot[_ENTAILMENT]]
            entailed.append(yes if against is None else yes - logits[:, against])
        columns = np.stack(entailed, axis=1)
        return _sigmoid(columns) if self.several else _softmax(columns)

    def _by_name(self, logits: Matrix) -> Matrix:
        shares = _sigmoid(logits) if self._sigmoid else _softmax(logits)
        columns = [shares[:, places] for places in self._mapped.values()]
        joined = [c.max(axis=1) if self._sigmoid else c.sum(axis=1) for c in columns]
        rows = np.stack(joined, axis=1)
        return rows if self.several else np.asarray(rows / rows.sum(axis=1, keepdims=True))

    def _logits(self, texts: Sequence[str], hypothesis: str | None) -> Matrix:
        pairs = None if hypothesis is None else [hypothesis] * len(texts)
        out = np.zeros((len(texts), self._model.config.num_labels), dtype=np.float32)
        if not texts:
            return out
        tokens = self._tokenizer(
            list(texts), pairs, truncation="only_first" if pairs else True, max_length=MAX_TOKENS
        )["input_ids"]
        by_width: dict[int, list[int]] = {}
        for index, ids in enumerate(tokens):
            by_width.setdefault(-(-len(ids) // WIDTH_STEP), []).append(index)
        for members in by_width.values():
            for start in range(0, len(members), BATCH):
                rows = members[start : start + BATCH]
                filled = [*rows, *[rows[0]] * (BATCH - len(rows))]
                encoded = self._tokenizer(
                    [texts[i] for i in filled],
                    [pairs[i] for i in filled] if pairs else None,
                    truncation="only_first" if pairs else True,
                    max_length=MAX_TOKENS,
                    padding=True,
                    pad_to_multiple_of=WIDTH_STEP,
                    return_tensors="pt",
                )
                out[rows] = self._pass(encoded)[: len(rows)]
        return out

    def _pass(self, encoded: Any) -> Matrix:
        import torch

        with torch.inference_mode():
            return np.asarray(self._model(**encoded).logits.float().numpy())


def weights_of(name: str, *, cache: Path) -> weights.Found:
    """Where a model is: a folder, or a hub id that is on this machine.

    Raises
    ------
    ModelError
        There is no such folder, and the id isn't here.
    """
    folder = Path(name).expanduser()
    return weights.find(name, cache=cache, explicit=folder if folder.is_dir() else None)


def _mapped(found: weights.Found, what: What, names: Mapping[int, str]) -> dict[str, list[int]]:
    """Our labels to the columns that speak for them."""
    mapped = {
        label: [i for i, name in sorted(names.items()) if name in known.split()]
        for label, known in NAMES[what].items()
    }
    missing = [label for label, columns in mapped.items() if not columns]
    pleasant = mapped.get("satisfied") or mapped.get("grateful")
    unpleasant = mapped.get("angry") or mapped.get("frustrated") or mapped.get("disappointed")
    if what == "sentiment" and not missing:
        return mapped
    if what == "emotions" and pleasant and unpleasant:
        return {label: columns for label, columns in mapped.items() if columns}
    needed = {
        "sentiment": "negative, neutral and positive",
        "emotions": "a pleasant emotion (as joy or gratitude) and an unpleasant one (as anger, "
        "annoyance or sadness)",
    }
    raise ModelError(
        str(found.path),
        f"has the labels {', '.join(names.values())}; {what} needs {needed[what]}, or entailment",
        remedy=f"Choose another model for understand.{what.removesuffix('s')}_model, or name its "
        "labels in id2label of its config.json",
        code="labels",
    )


def _load(folder: Path) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForSequenceClassification.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, use_safetensors=True
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ModelError(
            str(folder),
            f"can't be loaded as a text classification model ({error})",
            remedy="It needs config.json, model.safetensors and a tokenizer of transformers' kind",
            code="classifier_broken",
        ) from error
    return tokenizer, model.eval()


def _sigmoid(logits: Matrix) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)


def _softmax(logits: Matrix) -> Matrix:
    grown = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), dtype=np.float32)
