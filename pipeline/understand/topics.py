"""What a contact is about: its sentences against each topic's example phrases.

A sentence is as near to a topic as to its nearest example, and a little to the next ones. The
contact's score for a topic is that of its best sentence, helped by the second; what customers say
early counts most. The agent's courtesies don't count. Where a site has trained its topics, their
scores stand in the place of the likeness to examples, and all else is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from pipeline.insights import TopicScore
from pipeline.ports import Encoded, Matrix, TextEncoder, TopicReader
from pipeline.taxonomy.loader import Taxonomy
from pipeline.taxonomy.phrases import Phrases
from pipeline.understand.sentences import Sentence

MIDDLE, SLOPE = 0.45, 0.07
"""Cosine of a score of 0.5, and how fast it rises: of 100 out-of-scope queries of CLINC150
5 reach a cosine of 0.40, which is a score of 0.35, the threshold."""

NEAREST = 3
NEAREST_SHARE = 0.7
"""A sentence's likeness: 0.7 of the nearest example's cosine, 0.3 of the mean of the nearest 3."""

ROLE_WEIGHT = {"customer": 1.0, "unknown": 1.0, "agent": 0.85}
LATE_LOSS = 0.2
SHORT_WORDS, SHORT_WEIGHT = 6, 0.9
"""A short sentence is like too much: "What does it cost?" is asked in any call."""

_LEAST = 0.001
"""Trained scores nearer to 0 and 1 than this say no more than it; see `score_of`."""

SECOND = 0.15
MIN_WORDS = 3
MAX_TOPICS = 3
BESIDE = 0.6
"""A further topic needs this share of the best one's score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicIndex:
    """The examples of all topics as vectors: `rows[i]` belongs to `topics[owner[i]]`."""

    topics: tuple[str, ...]
    rows: Matrix
    owner: NDArray[np.intp]


_INDEXES: WeakKeyDictionary[TextEncoder, dict[Taxonomy, TopicIndex]] = WeakKeyDictionary()


def topic_index(taxonomy: Taxonomy, encoder: TextEncoder) -> TopicIndex:
    """The taxonomy as the encoder reads it; worked out once for each encoder and taxonomy."""
    known = _INDEXES.setdefault(encoder, {})
    if taxonomy not in known:
        known[taxonomy] = _read(taxonomy, encoder)
    return known[taxonomy]


def _read(taxonomy: Taxonomy, encoder: TextEncoder) -> TopicIndex:
    texts, owner = [], []
    for number, topic in enumerate(taxonomy.topics):
        for text in (topic.description, *topic.phrases):
            texts.append(text)
            owner.append(number)
    return TopicIndex(
        topics=tuple(topic.id for topic in taxonomy.topics),
        rows=encoder.encode(texts),
        owner=np.array(owner),
    )


def likeness(embeddings: Matrix, index: TopicIndex) -> Matrix:
    """How like each sentence is to each topic, shape [n_sentences, n_topics], cosines."""
    cosines = embeddings @ index.rows.T
    columns = []
    for number in range(len(index.topics)):
        nearest = np.sort(cosines[:, index.owner == number], axis=1)[:, ::-1][:, :NEAREST]
        columns.append(NEAREST_SHARE * nearest[:, 0] + (1 - NEAREST_SHARE) * nearest.mean(axis=1))
    return np.stack(columns, axis=1).astype(np.float32)


def read_topics(
    encoded: Encoded, taxonomy: Taxonomy, encoder: TextEncoder, trained: TopicReader | None
) -> tuple[tuple[str, ...], Matrix]:
    """The topics, and how like each sentence is to each of them, [n_sentences, n_topics]."""
    if trained is None:
        index = topic_index(taxonomy, encoder)
        return index.topics, likeness(encoded.vectors, index)
    scores = np.clip(trained.scores(encoded), _LEAST, 1 - _LEAST)
    return trained.topics, (MIDDLE + SLOPE * np.log(scores / (1 - scores))).astype(np.float32)


def contact_topics(
    sentences: Sequence[Sentence],
    likenesses: Matrix,
    topics: Sequence[str],
    *,
    duration_s: float,
    threshold: float,
    phrases: Phrases | None,
) -> tuple[TopicScore, ...]:
    """Topics at or above the threshold, best first, at most 3; empty is `unknown`."""
    weights = np.array([_weight(s, duration_s, phrases) for s in sentences], dtype=np.float32)
    if not weights.any():
        return ()
    weighted = likenesses * weights[:, None]
    found = []
    for number, topic in enumerate(topics):
        order = np.argsort(-weighted[:, number], kind="stable")
        best = float(weighted[order[0], number])
        second = float(weighted[order[1], number]) if len(order) > 1 else 0.0
        score = score_of(best + SECOND * max(0.0, second - MIDDLE))
        if score >= threshold:
            quote = sentences[int(order[0])].quote
            found.append(TopicScore(topic=topic, score=round(score, 4), quote=quote))
    found.sort(key=lambda t: (-t.score, t.topic))
    return tuple(t for t in found[:MAX_TOPICS] if t.score >= BESIDE * found[0].score)


def score_of(cosine: float) -> float:
    """A likeness as a score from 0 to 1, 0.5 at MIDDLE."""
    return float(1 / (1 + np.exp(-(cosine - MIDDLE) / SLOPE)))


def is_courtesy(sentence: Sentence, phrases: Phrases | None) -> bool:
    """Greetings, names, numbers, "can I have your ...": they say nothing of the issue."""
    if phrases is None:
        return False
    idle = (*phrases.greeting, *phrases.identification, *phrases.manners)
    return any(pattern.search(sentence.plain) for pattern in idle)


def _weight(sentence: Sentence, duration_s: float, phrases: Phrases | None) -> float:
    if not sentence.english or sentence.n_words < MIN_WORDS or is_courtesy(sentence, phrases):
        return 0.0
    progress = min(1.0, sentence.quote.start_s / duration_s) if duration_s > 0 else 0.0
    length = SHORT_WEIGHT if sentence.n_words < SHORT_WORDS else 1.0
    return ROLE_WEIGHT[sentence.quote.role] * length * (1 - LATE_LOSS * progress)
