"""What contacts without a topic have in common: topics that a site's list lacks.

Issue statements that mean nearly the same are put together (average linkage on cosines), and named
by the words that tell them from the rest (tf-idf over clusters).
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.ports import Matrix
from pipeline.understand.number_words import word_set

APART = 0.40
"""Clusters whose statements have a smaller mean cosine than this stay apart: of 24 intents of
CLINC150 among stray queries 23 come out as one cluster each; at 0.50 it is 19."""

SMALLEST = 3
MOST = 5000
"""Statements looked at; of more the last ones. The cosines of all pairs are held at a time."""

NAME_WORDS, EXAMPLES = 3, 8

_STOP = word_set(
    "what's who's where's how's there's let's "
    "a about after again all also am an and any are as at be because been before but by can "
    "can't cannot could couldn't did didn't do does doesn't doing don't for from get getting go "
    "going got had has have haven't he hello help her here hi him his how i i'd i'll i'm i've "
    "if in into is isn't it it's its just know like ll me my need no not now of off on one only "
    "or our out over please really right say see she should so some still tell than that that's "
    "the their them then there there's they they're this those to too try trying up us ve very "
    "want wanted was wasn't we well were what when where which who why will with won't would "
    "wouldn't yes you your you're calling call called phone"
)
_WORD = re.compile(r"[a-z][a-z'-]+")
_PLACEHOLDER = re.compile(r"\[[A-Z]+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTopic:
    """Statements that belong together: where they stand among those given, most typical first."""

    words: tuple[str, ...]
    members: tuple[int, ...]
    cohesion: float

    @property
    def id(self) -> str:
        """As topics.toml wants one."""
        return re.sub(r"[^a-z0-9]+", "_", "_".join(self.words)).strip("_")[:48] or "new_topic"


def new_topics(
    statements: Sequence[str], embeddings: Matrix, *, smallest: int = SMALLEST
) -> list[NewTopic]:
    """Clusters of statements, largest first.

    Parameters
    ----------
    statements : Sequence[str]
        Redacted, at most MOST.
    embeddings : Matrix
        Their vectors of length 1, shape [n, dimensions].
    smallest : int
        Fewer statements than this are no topic.
    """
    if len(statements) < max(2, smallest):
        return []
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(embeddings.astype(np.float64), method="average", metric="cosine")
    numbers = fcluster(np.maximum(tree, 0), t=1 - APART, criterion="distance")
    groups = [np.flatnonzero(numbers == number).tolist() for number in np.unique(numbers)]
    terms = [Counter(w for i in group for w in set(_words(statements[i]))) for group in groups]
    spread = Counter(word for told in terms for word in told)
    found = []
    for group, told in zip(groups, terms, strict=True):
        if len(group) < smallest:
            continue
        centre = embeddings[group].mean(axis=0)
        near = embeddings[group] @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
        members = tuple(group[i] for i in np.argsort(-near, kind="stable"))
        words = _name(told, spread, len(groups), len(group))
        found.append(NewTopic(words=words, members=members, cohesion=round(float(near.mean()), 3)))
    return sorted(found, key=lambda one: (-len(one.members), one.members))


def _words(text: str) -> list[str]:
    plain = _PLACEHOLDER.sub(" ", text).lower().replace("’", "'")
    return [word for word in _WORD.findall(plain) if word not in _STOP and len(word) > 2]


def _name(told: Counter[str], spread: Counter[str], n_groups: int, size: int) -> tuple[str, ...]:
    """Words that many of these statements have and few other clusters."""

    def weight(word: str) -> float:
        return told[word] / size * math.log((1 + n_groups) / (1 + spread[word]) + 1)

    chosen = sorted(told, key=lambda word: (-weight(word), word))[:NAME_WORDS]
    return tuple(chosen)


def as_toml(topic: NewTopic, statements: Sequence[str], *, taken: Sequence[str] = ()) -> str:
    """An entry for topics.toml, with the most typical statements as its phrases."""
    name = topic.id if topic.id[0].isalpha() else f"t_{topic.id}"[:48]
    name = f"{name[:46]}_2" if name in taken else name
    label = " ".join(topic.words).capitalize() or "New topic"
    phrases = list(dict.fromkeys(_plain(statements[i]) for i in topic.members))[:EXAMPLES]
    about = f"The customer speaks of {', '.join(topic.words)}."
    lines = [
        "[[topic]]",
        f'id = "{name}"',
        f"label = {_quoted(label)}",
        f"description = {_quoted(about)}",
        "first_line = true",
        "phrases = [",
        *(f"    {_quoted(phrase)}," for phrase in phrases),
        "]",
    ]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return " ".join(_PLACEHOLDER.sub(" ", text).split())


def _quoted(text: str) -> str:
    clean = "".join(c for c in text if c.isprintable())
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
