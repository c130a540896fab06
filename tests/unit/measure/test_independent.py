"""FCR once more, from the tables alone, contact by contact: numerator and denominator are equal."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from measurecentre import at, contact, measured, terms, whole_rows

LOOKBACK = timedelta(days=30)

REASONS = [None] * 6 + [
    "outbound", "abandoned", "voicemail_unanswered", "voicemail_answered", "spam", "no_evidence",
    "returned_call", "too_short",
]  # fmt: skip


@st.composite
def centres(draw: st.DrawFn) -> list[list[dict[str, object]]]:
    """Threads of a few customers, with every kind of contact, on a grid of quarter days."""
    threads: dict[tuple[int, int], list[dict[str, object]]] = {}
    for number in range(draw(st.integers(1, 14))):
        customer, issue = draw(st.integers(0, 2)), draw(st.integers(0, 1))
        reason = draw(st.sampled_from(REASONS))
        unheard = reason == "no_evidence"
        row = contact(
            f"k{number:02d}",
            draw(st.integers(0, 200)) / 4,
            customer=f"c{customer}",
            minutes=draw(st.sampled_from([0, 5, 360])),
            left_out=reason,
            direction="outbound" if reason == "outbound" else "inbound",
            evidence="pending" if unheard else "heard",
            topic="unknown" if unheard else "delivery",
            agent_id=draw(st.sampled_from(["a1", "a2"])),
        )
        threads.setdefault((customer, issue), []).append(row)
    return [sorted(t, key=lambda r: (r["started_at"], r["contact_id"])) for t in threads.values()]


def by_hand(
    threads: list[list[dict[str, Any]]],
    variant: str,
    days: float,
    horizon: datetime,
    complete_from: datetime,
) -> tuple[int, int]:
    """Resolved and closed, as METRICS.md reads."""
    window = timedelta(days=days)
    resolved = n = 0
    for thread in threads:
        live = [c for c in thread if not str(c["left_out"]).startswith("voicemail")]
        if not live or live[0]["left_out"] is not None:
            continue
        first = live[0]
        if first["started_at"] < complete_from + LOOKBACK or first["ended_at"] + window > horizon:
            continue
        after = [
            (c, c in thread)
            for other in threads
            for c in other
            if c["customer_key"] == first["customer_key"]
            and first["ended_at"] < c["started_at"] <= first["ended_at"] + window
            and c["left_out"] not in ("outbound", "spam", "returned_call")
        ]
        if variant == "any_contact":
            failed, unsure = bool(after), False
        else:
            real = [(c, own) for c, own in after if c["left_out"] not in ("abandoned", "too_short")]
            failed = any(own for _, own in real)
            unsure = any(c["left_out"] == "no_evidence" for c, _ in real)
        if failed or not unsure:
            n += 1
            resolved += not failed
    return resolved, n


@settings(max_examples=40, deadline=None)
@given(threads=centres(), horizon=st.integers(20, 70), begin=st.integers(-40, 10))
def test_fcr_equals_an_independent_count_for_every_window_and_variant(
    threads: list[list[dict[str, object]]], horizon: int, begin: int
) -> None:
    whole = whole_rows(*threads, horizon=horizon, complete_from=begin)
    assert len(whole) == 10
    for row in whole:
        truth = by_hand(threads, row.variant, row.window_days, at(horizon), at(begin))
        assert terms(row.fcr) == truth, (row.variant, row.window_days)


@settings(max_examples=5, deadline=None)
@given(threads=centres())
def test_groups_add_up_to_the_whole(threads: list[list[dict[str, object]]]) -> None:
    found = measured(*threads)
    for whole in (row for row in found.fcr if row.dimension == "all" and row.merges == "all"):
        for dimension in ("agent", "topic", "week", "queue", "team"):
            parts = [
                row
                for row in found.fcr
                if (row.variant, row.window_days, row.dimension, row.merges)
                == (whole.variant, whole.window_days, dimension, "all")
            ]
            sums = [sum(terms(row.fcr)[i] for row in parts) for i in (0, 1)]
            assert tuple(sums) == terms(whole.fcr)
            assert sum(row.open for row in parts) == whole.open
