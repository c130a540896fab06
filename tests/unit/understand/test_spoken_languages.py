"""The text rules in each language that has a phrase file, on tables of what people say."""

from datetime import date, datetime, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
import spoken_de
import spoken_es
import spoken_pl
import spoken_ru
from hypothesis import given
from hypothesis import strategies as st
from saidwords import transcript

from pipeline.insights import Commitment, PriorContactClaim
from pipeline.taxonomy.phrases import all_phrases, languages, plain
from pipeline.types import RedactedTranscript
from pipeline.understand.claims import prior_contact_claims
from pipeline.understand.commitments import commitments
from pipeline.understand.cues import cues, says_goodbye, says_transfer
from pipeline.understand.due import Due, WorkingDays, dues
from pipeline.understand.outcome import outcome
from pipeline.understand.sentences import Sentence, sentences
from pipeline.understand.when import days_ago

ZONE = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 3, 11, 14, 22, tzinfo=ZONE)
SPOKEN = all_phrases()
TABLES: dict[str, ModuleType] = {
    "de": spoken_de,
    "es": spoken_es,
    "pl": spoken_pl,
    "ru": spoken_ru,
}


def cases(name: str) -> list[tuple[object, ...]]:
    """Each language's rows of a table, the language first."""
    return [
        (language, *(row if isinstance(row, tuple) else (row,)))
        for language, module in TABLES.items()
        for row in getattr(module, name)
    ]


def told(language: str, *lines: str) -> list[Sentence]:
    said = transcript(*lines, language=language)
    return sentences(RedactedTranscript(transcript=said, redactions=(), entities=()), SPOKEN)


def claims(language: str, *lines: str) -> tuple[PriorContactClaim, ...]:
    return prior_contact_claims(told(language, *lines), SPOKEN, WEDNESDAY.date())


def promises(language: str, *lines: str) -> tuple[Commitment, ...]:
    found = told(language, *lines)
    return commitments(found, spoken=SPOKEN, now=WEDNESDAY, days=WorkingDays())


def found(language: str, said: str, now: datetime = WEDNESDAY) -> list[Due]:
    return list(dues(plain(said), phrases=SPOKEN[language], now=now, days=WorkingDays()))


def day(due_at: datetime | None) -> str | None:
    return due_at.astimezone(ZONE).date().isoformat() if due_at else None


def test_every_language_but_english_has_its_tables_here() -> None:
    assert {*TABLES, "en"} == set(languages())


@pytest.mark.parametrize(("language", "said", "bounds"), cases("PAST"))
def test_a_claim_says_how_many_days_ago(language: str, said: str, bounds: tuple[int, int]) -> None:
    (claim,) = claims(language, "C: " + said)
    assert (claim.days_ago_min, claim.days_ago_max) == bounds
    assert claim.quote.text == said and not claim.quote.translated
    assert claims(language, "A: " + said) == ()


@pytest.mark.parametrize(("language", "said"), cases("UNDATED"))
def test_a_claim_without_a_time_has_no_bounds(language: str, said: str) -> None:
    (claim,) = claims(language, "C: " + said)
    assert (claim.days_ago_min, claim.days_ago_max) == (None, None)


@pytest.mark.parametrize(("language", "said"), cases("NO_CLAIM"))
def test_a_first_contact_claims_nothing(language: str, said: str) -> None:
    assert claims(language, "C: " + said) == ()


@pytest.mark.parametrize(("language", "said", "due"), cases("DUE"))
def test_a_day_to_come(language: str, said: str, due: str) -> None:
    (only,) = found(language, said)
    assert only.at.date() == date.fromisoformat(due)


@pytest.mark.parametrize(("language", "said", "due"), cases("MOMENT"))
def test_a_moment_to_come(language: str, said: str, due: str) -> None:
    (only,) = found(language, said)
    assert only.at.strftime("%Y-%m-%d %H:%M") == due


@pytest.mark.parametrize(("language", "said"), cases("NOT_DUE"))
def test_times_gone_are_not_due(language: str, said: str) -> None:
    assert found(language, said) == []


