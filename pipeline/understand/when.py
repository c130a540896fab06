"""Spoken times in the past, as bounds in days before a date: "last Tuesday", "two weeks ago"."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.taxonomy.phrases import Phrases
from pipeline.understand.spoken_dates import number, such_day

Bounds = tuple[int, int]
"""At least and at most so many days ago, 0 <= low <= high."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A match, the date it is counted back from, and the language that it is in."""

    match: re.Match[str]
    started_on: date | None
    phrases: Phrases

    def count(self) -> tuple[int, int]:
        """The number told, and 1 where it is vague ("a couple of") else 0. A word of the group
        `one` stands for one by itself, as "неделю назад", a week ago.
        """
        if self.match.groupdict().get("one"):
            return 1, 0
        return number(self.match, self.phrases), int(" " in self.match["count"])


_Rule = Callable[[_Reading], Bounds | None]


def days_ago(text: str, *, phrases: Phrases, started_on: date | None) -> Bounds | None:
    """The past time that lower-case text speaks of, the first rule that fits; None for none.

    Weekdays, "last week" and dates need `started_on`, the contact's local date; without it they
    give their widest bounds, or None.

    >>> from pipeline.taxonomy.phrases import load_phrases
    >>> days_ago("i called two weeks ago", phrases=load_phrases("en"), started_on=None)
    (13, 15)
    >>> days_ago("i rang on tuesday", phrases=load_phrases("en"), started_on=date(2026, 3, 12))
    (2, 2)
    """
    for name, pattern in phrases.past:
        for match in pattern.finditer(text):
            bounds = _RULES[name](_Reading(match, started_on, phrases))
            if bounds is not None:
                return bounds
    return None


def _fixed(low: int, high: int) -> _Rule:
    return lambda said: (low, high)


def _days(said: _Reading) -> Bounds:
    n, vague = said.count()
    return n, n + vague


def _weeks(said: _Reading) -> Bounds:
    n, vague = said.count()
    return 7 * n - 1, 7 * (n + vague) + 1


def _months(said: _Reading) -> Bounds:
    n, vague = said.count()
    return 30 * n - 3, 30 * (n + vague) + 4


def _back(said: _Reading) -> int | None:
    if said.started_on is None:
        return None
    return (said.started_on.weekday() - said.phrases.weekdays[said.match["weekday"]]) % 7 or 7


def _weekday(said: _Reading) -> Bounds:
    back = _back(said)
    return (1, 7) if back is None else (back, back)


def _last_weekday(said: _Reading) -> Bounds:
    """ "Last Tuesday", said on a Thursday, is this week's for some and last week's for others."""
    back = _back(said)
    return (1, 14) if back is None else (back, back + 7 if back < 7 else back)


def _last_week(said: _Reading) -> Bounds:
    today = said.started_on.weekday() if said.started_on else None
    return (1, 13) if today is None else (today + 1, today + 7)


def _this_week(said: _Reading) -> Bounds:
    return 0, said.started_on.weekday() if said.started_on else 6


def _last_month(said: _Reading) -> Bounds:
    day = said.started_on
    if day is None:
        return 1, 61
    end = day.replace(day=1) - timedelta(days=1)
    return (day - end).days, (day - end.replace(day=1)).days


def _dated(said: _Reading) -> Bounds | None:
    if said.started_on is None:
        return None
    then = such_day(said.match, said.phrases, said.started_on, gone=True)
    back = (said.started_on - then).days if then else None
    return None if back is None else (back, back)


_RULES: Mapping[str, _Rule] = {
    "before_yesterday": _fixed(2, 2),
    "yesterday": _fixed(1, 1),
    "today": _fixed(0, 0),
    "just_now": _fixed(0, 1),
    "days": _days,
    "weeks": _weeks,
    "months": _months,
    "few_days": _fixed(2, 6),
    "other_day": _fixed(1, 7),
    "few_weeks": _fixed(14, 42),
    "few_months": _fixed(60, 180),
    "last_weekday": _last_weekday,
    "weekday": _weekday,
    "dated": _dated,
    "last_week": _last_week,
    "this_week": _this_week,
    "last_month": _last_month,
}
