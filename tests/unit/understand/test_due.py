"""When a promise is due: a table of what people say on Wednesday 11 March 2026, 14:22."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.taxonomy.phrases import load_phrases
from pipeline.understand.due import Due, WorkingDays, dues

LONDON = ZoneInfo("Europe/London")
WEDNESDAY = datetime(2026, 3, 11, 14, 22, tzinfo=LONDON)
PHRASES = load_phrases("en")
assert PHRASES is not None


def found(said: str, now: datetime = WEDNESDAY, days: WorkingDays | None = None) -> list[Due]:
    return list(dues(said.lower(), phrases=PHRASES, now=now, days=days or WorkingDays()))


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("i'll call you by friday", "2026-03-13"),
        ("by wednesday", "2026-03-11"),
        ("it should be with you thursday", "2026-03-12"),
        ("next friday", "2026-03-20"),
        ("on monday next week", "2026-03-16"),
        ("a week on monday", "2026-03-23"),
        ("before friday", "2026-03-12"),
        ("thursday or friday", "2026-03-13"),
        ("between thursday and saturday", "2026-03-14"),
        ("tomorrow", "2026-03-12"),
        ("the day after tomorrow", "2026-03-13"),
        ("this afternoon", "2026-03-11"),
        ("by close of business", "2026-03-11"),
        ("within two days", "2026-03-13"),
        ("in three to five working days", "2026-03-18"),
        ("5-7 business days", "2026-03-20"),
        ("ten working days", "2026-03-25"),
        ("within a fortnight", "2026-03-25"),
        ("in a week or two", "2026-03-25"),
        ("in two weeks", "2026-03-25"),
        ("in a month", "2026-04-11"),
        ("by the end of the week", "2026-03-13"),
        ("over the weekend", "2026-03-15"),
        ("next week", "2026-03-20"),
        ("by the end of the month", "2026-03-31"),
        ("on the 14th", "2026-03-14"),
        ("by the 3rd", "2026-04-03"),
        ("on the second of april", "2026-04-02"),
        ("march twenty-first", "2026-03-21"),
        ("before the 14th", "2026-03-13"),
    ],
)
def test_a_day_to_come(said: str, due: str) -> None:
    (only,) = found(said)
    assert only.at.date() == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("within 48 hours", "2026-03-13 14:22"),
        ("24 to 48 hours", "2026-03-13 14:22"),
        ("in an hour or two", "2026-03-11 16:22"),
        ("in half an hour", "2026-03-11 14:52"),
        ("in ten minutes", "2026-03-11 14:32"),
        ("tomorrow before noon", "2026-03-12 12:00"),
        ("by 5 tomorrow", "2026-03-12 17:00"),
        ("tomorrow at 9 in the morning", "2026-03-12 09:00"),
        ("on friday by 10:30 am", "2026-03-13 10:30"),
        ("today before six", "2026-03-11 18:00"),
    ],
)
def test_a_moment_to_come(said: str, due: str) -> None:
    (only,) = found(said)
    assert only.at.strftime("%Y-%m-%d %H:%M") == due


@pytest.mark.parametrize(
    "said",
    [
        "i called three days ago",
        "last friday",
        "since monday",
        "two weeks ago",
        "a second of your time",
        "i may have it",
        "half an hour ago",
    ],
)
def test_times_gone_are_none(said: str) -> None:
    assert found(said) == []


def test_late_hours_turn_over_midnight_and_summer_time_keeps_elapsed_hours() -> None:
    late = datetime(2026, 3, 11, 23, 30, tzinfo=LONDON)
    assert found("within the hour", late)[0].at.date() == date(2026, 3, 12)


def test_holidays_are_no_working_days() -> None:
    thursday = datetime(2026, 12, 24, 10, tzinfo=LONDON)
    days = WorkingDays(holidays={date(2026, 12, 25), date(2026, 12, 28)})
    assert found("in two working days", thursday, days)[0].at.date() == date(2026, 12, 30)


def test_several_times_come_in_order() -> None:
    said = "i'll call you tomorrow and the engineer comes on friday"
    assert [one.words for one in found(said)] == ["tomorrow", "friday"]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_within_the_week_and_on_that_day(now: datetime, weekday: int) -> None:
    name = list(PHRASES.weekdays)[weekday] if PHRASES else ""
    (only,) = found(f"by {name}", now.replace(tzinfo=LONDON))
    assert only.at.date().weekday() == weekday
    assert timedelta(0) <= only.at.date() - now.date() < timedelta(days=7)


@given(st.text(max_size=60), st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)))
def test_no_text_breaks_it_and_nothing_is_due_before_the_day(text: str, now: datetime) -> None:
    for one in found(text, now.replace(tzinfo=LONDON)):
        assert one.at.date() >= now.date()
