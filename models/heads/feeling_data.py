"""What teaches the heads on feelings: GoEmotions' comments and MultiDoGO's plain service turns.

Demszky et al. 2020, https://arxiv.org/abs/2005.00547: a comment has one or several of 27 emotions,
or is neutral. The paper groups them by sentiment (the ambiguous ones count as neutral here) and by
Ekman's six basic emotions; we group them by what is felt in a contact centre as well. Reddit holds
few plain service turns, so MultiDoGO's customers' answers and requests ("yes", a name, "i want to
book a flight") are added as neutral; turns that report trouble (a lost card, a disputed charge) are
not.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SENTIMENTS = ("negative", "neutral", "positive")
NEGATIVE, NEUTRAL, POSITIVE = range(3)
BOTH = -1
"""Of a comment that has emotions of both signs: it teaches no sentiment and isn't measured."""

_POSITIVE = _words(
    "admiration amusement approval caring desire excitement gratitude joy love optimism pride "
    "relief"
)
_NEGATIVE = _words(
    "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness "
    "remorse sadness"
)

EKMAN: Mapping[str, tuple[str, ...]] = {
    "anger": ("anger", "annoyance", "disapproval"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
    "joy": _POSITIVE,
    "neutral": ("neutral",),
    "sadness": ("disappointment", "embarrassment", "grief", "remorse", "sadness"),
    "surprise": ("confusion", "curiosity", "realization", "surprise"),
}
EMOTIONS: Mapping[str, tuple[str, ...]] = {
    "neutral": ("neutral", "curiosity", "realization"),
    "satisfied": ("admiration", "excitement", "joy", "love", "pride", "relief"),
    "grateful": ("gratitude",),
    "confused": ("confusion",),
    "disappointed": ("disappointment", "grief", "sadness"),
    "frustrated": ("annoyance", "disapproval"),
    "angry": ("anger", "disgust"),
    "worried": ("fear", "nervousness"),
}
"""`pipeline.insights.Emotion`. To ask and to notice is neutral in a contact; what speaks of none of
these (amusement, approval, caring, desire, embarrassment, optimism, remorse, surprise) has none.
"""

_ANSWERS = _words("contentonly confirmation rejection openinggreeting")
_REQUESTS = _words(
    "bookflight changeseatassignment getboardingpass updateaddress checkbalance startserviceintent "
    "getinformationintent getseatinfo orderchecks transfermoney viewbillsintent getroutingnumber "
    "checkserverstatus changeorder startorder softwareupdate"
)
_MOST_ANSWERS = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """n texts. `labels` [n, 28] are GoEmotions', 1 where one holds, in the order of `names`."""

    texts: list[str]
    labels: NDArray[np.float32]
    names: tuple[str, ...]

    @property
    def sentiments(self) -> NDArray[np.int64]:
        """Shape [n]: NEGATIVE, NEUTRAL, POSITIVE or BOTH."""
        good, bad = (self._any(group) for group in (_POSITIVE, _NEGATIVE))
        return np.select([good & bad, good, bad], [BOTH, POSITIVE, NEGATIVE], NEUTRAL)

    def grouped(self, groups: Mapping[str, tuple[str, ...]]) -> NDArray[np.float32]:
        """Shape [n, len(groups)], 1 where an emotion of the group holds."""
        columns = [self._any(group) for group in groups.values()]
        return np.stack(columns, axis=1).astype(np.float32)

    def of(self, rows: NDArray[np.intp]) -> "Examples":
        """Some of them."""
        chosen = [self.texts[row] for row in rows]
        return Examples(texts=chosen, labels=self.labels[rows], names=self.names)

    def _any(self, group: tuple[str, ...]) -> NDArray[np.bool_]:
        columns = [self.names.index(name) for name in group]
        return np.asarray(self.labels[:, columns].max(axis=1) > 0)


def goemotions(folder: Path, part: str) -> Examples:
    """One part: "train" or "dev"."""
    names = tuple((folder / "labels.txt").read_text().split())
    texts, rows = [], []
    with (folder / f"{part}.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            text, numbers, _ = line.split("\t")
            row = np.zeros(len(names), dtype=np.float32)
            row[[int(number) for number in numbers.split(",")]] = 1
            texts.append(text)
            rows.append(row)
    return Examples(texts=texts, labels=np.stack(rows), names=names)


def service_turns(folder: Path, names: tuple[str, ...]) -> Examples:
    """Customers' plain answers and requests of MultiDoGO, all neutral.

    Answers are as frequent as they are: among comments on Reddit "yes" approves, on the telephone
    it answers. Every second gets a full stop, as recognisers write one.
    """
    answers: list[str] = []
    requests: set[str] = set()
    for file in sorted(folder.glob("*.train.tsv")):
        with file.open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows, delimiter="\t"):
                if row["intent"] in _ANSWERS:
                    answers.append(row["utterance"])
                elif row["intent"] in _REQUESTS:
                    requests.add(row["utterance"])
    picked = np.random.default_rng(1).choice(answers, _MOST_ANSWERS, replace=False)
    texts = [*map(str, picked), *sorted(requests - set(answers))]
    texts = [f"{t}." if i % 2 and t[-1:].isalnum() else t for i, t in enumerate(texts)]
    labels = np.zeros((len(texts), len(names)), dtype=np.float32)
    labels[:, names.index("neutral")] = 1
    return Examples(texts=texts, labels=labels, names=names)
