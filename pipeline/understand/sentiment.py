"""How the words sound, not the voice: of each utterance, and of the contact.

A contact's sentiment is its customer's: the mean over utterances, weighted by their words and
towards the end, since how a contact ends is what the customer takes away. Where the sides are
unknown, all utterances count. Thanks and farewells don't: they are manners.
"""

from collections.abc import Sequence

import numpy as np

from pipeline.insights import SentimentLabel, UtteranceSentiment
from pipeline.ports import Classifier, Matrix
from pipeline.taxonomy.phrases import Phrases
from pipeline.types import Utterance
from pipeline.understand.sentences import Sentence

NEGATIVE_TO, POSITIVE_FROM = -0.15, 0.3
"""A contact whose score lies between is neutral. Uneven, since polite words are positive ones:
thanks and farewells of MultiDoGO's customers score 0.47 in the mean."""

END_WEIGHT = 3.0
"""A word at the end counts as 3 at the beginning; linear between."""

_ORDER: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")


def utterance_sentiments(
    sentences: Sequence[Sentence], embeddings: Matrix, classifier: Classifier
) -> tuple[UtteranceSentiment, ...]:
    """Sentiment of each utterance with an English sentence; `embeddings` [n_sentences, n_dims].

    `score` = P(positive) - P(negative), the mean over its sentences weighted by words.
    """
    readable = [i for i, sentence in enumerate(sentences) if sentence.english]
    if not readable:
        return ()
    columns = [classifier.labels.index(label) for label in _ORDER]
    shares = classifier.probabilities(embeddings[readable])[:, columns]
    by_utterance: dict[int, list[tuple[int, Matrix]]] = {}
    for row, i in enumerate(readable):
        sentence = sentences[i]
        by_utterance.setdefault(sentence.utterance, []).append((sentence.n_words, shares[row]))
    return tuple(_of_utterance(index, parts) for index, parts in sorted(by_utterance.items()))


def contact_sentiment(
    utterances: Sequence[Utterance],
    sentiments: Sequence[UtteranceSentiment],
    *,
    duration_s: float,
    phrases: Phrases,
) -> tuple[SentimentLabel, float]:
    """Label and score (-1 to 1) of the contact; neutral and 0 where nothing could be read."""
    found = [s for s in sentiments if not is_manners(utterances[s.index], phrases)]
    customers = [s for s in found if utterances[s.index].role == "customer"]
    counted = customers or [s for s in found if utterances[s.index].role == "unknown"] or found
    total = weight = 0.0
    for sentiment in counted:
        utterance = utterances[sentiment.index]
        progress = min(1.0, utterance.end_s / duration_s) if duration_s > 0 else 1.0
        n_words = len(utterance.words) or len(utterance.text.split())
        share = n_words * (1 + (END_WEIGHT - 1) * progress)
        total, weight = total + share * sentiment.score, weight + share
    score = round(total / weight, 4) if weight else 0.0
    return _label(score), score


def is_manners(utterance: Utterance, phrases: Phrases) -> bool:
    """ "Thank you, bye" ends the worst of contacts."""
    text = utterance.text.lower().replace("’", "'")
    return any(pattern.search(text) for pattern in phrases.manners)


def _of_utterance(index: int, parts: list[tuple[int, Matrix]]) -> UtteranceSentiment:
    n_words = np.array([n for n, _ in parts], dtype=np.float64)
    shares = n_words @ np.array([row for _, row in parts], dtype=np.float64) / n_words.sum()
    label = _ORDER[int(shares.argmax())]
    return UtteranceSentiment(
        index=index, label=label, score=round(float(shares[2] - shares[0]), 4)
    )


def _label(score: float) -> SentimentLabel:
    if score <= NEGATIVE_TO:
        return "negative"
    return "positive" if score >= POSITIVE_FROM else "neutral"
