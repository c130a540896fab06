"""METRICS.md, "Index and event" and "FCR": each line with a worked example."""

from typing import Any

import pytest
from measurecentre import at, contact, measured, row, terms

from pipeline.errors import SettingsError


def fcr(*threads: list[dict[str, object]], days: float = 7, **more: Any) -> tuple[int, int]:
    return terms(row(measured(*threads, **more), days).fcr)


def test_four_of_five_first_contacts_resolved_are_80_percent() -> None:
    threads = [[contact(f"x{i}", 0, customer=f"c{i}")] for i in range(4)]
    failed = [contact("y", 0, customer="c9"), contact("z", 3, customer="c9")]
    found = row(measured(*threads, failed)).fcr
    assert (found.numerator, found.denominator, found.rate) == (4, 5, 0.8)


def test_an_event_counts_from_just_after_the_end_up_to_and_with_the_windows_last_second() -> None:
    second = 1 / 86400
    for gap, resolved in [(0, 1), (second, 0), (7, 0), (7 + second, 1)]:
        assert fcr([contact("a", 0), contact("b", gap)]) == (resolved, 1), gap


def test_the_window_runs_from_the_end_and_not_from_the_start() -> None:
    long = contact("a", 0, minutes=60)
    assert fcr([long, contact("b", 7 + 1 / 24)]) == (0, 1)


def test_windows_are_elapsed_seconds_whatever_the_clocks_do() -> None:
    # Sofia's clocks go back on 25 October 2026, day 48: seven calendar days are 169 hours.
    first, same_hour = contact("a", 45), contact("b", 52 + 1 / 24)
    assert fcr([first, same_hour], horizon=90, timezone="Europe/Sofia") == (1, 1)


def test_only_closed_contacts_count_and_open_ones_are_in_neither_term_failed_or_not() -> None:
    threads = (
        [contact("a", 0)],
        [contact("b", 5, customer="c2"), contact("c", 6, customer="c2")],
        [contact("d", 6, customer="c3")],
    )
    found = row(measured(*threads, horizon=7))
    assert (terms(found.fcr), found.open) == ((1, 1), 2)
    found = row(measured(*threads, horizon=12.99))
    assert (terms(found.fcr), found.open) == ((1, 2), 1)


def test_nothing_after_the_horizon_counts() -> None:
    found = measured([contact("a", 0)], [contact("b", 9, customer="c2")], horizon=8)
    assert (terms(row(found).fcr), row(found).open, found.threads.threads) == ((1, 1), 0, 1)


def test_the_horizon_is_the_last_contacts_end_when_nobody_states_one() -> None:
    found = measured([contact("a", 0)], [contact("b", 7, customer="c2")], horizon=None)
    assert (terms(row(found).fcr), row(found).open) == ((1, 1), 1)
    later = measured([contact("a", 0)], horizon=None, as_of=at(7))
    assert terms(row(later).fcr) == (1, 1)
    assert later.period.horizon == "2026-09-14T09:00:00Z"


def test_a_first_contact_within_the_look_back_of_the_datas_beginning_is_left_edge() -> None:
    for start, counted in [(29.99, 0), (30, 1)]:
        found = measured([contact("a", start)], complete_from=0)
        assert row(found).fcr.denominator == counted
        names = {c.name: c.count for c in found.coverage.left_out}
        assert names == ({} if counted else {"left_edge": 1})
        assert found.coverage.index_contacts == counted


def test_a_later_contact_of_a_thread_is_no_first_contact() -> None:
    assert fcr([contact("a", 0), contact("b", 10), contact("c", 12)]) == (1, 1)


def test_a_contact_about_another_issue_is_an_event_in_the_any_contact_variant_only() -> None:
    found = measured([contact("a", 0)], [contact("b", 3, topic="billing")])
    assert terms(row(found).fcr) == (2, 2)
    assert terms(row(found, variant="any_contact").fcr) == (1, 2)


@pytest.mark.parametrize("reason", ["abandoned", "too_short"])
def test_abandoned_and_too_short_attempts_are_events_of_any_contact_only(reason: str) -> None:
    found = measured([contact("a", 0), contact("b", 3, left_out=reason)])
    assert terms(row(found).fcr) == (1, 1)
    assert terms(row(found, variant="any_contact").fcr) == (0, 1)


@pytest.mark.parametrize(
    "more",
    [
        {"left_out": "outbound", "direction": "outbound"},
        {"left_out": "internal", "direction": "internal"},
        {"left_out": "returned_call"},
        {"left_out": "spam"},
    ],
)
def test_what_is_no_attempt_of_the_customer_is_no_event(more: dict[str, object]) -> None:
    found = measured([contact("a", 0), contact("b", 3, **more)])
    assert terms(row(found).fcr) == terms(row(found, variant="any_contact").fcr) == (1, 1)


def test_an_outbound_contact_neither_ends_nor_censors_the_window() -> None:
    out = contact("o", 2, left_out="outbound", direction="outbound")
    assert fcr([contact("a", 0), out, contact("b", 5)]) == (0, 1)


@pytest.mark.parametrize("medium", ["call", "voicemail", "chat", "ticket"])
def test_any_inbound_medium_is_an_event(medium: str) -> None:
    reason = "voicemail_unanswered" if medium == "voicemail" else None
    assert fcr([contact("a", 0), contact("b", 3, medium=medium, left_out=reason)]) == (0, 1)


