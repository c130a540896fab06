"""The issue statement: the sentence or two in which the customer says what is the matter.

Linking compares these statements between contacts, so courtesies and numbers are no part of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.ports import Matrix
from pipeline.taxonomy.phrases import Phrases
from pipeline.types import Quote
from pipeline.understand.sentences import Sentence
from pipeline.understand.topics import is_courtesy

MIN_WORDS = 4
MIN_POINTS = 0.35
PROBLEM_POINTS = 0.12
"""A phrase of the kind "isn't working" or "I'm calling about"; twice for two of them."""

LENGTH_POINTS = 0.012
FULL_LENGTH = 12
LATE_LOSS = 0.35
SECOND_SHARE = 0.8
"""The next sentence belongs to the statement when it has this share of the first one's points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """The statement, and its vector of length 1 (the mean of its sentences' vectors)."""

    quote: Quote
    embedding: tuple[float, ...]


def find_issue(
    sentences: Sequence[Sentence],
    embeddings: Matrix,
    likenesses: Matrix,
    *,
    duration_s: float,
    phrases: Phrases | None,
) -> Issue | None:
    """The best statement of the issue, or None where nobody states one."""
    sides = {sentence.quote.role for sentence in sentences if sentence.english}
    speaker = "customer" if "customer" in sides else "unknown"
    points = [
        _points(sentence, likenesses[i], speaker, duration_s, phrases)
        for i, sentence in enumerate(sentences)
    ]
    best = max(range(len(points)), key=lambda i: (points[i], -i), default=None)
    if best is None or points[best] < MIN_POINTS:
        return None
    chosen = [best]
    for beside in (best + 1, best - 1):
        near = 0 <= beside < len(points) and _together(sentences[beside], sentences[best])
        if near and points[beside] >= max(MIN_POINTS, SECOND_SHARE * points[best]):
            chosen = sorted([best, beside])
            break
    return Issue(quote=_quote([sentences[i] for i in chosen]), embedding=_mean(embeddings[chosen]))


def _points(
    sentence: Sentence, likenesses: Matrix, speaker: str, duration_s: float, phrases: Phrases | None
) -> float:
    if not sentence.english or sentence.quote.role != speaker or sentence.n_words < MIN_WORDS:
        return 0.0
    if is_courtesy(sentence, phrases):
        return 0.0
    cues = sum(1 for p in phrases.problem if p.search(sentence.plain)) if phrases else 0
    progress = min(1.0, sentence.quote.start_s / duration_s) if duration_s > 0 else 0.0
    told = float(likenesses.max()) + PROBLEM_POINTS * min(cues, 2)
    return (told + LENGTH_POINTS * min(sentence.n_words, FULL_LENGTH)) * (1 - LATE_LOSS * progress)


def _together(a: Sentence, b: Sentence) -> bool:
    """Whether one speaker said both; in mono without roles only one utterance is sure of that."""
    if a.quote.role == "unknown":
        return a.utterance == b.utterance
    return a.quote.role == b.quote.role and abs(a.utterance - b.utterance) <= 1


def _quote(parts: Sequence[Sentence]) -> Quote:
    first = parts[0].quote
    return Quote(
        recording_id=first.recording_id,
        start_s=first.start_s,
        end_s=max(part.quote.end_s for part in parts),
        role=first.role,
        text=" ".join(part.quote.text for part in parts),
        translated=any(part.quote.translated for part in parts),
        message=first.message,
    )


def _mean(embeddings: Matrix) -> tuple[float, ...]:
    mean = embeddings.mean(axis=0)
    return tuple(float(value) for value in mean / max(float(np.linalg.norm(mean)), 1e-12))
