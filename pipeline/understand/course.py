"""A call's course: the customer's mood by quarter, where it turned, and how it ended.

Sentiment is that of the words, arousal that of the voice; together they give the quadrant: angry
(bad, roused), upset (bad, calm), content (good, calm), excited (good, roused).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.insights import Course, Ended, Quadrant, Quarter, TurningPoint, UtteranceSentiment
from pipeline.types import Quote, Transcript, Utterance, VoiceReading

NEGATIVE_TO, POSITIVE_FROM = -0.2, 0.2
"""Mean sentiment of an end of the call that counts as bad, as good."""

ROUSED_FROM, CALM_TO = 0.15, 0.0
TURN = 0.6
"""Change of mean sentiment from the utterances before to those after that makes a turning point."""

AROUND = 3
"""Utterances of the customer before and after that are compared."""

MAX_TURNS = 3


@dataclass(frozen=True, slots=True)
class _Mood:
    """One utterance of the customer and its sentiment."""

    index: int
    utterance: Utterance
    score: float


def course(
    utterances: Sequence[Utterance],
    sentiments: Sequence[UtteranceSentiment],
    transcript: Transcript,
    *,
    contact_score: float,
) -> Course | None:
    """The course of a contact whose customer is known; None where no customer's words were read.

    Parameters
    ----------
    utterances : Sequence[Utterance]
        What the sentiments' `index` counts: `pipeline.english.in_english(transcript)`.
    sentiments : Sequence[UtteranceSentiment]
        In order, without manners: "thank you, bye" is no mood.
    transcript : Transcript
        For its length, its voice readings and what was said.
    contact_score : float
        The contact's sentiment, end-weighted, -1 to 1.
    """
    moods = [
        _Mood(one.index, utterances[one.index], one.score)
        for one in sentiments
        if utterances[one.index].role == "customer"
    ]
    if not moods:
        return None
    length_s = max(transcript.duration_s, moods[-1].utterance.end_s, 1e-9)
    quarters = [_quarter(n, moods, transcript.voice, length_s) for n in range(4)]
    quadrant, confidence = _quadrant(contact_score, transcript.voice)
    return Course(
        quarters=(quarters[0], quarters[1], quarters[2], quarters[3]),
        turning_points=tuple(_turns(moods, utterances, transcript.recording_id)),
        ended=_ended(moods),
        quadrant=quadrant,
        quadrant_confidence=confidence,
    )


def _quarter(
    n: int, moods: Sequence[_Mood], voice: Sequence[VoiceReading], length_s: float
) -> Quarter:
    """Means over what begins in the quarter, weighted by words and by sure seconds."""
    said = [(m.score, len(m.utterance.words) or 1) for m in moods
            if _place(m.utterance.start_s, length_s) == n]  # fmt: skip
    heard = [(r.arousal, r.confidence * (r.end_s - r.start_s)) for r in voice
             if _place(r.start_s, length_s) == n]  # fmt: skip
    return Quarter(sentiment=_mean(said), arousal=_mean(heard))


def _place(at_s: float, length_s: float) -> int:
    return min(3, int(4 * at_s / length_s))


def _mean(weighted: Sequence[tuple[float, float]]) -> float | None:
    total = sum(weight for _, weight in weighted)
    if total <= 0:
        return None
    return round(sum(value * weight for value, weight in weighted) / total, 4)


def _turns(
    moods: Sequence[_Mood], utterances: Sequence[Utterance], recording_id: str
) -> Iterator[TurningPoint]:
    """The largest changes, none within AROUND utterances of a larger one, in order of time."""
    changes = []
    for at in range(1, len(moods)):
        before, after = moods[max(0, at - AROUND) : at], moods[at : at + AROUND]
        changes.append((_level(after) - _level(before), at))
    found: list[tuple[float, int]] = []
    for change, at in sorted(changes, key=lambda one: (-abs(one[0]), one[1])):
        apart = all(abs(at - other) >= AROUND for _, other in found)
        if abs(change) >= TURN and apart and len(found) < MAX_TURNS:
            found.append((change, at))
    for change, at in sorted(found, key=lambda one: one[1]):
        quote = _quote(_turned_by(moods[at], utterances), recording_id)
        start_s = moods[at].utterance.start_s
        yield TurningPoint(at_s=start_s, change=round(change, 4), quote=quote)


def _level(moods: Sequence[_Mood]) -> float:
    words = [len(mood.utterance.words) or 1 for mood in moods]
    return sum(m.score * n for m, n in zip(moods, words, strict=True)) / sum(words)


def _turned_by(mood: _Mood, utterances: Sequence[Utterance]) -> Utterance:
    """What the other side said right before, else the customer's own words."""
    before = utterances[mood.index - 1] if mood.index else None
    return before if before is not None and before.role != "customer" else mood.utterance


def _quote(utterance: Utterance, recording_id: str) -> Quote:
    return Quote(
        recording_id=recording_id,
        start_s=utterance.start_s,
        end_s=utterance.end_s,
        role=utterance.role,
        text=utterance.text,
    )


def _ended(moods: Sequence[_Mood]) -> Ended:
    """The last third beside the first: a bad beginning that ended well is recovered."""
    third = max(1, len(moods) // 3)
    if len(moods) < 2:
        return "steady"
    first, last = _level(moods[:third]), _level(moods[-third:])
    if first <= NEGATIVE_TO and last > max(NEGATIVE_TO, first + POSITIVE_FROM):
        return "recovered"
    return "lost" if first > NEGATIVE_TO and last <= NEGATIVE_TO else "steady"


def _quadrant(score: float, voice: Sequence[VoiceReading]) -> tuple[Quadrant | None, float]:
    arousal = _mean([(r.arousal, r.confidence * (r.end_s - r.start_s)) for r in voice])
    if arousal is None or NEGATIVE_TO < score < POSITIVE_FROM:
        return None, 0.0
    if CALM_TO < arousal < ROUSED_FROM:
        return None, 0.0
    sure = max(reading.confidence for reading in voice) * min(1.0, abs(score))
    roused = arousal >= ROUSED_FROM
    if score < 0:
        return ("angry" if roused else "upset"), round(sure, 4)
    return ("excited" if roused else "content"), round(sure, 4)
