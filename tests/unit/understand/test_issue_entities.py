"""Amounts, dates, products and kinds of address that a customer names."""

from datetime import date

import pytest

from pipeline.taxonomy.phrases import load_phrases
from pipeline.types import Quote, Role
from pipeline.understand.issue_entities import issue_entities
from pipeline.understand.sentences import Sentence

DAY = date(2026, 3, 12)


def sentence(text: str, role: Role = "customer") -> Sentence:
    quote = Quote(recording_id="r", start_s=0.0, end_s=1.0, role=role, text=text)
    return Sentence(utterance=0, quote=quote, n_words=len(text.split()), language="en")


def found(*said: Sentence, day: date | None = DAY, products: tuple[str, ...] = ()) -> list[str]:
    phrases = load_phrases("en")
    assert phrases is not None
    entities = issue_entities(said, phrases=phrases, started_on=day, products=products)
    return [f"{one.kind}: {one.value}" for one in entities]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("You took 49 pounds from me.", ["amount: 49 pounds"]),
        ("It was £49.99 and then £1,200.", ["amount: 49.99 pounds", "amount: 1200 pounds"]),
        ("I paid two hundred and fifty dollars for it.", ["amount: 250 dollars"]),
        ("You owe me €10, ten euros.", ["amount: 10 euros"]),
        ("It's a 49.50 euro fee.", ["amount: 49.50 euros"]),
        ("I rang you 3 times.", []),
        ("My card is [CARD].", []),
        ("I lost a few pounds.", []),
    ],
)
def test_amounts_are_numbers_of_a_currency(text: str, wanted: list[str]) -> None:
    assert found(sentence(text)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I ordered on the 4th of March.", ["date: 2026-03-04"]),
        ("It is due on December 30.", ["date: 2025-12-30"]),
        ("You came on the twenty-first of February.", ["date: 2026-02-21"]),
        ("I ordered it yesterday.", ["date: 2026-03-11"]),
        ("It was the 31st of February.", []),
        ("I will march on.", []),
    ],
)
def test_dates_are_those_nearest_to_the_contact(text: str, wanted: list[str]) -> None:
    assert found(sentence(text)) == wanted


def test_a_date_without_the_contacts_day_keeps_no_year() -> None:
    assert found(sentence("It came on 4 March."), day=None) == ["date: 4 March"]
    assert found(sentence("It came yesterday."), day=None) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("My washing machine leaks, and the router is off.", ["washing machine", "router"]),
        ("I bought a Galaxy S9 from you.", ["Galaxy S9"]),
        ("The superfibre is slow.", ["SuperFibre"]),
        ("I called on Monday and my English is poor.", []),
        ("In July 14 people came.", []),
    ],
)
def test_products_are_the_sites_common_things_and_names_of_models(
    text: str, wanted: list[str]
) -> None:
    told = [one for one in found(sentence(text), products=("SuperFibre",)) if "product" in one]
    assert told == [f"product: {name}" for name in wanted]


def test_kinds_of_address() -> None:
    said = "The delivery address is right but the billing address and my email address aren't."
    assert found(sentence(said)) == [
        f"address_kind: {k}" for k in ("delivery", "billing", "e-mail")
    ]


def test_the_agents_words_count_only_where_nobody_knows_who_spoke() -> None:
    customer, agent = sentence("It was 20 pounds."), sentence("No, 30 pounds.", "agent")
    assert found(customer, agent) == ["amount: 20 pounds"]
    assert found(sentence("No, 30 pounds.", "unknown")) == ["amount: 30 pounds"]


def test_the_same_entity_is_told_once_with_its_first_quote() -> None:
    said = [sentence("It was 20 pounds."), sentence("Yes, £20.")]
    assert found(*said) == ["amount: 20 pounds"]
