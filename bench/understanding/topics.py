"""Trained topics: Banking77 with all labels and with eight a topic, CLINC150 with what is about
something else, MultiDoGO by domain; each also with 15 % word errors put in.

Banking77: 2,000 of its train part, drawn once, are measured on; the rest is trained on. CLINC150
and MultiDoGO: their train parts are trained on, their validation parts measured. The threshold is
the one that training finds on examples of the train part that it keeps aside.
"""

import csv
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.noise import with_errors
from bench.rows import Row
from bench.understanding.tools import tools
from models.misheard import Misheard
from models.topic_fit import THRESHOLD, fit
from models.topic_head import TopicHead, save
from pipeline.ports import Matrix, TextEncoder
from pipeline.understand.new_topics import new_topics

ALL_TARGET, FEW_TARGET, IN_SCOPE_TARGET, OUT_TARGET, LOSS_TARGET = 0.94, 0.85, 0.94, 0.70, 0.04
FEW, SEEDS = 8, 3
_ASIDE = 2_000
_DOMAINS = ("airline", "finance", "media", "software")
_DRAWS, _INTENTS, _STRAY = 2, 12, 60
_WRITTEN, _ERRORS = "as written", "15 % word errors"

Examples = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a head says of texts: scores [n, n_topics], and each text's true topic, -1 for none."""

    scores: Matrix
    wanted: Matrix

    @property
    def right(self) -> float:
        """Share of texts with their topic at the top."""
        return float(np.mean(self.scores.argmax(axis=1) == self.wanted))

    @property
    def told(self) -> Matrix:
        """Which texts reach the threshold."""
        return self.scores.max(axis=1) >= THRESHOLD


def measure(shared: Path) -> list[Row]:
    folder = shared / "data" / "text"
    if not folder.is_dir():
        sys.stdout.write(f"topics: left out, {folder} is not here\n")
        return []
    read = tools().encoder
    return [
        *_new(folder, read),
        *_banking(folder, read),
        *_clinc(folder, read),
        *_multidogo(folder, read),
    ]


