"""Promises and outcomes in English, on what people say on Wednesday 11 March 2026, 14:22."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from saidwords import transcript

from pipeline.insights import Commitment, Outcome
from pipeline.taxonomy.phrases import all_phrases
from pipeline.types import RedactedTranscript
from pipeline.understand.commitments import commitments
from pipeline.understand.cues import cues
from pipeline.understand.due import WorkingDays
from pipeline.understand.outcome import outcome
from pipeline.understand.sentences import Sentence, sentences

LONDON = ZoneInfo("Europe/London")
WEDNESDAY = datetime(2026, 3, 11, 14, 22, tzinfo=LONDON)
SPOKEN = all_phrases()


def told(*lines: str) -> list[Sentence]:
    said = RedactedTranscript(transcript=transcript(*lines), redactions=(), entities=())
    return sentences(said, SPOKEN)


def promises(*lines: str, now: datetime | None = WEDNESDAY) -> tuple[Commitment, ...]:
    return commitments(told(*lines), spoken=SPOKEN, now=now, days=WorkingDays())


def due(promise: Commitment) -> date | None:
    return promise.due_at.astimezone(LONDON).date() if promise.due_at else None


def ended(*lines: str) -> Outcome:
    return outcome(told(*lines), promises(*lines), spoken=SPOKEN)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("A: I'll call you back by Friday.", "2026-03-13"),
        ("A: Someone from the billing team will ring you within 48 hours.", "2026-03-13"),
        ("A: You'll receive an email tomorrow.", "2026-03-12"),
        ("A: The refund should be on your account in three to five working days.", "2026-03-18"),
        ("A: Our engineer will be with you Thursday between eight and twelve.", "2026-03-12"),
        ("A: Leave it with me.", None),
        ("A: We'll send you a new one.", None),
        ("C: I'll send you the form tonight.", "2026-03-11"),
        ("C: I'll pay it on Monday.", "2026-03-16"),
    ],
)
def test_a_promise_with_its_day(line: str, day: str | None) -> None:
    (only,) = promises(line)
    assert due(only) == (date.fromisoformat(day) if day else None)
    assert only.role == ("agent" if line[0] == "A" else "customer")


@pytest.mark.parametrize(
    "line",
    [
        "A: Let me just check that for you.",
        "A: I'll put you through to billing.",
        "A: Bear with me one moment.",
        "A: Delivery usually takes five days.",
        "A: Would you like me to call you back tomorrow?",
        "A: How are you today?",
        "C: They said somebody would call me by Monday.",
        "C: The engineer will come on Friday, I hope.",
        "C: Can you call me back tomorrow?",
    ],
)
def test_what_is_none(line: str) -> None:
    assert promises(line) == ()


def test_an_offer_that_is_accepted_is_a_promise_and_one_that_is_declined_is_none() -> None:
    offer = "A: Shall I have somebody call you back on Friday? I'll have them call you on Friday."
    assert [due(p) for p in promises(offer, "C: Yes please.")] == [date(2026, 3, 13)]
    assert promises("A: Do you want me to call you on Friday?", "C: No, that's fine.") == ()


def test_a_promise_told_twice_is_one_and_the_one_with_a_time_stands() -> None:
    (only,) = promises("A: I'll call you back.", "C: When?", "A: I'll call you on Friday.")
    assert due(only) == date(2026, 3, 13)


def test_without_the_contacts_time_nothing_is_due() -> None:
    (only,) = promises("A: I'll call you back by Friday.", now=None)
    assert (only.due_at, only.due_words) == (None, "")


def test_each_sides_promise_is_its_own() -> None:
    found = promises("A: I'll call you on Friday.", "C: And I'll send you the form tomorrow.")
    assert [(p.role, p.phrase) for p in found] == [("agent", "call"), ("customer", "send")]


ASKED = ("A: Hello, how can I help?", "C: My heating is broken and I am freezing.")


@pytest.mark.parametrize(
    ("lines", "label"),
    [
        (("A: I've reset it now.", "C: Oh brilliant, it works."), "resolved"),
        (("A: I'll send an engineer tomorrow.", "C: Okay."), "promised_follow_up"),
        (("A: I'm putting you through to repairs now, stay on the line.",), "transferred"),
        (("A: I've logged this as a formal complaint.", "C: Good."), "escalated"),
        (("A: I'm afraid there's nothing we can do.", "C: Forget it then."), "unresolved"),
        (("C: I think I have the wrong number.",), "not_applicable"),
    ],
)
def test_the_last_state_is_the_outcome(lines: tuple[str, ...], label: str) -> None:
    found = ended(*ASKED, *lines)
    assert found.label == label
    assert found.quotes and 0 < found.confidence <= 1


def test_a_promise_and_then_a_transfer_is_a_transfer() -> None:
    lines = ("A: I'll call you tomorrow about the rest.", "C: Fine.",
             "A: Now I'm transferring you to repairs, stay on the line.")  # fmt: skip
    assert ended(*ASKED, *lines).label == "transferred"


def test_a_contact_that_breaks_off_is_unknown() -> None:
    found = ended("A: Hello?", "C: I am calling about the")
    assert (found.label, found.confidence, found.quotes) == ("unknown", 0.0, ())


def test_cues_count_from_the_side_that_can_tell_them() -> None:
    found = cues(
        told("A: I'm sorry, our system is down.", "C: I'm sorry to ask, nobody called me back."),
        SPOKEN,
    )
    kinds = [(cue.kind, cue.quote.role) for cue in found]
    assert ("apology", "agent") in kinds
    assert ("system_down", "agent") in kinds
    assert ("no_follow_up", "customer") in kinds
    assert ("apology", "customer") not in kinds
