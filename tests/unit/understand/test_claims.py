"""Prior-contact language, and when it was: a table of what people say."""

from datetime import date

import pytest
from saidwords import transcript

from pipeline.insights import PriorContactClaim
from pipeline.taxonomy.phrases import english_phrases
from pipeline.types import RedactedTranscript
from pipeline.understand.claims import prior_contact_claims
from pipeline.understand.cues import says_goodbye, says_transfer
from pipeline.understand.sentences import sentences
from pipeline.understand.when import days_ago

THURSDAY = date(2026, 3, 12)
PHRASES = english_phrases()
SPOKEN = {"en": PHRASES}


def claims(*lines: str, on: date | None = THURSDAY) -> tuple[PriorContactClaim, ...]:
    said = RedactedTranscript(transcript=transcript(*lines), redactions=(), entities=())
    return prior_contact_claims(sentences(said), SPOKEN, on)


WHEN = [
    ("I called yesterday about this.", (1, 1)),
    ("I already spoke to someone last Tuesday.", (2, 9)),
    ("I rang you on Monday.", (3, 3)),
    ("I phoned on Thursday about it.", (7, 7)),
    ("I called this morning.", (0, 0)),
    ("I've called twice, three days ago and today.", (0, 0)),
    ("We called two weeks ago.", (13, 15)),
    ("I contacted you a couple of days ago.", (2, 3)),
    ("I spoke with a lady a few days ago.", (2, 6)),
    ("I was told last week that it would be fixed.", (4, 10)),
    ("I called on the 3rd of March.", (9, 9)),
    ("I called on March third.", (9, 9)),
    ("I phoned on the 28th.", (12, 12)),
    ("I was promised a call a month ago.", (27, 34)),
    ("I called the other day.", (1, 7)),
    ("I called last month.", (12, 39)),
]

UNDATED = [
    "It's still not working.",
    "This is the third time I'm calling.",
    "You said you would call me back.",
    "Nobody called me back.",
    "I was told it would be here by now.",
    "Someone told me it would take five days.",
    "I've already explained this three times.",
    "I'm calling back about my fridge.",
    "I'm following up on my complaint.",
    "I never got a call back.",
    "The same problem again.",
    "I have spoken to your colleague about it.",
    "My last call was cut off.",
    "It hasn't been fixed.",
    "I left a message and nobody phoned.",
]

NO_CLAIM = [
    "I'm calling about my bill.",
    "I'd like to book an engineer.",
    "I called my bank about the card.",
    "My dishwasher has stopped working.",
    "It stopped yesterday.",
    "Can you call me back tomorrow?",
    "I lost my card on Tuesday.",
    "Thank you for calling me.",
]


@pytest.mark.parametrize(("said", "bounds"), WHEN)
def test_a_claim_says_how_many_days_ago(said: str, bounds: tuple[int, int]) -> None:
    (claim,) = claims("C: " + said)
    assert (claim.days_ago_min, claim.days_ago_max) == bounds
    assert claim.quote.text == said


@pytest.mark.parametrize("said", UNDATED)
def test_a_claim_without_a_time_has_no_bounds(said: str) -> None:
    (claim,) = claims("C: " + said)
    assert (claim.days_ago_min, claim.days_ago_max) == (None, None)


@pytest.mark.parametrize("said", NO_CLAIM)
def test_a_first_contact_claims_nothing(said: str) -> None:
    assert claims("C: " + said) == ()


def test_the_agent_claims_nothing() -> None:
    assert claims("A: I called yesterday about this.") == ()
    assert len(claims("M: I called yesterday about this.")) == 1


def test_the_time_may_stand_in_the_next_sentence() -> None:
    (claim,) = claims("C: I called about this before. It was on Monday.")
    assert (claim.days_ago_min, claim.days_ago_max) == (3, 3)


def test_weekdays_without_a_date_have_their_widest_bounds() -> None:
    assert days_ago("i called on monday", phrases=PHRASES, started_on=None) == (1, 7)
    assert days_ago("i called last week", phrases=PHRASES, started_on=None) == (1, 13)
    assert days_ago("i called on the 3rd of march", phrases=PHRASES, started_on=None) is None


@pytest.mark.parametrize("text", [text for text, _ in WHEN])
def test_bounds_are_in_order_on_every_day_of_the_year(text: str) -> None:
    for ordinal in range(THURSDAY.toordinal(), THURSDAY.toordinal() + 366):
        bounds = days_ago(text.lower(), phrases=PHRASES, started_on=date.fromordinal(ordinal))
        assert bounds is not None and 0 <= bounds[0] <= bounds[1]


@pytest.mark.parametrize(
    "said",
    ["I'll transfer you to billing.", "Let me put you through to my colleague.",
     "I'm going to transfer your call.", "One moment, I'm connecting you with a specialist."],
)  # fmt: skip
def test_an_agent_announces_a_transfer(said: str) -> None:
    def told(side: str) -> bool:
        contact = RedactedTranscript(
            transcript=transcript(f"{side}: {said}"), redactions=(), entities=()
        )
        return says_transfer(sentences(contact), SPOKEN)

    assert told("A") and told("M") and not told("C")


def test_moving_money_is_no_transfer_of_the_call() -> None:
    said = transcript("A: I can transfer the money today.", "A: The transfer takes two days.")
    contact = RedactedTranscript(transcript=said, redactions=(), entities=())
    assert not says_transfer(sentences(contact), SPOKEN)


def test_a_goodbye_counts_at_the_end_only() -> None:
    filler = ["C: " + "word " * 40, "A: " + "word " * 60]

    def told(*lines: str) -> bool:
        contact = RedactedTranscript(transcript=transcript(*lines), redactions=(), entities=())
        return says_goodbye(sentences(contact), SPOKEN)

    assert told(*filler, "A: Have a nice day.", "C: Bye.")
    assert not told("C: We said bye to him.", *filler)
    assert not told("A: Where is it now?", "C: I don't know, the line is")
