"""How a contact ended, from both sides' words: evidence, weighed towards the end.

Each sentence may speak for an ending ("there it is, it's gone through" for resolved). A later one
counts more, since the last state is the outcome; the best-supported ending is the outcome, its
confidence the share of the support that it has. With little support it is unknown.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.insights import Commitment, Outcome, OutcomeLabel
from pipeline.taxonomy.phrases import Phrases, Spoken
from pipeline.types import Quote
from pipeline.understand.sentences import Sentence

LATE = 2.0
"""Evidence at the end counts as (1 + LATE) times that at the beginning, by the progress squared."""

LEAST = 0.6
"""Support below this is no support: unknown."""

MAX_QUOTES = 2
PARTING, FEWEST = 3, 6
"""Sentences at the end in which people part; contacts of fewer sentences say nothing."""

IN_PEACE = 0.3
"""Confidence of an outcome that only a friendly end speaks for."""

_FOR: Mapping[str, tuple[OutcomeLabel, float]] = {
    "solved": ("resolved", 1.0),
    "relieved": ("resolved", 1.2),
    "refused": ("unresolved", 0.7),
    "gives_up": ("unresolved", 1.2),
    "customer_must": ("unresolved", 0.6),
    "escalates": ("escalated", 2.0),
    "no_issue": ("not_applicable", 1.6),
    "transfers": ("transferred", 1.8),
}
"""What each rule of the phrase file's `ends` speaks for, and how loudly."""

_BY_CUSTOMER = frozenset({"relieved", "gives_up"})
_BY_AGENT = frozenset({"solved", "refused", "customer_must", "escalates", "transfers"})
_PROMISED = 1.1


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Words that speak for an ending, and how much they count where they stand."""

    label: OutcomeLabel
    points: float
    quote: Quote


def outcome(
    sentences: Sequence[Sentence], promises: Sequence[Commitment], *, spoken: Spoken
) -> Outcome:
    """The outcome with its confidence (0 to 1) and at most two quotes, the strongest first.

    Parameters
    ----------
    sentences : Sequence[Sentence]
        Of one contact, in order.
    promises : Sequence[Commitment]
        The contact's own.
    spoken : Spoken
        The phrases of each language; sentences in others aren't read.
    """
    found = [*_told(sentences, spoken), *_promised(sentences, promises)]
    support: dict[OutcomeLabel, float] = {}
    heard: Counter[OutcomeLabel] = Counter()
    for one in sorted(found, key=lambda one: -one.points):
        # A second word for the same ending adds half of its own, a third a quarter.
        share = 0.5 ** min(heard[one.label], 6)
        support[one.label] = support.get(one.label, 0.0) + one.points * share
        heard[one.label] += 1
    best = max(support, key=lambda label: (support[label], label), default=None)
    if best is None or support[best] < LEAST:
        return _without_evidence(sentences, spoken)
    quotes = sorted((e for e in found if e.label == best), key=lambda e: -e.points)
    return Outcome(
        label=best,
        confidence=round(support[best] / sum(support.values()), 4),
        quotes=tuple(e.quote for e in quotes[:MAX_QUOTES]),
    )


def _without_evidence(sentences: Sequence[Sentence], spoken: Spoken) -> Outcome:
    """People who part in peace with nothing left open mostly have what they came for."""
    parted = [one for one in sentences[-PARTING:] if _in_peace(one, spoken.get(one.language))]
    if len(sentences) < FEWEST or not parted:
        return Outcome(label="unknown", confidence=0.0)
    return Outcome(label="resolved", confidence=IN_PEACE, quotes=(parted[-1].quote,))


def _in_peace(sentence: Sentence, phrases: Phrases | None) -> bool:
    if phrases is None:
        return False
    kind = (*phrases.goodbye, *phrases.manners, *phrases.thanks)
    return any(pattern.search(sentence.plain) for pattern in kind)


def _told(sentences: Sequence[Sentence], spoken: Spoken) -> Iterator[_Evidence]:
    for at, sentence in enumerate(sentences):
        role, phrases = sentence.quote.role, spoken.get(sentence.language)
        if phrases is None:
            continue
        for name, pattern in phrases.ends:
            if (name in _BY_CUSTOMER and role == "agent") or (
                name in _BY_AGENT and role == "customer"
            ):
                continue
            if pattern.search(sentence.plain):
                label, points = _FOR[name]
                yield _Evidence(label, points * _weight(at, len(sentences)), sentence.quote)


def _promised(sentences: Sequence[Sentence], promises: Sequence[Commitment]) -> Iterator[_Evidence]:
    places = {sentence.quote: at for at, sentence in enumerate(sentences)}
    for promise in promises:
        if promise.role != "customer":
            weight = _weight(places[promise.quote], len(sentences))
            yield _Evidence("promised_follow_up", _PROMISED * weight, promise.quote)


def _weight(at: int, n: int) -> float:
    return 1 + LATE * ((at + 1) / n) ** 2
