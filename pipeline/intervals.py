"""Exact arithmetic on time spans, shared by the stages."""

from collections.abc import Iterable

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