@pytest.mark.parametrize(("language", "said", "kind", "due"), cases("PROMISES"))
def test_a_promise_has_its_kind_and_its_time(
    language: str, said: str, kind: str, due: str | None
) -> None:
    (promise,) = promises(language, said)
    assert (promise.phrase, day(promise.due_at)) == (kind, due)
    assert promise.role == ("agent" if said[0] == "A" else "customer")


@pytest.mark.parametrize(("language", "said"), cases("NO_PROMISE"))
def test_what_only_sounds_like_a_promise_is_none(language: str, said: str) -> None:
    assert promises(language, said) == ()


@pytest.mark.parametrize(("language", "lines", "label"), cases("ENDS"))
def test_a_contact_ends_as_its_words_say(language: str, lines: tuple[str, ...], label: str) -> None:
    said = told(language, *lines)
    own = commitments(said, spoken=SPOKEN, now=WEDNESDAY, days=WorkingDays())
    assert outcome(said, own, spoken=SPOKEN).label == label


@pytest.mark.parametrize(("language", "said"), cases("TRANSFER"))
def test_an_agent_announces_a_transfer(language: str, said: str) -> None:
    assert says_transfer(told(language, "A: " + said), SPOKEN)
    assert not says_transfer(told(language, "C: " + said), SPOKEN)


@pytest.mark.parametrize(("language", "said"), cases("NO_TRANSFER"))
def test_passing_something_on_is_no_transfer(language: str, said: str) -> None:
    assert not says_transfer(told(language, "A: " + said), SPOKEN)


@pytest.mark.parametrize(("language", "said"), cases("GOODBYE"))
def test_a_goodbye(language: str, said: str) -> None:
    assert says_goodbye(told(language, "C: " + said), SPOKEN)


@pytest.mark.parametrize(("language", "said"), cases("NO_GOODBYE"))
def test_no_goodbye(language: str, said: str) -> None:
    assert not says_goodbye(told(language, "C: " + said), SPOKEN)


@pytest.mark.parametrize(("language", "said", "kind"), cases("CUES"))
def test_words_point_to_a_cause(language: str, said: str, kind: str) -> None:
    assert kind in [cue.kind for cue in cues(told(language, said), SPOKEN)]


@pytest.mark.parametrize(("language", "said"), cases("NO_CUES"))
def test_words_that_point_to_none(language: str, said: str) -> None:
    assert cues(told(language, said), SPOKEN) == ()


@pytest.mark.parametrize("language", TABLES)
def test_a_dialogue(language: str) -> None:
    module = TABLES[language]
    said = told(language, *module.DIALOGUE)
    own = promises(language, *module.DIALOGUE)
    dated = [(c.days_ago_min, c.days_ago_max) for c in claims(language, *module.DIALOGUE)]
    assert dated == module.TOLD["claims"]
    assert [(one.phrase, day(one.due_at)) for one in own] == module.TOLD["promises"]
    assert outcome(said, own, spoken=SPOKEN).label == module.TOLD["outcome"]
    assert says_goodbye(said, SPOKEN) and not says_transfer(said, SPOKEN)


@pytest.mark.parametrize(("language", "said", "_bounds"), cases("PAST"))
def test_bounds_are_in_order_on_every_day_of_the_year(
    language: str, said: str, _bounds: tuple[int, int]
) -> None:
    for n in range(0, 366, 5):
        on = WEDNESDAY.date() + timedelta(days=n)
        bounds = days_ago(plain(said), phrases=SPOKEN[language], started_on=on)
        assert bounds is not None and 0 <= bounds[0] <= bounds[1]


@pytest.mark.parametrize("language", TABLES)
@given(text=st.text(max_size=60), now=st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))
def test_nothing_is_due_before_the_day(language: str, text: str, now: datetime) -> None:
    for one in found(language, text, now.replace(tzinfo=ZONE)):
        assert one.at.date() >= now.date()
