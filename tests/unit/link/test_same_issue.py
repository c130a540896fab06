"""The score: which evidence links, and which doesn't."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linkcentre import claim, insight, leg, linked, vector

from pipeline.link.link import link
from pipeline.settings import Settings, Site
from pipeline.tables import INSIGHTS, LEGS, rows


def pair(
    a: dict[str, object] | None = None,
    b: dict[str, object] | None = None,
    *,
    leg_a: dict[str, object] | None = None,
    leg_b: dict[str, object] | None = None,
    days: int = 2,
) -> dict[str, object]:
    legs = [leg("a") | (leg_a or {}), leg("b", 24 * days) | (leg_b or {})]
    found = linked(legs, [insight("a", **(a or {})), insight("b", **(b or {}))])
    return found.links.row(0, named=True)


def said(cosine: float, topic: str = "delivery", **more: object) -> dict[str, object]:
    topics = [] if topic == "unknown" else [topic]
    return {"issue_embedding": vector(cosine), "topic": topic, "topics": topics} | more


def order(key: str) -> dict[str, object]:
    return {"entities": [{"kind": "order", "key": f"order:{key}"}]}


FIRST = said(1.0)


@pytest.mark.parametrize(
    ("later", "same"),
    [
        (said(0.50), True),
        (said(0.31), True),
        (said(0.25), False),
        (said(0.50, "billing"), False),
        (said(0.75, "billing"), True),
        (said(0.45, "unknown"), True),
        (said(0.35, "unknown"), False),
        (said(0.35, "unknown", claims=[claim()]), True),
        (said(0.30, "billing", claims=[claim()]), False),
        (said(0.30, "billing", claims=[claim(2, 2)]), True),
        (said(0.30, "billing", claims=[claim(9, 9)]), False),
        (said(0.30, "billing") | order("1"), False),
    ],
)
def test_topic_statement_and_claim_add_up(later: dict[str, object], same: bool) -> None:
    assert pair(FIRST, later)["same_issue"] is same


def test_the_same_order_needs_little_else_and_another_order_speaks_against() -> None:
    one = FIRST | order("1")
    assert pair(one, said(0.30, "billing") | order("1"))["same_issue"] is True
    assert pair(one, said(0.90) | order("2"))["same_issue"] is False
    assert pair(one, said(0.90) | order("2") | {"claims": [claim(2, 2)]})["same_issue"] is True


def test_stated_orders_that_differ_outweigh_words_alike_and_a_claim() -> None:
    later = said(0.55, claims=[claim(2, 2)])
    orders = {"leg_a": {"order_key": "order:1"}, "leg_b": {"order_key": "order:2"}}
    assert pair(FIRST, later)["same_issue"] is True
    assert pair(FIRST, later, **orders)["same_issue"] is False


@pytest.mark.parametrize("topic", ["delivery", "billing", "unknown"])
def test_no_words_outweigh_order_numbers_that_the_site_states(topic: str) -> None:
    orders = {"leg_a": {"order_key": "order:1"}, "leg_b": {"order_key": "order:2"}}
    later = said(1.0, topic, claims=[claim(2, 2)])
    assert pair(FIRST, later, **orders)["same_issue"] is False
    assert pair(FIRST | order("1"), said(1.0, topic) | order("2"))["same_issue"] is False


def test_a_shared_amount_helps_and_another_amount_says_nothing() -> None:
    def amount(key: str) -> dict[str, object]:
        return {"entities": [{"kind": "amount", "key": f"amount:{key}"}]}

    plain = pair(FIRST, said(0.25))["score"]
    assert pair(FIRST | amount("1"), said(0.25) | amount("1"))["score"] > plain
    assert pair(FIRST | amount("1"), said(0.25) | amount("2"))["score"] == plain


def test_equal_case_ids_decide_and_different_ones_are_no_evidence() -> None:
    unlike = said(0.0, "billing")
    cases = {"leg_a": {"case_key": "case:1"}, "leg_b": {"case_key": "case:1"}}
    found = pair(FIRST, unlike, **cases)
    assert (found["decided_by"], found["same_issue"], found["score"]) == ("case_id", True, 1.0)
    cases["leg_b"] = {"case_key": "case:2"}
    assert pair(FIRST, said(0.5), **cases)["score"] == pair(FIRST, said(0.5))["score"]


def test_where_only_the_sites_topics_exist_they_decide() -> None:
    bare = {"evidence": "none", "recording_id": None}
    legs = [
        leg("a", 0, topic="billing") | bare,
        leg("b", 9, topic="billing") | bare,
        leg("c", 12, topic="delivery") | bare,
    ]
    assert linked(legs).links["same_issue"].to_list() == [True, False, False]


def test_a_topic_of_the_sites_words_and_a_heard_one_do_not_contradict_each_other() -> None:
    found = pair(FIRST, said(0.45, "delivery"), leg_b={"topic": "WISMO"})
    assert found["parts"][0]["value"] == 1.0
    found = pair(FIRST, said(0.45, "unknown"), leg_b={"topic": "WISMO"})
    assert (found["parts"][0]["value"], found["same_issue"]) == (None, True)


def test_a_claim_goes_to_the_contact_of_the_day_that_fits_best() -> None:
    legs = [leg("a", 0), leg("b", 3), leg("c", 48)]
    found = linked(
        legs,
        [
            insight("a", **said(1.0, "delivery")),
            insight("b", **said(-1.0, "billing")),
            insight("c", **said(0.3, "unknown", claims=[claim(2, 2)])),
        ],
    )
    last = found.links.filter(found.links["contact_b"] == "c")
    assert dict(last.select("contact_a", "same_issue").rows()) == {"a": True, "b": False}


def test_days_are_counted_in_the_sites_zone_not_in_utc() -> None:
    # 23:30 UTC on Monday is Tuesday in Sofia; the later call is on Wednesday in both.
    legs = rows([leg("a", 15.5), leg("b", 48)], LEGS)
    later = insight("b", **said(0.3, "billing", claims=[claim(1, 1)]))
    heard = rows([insight("a", **FIRST), later], INSIGHTS)
    values = {}
    for zone in ("UTC", "Europe/Sofia"):
        found = link(legs, heard, settings=Settings(site=Site(timezone=zone))).links
        values[zone] = found["parts"][0][3]["value"]
    assert values == {"UTC": 0.7, "Europe/Sofia": 1.0}


@settings(max_examples=25, deadline=None)
@given(
    cosine=st.floats(-1, 1),
    topic=st.sampled_from(["delivery", "billing", "unknown"]),
    entity=st.sampled_from(["1", "2"]),
    claims=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=2),
)
def test_the_score_is_the_sum_of_its_parts_between_0_and_1(
    cosine: float, topic: str, entity: str, claims: list[tuple[int, int]]
) -> None:
    dated = [claim(first, first + more) for first, more in claims]
    found = pair(FIRST | order("1"), said(cosine, topic, claims=dated) | order(entity))
    parts = found["parts"]
    assert [part["name"] for part in parts] == ["topic", "statement", "entity", "claim"]
    for part in parts:
        assert part["points"] == pytest.approx((part["value"] or 0) * part["weight"], abs=1e-6)
        assert part["why"]
    total = sum(part["points"] for part in parts)
    assert found["score"] == pytest.approx(min(1, max(0, total)), abs=1e-5)
    assert found["same_issue"] == (found["score"] >= 0.5)


def test_a_link_carries_a_quote_of_both_contacts_and_the_claim_where_it_counts() -> None:
    found = pair(FIRST, said(0.5))
    assert (found["quote_a"]["text"], found["quote_b"]["text"]) == ("issue of a", "issue of b")
    assert pair(FIRST, said(0.5, claims=[claim()]))["quote_b"]["text"] == "again"
