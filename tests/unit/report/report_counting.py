"""Measures counted from rows, in a short way of its own.

The page must show what `Measures` says, whoever made it: the stage that does so isn't needed here.
"""

from datetime import UTC, datetime, timedelta

from pipeline.measures import (
    SCHEMA_VERSION,
    Bounds,
    Count,
    Coverage,
    FcrRow,
    Measures,
    Period,
    Rate,
    RepeatRow,
    SentimentRow,
    ThreadSummary,
)
from pipeline.types import Rejected

START = datetime(2025, 9, 1, 6, tzinfo=UTC)
HORIZON = datetime(2025, 10, 24, 17, 30, tzinfo=UTC)
MIN_N = 5


def rate(numerator: int, denominator: int) -> Rate:
    """A rate with Wilson's limits."""
    if not denominator:
        return Rate(numerator=0, denominator=0, rate=None, low=None, high=None, n_eff=0, small=True)
    n, p, z = denominator, numerator / denominator, 1.959964
    centre_, spread = p + z * z / (2 * n), z * ((p * (1 - p) + z * z / (4 * n)) / n) ** 0.5
    scale = 1 + z * z / n
    low, high = max(0.0, (centre_ - spread) / scale), min(1.0, (centre_ + spread) / scale)
    return Rate(
        numerator=numerator,
        denominator=n,
        rate=p,
        low=low,
        high=high,
        n_eff=float(n),
        small=n < MIN_N,
    )


def count_measures(
    contacts: list[dict], threads: list[list[dict]], rejected: list[Rejected], why: str | None
) -> Measures:
    counted = [] if why else [m for m in threads if m[0]["left_out"] is None]
    keyed = sum(c["customer_key"] is not None for c in contacts)
    left = [c.get("left_out") for c in contacts if c.get("left_out")]
    return Measures(
        schema_version=SCHEMA_VERSION,
        run_id="r-20251024",
        generated_at="2025-10-25T02:10:00+00:00",
        generated_by="firstcall 0.1.0",
        site="Sample Centre",
        definition=(
            "closed first contacts that no inbound contact about the same issue follows within "
            "7 days, divided by all closed first contacts."
        ),
        period=Period(
            first_day="2025-09-01",
            last_day="2025-10-26",
            timezone="Europe/Sofia",
            complete_from=START.isoformat(),
            left_edge_until=(START + timedelta(days=14)).isoformat(),
            horizon=HORIZON.isoformat(),
            lookback_days=14,
            primary_window_days=7,
        ),
        coverage=Coverage(
            recordings=len(contacts) + len(rejected),
            recordings_heard=len(contacts),
            recordings_quarantined=len(rejected),
            recordings_pending=0,
            audio_hours=0.38,
            texts_read=0,
            legs=len(contacts),
            contacts=len(contacts),
            contacts_with_key=keyed,
            identity_coverage=keyed / len(contacts) if contacts else None,
            merged_by_id=3,
            merged_by_inference=1,
            transfers=4,
            drops=1,
            index_contacts=len(contacts) - len(left),
            left_out=tuple(Count(name=n, count=left.count(n)) for n in sorted(set(left))),
            topic_unknown=0,
        ),
        why_no_fcr=why,
        fcr=tuple(_fcr_rows(counted)),
        repeats=tuple(_repeat_rows([] if why else threads)),
        threads=ThreadSummary(
            threads=len(threads),
            contacts=len(contacts),
            contacts_per_issue=len(contacts) / len(threads) if threads else None,
            with_repeat=sum(len(m) > 1 for m in threads),
            by_size=(),
        ),
        sentiment=tuple(_sentiment_rows(contacts)),
        first_agent_resolution=None if why or not counted else rate(21, 36),
    )


def _values(row: dict) -> dict[str, str]:
    year, week, _ = row["ended_at"].isocalendar()
    keys = {"topic": "topic", "agent": "agent_id", "team": "team", "queue": "queue"}
    return {
        "all": "all",
        "week": f"{year}-W{week:02d}",
        **{dimension: str(row[key]) for dimension, key in keys.items()},
    }


def _fcr_rows(threads: list[list[dict]]) -> list[FcrRow]:
    result = []
    for variant in ("any_contact", "same_issue"):
        for merges in ("all", "ids_only"):
            for window in (1.0, 2.0, 7.0, 14.0, 30.0):
                result += _fcr_of(threads, variant, merges, window)
    return result


def _fcr_of(threads: list[list[dict]], variant: str, merges: str, window: float) -> list[FcrRow]:
    groups: dict[tuple[str, str], list[bool | None]] = {}
    span = timedelta(days=window)
    for members in threads:
        end = members[0]["ended_at"]
        is_open = end + span > HORIZON
        again = any(m["started_at"] <= end + span for m in members[1:])
        for key in _values(members[0]).items():
            groups.setdefault(key, []).append(None if is_open else not again)
    result = []
    for (dimension, value), outcomes in sorted(groups.items()):
        closed = [o for o in outcomes if o is not None]
        fcr = rate(sum(closed), len(closed))
        result.append(
            FcrRow(
                variant=variant,
                merges=merges,
                window_days=window,
                dimension=dimension,
                value=value,
                fcr=fcr,
                open=len(outcomes) - len(closed),
                undetermined=0,
                bounds=Bounds(if_failed=fcr.rate, if_resolved=fcr.rate),
            )
        )
    return result


def _repeat_rows(threads: list[list[dict]]) -> list[RepeatRow]:
    groups: dict[tuple[str, str], list[bool]] = {}
    week = timedelta(days=7)
    for members in threads:
        for one, after in zip(members, [*members[1:], None], strict=True):
            if one["ended_at"] + week > HORIZON or one["left_out"] == "no_key":
                continue
            again = after is not None and after["started_at"] <= one["ended_at"] + week
            for key in _values(one).items():
                groups.setdefault(key, []).append(again)
    return [
        RepeatRow(window_days=7.0, dimension=d, value=v, repeats=rate(sum(o), len(o)))
        for (d, v), o in sorted(groups.items())
    ]


def _sentiment_rows(contacts: list[dict]) -> list[SentimentRow]:
    result = []
    for topic in sorted({str(c["topic"]) for c in contacts}):
        heard = [c["sentiment"] for c in contacts if c["topic"] == topic]
        result.append(
            SentimentRow(
                dimension="topic",
                value=topic,
                negative=heard.count("negative"),
                neutral=heard.count("neutral"),
                positive=heard.count("positive"),
            )
        )
    return result