def test_the_answered_call_back_is_the_first_contact_and_earlier_chasers_are_no_events() -> None:
    chasers = [contact(f"v{i}", i, left_out="voicemail_answered") for i in range(2)]
    back = contact("back", 2, direction="outbound")
    assert fcr([*chasers, back]) == (1, 1)
    assert fcr([*chasers, back, contact("again", 4)]) == (0, 1)


def test_an_unanswered_voicemail_is_in_neither_term() -> None:
    found = measured([contact("v", 0, left_out="voicemail_unanswered")])
    assert row(found).fcr.denominator == 0
    assert [(c.name, c.count) for c in found.coverage.left_out] == [("voicemail_unanswered", 1)]


def test_an_attempt_that_nobody_heard_leaves_the_outcome_undetermined_with_bounds() -> None:
    unheard = contact("q", 3, left_out="no_evidence", evidence="quarantined", topic="unknown")
    others = [[contact(f"x{i}", 0, customer=f"c{i + 2}")] for i in range(3)]
    found = row(measured([contact("a", 0)], [unheard], *others))
    assert (terms(found.fcr), found.undetermined) == ((3, 3), 1)
    assert (found.bounds.if_failed, found.bounds.if_resolved) == (0.75, 1.0)


def test_an_unheard_attempt_whose_topic_the_site_states_is_evidence() -> None:
    known = contact("q", 3, evidence="none", topic="billing")
    assert row(measured([contact("a", 0)], [known])).undetermined == 0


def test_a_certain_failure_stays_one_beside_an_unheard_attempt() -> None:
    unheard = contact("q", 3, left_out="no_evidence", evidence="pending", topic="unknown")
    found = row(measured([contact("a", 0), contact("b", 5)], [unheard]))
    assert (terms(found.fcr), found.undetermined) == ((0, 1), 0)


def test_groups_select_first_contacts_by_their_own_values() -> None:
    first = contact("a", 0, agent_id="a1", queue="front", team="red")
    repeat = contact("b", 2, agent_id="a2", queue="back", team="blue")
    found = measured([first, repeat], [contact("c", 0, customer="c2", agent_id=None)])
    assert terms(row(found, dimension="agent", value="a1").fcr) == (0, 1)
    assert terms(row(found, dimension="agent", value="unknown").fcr) == (1, 1)
    assert terms(row(found, dimension="queue", value="front").fcr) == (0, 1)
    assert terms(row(found, dimension="team", value="red").fcr) == (0, 1)
    assert {r.value for r in found.fcr if r.dimension == "agent"} == {"a1", "unknown"}


def test_a_week_is_the_iso_week_of_the_end_in_the_sites_zone() -> None:
    late_on_sunday = contact("a", 6 + 13 / 24)  # 22:00 UTC on Sunday 13 September, 01:00 in Sofia
    for zone, week in [("UTC", "2026-W37"), ("Europe/Sofia", "2026-W38")]:
        found = measured([late_on_sunday], timezone=zone)
        assert terms(row(found, dimension="week", value=week).fcr) == (1, 1)


def test_per_agent_36_of_50_are_72_percent() -> None:
    threads = [[contact(f"x{i}", 0, customer=f"c{i}")] for i in range(36)]
    for i in range(36, 50):
        threads.append(
            [contact(f"x{i}", 0, customer=f"c{i}"), contact(f"y{i}", 1, customer=f"c{i}")]
        )
    assert row(measured(*threads), dimension="agent", value="a1").fcr.rate == 0.72


def test_the_period_selects_first_contacts_by_their_local_day_and_seeks_repeats_among_all() -> None:
    day = at(0).date()
    threads = ([contact("a", 0), contact("b", 3)], [contact("c", 1, customer="c2")])
    found = measured(*threads, first_day=day, last_day=day)
    assert terms(row(found).fcr) == (0, 1)
    assert (found.coverage.contacts, found.period.last_day) == (1, "2026-09-07")


def test_complete_up_to_midnight_ends_the_period_on_the_day_before() -> None:
    from datetime import UTC, datetime

    from pipeline.measure.scope import scope
    from pipeline.settings import Settings
    from pipeline.tables import CONTACTS, rows

    found = scope(
        rows([], CONTACTS),
        settings=Settings(),
        first_day=None,
        last_day=None,
        as_of=datetime(2026, 10, 26, tzinfo=UTC),
    )
    assert str(found.last_day) == "2026-10-25"


def test_fcr_is_also_given_without_inferred_merges() -> None:
    apart = ([contact("a", 0), contact("b", 0.01)],)
    found = measured([contact("a", 0, minutes=20, merged="inferred")], ids_only=apart)
    assert terms(row(found).fcr) == (1, 1)
    assert terms(row(found, merges="ids_only").fcr) == (0, 1)


def test_a_window_beyond_the_look_back_is_refused() -> None:
    from pipeline.measure.scope import scope
    from pipeline.settings import Link, Measure, Settings
    from pipeline.tables import CONTACTS, rows

    settings = Settings(link=Link(lookback_days=5), measure=Measure(primary_window_days=7))
    empty = rows([], CONTACTS)
    with pytest.raises(SettingsError, match=r"7 days is longer than link.lookback_days, 5"):
        scope(empty, settings=settings, first_day=None, last_day=None, as_of=None)
    shorter = Settings(link=Link(lookback_days=14))
    found = scope(empty, settings=shorter, first_day=None, last_day=None, as_of=None)
    assert found.windows_days == (1, 2, 7, 14)


def test_first_agent_resolution_asks_for_no_transfer_too() -> None:
    found = measured([contact("a", 0)], [contact("b", 0, customer="c2", transfers=1)])
    assert found.first_agent_resolution is not None
    assert terms(found.first_agent_resolution) == (1, 2)
