"""Spoken times in the past, as bounds in days before a date: "last Tuesday", "two weeks ago"."""

import re
from collections.abc import Callable
from datetime import date, timedelta

Bounds = tuple[int, int]
"""At least and at most so many days ago, 0 <= low <= high."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a couple of": 2, "couple of": 2,
}  # fmt: skip
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third",
    "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth",
    "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip

_COUNT = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_DAY = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"

_Rule = Callable[[re.Match[str], date | None], Bounds | None]


def days_ago(text: str, *, started_on: date | None) -> Bounds | None:
    """The past time that lower-case text speaks of, the first that is found; None for none.

    Weekdays, "last week" and dates need `started_on`, the contact's local date; without it they
    give their widest bounds, or None.

    >>> days_ago("i called two weeks ago", started_on=None)
    (13, 15)
    >>> days_ago("i rang on tuesday", started_on=date(2026, 3, 12))
    (2, 2)
    """
    for pattern, rule in _RULES:
        for match in pattern.finditer(text):
            bounds = rule(match, started_on)
            if bounds is not None:
                return bounds
    return None


def _fixed(low: int, high: int) -> _Rule:
    return lambda match, started_on: (low, high)


def _counted(match: re.Match[str], started_on: date | None) -> Bounds:
    said = match["n"]
    n = int(said) if said.isdigit() else _NUMBERS[said]
    vague = 1 if said.endswith("couple of") else 0
    unit = match["unit"]
    if unit == "day":
        return n, n + vague
    if unit == "week":
        return 7 * n - 1, 7 * (n + vague) + 1
    return 30 * n - 3, 30 * (n + vague) + 4


def _weekday(match: re.Match[str], started_on: date | None) -> Bounds:
    last = bool(match["last"])
    if started_on is None:
        return (1, 14) if last else (1, 7)
    back = (started_on.weekday() - _DAYS.index(match["weekday"])) % 7 or 7
    # "Last Tuesday", said on a Thursday, is this week's for some and last week's for others.
    return (back, back + 7) if last and back < 7 else (back, back)


def _last_week(match: re.Match[str], started_on: date | None) -> Bounds:
    today = started_on.weekday() if started_on else None
    return (1, 13) if today is None else (today + 1, today + 7)


def _this_week(match: re.Match[str], started_on: date | None) -> Bounds:
    return 0, started_on.weekday() if started_on else 6


def _last_month(match: re.Match[str], started_on: date | None) -> Bounds:
    if started_on is None:
        return 1, 61
    end = started_on.replace(day=1) - timedelta(days=1)
    return (started_on - end).days, (started_on - end.replace(day=1)).days


def _dated(match: re.Match[str], started_on: date | None) -> Bounds | None:
    said = match["day"]
    day = int(re.sub(r"\D", "", said)) if said[0].isdigit() else _ORDINALS.index(said) + 1
    if started_on is None:
        return None
    month = match.groupdict().get("month")
    for back in range(366):
        then = started_on - timedelta(days=back)
        if then.day == day and (month is None or then.month == _MONTHS.index(month) + 1):
            return back, back
    return None


_RULES: tuple[tuple[re.Pattern[str], _Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"\bday before yesterday\b", _fixed(2, 2)),
        (r"\byesterday\b|\blast night\b", _fixed(1, 1)),
        (
            r"\bthis (?:morning|afternoon|evening)\b|\bearlier (?:today|on)\b|\btoday\b",
            _fixed(0, 0),
        ),
        (
            r"\b(?:minutes?|hours?|half an hour) ago\b|\bjust (?:now|called|rang|spoke)\b",
            _fixed(0, 1),
        ),
        (rf"\b{_COUNT} (?P<unit>day|week|month)s? (?:ago|back|before|earlier)\b", _counted),
        (r"\bfew days (?:ago|back)\b", _fixed(2, 6)),
        (r"\bother day\b", _fixed(1, 7)),
        (r"\b(?:few|several) weeks (?:ago|back)\b|\bweeks ago\b", _fixed(14, 42)),
        (r"\b(?:few|several) months (?:ago|back)\b|\bmonths ago\b", _fixed(60, 180)),
        (rf"\b(?P<last>last )?(?P<weekday>{'|'.join(_DAYS)})\b", _weekday),
        (rf"\b{_MONTH} (?:the )?{_DAY}\b", _dated),
        (rf"\b(?:the )?{_DAY} (?:of )?{_MONTH}\b", _dated),
        (rf"\bon the {_DAY}\b(?! (?:time|call|floor|of))", _dated),
        (r"\blast week\b", _last_week),
        (r"\b(?:earlier )?this week\b", _this_week),
        (r"\blast month\b", _last_month),
    )
)
