"""What a redaction rule finds: words of a stream, and what they are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pipeline.understand.streams import Stream

Ref = tuple[int, int]
"""(utterance index, word index) in a transcript."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of a transcript that are told as one value of a kind, such as "card" or "order".

    `value` is what was said, for the echo of the other side and, of orders and cases, for the
    keyed hash; it lives in memory only.
    """

    kind: str
    refs: tuple[Ref, ...]
    value: str = ""


def hit(stream: Stream, kind: str, first: int, last: int, value: str = "") -> Hit:
    """A hit on words `first` to `last`, both included."""
    return Hit(kind=kind, refs=stream.refs[first : last + 1], value=value)


def taken(hits: Iterable[Hit]) -> set[Ref]:
    """All words that are spoken for."""
    return {ref for found in hits for ref in found.refs}


def free(stream: Stream, first: int, last: int, spoken_for: Collection[Ref]) -> bool:
    """Whether none of the words `first` to `last` belongs to a hit already."""
    return not any(ref in spoken_for for ref in stream.refs[first : last + 1])
