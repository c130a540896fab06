"""Which nights are due: every one since the last, by the site's local days."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def missed_nights():
    """Imported here: Prefect takes a second and a half."""
    from flows.nightly import missed_nights

    return missed_nights


def local(*parts: int, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime(*parts, tzinfo=zone).astimezone(UTC)


def test_the_first_run_is_one_night_however_much_there_is(missed_nights) -> None:
    end = local(2026, 10, 20, 2)
    assert list(missed_nights(None, end, zone=BERLIN)) == [end]


def test_the_next_night_is_one_night(missed_nights) -> None:
    begin, end = local(2026, 10, 19, 2), local(2026, 10, 20, 2)
    assert list(missed_nights(begin, end, zone=BERLIN)) == [end]


def test_missed_nights_come_in_order_and_end_with_this_one(missed_nights) -> None:
    begin, end = local(2026, 10, 16, 2), local(2026, 10, 20, 2)
    assert list(missed_nights(begin, end, zone=BERLIN)) == [
        local(2026, 10, day, 2) for day in (17, 18, 19, 20)
    ]


def test_nothing_is_due_at_the_watermark_or_before_it(missed_nights) -> None:
    night = local(2026, 10, 20, 2)
    assert list(missed_nights(night, night, zone=BERLIN)) == []
    assert list(missed_nights(night, night - timedelta(hours=3), zone=BERLIN)) == []


def test_in_spring_one_night_is_23_hours_long(missed_nights) -> None:
    begin, end = local(2026, 3, 28, 1), local(2026, 3, 30, 1)  # 29 March: 02:00 becomes 03:00
    nights = list(missed_nights(begin, end, zone=BERLIN))
    assert [night.astimezone(BERLIN).hour for night in nights] == [1, 1]
    lengths = [b - a for a, b in zip([begin, *nights], nights, strict=False)]
    assert lengths == [timedelta(hours=24), timedelta(hours=23)]


def test_in_autumn_one_night_is_25_hours_long(missed_nights) -> None:
    begin, end = local(2026, 10, 24, 2), local(2026, 10, 26, 2)  # 25 October: 03:00 becomes 02:00
    nights = list(missed_nights(begin, end, zone=BERLIN))
    lengths = [b - a for a, b in zip([begin, *nights], nights, strict=False)]
    assert sum(lengths, timedelta()) == timedelta(hours=49)
    assert len(nights) == 2


def test_a_night_at_an_hour_that_spring_skips_is_there_once(missed_nights) -> None:
    begin, end = local(2026, 3, 28, 2, 30), local(2026, 3, 30, 2, 30)
    nights = list(missed_nights(begin, end, zone=BERLIN))
    assert len(nights) == len(set(nights)) == 2
    assert nights == sorted(nights)


def test_a_night_at_the_hour_that_autumn_repeats_is_there_once(missed_nights) -> None:
    nights = list(
        missed_nights(local(2026, 10, 23, 2, 30), local(2026, 10, 27, 2, 30), zone=BERLIN)
    )
    assert len(nights) == 4
    assert [night.astimezone(BERLIN).day for night in nights] == [24, 25, 26, 27]


@given(
    begin=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),
    later=st.timedeltas(timedelta(), timedelta(days=40)),
    zone=st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"]),
)
def test_nights_rise_lie_in_the_interval_and_are_a_day_apart(
    missed_nights, begin: datetime, later: timedelta, zone: str
) -> None:
    first = begin.replace(tzinfo=UTC)
    last = first + later
    nights = list(missed_nights(first, last, zone=ZoneInfo(zone)))
    assert nights == sorted(set(nights))
    assert all(first < night <= last for night in nights)
    assert not later or nights[-1:] == [last]
    gaps = [b - a for a, b in pairwise(nights)]
    assert all(timedelta(hours=21) <= gap <= timedelta(hours=27) for gap in gaps)
