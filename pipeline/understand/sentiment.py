"""How the words sound, not the voice: of each utterance, and of the contact.

A contact's sentiment is its customer's: the mean over utterances, weighted by their words and
towards the end, since how a contact ends is what the customer takes away. Where the sides are
unknown, all utterances count. Thanks and farewells don't: they are manners.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.insights import SentimentLabel, UtteranceSentiment
from pipeline.ports import Classifier, Encoded, Matrix
from pipeline.taxonomy.phrases import Phrases
from pipeline.types import Utterance
from pipeline.understand.emotions import likely
from pipeline.understand.sentences import Sentence

NEGATIVE_TO, POSITIVE_FROM = -0.15, 0.3
"""A contact whose score lies between is neutral. Uneven, since polite words are positive ones:
thanks and farewells of MultiDoGO's customers score 0.47 in the mean."""

END_WEIGHT = 3.0
"""A word at the end counts as 3 at the beginning; linear between."""

_ORDER: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feelings:
    """What the classifiers give of n sentences: `shares` [n, 3] of negative, neutral and positive,
    and `emotions` [n, n_labels] in the order of `emotion_classifier`'s labels.
    """

    shares: Matrix
    emotions: Matrix
    emotion_classifier: Classifier

    def of(self, rows: Sequence[int]) -> "Feelings":
        """Those of some of the sentences."""
        chosen = list(rows)
        return replace(self, shares=self.shares[chosen], emotions=self.emotions[chosen])


def feelings(encoded: Encoded, *, sentiment: Classifier, emotions: Classifier) -> Feelings:
    """Both classifiers' probabilities of each text."""
    columns = [sentiment.labels.index(label) for label in _ORDER]
    return Feelings(
        shares=sentiment.probabilities(encoded)[:, columns],
        emotions=emotions.probabilities(encoded),
        emotion_classifier=emotions,
    )


def utterance_sentiments(
    sentences: Sequence[Sentence], felt: Feelings
) -> tuple[UtteranceSentiment, ...]:
    """Sentiment and emotions of each utterance with an English sentence; `felt` is of the same
    sentences.

    `score` = P(positive) - P(negative), the mean over its sentences weighted by words.
    """
    by_utterance: dict[int, list[int]] = {}
    for row, sentence in enumerate(sentences):
        if sentence.english:
            by_utterance.setdefault(sentence.utterance, []).append(row)
    return tuple(
        _of_utterance(index, [sentences[row].n_words for row in rows], felt.of(rows))
        for index, rows in sorted(by_utterance.items())
    )


def counted(
    utterances: Sequence[Utterance], sentiments: Sequence[UtteranceSentiment], phrases: Phrases
) -> list[UtteranceSentiment]:
    """The customer's without manners; where the sides are unknown, everybody's."""
    found = [s for s in sentiments if not _is_manners(utterances[s.index], phrases)]
    customers = [s for s in found if utterances[s.index].role == "customer"]
    return customers or [s for s in found if utterances[s.index].role == "unknown"] or found


def contact_sentiment(
    utterances: Sequence[Utterance], sentiments: Sequence[UtteranceSentiment], *, duration_s: float
) -> tuple[SentimentLabel, float]:
    """Label and score (-1 to 1) of the contact, from those that are `counted`; neutral and 0 where
    nothing could be read.
    """
    total = weight = 0.0
    for sentiment in sentiments:
        utterance = utterances[sentiment.index]
        progress = min(1.0, utterance.end_s / duration_s) if duration_s > 0 else 1.0
        n_words = len(utterance.words) or len(utterance.text.split())
        share = n_words * (1 + (END_WEIGHT - 1) * progress)
        total, weight = total + share * sentiment.score, weight + share
    score = round(total / weight, 4) if weight else 0.0
    return _label(score), score


def _is_manners(utterance: Utterance, phrases: Phrases) -> bool:
    """ "Thank you, bye" ends the worst of contacts."""
    text = utterance.text.lower().replace("’", "'")
    return any(pattern.search(text) for pattern in phrases.manners)


def _of_utterance(index: int, n_words: Sequence[int], felt: Feelings) -> UtteranceSentiment:
    words = np.array(n_words, dtype=np.float64)
    shares = words @ felt.shares.astype(np.float64) / words.sum()
    return UtteranceSentiment(
        index=index,
        label=_ORDER[int(shares.argmax())],
        score=round(float(shares[2] - shares[0]), 4),
        emotions=likely(felt.emotions, felt.emotion_classifier),
    )


def _label(score: float) -> SentimentLabel:
    if score <= NEGATIVE_TO:
        return "negative"
    return "positive" if score >= POSITIVE_FROM else "neutral"
