"""METRICS.md, "Threads"."""

import random

import polars as pl
import pytest
from linkcentre import claim, insight, leg, linked, threads_of, vector

from pipeline.link.link import link
from pipeline.link.threads import joined
from pipeline.settings import Settings
from pipeline.tables import INSIGHTS, LEGS, rows


def score(value: float, *, decided: bool = False) -> tuple[float, bool]:
    return value, decided


def test_a_contact_joins_the_thread_with_the_highest_mean_score() -> None:
    scores = {
        "b": {"a": score(0.0)},
        "c": {"a": score(0.9), "b": score(0.0)},
        # Thread {a, c} has the nearest single member; {b} has the higher mean.
        "d": {"a": score(0.2), "b": score(0.6), "c": score(0.9)},
    }
    assert joined(["a", "b", "c", "d"], scores, threshold=0.5) == [["a", "c"], ["b", "d"]]


def test_a_mean_below_the_threshold_opens_a_new_thread() -> None:
    scores = {"b": {"a": score(0.6)}, "c": {"a": score(0.2), "b": score(0.7)}}
    assert joined(["a", "b", "c"], scores, threshold=0.5) == [["a", "b"], ["c"]]


def test_ties_go_to_the_latest_thread() -> None:
    scores = {"b": {"a": score(0.1)}, "c": {"a": score(0.8), "b": score(0.8)}}
    assert joined(["a", "b", "c"], scores, threshold=0.5) == [["a"], ["b", "c"]]


def test_an_equal_case_id_overrides_the_mean() -> None:
    scores = {
        "b": {"a": score(0.9)},
        "c": {"a": score(0.0), "b": score(0.0)},
        "d": {"a": score(1.0, decided=True), "b": score(0.0), "c": score(0.9)},
    }
    assert joined(["a", "b", "c", "d"], scores, threshold=0.7) == [["a", "b", "d"], ["c"]]


@pytest.mark.parametrize(("hours", "together"), [(48, True), (48.001, False)])
def test_links_reach_from_an_earlier_end_to_a_later_start_within_the_look_back(
    hours: float, together: bool
) -> None:
    found = linked([leg("a", 0, minutes=60), leg("b", 1 + hours)], lookback_days=2)
    assert (threads_of(found) == [["a", "b"]]) is together
    assert len(found.links) == int(together)


def test_a_thread_goes_on_beyond_the_look_back_through_its_later_contacts() -> None:
    found = linked([leg("a", 0), leg("b", 40), leg("c", 80)], lookback_days=2)
    assert threads_of(found) == [["a", "b", "c"]]


def test_contacts_without_a_customer_or_a_time_are_threads_of_one() -> None:
    found = linked(
        [leg("a", identifiers=[]), leg("b", identifiers=[]), leg("c", started_at=None), leg("d")]
    )
    assert threads_of(found) == [["a"], ["b"], ["c"], ["d"]]


def test_any_order_of_the_rows_gives_the_same_tables() -> None:
    dice = random.Random(7)
    legs, insights = [], []
    for number in range(60):
        name = f"l{number:02d}"
        customer = [f"phone:{dice.randrange(9)}"] + [f"customer:{dice.randrange(6)}"] * (number % 2)
        hours = dice.randrange(300)
        legs.append(leg(name, hours, identifiers=customer, dropped=number % 7 == 0))
        insights.append(
            insight(
                name,
                topic=dice.choice(["delivery", "billing", "unknown"]),
                issue_embedding=vector(dice.uniform(-1, 1)),
                claims=[claim(1, 4)] if number % 5 == 0 else [],
                entities=[{"kind": "order", "key": f"order:{dice.randrange(4)}"}],
            )
        )
    first = link(rows(legs, LEGS), rows(insights, INSIGHTS), settings=Settings())
    for _ in range(3):
        dice.shuffle(legs)
        dice.shuffle(insights)
        again = link(rows(legs, LEGS), rows(insights, INSIGHTS), settings=Settings())
        for name in ("contacts", "links", "threads"):
            assert getattr(again, name).equals(getattr(first, name)), name


def test_nothing_to_link_gives_empty_tables() -> None:
    found = link(pl.DataFrame(schema=LEGS), pl.DataFrame(schema=INSIGHTS), settings=Settings())
    assert (len(found.contacts), len(found.links), len(found.threads)) == (0, 0, 0)
