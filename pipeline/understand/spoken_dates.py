"""Numbers and days of the month as people say them, by the word tables of a phrase file.

What is said of times gone, of times to come and of the date of an order is read alike here.
"""

import calendar
import re
from datetime import date, timedelta

from pipeline.taxonomy.phrases import Phrases

_YEAR = 366
"""Days in which every day of a month comes up; 29 February may not."""


def number(match: re.Match[str], phrases: Phrases, group: str = "count") -> int:
    """The number that a group of a match tells, in figures or in words."""
    said = match[group]
    return int(said) if said.isdigit() else phrases.numbers[said]


def day_and_month(match: re.Match[str], phrases: Phrases) -> tuple[int, int | None]:
    """What the groups `day` ("3rd", "third") and `month` tell; None where no month is told."""
    groups = match.groupdict()
    digits = re.sub(r"\D", "", groups["day"])
    day = int(digits) if digits else phrases.ordinals[groups["day"]]
    return day, phrases.months[groups["month"]] if groups.get("month") else None


def such_day(
    match: re.Match[str], phrases: Phrases, start: date, *, gone: bool = False
) -> date | None:
    """The first day that a match tells, from `start` on, or back from it where it is `gone`.

    None where there is none within a year, as for the 31st of February.
    """
    told_day, month = day_and_month(match, phrases)
    for n in range(_YEAR):
        then = start + timedelta(days=-n if gone else n)
        if then.day == told_day and month in (None, then.month):
            return then
    return None


def nearest_day(day: int, month: int, to: date) -> date | None:
    """The day of a month that lies nearest to a date, before or after; None where there is none.

    >>> nearest_day(30, 12, to=date(2026, 3, 12))
    datetime.date(2025, 12, 30)
    """
    years = [year for year in (to.year - 1, to.year, to.year + 1) if exists(day, month, year)]
    return min(
        (date(year, month, day) for year in years), key=lambda d: abs((d - to).days), default=None
    )


def exists(day: int, month: int, year: int) -> bool:
    """Whether the calendar has such a day."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_on(day: date, n: int) -> date:
    """The same day n months later, or that month's last where it is shorter.

    >>> months_on(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