def _banking(folder: Path, read: TextEncoder) -> Iterator[Row]:
    with (folder / "banking77" / "train.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(lines)]
    order = np.random.default_rng(0).permutation(len(rows))
    aside, taught = [rows[i] for i in order[:_ASIDE]], [rows[i] for i in order[_ASIDE:]]
    found = _scored(taught, aside, read, names=True)
    yield from _right("banking77, all labels", found, ALL_TARGET)
    few = [_scored(_few(taught, seed), aside, read, names=True) for seed in range(SEEDS)]
    both = [[one[how].right for one in few] for how in (_WRITTEN, _ERRORS)]
    name, n = f"banking77, {FEW} labels a topic", len(aside)
    yield _row(name, float(np.mean(both[0])), FEW_TARGET, n, f"{_WRITTEN}, mean of {SEEDS} draws")
    yield _loss(name, float(np.mean(both[0]) - np.mean(both[1])), n)


def _few(rows: Examples, seed: int) -> Examples:
    chance = np.random.default_rng(seed)
    topics = sorted({topic for _, topic in rows})
    by_topic = {one: [i for i, (_, topic) in enumerate(rows) if topic == one] for one in topics}
    return [rows[i] for one in topics for i in chance.choice(by_topic[one], FEW, replace=False)]


def _clinc(folder: Path, read: TextEncoder) -> Iterator[Row]:
    parts = json.loads((folder / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    inside, outside = parts["val"], [(text, "") for text, _ in parts["oos_val"]]
    found = _scored(parts["train"], [*inside, *outside], read, names=False)
    for how, one in found.items():
        known = one.wanted >= 0
        right = float(np.mean((one.scores.argmax(axis=1) == one.wanted)[known] & one.told[known]))
        clean = how == _WRITTEN
        yield _row("clinc150, right and told", right, IN_SCOPE_TARGET if clean else None,
                   int(known.sum()), how)  # fmt: skip
        refused = float(np.mean(~one.told[~known]))
        yield _row("clinc150, out of scope refused", refused, OUT_TARGET if clean else None,
                   int((~known).sum()), how)  # fmt: skip
    tops = [np.mean((one.scores.argmax(axis=1) == one.wanted)[one.wanted >= 0])
            for one in found.values()]  # fmt: skip
    yield _loss("clinc150, best topic", float(tops[0] - tops[1]), len(inside))


def _new(folder: Path, read: TextEncoder) -> Iterator[Row]:
    """Clusters among 12 intents' 20 queries each with 60 stray ones, in two draws."""
    parts = json.loads((folder / "clinc150" / "train_val.json").read_text(encoding="utf-8"))
    intents = np.array([intent for _, intent in parts["val"]])
    chance, found, pure = np.random.default_rng(0), 0, []
    for _ in range(_DRAWS):
        chosen = chance.choice(np.unique(intents), _INTENTS, replace=False)
        mine = np.flatnonzero(np.isin(intents, chosen))
        stray = chance.choice(np.flatnonzero(~np.isin(intents, chosen)), _STRAY, replace=False)
        places = [*mine, *stray]
        texts = [parts["val"][i][0] for i in places]
        best = []
        for cluster in new_topics(texts, read.encode(texts)):
            told = intents[[places[i] for i in cluster.members]]
            names, counts = np.unique(told, return_counts=True)
            pure += [counts.max() / len(told)] * len(told)
            best += [names[counts.argmax()]] if len(told) >= FEW else []
        found += len(set(best) & set(chosen))
    n = _DRAWS * _INTENTS
    yield _row("new topics, intents found", found / n, None, n, "CLINC150 validation part")
    yield _row("new topics, purity of clusters", float(np.mean(pure)), None, len(pure), "the same")


def _multidogo(folder: Path, read: TextEncoder) -> Iterator[Row]:
    for domain in _DOMAINS:
        taught, aside = (
            _turns(folder / "multidogo" / f"{domain}.{part}.tsv") for part in ("train", "dev")
        )
        yield from _right(f"multidogo {domain}", _scored(taught, aside, read, names=True), None)


def _turns(file: Path) -> Examples:
    """Turns with one intent, each text once."""
    with file.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        found = {row["utterance"]: row["intent"] for row in table}
    return [(text, intent) for text, intent in found.items() if intent and "<div>" not in intent]


def _scored(
    taught: Examples, aside: Examples, read: TextEncoder, *, names: bool
) -> dict[str, Scored]:
    """A head on `taught`, and on the topics' names where they say something, applied to `aside`."""
    topics = sorted({topic for _, topic in taught})
    number = {topic: i for i, topic in enumerate(topics)}
    texts = [text for text, _ in taught] + [t.replace("_", " ") for t in topics if names]
    owner = [number[topic] for _, topic in taught] + [number[t] for t in topics if names]
    real = np.arange(len(texts)) < len(taught)
    misheard = read.read([*map(Misheard(texts), texts)])
    fitted = fit(read.read(texts), misheard, np.array(owner), len(topics), real)
    wanted = np.array([number.get(topic, -1) for _, topic in aside])
    plain = [text for text, _ in aside]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "head.safetensors"
        save(file, topics, fitted.parts, encoder_sha256=read.provenance.weights_sha256)
        head = TopicHead(file, encoder_sha256=read.provenance.weights_sha256)
        return {
            how: Scored(scores=head.scores(read.read(said)), wanted=wanted)
            for how, said in ((_WRITTEN, plain), (_ERRORS, with_errors(plain)))
        }


def _right(name: str, found: dict[str, Scored], target: float | None) -> Iterator[Row]:
    clean, wrong = found[_WRITTEN], found[_ERRORS]
    yield _row(name, clean.right, target, len(clean.wanted), _WRITTEN)
    yield _loss(name, clean.right - wrong.right, len(clean.wanted))


def _loss(name: str, value: float, n: int) -> Row:
    return Row(
        section="topics", figure=f"{name}, lost by errors", value=value, target=f"<= {LOSS_TARGET}",
        met=value <= LOSS_TARGET, n=n, how=_ERRORS,
    )  # fmt: skip


def _row(figure: str, value: float, target: float | None, n: int, how: str) -> Row:
    met = None if target is None else value >= target
    aim = "" if target is None else f">= {target}"
    return Row(section="topics", figure=figure, value=value, target=aim, met=met, n=n, how=how)
