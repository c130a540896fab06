"""What the trend report's one page shows, gathered for its template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from pipeline.masks import masked
from pipeline.measures import Dimension, FcrRow, Measures, Rate, SentimentRow
from pipeline.report.charts import trend
from pipeline.report.evidence import Evidence, gather
from pipeline.report.names import Names
from pipeline.report.overview import (
    Group,
    Week,
    WindowRow,
    fcr_groups,
    fcr_row,
    group,
    repeats_total,
    sentiment_by_topic,
    weeks,
    windows,
)
from pipeline.report.scope import Scope
from pipeline.report.sentences import (
    bounds_sentence,
    headline,
    left_out,
    most_repeats,
    not_in_report_yet,
    weeks_in_words,
)
from pipeline.report.words import moment, span_of_days
from pipeline.types import Rejected

_CHARGED: tuple[Dimension, ...] = ("topic", "queue", "team", "agent")
_WIDE, _NARROW = (760, 300), (356, 260)
"""Sizes of the trend for a page and for a telephone: scaling one would make its words too small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The period and its edges as people write them, in the site's zone."""

    period: str
    generated_at: str
    horizon: str
    complete_from: str
    left_edge_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """Everything the template shows that is not in `Measures` as it stands."""

    when: When
    headline: str
    why: str
    bounds: str
    main: FcrRow | None
    any_contact: FcrRow | None
    ids_only: FcrRow | None
    repeats: Rate | None
    windows: tuple[WindowRow, ...]
    weeks: tuple[Week, ...]
    weeks_small: str
    trends: tuple[tuple[str, Markup], ...]
    groups: tuple[Group, ...]
    fcr_groups: tuple[tuple[Dimension, tuple[FcrRow, ...]], ...]
    evidence: Evidence
    sentiment: tuple[SentimentRow, ...]
    left_out: tuple[tuple[str, int, str], ...]
    left_edge: int
    quarantine: tuple[Rejected, ...]
    later: str
    names: Names


def build_index(
    measures: Measures,
    tables: Scope,
    *,
    rejected: Sequence[Rejected],
    recordings: Mapping[str, str],
    topic_labels: Mapping[str, str],
) -> IndexPage:
    """The page of one period; the parameters are those of `write_report`."""
    names = Names(tables.contacts, topic_labels=topic_labels)
    window = measures.period.primary_window_days
    main, by_week = fcr_row(measures, window_days=window), weeks(measures)
    charged = [(d, names.of(d)) for d in _CHARGED]
    return IndexPage(
        when=_when(measures, tables),
        headline=headline(measures),
        why=most_repeats(measures, name=names.topic),
        bounds=bounds_sentence(main) if main else "",
        main=main,
        any_contact=fcr_row(measures, window_days=window, variant="any_contact"),
        ids_only=fcr_row(measures, window_days=window, merges="ids_only"),
        repeats=repeats_total(measures),
        windows=windows(measures),
        weeks=by_week,
        weeks_small=weeks_in_words(by_week),
        trends=_trends(by_week, main),
        groups=tuple(group(measures, d, name=name) for d, name in charged),
        fcr_groups=tuple((d, fcr_groups(measures, d, name=name)) for d, name in charged),
        evidence=gather(tables, recordings=recordings, window_days=window, names=names),
        sentiment=sentiment_by_topic(measures, name=names.topic),
        left_out=left_out(measures),
        left_edge=next((c.count for c in measures.coverage.left_out if c.name == "left_edge"), 0),
        quarantine=_quarantine(rejected),
        later=not_in_report_yet(measures),
        names=names,
    )


def _when(measures: Measures, tables: Scope) -> When:
    def local(text: str) -> str:
        return moment(datetime.fromisoformat(text) if text else None, tables.zone)

    period, days = measures.period, (tables.first_day, tables.last_day)
    return When(
        period=span_of_days(days[0], days[1]) if days[0] and days[1] else "no contacts yet",
        generated_at=local(measures.generated_at),
        horizon=local(period.horizon),
        complete_from=local(period.complete_from),
        left_edge_until=local(period.left_edge_until),
    )


def _trends(by_week: tuple[Week, ...], main: FcrRow | None) -> tuple[tuple[str, Markup], ...]:
    """The trend in both sizes, with the class that says where each is shown; none without weeks."""
    if not by_week:
        return ()
    overall = main.fcr.rate if main else None
    return tuple(
        (name, trend(by_week, overall=overall, width=width, height=height))
        for name, (width, height) in (("wide", _WIDE), ("narrow", _NARROW))
    )


def _quarantine(rejected: Sequence[Rejected]) -> tuple[Rejected, ...]:
    shown = (
        Rejected(item=masked(r.item), code=r.code, reason=masked(r.reason), remedy=r.remedy)
        for r in rejected
    )
    return tuple(sorted(shown, key=lambda r: (r.item, r.code, r.reason)))
