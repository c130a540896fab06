"""METRICS.md, "Contacts" 2: which legs are one contact, and what the contact says of itself."""

import pytest
from linkcentre import at, insight, left_out, leg, linked


def contacts(*legs: dict[str, object], **rules: object) -> list[list[str]]:
    return linked(list(legs), **rules).contacts["leg_ids"].to_list()


def test_legs_that_share_a_parent_id_are_one_contact_whatever_the_time_between() -> None:
    found = linked([leg("a", 0), leg("b", 50, parent_id="a"), leg("c", 90, parent_id="a")])
    assert found.contacts["leg_ids"].to_list() == [["a", "b", "c"]]
    assert found.contacts["merged"].to_list() == ["id"]


def test_a_parent_that_is_no_leg_itself_still_joins() -> None:
    assert contacts(leg("a", parent_id="P"), leg("b", 1, parent_id="P")) == [["a", "b"]]


@pytest.mark.parametrize(
    ("gap_s", "together"), [(-31, False), (-30, True), (0, True), (60, True), (61, False)]
)
def test_a_marked_transfer_joins_another_agents_leg_within_30_s_before_to_60_s_after(
    gap_s: float, together: bool
) -> None:
    second = leg("b", (300 + gap_s) / 3600, agent_id="a2")
    assert (len(contacts(leg("a", transferred=True), second)) == 1) is together


def test_words_mark_a_transfer_as_the_system_does() -> None:
    legs = [leg("a"), leg("b", 310 / 3600, agent_id="a2")]
    assert len(linked(legs).contacts) == 2
    assert len(linked(legs, [insight("a", says_transfer=True)]).contacts) == 1


def test_no_transfer_to_the_same_agent() -> None:
    assert len(contacts(leg("a", transferred=True), leg("b", 310 / 3600))) == 2


def test_a_dropped_line_joins_the_next_leg_within_10_minutes() -> None:
    soon, late = leg("b", (300 + 600) / 3600), leg("b", (300 + 601) / 3600)
    assert len(contacts(leg("a", dropped=True), soon)) == 1
    assert len(contacts(leg("a", disposition="Call dropped."), soon)) == 1
    assert len(contacts(leg("a", dropped=True), late)) == 2


def test_a_quick_second_call_without_evidence_is_a_contact_of_its_own() -> None:
    assert len(contacts(leg("a"), leg("b", 310 / 3600))) == 2


def test_inferred_merges_can_be_switched_off_and_merges_by_id_stay() -> None:
    legs = [leg("a", dropped=True), leg("b", 0.1), leg("c", 0.2, parent_id="b")]
    assert contacts(*legs) == [["a", "b", "c"]]
    assert contacts(*legs, inferred_merges=False) == [["a"], ["b", "c"]]


def test_other_customers_legs_never_merge() -> None:
    other = leg("b", 0.1, identifiers=["customer:2"])
    assert len(contacts(leg("a", dropped=True), other)) == 2


def test_a_merged_contact_spans_its_legs_and_is_charged_to_the_last_speaking_agent() -> None:
    legs = [
        leg("a", 0, transferred=True, queue="front", team="red"),
        leg("b", 310 / 3600, agent_id="a2", direction="internal", queue="back", team="blue"),
        leg("c", 620 / 3600, agent_id="a3", parent_id="b", minutes=1),
    ]
    found = linked(legs, [insight("c", n_words=0)]).contacts.row(0, named=True)
    assert (found["started_at"], found["ended_at"]) == (at(0), at(680 / 3600))
    assert (found["agent_id"], found["team"], found["queue"]) == ("a2", "blue", "back")
    assert (found["first_agent_id"], found["direction"]) == ("a1", "inbound")
    assert (found["transfers"], found["handle_s"]) == (2, 660.0)


def test_an_agent_without_an_id_is_known_by_name() -> None:
    found = linked([leg("a", agent_id=None, agent_name="Mona")]).contacts
    assert found["agent_id"].to_list() == ["Mona"]


def test_a_leg_without_an_end_ends_after_its_recording() -> None:
    found = linked([leg("a", ended_at=None)], [insight("a", duration_s=90.0)]).contacts
    assert found["ended_at"].to_list() == [at(90 / 3600)]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, None),
        ({"direction": "unknown"}, None),
        ({"direction": "outbound"}, "outbound"),
        ({"direction": "internal"}, "internal"),
        ({"disposition": "Wrong number"}, "wrong_number"),
        ({"call_type": "SPAM"}, "spam"),
        ({"call_type": "test call"}, "test"),
        ({"disposition": "test drive booked"}, None),
        ({"abandoned": True}, "abandoned"),
        ({"disposition": "abandoned in queue"}, "abandoned"),
        ({"disposition": "no answer"}, "abandoned"),
        ({"ended_at": at(4.9 / 3600)}, "too_short"),
        ({"ended_at": at(5 / 3600)}, None),
        ({"medium": "voicemail"}, "voicemail_unanswered"),
        ({"disposition": "left message"}, "voicemail_unanswered"),
        ({"identifiers": []}, "no_key"),
        ({"started_at": None, "ended_at": None}, "no_time"),
        ({"evidence": "quarantined", "recording_id": "bad"}, "no_evidence"),
        ({"evidence": "none", "recording_id": None}, "no_evidence"),
        ({"evidence": "none", "recording_id": None, "topic": "billing"}, None),
        ({"evidence": "none", "recording_id": None, "case_key": "case:1"}, None),
    ],
)
def test_every_exclusion_has_its_reason(more: dict[str, object], reason: str | None) -> None:
    assert left_out(linked([leg("a") | more])) == {"a": reason}


def test_a_call_in_which_nobody_spoke_is_no_index_contact() -> None:
    assert left_out(linked([leg("a")], [insight("a", n_words=0)])) == {"a": "no_speech"}


def test_every_leg_is_in_exactly_one_contact_and_every_contact_in_one_thread() -> None:
    legs = [
        leg(f"l{i}", i / 20, dropped=i % 3 == 0, identifiers=[f"phone:{i % 4}"]) for i in range(40)
    ]
    found = linked(legs)
    in_contacts = [name for names in found.contacts["leg_ids"] for name in names]
    assert sorted(in_contacts) == sorted(str(row["leg_id"]) for row in legs)
    assert sorted(found.threads["contact_id"]) == sorted(found.contacts["contact_id"])
