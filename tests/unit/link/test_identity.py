"""Who is the same customer."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.keys import keyed, normalised
from pipeline.link.components import components
from pipeline.link.identity import customer_keys, e164, pseudonymous
from pipeline.types import ContactMetadata

SECRET = b"a secret of the site"


def keys(legs: dict[str, list[str]], most: int = 3) -> dict[str, str | None]:
    frame = pl.DataFrame(
        {"leg_id": list(legs), "identifiers": list(legs.values()), "together": range(len(legs))},
        schema_overrides={"identifiers": pl.List(pl.String)},
    )
    return dict(customer_keys(frame, max_customer_ids=most).rows())


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("(202) 555-0143", "US", "+12025550143"),
        ("+1 202 555 0143", "BG", "+12025550143"),
        ("12025550143.0", "US", "+12025550143"),
        ("0888 123 456", "BG", "+359888123456"),
        ("00359888123456", "BG", "+359888123456"),
        ("sip:+12025550143@pbx.example", "US", "+12025550143"),
        ("1.20256E+10", "US", None),
        ("anonymous", "US", None),
        ("Withheld", "US", None),
        ("0000000000", "US", None),
        ("1234", "US", None),
        ("  ", "US", None),
        (None, "US", None),
    ],
)
def test_numbers_become_e164_and_what_identifies_nobody_becomes_none(
    written: str | None, country: str, number: str | None
) -> None:
    assert e164(written, country=country) == number


@pytest.mark.parametrize(
    "written", ["4711-22", "order 471122", "Order no. 4711 22", "#471122", "FC-471122", "fc471122"]
)
def test_an_order_has_one_key_however_it_is_written(written: str) -> None:
    assert keyed(SECRET, "order", written) == keyed(SECRET, "order", "471122")


def test_a_case_keeps_its_letters() -> None:
    assert normalised("case", "Case # ab-1234") == "AB1234"


def test_a_key_depends_on_kind_and_secret_and_hides_the_value() -> None:
    key = keyed(SECRET, "phone", "+12025550143")
    assert key.startswith("phone:")
    assert len(key) == len("phone:") + 32
    assert "5550143" not in key
    assert key != keyed(b"other", "phone", "+12025550143")
    assert key.partition(":")[2] != keyed(SECRET, "account", "+12025550143").partition(":")[2]


def test_blank_and_withheld_metadata_gives_no_key() -> None:
    metadata = ContactMetadata(
        source="x", customer_id=" ", account_id="unknown", customer_phone="anonymous", case_id="#"
    )
    found = pseudonymous(metadata, secret=SECRET, country="US")
    assert (found.identifiers, found.case_key, found.order_key) == ((), None, None)


def test_identifiers_seen_together_form_one_customer() -> None:
    found = keys({"a": ["phone:1"], "b": ["customer:7", "phone:1"], "c": ["phone:2", "customer:7"]})
    assert set(found.values()) == {"customer:7"}


def test_a_leg_without_identifiers_has_no_customer() -> None:
    assert keys({"a": [], "b": ["phone:1"]}) == {"a": None, "b": "phone:1"}


def test_a_number_seen_with_more_customers_than_allowed_joins_nobody() -> None:
    shared = {f"l{i}": ["phone:9", f"customer:{i}"] for i in range(4)} | {"alone": ["phone:9"]}
    found = keys(shared)
    assert found == {f"l{i}": f"customer:{i}" for i in range(4)} | {"alone": None}
    assert set(keys(shared, most=4).values()) == {"customer:0"}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3), max_size=8))
def test_customers_are_those_that_a_chain_of_shared_identifiers_joins(
    identifiers: list[list[str]],
) -> None:
    legs = {f"l{i}": [f"phone:{name}" for name in names] for i, names in enumerate(identifiers)}
    found = keys(legs)
    groups: list[set[str]] = []
    for names in legs.values():
        touching = [group for group in groups if group & set(names)]
        groups = [group for group in groups if group not in touching]
        groups.append(set(names).union(*touching))
    truth = {
        leg: min(g for group in groups if group & set(n) for g in group) for leg, n in legs.items()
    }
    assert found == truth


def test_groups_are_the_same_in_any_order_of_pairs() -> None:
    assert components(["b", "c"], ["a", "c"]).equals(components(["c", "a"], ["c", "b"]))
