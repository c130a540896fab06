"""Names that an export writes in several ways."""

from linkcentre import leg

from pipeline.link.spelling import one_spelling
from pipeline.tables import LEGS, rows


def queues(*spellings: str | None) -> list[str | None]:
    legs = [leg(f"l{i}", queue=queue) for i, queue in enumerate(spellings)]
    return one_spelling(rows(legs, LEGS))["queue"].to_list()


def test_case_and_blanks_do_not_make_another_queue() -> None:
    assert queues("billing", "Billing", " billing ", "orders") == [
        "billing", "billing", "billing", "orders",
    ]  # fmt: skip


def test_of_equally_frequent_spellings_the_first_sorted_is_taken() -> None:
    assert queues("billing", "Billing") == ["Billing", "Billing"]


def test_a_blank_name_is_none() -> None:
    assert queues("  ", None, "x") == [None, None, "x"]


def test_the_order_and_number_of_legs_stay() -> None:
    legs = rows([leg(f"l{i}", team=team) for i, team in enumerate(["B", "a", "b", "A"])], LEGS)
    assert one_spelling(legs)["leg_id"].to_list() == legs["leg_id"].to_list()
    assert one_spelling(legs).schema == legs.schema
