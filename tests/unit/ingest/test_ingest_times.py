"""A moment is what is written, or an error; never now."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import MetadataError
from pipeline.ingest.clock import Clock, clock_of, decide_day_first
from pipeline.ingest.times import NoZoneError, TimeError, parse_duration, parse_moment
from pipeline.settings import Ingest

SOFIA = Clock(zone=ZoneInfo("Europe/Sofia"))
MOMENT = datetime(2021, 12, 1, 5, 55, 51, tzinfo=UTC)

SAME_MOMENT = [
    "2021-12-01T07:55:51",
    "2021-12-01 07:55:51",
    "2021-12-01T07-55-51",
    "2021-12-01 07_55_51",
    "2021/12/01 07:55:51",
    "20211201T075551",
    "20211201-075551",
    "20211201075551",
    "01.12.2021 07:55:51",
    "1.12.2021, 7:55:51",
    "2021-12-01 7:55:51 AM",
    "2021-12-01T05:55:51Z",
    "2021-12-01T05:55:51.000Z",
    "2021-12-01T05:55:51+00:00",
    "2021-12-01 00:55:51-0500",
    "2021-12-01 05:55:51 UTC",
    "2021-12-01 14:55:51 Asia/Tokyo",
    "2021-12-01T14:55:51[Asia/Tokyo]",
    "Dec 1, 2021 7:55:51 AM",
    "1 December 2021 07:55:51",
    "01-Dec-2021 07:55:51",
    "Wed, 01 Dec 2021 05:55:51 +0000",
    "1638338151",
    "1638338151000",
    "1638338151000000",
    "1638338151.0",
]


@pytest.mark.parametrize("text", SAME_MOMENT)
def test_one_moment_in_many_hands(text: str) -> None:
    assert parse_moment(text, clock=SOFIA) == MOMENT


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("now", "no date and time"),
        ("yesterday 10:00", "no date and time"),
        ("", "no date and time"),
        ("2021-12-01", "no time of day"),
        ("14/09/2021", "no time of day"),
        ("2021-02-30 10:00", "day is out of range"),
        ("2021-13-01 10:00", "month must be"),
        ("31/13/2021 10:00", "month must be"),
        ("2021-12-01 25:00", "hour must be"),
        ("2021-12-01 13:00 PM", "hour 13 with am or pm"),
        ("1900-01-00 00:00", "is no date"),
        ("1899-12-30 00:00", "not between 1990 and 2100"),
        ("0001-01-01 00:00:00", "is no date|not between"),
        ("9999-12-31 23:59:59", "is no date|not between"),
        ("0000000000", "not between"),
        ("2021-12-01 10:00 EST", "not unique"),
        ("2021-12-01 10:00 Mars/Base", "no IANA time zone"),
        ("2021-12-01 10:00+25:00", "no offset"),
        ("2021-12-01 10:00 and more", "is no date|not unique"),
        ("44531.33", "no date and time"),
    ],
)
def test_what_is_no_moment_is_an_error_with_its_value(text: str, why: str) -> None:
    with pytest.raises(TimeError, match=why) as error:
        parse_moment(text, clock=SOFIA)
    assert (text or '""') in str(error.value) or "zone" in why or "offset" in why or "unique" in why


def test_a_time_without_a_zone_needs_the_setting() -> None:
    with pytest.raises(NoZoneError, match=r"ingest\.timezone"):
        parse_moment("2021-12-01 07:55", clock=Clock())
    assert parse_moment("2021-12-01 05:55:51Z", clock=Clock()) == MOMENT


def test_of_a_time_that_occurs_twice_the_earlier_is_taken() -> None:
    moment = parse_moment("2021-10-31 03:30", clock=SOFIA)
    assert moment == datetime(2021, 10, 31, 0, 30, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(TimeError, match="clocks went forward"):
        parse_moment("2021-03-28 03:30", clock=SOFIA)


def test_day_or_month_first_is_not_guessed_from_one_value() -> None:
    with pytest.raises(TimeError, match="day_first"):
        parse_moment("03/04/2021 10:00", clock=SOFIA)
    for day_first, month in ((True, 4), (False, 3)):
        clock = Clock(zone=SOFIA.zone, day_first=day_first)
        assert parse_moment("03/04/2021 10:00", clock=clock).month == month


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["03/04/2021 10:00", "14/09/2021 10:00"], True),
        (["03/04/2021 10:00", "09/14/2021 10:00"], False),
        (["2021-03-04 10:00", "", "x"], None),
        (["05/05/2021 10:00"], None),
        (["3.4.2021 10:00"], None),
        (["14/09/2021 10:00", "31/31/2021 10:00"], True),
    ],
)
def test_one_value_above_12_decides_for_its_file(values: list[str], expected: bool | None) -> None:
    assert decide_day_first(values, item="x.csv") is expected


@pytest.mark.parametrize(
    "values", [["03/04/2021 1:00"], ["14/09/2021 1:00", "09/14/2021 1:00"]], ids=["open", "both"]
)
def test_a_file_that_leaves_the_order_open_is_an_error(values: list[str]) -> None:
    with pytest.raises(MetadataError, match=r"Set ingest\.day_first"):
        decide_day_first(values, item="x.csv")


def test_only_a_day_order_that_somebody_set_counts_as_set() -> None:
    assert clock_of(Ingest()).day_first is None
    assert clock_of(Ingest(day_first=False)).day_first is False
    assert clock_of(Ingest(day_first=True)).day_first is True


MOMENTS = st.datetimes(
    datetime(1991, 1, 1),
    datetime(2099, 1, 1),
    timezones=st.builds(
        lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-14 * 60, 14 * 60)
    ),
)


@given(MOMENTS)
def test_iso_8601_comes_back_to_the_microsecond(moment: datetime) -> None:
    for text in (moment.isoformat(), moment.isoformat(sep=" ")):
        assert parse_moment(text, clock=Clock()) == moment


@given(MOMENTS, st.sampled_from(["UTC", "Europe/Sofia", "America/New_York", "Asia/Kolkata"]))
def test_a_local_time_comes_back_unless_it_occurs_twice(moment: datetime, name: str) -> None:
    local = moment.astimezone(ZoneInfo(name)).replace(microsecond=0)
    text = local.strftime("%d.%m.%Y %I:%M:%S %p")
    found = parse_moment(text, clock=Clock(zone=ZoneInfo(name)))
    assert found == local.astimezone(UTC) or local.fold == 1


@given(st.text(max_size=40) | st.from_regex(r"[0-9/.\-: T+ZAPMa-z]{0,30}", fullmatch=True))
def test_any_text_is_a_plausible_moment_or_a_plain_error(text: str) -> None:
    try:
        moment = parse_moment(text, clock=SOFIA)
    except TimeError as error:
        assert str(error)
    else:
        assert moment.tzinfo is UTC
        assert 1990 <= moment.year <= 2100


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *[("125", 125), ("125.5", 125.5), ("125,5", 125.5), ("2:05", 125), ("0:02:05", 125)],
        *[("2m 5s", 125), ("2 min 5 sec", 125), ("PT2M5S", 125), ("1h", 3600), ("0", 0)],
        *[("1 hour 1 minute", 3660), ("61:00", 3660)],
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["-3", "abc", "", "inf", "nan", "1e9", "8 days", "1:2:3:4"])
def test_no_durations(text: str) -> None:
    with pytest.raises(TimeError, match="no duration"):
        parse_duration(text)


@given(st.integers(0, 99 * 3600))
def test_a_duration_in_hours_minutes_and_seconds_comes_back(seconds: int) -> None:
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    assert parse_duration(clock) == parse_duration(str(seconds)) == seconds
