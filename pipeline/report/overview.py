"""What the page says of the measures: which rows it shows, in what order, under which names.

Nothing is computed here that `Measures` doesn't hold; rows are chosen, named and put in order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.measures import (
    Dimension,
    FcrRow,
    Measures,
    Merges,
    Period,
    Rate,
    RepeatRow,
    SentimentRow,
    Variant,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """One window's FCR, in the four ways to count it; None where it was not counted."""

    window_days: float
    primary: bool
    same_issue: FcrRow | None
    any_contact: FcrRow | None
    same_issue_ids_only: FcrRow | None
    any_contact_ids_only: FcrRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """FCR of the first contacts that ended in one week; `row` is None where there were none.

    `closed`: every window of the week is over, so that the figure can't change any more.
    """

    monday: date
    closed: bool
    row: FcrRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """Repeats charged to one topic, queue, team or agent, under the name people know it by."""

    name: str
    repeats: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Repeats by one dimension, with a word on how far the numbers carry."""

    dimension: Dimension
    rows: tuple[GroupRow, ...]
    note: str


def fcr_row(
    measures: Measures,
    *,
    window_days: float,
    variant: Variant = "same_issue",
    merges: Merges = "all",
) -> FcrRow | None:
    """The row of all first contacts for one window and one way to count."""
    wanted = (variant, merges, window_days, "all")
    rows = (r for r in measures.fcr if (r.variant, r.merges, r.window_days, r.dimension) == wanted)
    return next(rows, None)


def windows(measures: Measures) -> tuple[WindowRow, ...]:
    """The window sensitivity table, shortest window first."""
    return tuple(
        WindowRow(
            window_days=window,
            primary=window == measures.period.primary_window_days,
            same_issue=fcr_row(measures, window_days=window),
            any_contact=fcr_row(measures, window_days=window, variant="any_contact"),
            same_issue_ids_only=fcr_row(measures, window_days=window, merges="ids_only"),
            any_contact_ids_only=fcr_row(
                measures, window_days=window, variant="any_contact", merges="ids_only"
            ),
        )
        for window in sorted({r.window_days for r in measures.fcr if r.dimension == "all"})
    )


def weeks(measures: Measures) -> tuple[Week, ...]:
    """Weeks of the primary window without a gap; a week without first contacts has no row."""
    period = measures.period
    rows = {_monday(r.value): r for r in _primary_fcr(measures, "week")}
    if not rows:
        return ()
    first, last = min(rows), max(rows)
    mondays = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    return tuple(Week(monday=m, closed=_is_over(m, period), row=rows.get(m)) for m in mondays)


def _monday(week: str) -> date:
    """The Monday of "2026-W10", or of any day in that week."""
    day = date.fromisoformat(f"{week}-1" if "W" in week and week.count("-") == 1 else week)
    return day - timedelta(days=day.weekday())


def _is_over(monday: date, period: Period) -> bool:
    """Whether a contact at the week's very end would be closed at the horizon."""
    next_monday = datetime.combine(
        monday + timedelta(weeks=1), datetime.min.time(), tzinfo=ZoneInfo(period.timezone)
    )
    window = timedelta(days=period.primary_window_days)
    return next_monday.timestamp() + window.total_seconds() <= (
        datetime.fromisoformat(period.horizon).timestamp()
    )


def _primary_fcr(measures: Measures, dimension: Dimension) -> list[FcrRow]:
    wanted = ("same_issue", "all", measures.period.primary_window_days, dimension)
    return [r for r in measures.fcr if (r.variant, r.merges, r.window_days, r.dimension) == wanted]


def fcr_groups(
    measures: Measures, dimension: Dimension, *, name: Callable[[str], str]
) -> tuple[FcrRow, ...]:
    """FCR by one dimension for the primary window, by the alphabet."""
    rows = _primary_fcr(measures, dimension)
    return tuple(sorted(rows, key=lambda row: (name(row.value).casefold(), row.value)))


def repeats_by(
    measures: Measures, dimension: Dimension, *, name: Callable[[str], str]
) -> tuple[RepeatRow, ...]:
    """Repeat rows of the primary window. Topics: most repeats first. All else: by the alphabet.

    Agents are never ranked, and neither are the teams and queues that stand for them.
    """
    window = measures.period.primary_window_days
    rows = [r for r in measures.repeats if (r.window_days, r.dimension) == (window, dimension)]
    if dimension == "topic":
        return tuple(sorted(rows, key=lambda r: (-r.repeats.numerator, name(r.value))))
    return tuple(sorted(rows, key=lambda r: (name(r.value).casefold(), r.value)))


def repeats_total(measures: Measures) -> Rate | None:
    """Repeats of all index contacts for the primary window."""
    return next((row.repeats for row in repeats_by(measures, "all", name=str)), None)


def group(measures: Measures, dimension: Dimension, *, name: Callable[[str], str]) -> Group:
    """The repeats of one dimension, ready to be shown."""
    rows = tuple(
        GroupRow(name=name(row.value), repeats=row.repeats)
        for row in repeats_by(measures, dimension, name=name)
    )
    return Group(dimension=dimension, rows=rows, note=_how_far(rows, dimension))


def _how_far(rows: tuple[GroupRow, ...], dimension: Dimension) -> str:
    small = sum(row.repeats.small for row in rows)
    if not small:
        return ""
    if small == len(rows):
        return (
            f"Every {dimension} rests on too few contacts to be compared: "
            "read the counts, not the rates."
        )
    return "Grey: too few contacts to be compared; read the count, not the rate."


def sentiment_by_topic(
    measures: Measures, *, name: Callable[[str], str]
) -> tuple[SentimentRow, ...]:
    """Sentiment a topic, the topics with most contacts first."""
    rows = [row for row in measures.sentiment if row.dimension == "topic"]
    return tuple(
        sorted(rows, key=lambda r: (-(r.negative + r.neutral + r.positive), name(r.value)))
    )
