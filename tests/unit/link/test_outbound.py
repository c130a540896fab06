"""Call-backs to voicemails, and replies to missed calls."""

from linkcentre import insight, left_out, leg, linked, threads_of


def test_the_answered_call_back_is_the_index_and_the_voicemails_before_it_are_not() -> None:
    found = linked(
        [
            leg("v1", 0, medium="voicemail"),
            leg("v2", 3, medium="voicemail"),
            leg("back", 5, direction="outbound"),
            leg("later", 30, direction="outbound"),
        ]
    )
    answered = "voicemail_answered"
    assert left_out(found) == {"v1": answered, "v2": answered, "back": None, "later": "outbound"}
    decided = found.links.filter(found.links["decided_by"] == "call_back")
    assert decided.select("contact_a", "contact_b").rows() == [("v1", "back"), ("v2", "back")]


def test_a_call_back_that_nobody_took_answers_nothing() -> None:
    legs = [leg("v", 0, medium="voicemail"), leg("try", 1, direction="outbound")]
    found = linked(legs, [insight("try", n_words=0)])
    assert left_out(found) == {"v": "voicemail_unanswered", "try": "outbound"}


def test_a_voicemail_whose_caller_gets_through_later_is_answered() -> None:
    found = linked([leg("v", 0, medium="voicemail"), leg("call", 2)])
    assert left_out(found) == {"v": "voicemail_answered", "call": None}
    assert threads_of(found) == [["v", "call"]]


def test_a_reply_to_a_missed_outbound_call_within_a_day_is_a_returned_call() -> None:
    missed = leg("out", 0, direction="outbound")
    silent = [insight("out", n_words=0)]
    assert left_out(linked([missed, leg("reply", 20)], silent))["reply"] == "returned_call"
    assert left_out(linked([missed, leg("reply", 25)], silent))["reply"] is None
    assert left_out(linked([missed, leg("reply", 20)]))["reply"] is None
