"""How numbers, times and names are written."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.masks import masked
from pipeline.report import words


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("share", "text"), [(29 / 41, "70.7 %"), (0.0, "0.0 %"), (1.0, "100.0 %"), (None, "–")]
)
def test_rates_have_one_decimal(share, text):
    assert plain(words.percent(share)) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 3, 2), date(2026, 4, 26), "2 March to 26 April 2026"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 December 2025 to 4 January 2026"),
        (date(2026, 3, 2), date(2026, 3, 2), "2 March 2026"),
    ],
)
def test_a_period_names_the_year_once_where_once_is_enough(first, last, text):
    assert plain(words.span_of_days(first, last)) == text


def test_moments_are_in_the_sites_zone():
    at = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    assert plain(words.moment(at, ZoneInfo("Europe/Sofia"))) == "Tue 3 Mar 2026, 00:30"


@pytest.mark.parametrize(
    ("elapsed", "text"),
    [
        (timedelta(seconds=60), "1 minute"),
        (timedelta(minutes=12), "12 minutes"),
        (timedelta(hours=5, minutes=30), "5.5 hours"),
        (timedelta(days=7), "7.0 days"),
        (timedelta(seconds=-5), "0 minutes"),
    ],
)
def test_gaps_are_in_the_unit_that_says_most(elapsed, text):
    assert plain(words.gap(elapsed)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("in-+359888123456-20251002-091400.wav", "in-···56-20251002-091400.wav"),
        ("out 0888 123 456.wav", "out ···56.wav"),
        ("contacts.csv line 12", "contacts.csv line 12"),
        ("convo_2025-10-02 09_14_00.wav", "convo_2025-10-02 09_14_00.wav"),
        ("(02) 555-0101", "(···01"),
    ],
)
def test_telephone_numbers_are_masked_and_dates_stay(text, shown):
    assert masked(text) == shown


@given(st.text(alphabet="0123456789", min_size=9, max_size=15))
def test_no_long_run_of_digits_survives(number):
    assert number not in masked(f"rec-{number}.wav")


@given(st.floats(min_value=0, max_value=1e5))
def test_a_place_in_a_recording_is_rounded_down(seconds):
    parts = [int(part) for part in words.clock(seconds).split(":")]
    total = sum(part * 60**power for power, part in enumerate(reversed(parts)))
    assert total == int(seconds)
