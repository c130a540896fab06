"""The emotions in what people say: of each utterance, and the customer's in the contact.

An emotion that shows in one sentence was there, so an utterance has the largest probability of its
sentences, and a contact that of its utterances. Neutral is what shows nothing else: it has the
smallest. Probabilities are the classifier's, which are calibrated for single sentences.
"""

from collections.abc import Sequence
from typing import cast, get_args

from pipeline.errors import ModelError
from pipeline.insights import Emotion, EmotionScore, UtteranceSentiment
from pipeline.ports import Classifier, Matrix

OF_CONTACT = 0.5
"""A contact has many sentences, and so many chances to be misread: less isn't told of it."""

_KNOWN = frozenset(get_args(Emotion))


def likely(probabilities: Matrix, classifier: Classifier) -> tuple[EmotionScore, ...]:
    """Emotions that sentences show together, best first; `probabilities` [n_sentences, n_labels].

    Raises
    ------
    ModelError
        The classifier has labels that are none of `Emotion`.
    """
    if not set(classifier.labels) <= _KNOWN:
        raise ModelError(
            classifier.provenance.model,
            f"names {sorted(set(classifier.labels) - _KNOWN)}, which are no emotions of ours",
            remedy=f"Map its labels to some of {', '.join(get_args(Emotion))}",
            code="labels",
        )
    found = []
    rows = enumerate(zip(classifier.labels, classifier.thresholds, strict=True))
    for column, (label, threshold) in rows:
        shown = probabilities[:, column]
        most = float(shown.min() if label == "neutral" else shown.max())
        if most >= threshold:
            emotion = cast(Emotion, label)
            found.append(EmotionScore(emotion=emotion, probability=round(most, 4)))
    return _best_first(found)


def contact_emotions(counted: Sequence[UtteranceSentiment]) -> tuple[EmotionScore, ...]:
    """Emotions of a contact from the utterances that count, best first."""
    most: dict[Emotion, float] = {}
    for utterance in counted:
        for score in utterance.emotions:
            most[score.emotion] = max(score.probability, most.get(score.emotion, 0.0))
    told = [
        EmotionScore(emotion=emotion, probability=probability)
        for emotion, probability in most.items()
        if emotion != "neutral" and probability >= OF_CONTACT
    ]
    if told or "neutral" not in most:
        return _best_first(told)
    calm = [s.probability for u in counted for s in u.emotions if s.emotion == "neutral"]
    return (EmotionScore(emotion="neutral", probability=min(calm)),)


def _best_first(scores: Sequence[EmotionScore]) -> tuple[EmotionScore, ...]:
    return tuple(sorted(scores, key=lambda s: (-s.probability, s.emotion)))
