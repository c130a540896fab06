"""The contacts behind the figures: threads with their quotes, times, and why they were linked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from pipeline.report.names import Names
from pipeline.report.scope import Scope, best_links
from pipeline.report.words import clock, gap, moment

MAX_THREADS = 60
"""Threads on the page, largest first; threads.csv has all. Keeps a year's page openable."""

_DAY = timedelta(days=1)
_Row = dict[str, Any]  # a row as polars hands it over; it becomes a view at once


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """Words as evidence: who said them, where in what: "at 01:04", or "message 3" of a text."""

    text: str
    who: str
    at: str
    recording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One piece of the evidence that two contacts are about the same issue; None: not known."""

    name: str
    value: float | None
    weight: float
    points: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """Why a contact was linked to an earlier one; `parts` have the most points first."""

    earlier: str
    score: float
    decided_by: str
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """One contact on a thread's time line; `offset_days` counts from the first one's start."""

    contact_id: str
    when: str
    gap: str
    within_window: bool
    offset_days: float
    agent: str
    medium: str
    topic: str
    sentiment: str
    left_out: str
    evidence: str
    quotes: tuple[QuoteView, ...]
    link: LinkView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadView:
    """An issue that took more than one contact; it `lasted` from the first start to the last."""

    thread_id: str
    topic: str
    lasted: str
    contacts: tuple[ContactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Threads on the page, how many there are, and pairs found to be about different issues."""

    threads: tuple[ThreadView, ...]
    n_threads: int
    pairs_apart: int
    longest_days: float


def gather(
    scope: Scope,
    *,
    recordings: Mapping[str, str],
    window_days: float,
    names: Names,
) -> Evidence:
    """Threads of more than one contact, largest first, then the most recent.

    Parameters
    ----------
    scope : Scope
        The tables of the period.
    recordings : Mapping[str, str]
        Recording id to the masked name that people may see.
    window_days : float
        The primary window W, to mark contacts that came back within it.
    names : Names
        What topics are called.
    """
    members: dict[str, list[_Row]] = {}
    for row in scope.contacts.filter(pl.col("thread_size") > 1).sort("position").to_dicts():
        members.setdefault(row["thread_id"], []).append(row)
    links = {row["contact_b"]: row for row in best_links(scope).to_dicts()}
    maker = _Maker(scope, recordings, links, window_days * _DAY, names)
    ordered = sorted(members.values(), key=_largest_then_latest)
    views = tuple(maker.thread(rows) for rows in ordered[:MAX_THREADS])
    return Evidence(
        threads=views,
        n_threads=len(members),
        pairs_apart=scope.links.filter(~pl.col("same_issue")).height,
        longest_days=max((t.contacts[-1].offset_days for t in views), default=0.0),
    )


def _largest_then_latest(rows: list[_Row]) -> tuple[int, float, str]:
    started: datetime | None = rows[-1]["started_at"]
    return -len(rows), -(started.timestamp() if started else 0.0), rows[0]["thread_id"]


class _Maker:
    """Turns table rows into views; holds what all of them need."""

    def __init__(
        self,
        scope: Scope,
        recordings: Mapping[str, str],
        links: Mapping[str, _Row],
        window: timedelta,
        names: Names,
    ) -> None:
        self._zone, self._recordings, self._links = scope.zone, recordings, links
        self._window, self._names = window, names
        self._starts = dict(scope.contacts.select("contact_id", "started_at").iter_rows())

    def thread(self, rows: list[_Row]) -> ThreadView:
        lasted = _between(rows[0]["started_at"], rows[-1]["started_at"])
        return ThreadView(
            lasted="" if lasted is None else gap(lasted),
            thread_id=rows[0]["thread_id"],
            topic=self._names.topic(rows[0]["thread_topic"]),
            contacts=tuple(
                self._contact(row, earlier, rows)
                for row, earlier in zip(rows, [None, *rows[:-1]], strict=True)
            ),
        )

    def _contact(self, row: _Row, earlier: _Row | None, rows: list[_Row]) -> ContactView:
        waited = _between(earlier["ended_at"], row["started_at"]) if earlier else None
        link = self._links.get(row["contact_id"]) if earlier else None
        return ContactView(
            contact_id=row["contact_id"],
            when=moment(row["started_at"], self._zone),
            gap="" if waited is None else gap(waited),
            within_window=waited is not None and waited <= self._window,
            offset_days=(_between(rows[0]["started_at"], row["started_at"]) or 0 * _DAY) / _DAY,
            agent=row["agent_name"] or row["agent_id"] or "",
            medium=_medium(row),
            topic=self._names.topic(row["topic"]),
            sentiment=row["sentiment"] or "",
            left_out=row["left_out"] or "",
            evidence=row["evidence"] or "",
            quotes=self._quotes(row, link, rows),
            link=None if link is None else self._link(link),
        )

    def _quotes(self, row: _Row, link: _Row | None, rows: list[_Row]) -> tuple[QuoteView, ...]:
        """What it was about, and the words that a link rests on; each once, in spoken order."""
        own = [row["issue"], link["quote_b"] if link else None]
        later = (self._links.get(other["contact_id"]) for other in rows)
        own += [x["quote_a"] for x in later if x and x["contact_a"] == row["contact_id"]]
        said = {(q["recording_id"], q["start_s"], q["text"]): q for q in own if q and q["text"]}
        return tuple(self._quote(said[key]) for key in sorted(said))

    def _quote(self, quote: _Row) -> QuoteView:
        recording = quote["recording_id"] or ""
        return QuoteView(
            text=quote["text"],
            who=quote["role"] if quote["role"] in ("agent", "customer") else "",
            at=_place(quote),
            recording=self._recordings.get(recording, f"recording {recording[:8]}"),
        )

    def _link(self, link: _Row) -> LinkView:
        parts = tuple(
            PartView(
                name=part["name"],
                value=part["value"],
                weight=part["weight"] or 0.0,
                points=part["points"] or 0.0,
                why=self._why(part),
            )
            for part in link["parts"] or []
        )
        return LinkView(
            earlier=moment(self._starts.get(link["contact_a"]), self._zone),
            score=link["score"],
            decided_by=link["decided_by"],
            parts=tuple(sorted(parts, key=lambda part: (-part.points, part.name))),
        )

    def _why(self, part: _Row) -> str:
        why: str = part["why"] or ""
        return self._names.in_words(why) if part["name"] == "topic" else why


def _between(earlier: datetime | None, later: datetime | None) -> timedelta | None:
    return None if earlier is None or later is None else later - earlier


def _place(quote: _Row) -> str:
    """A message has a number; that it was counted in words is nobody's second."""
    number = quote["message"]
    return f"message {number}" if number else f"at {clock(quote['start_s'] or 0.0)}"


def _medium(row: _Row) -> str:
    direction = row["direction"]
    plain = direction in (None, "inbound", "unknown")
    return row["medium"] or "contact" if plain else f"{direction} {row['medium']}"
