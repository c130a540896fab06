"""First-contact resolution of the truth, straight from the definitions in METRICS.

It shares no line with the pipeline: it is the other hand that counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

COMPLETE_FROM = datetime(2026, 8, 30, 23, 0, tzinfo=UTC)  # Monday 31 August, London
HORIZON = datetime(2026, 10, 26, 0, 0, tzinfo=UTC)
LOOKBACK = timedelta(days=14)
WINDOWS_DAYS = (1, 2, 7, 14, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One contact on one issue."""

    contact_id: str
    start: datetime
    end: datetime
    eligible: bool
    inbound: bool
    chaser: bool  # a voicemail that was called back: the call-back is the index


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContact:
    """A contact that opened an issue, and what came after it."""

    contact_id: str
    thread_id: str
    end: datetime
    left_edge: bool
    next_event: datetime | None

    def closed(self, days: int) -> bool:
        """Whether the window has ended before the horizon."""
        return self.end + timedelta(days=days) <= HORIZON

    def failed(self, days: int) -> bool:
        """Whether the customer came back about it inside the window."""
        limit = self.end + timedelta(days=days)
        return self.next_event is not None and self.next_event <= limit


def first_contacts(threads: dict[str, list[Visit]]) -> list[FirstContact]:
    """Every contact which opens an issue and may enter a denominator, left edge included."""
    found = []
    for thread_id, visits in threads.items():
        for number, visit in enumerate(visits):
            before = [v for v in visits[:number] if not v.chaser]
            recent = any(visit.start - v.end <= LOOKBACK for v in before)
            if not visit.eligible or recent:
                continue
            later = [v.start for v in visits if v.inbound and v.start > visit.end]
            found.append(
                FirstContact(
                    contact_id=visit.contact_id,
                    thread_id=thread_id,
                    end=visit.end,
                    left_edge=visit.start < COMPLETE_FROM + LOOKBACK,
                    next_event=min(later, default=None),
                )
            )
    return sorted(found, key=lambda first: (first.end, first.thread_id))


def rates(firsts: Iterable[FirstContact]) -> list[dict[str, Any]]:
    """Numerator, denominator and rate for each window; open contacts are in neither term."""
    counted = [first for first in firsts if not first.left_edge]
    table = []
    for days in WINDOWS_DAYS:
        closed = [first for first in counted if first.closed(days)]
        good = sum(not first.failed(days) for first in closed)
        table.append(
            {
                "window_days": days,
                "numerator": good,
                "denominator": len(closed),
                "rate": round(good / len(closed), 4) if closed else None,
                "open": len(counted) - len(closed),
            }
        )
    return table
