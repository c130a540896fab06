"""Exact arithmetic on time spans, shared by the stages."""

from collections.abc import Iterable, Sequence

from pipeline.types import Span


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Merge overlapping and touching spans; the result is sorted and disjoint.

    >>> union([Span(start_s=1, end_s=2), Span(start_s=0, end_s=1)])
    (Span(start_s=0, end_s=2),)
    """
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start_s, s.end_s)):
        if merged and span.start_s <= merged[-1].end_s:
            end_s = max(merged[-1].end_s, span.end_s)
            merged[-1] = Span(start_s=merged[-1].start_s, end_s=end_s)
        else:
            merged.append(span)
    return tuple(merged)


def total_s(spans: Iterable[Span]) -> float:
    """Seconds covered by the union of the spans."""
    return sum(span.end_s - span.start_s for span in union(spans))


def overlap_s(a: Span, b: Span) -> float:
    """Seconds that two spans share, 0 where they don't touch."""
    return max(0.0, min(a.end_s, b.end_s) - max(a.start_s, b.start_s))


def covering(spans: Sequence[Span], span: Span) -> float:
    """Share of `span` (0 to 1) that the union of `spans` covers; 0 for an empty span."""
    length_s = span.end_s - span.start_s
    if length_s <= 0:
        return 0.0
    return sum(overlap_s(part, span) for part in union(spans)) / length_s
