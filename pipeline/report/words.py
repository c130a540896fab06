"""How numbers, times and names are written: in one place, so that no two parts of a page differ.

Rates have one decimal, interval limits none; a number and its unit never part at a line's end.
Month and day names are ours: the machine's locale must not change a report.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.measures import Rate

DASH = "–"
_NBSP = "\u00a0"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_S_A_DAY = 86_400


def percent(share: float | None) -> str:
    """A share (0 to 1) as a percentage with one decimal.

    >>> percent(29 / 41).replace("\u00a0", " ")
    '70.7 %'
    """
    return DASH if share is None else f"{100 * share:.1f}{_NBSP}%"


def interval(rate: Rate) -> str:
    """The limits of a rate in whole percents: "56 to 82 %"."""
    if rate.low is None or rate.high is None:
        return DASH
    return f"{100 * rate.low:.0f}{_NBSP}to{_NBSP}{100 * rate.high:.0f}{_NBSP}%"


def out_of(rate: Rate) -> str:
    """Numerator and denominator: "29 of 41"."""
    return f"{rate.numerator:,}{_NBSP}of{_NBSP}{rate.denominator:,}"


def number(n: int) -> str:
    """A count with its thousands apart: "1,413"."""
    return f"{n:,}"


def count(n: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> count(1, "repeat").replace("\u00a0", " "), count(2, "reply", "replies")[2:]
    ('1 repeat', 'replies')
    """
    return f"{n:,}{_NBSP}{one if n == 1 else many or one + 's'}"


def days(n: float) -> str:
    """A number of days: "7 days", "1 day", "0.5 days"."""
    return f"{n:g}{_NBSP}{'day' if n == 1 else 'days'}"


def listed(parts: Sequence[str]) -> str:
    """Parts as a list in a sentence: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def day(value: date, *, year: bool = True, short: bool = False) -> str:
    """A date: "2 March 2026", "2 Mar"."""
    month = _MONTHS[value.month - 1]
    text = f"{value.day}{_NBSP}{month[:3] if short else month}"
    return f"{text}{_NBSP}{value.year}" if year else text


def short_day(value: date) -> str:
    """A date in a table: "2 Mar 2026"."""
    return day(value, short=True)


def span_of_days(first: date, last: date) -> str:
    """Days from first to last, both included: "2 March to 26 April 2026"."""
    if first == last:
        return day(first)
    return f"{day(first, year=first.year != last.year)} to {day(last)}"


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """A moment in the site's zone: "Mon 2 Mar 2026, 09:14"."""
    if at is None:
        return "time unknown"
    local = at.astimezone(zone)
    return f"{_WEEKDAYS[local.weekday()]} {day(local.date(), short=True)}, {local:%H:%M}"


def clock(seconds: float) -> str:
    """A place in a recording, rounded down: "01:04", beyond an hour "1:02:03".

    >>> clock(64.9), clock(3723)
    ('01:04', '1:02:03')
    """
    minutes, left = divmod(int(max(0.0, seconds)), 60)
    if minutes < 60:
        return f"{minutes:02d}:{left:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{left:02d}"


def gap(elapsed: timedelta) -> str:
    """Time between two contacts in the unit that says most.

    >>> gap(timedelta(days=2, hours=3)).replace("\u00a0", " ")
    '2.1 days'
    """
    seconds = max(0.0, elapsed.total_seconds())
    if seconds < 3_600:
        return count(round(seconds / 60), "minute")
    if seconds < _S_A_DAY:
        return f"{seconds / 3_600:.1f}{_NBSP}hours"
    return f"{seconds / _S_A_DAY:.1f}{_NBSP}days"


def readable(name: str | None) -> str:
    """A stable word as people write it: "late_delivery" -> "Late delivery".

    >>> readable("late_delivery"), readable("")
    ('Late delivery', 'Not stated')
    """
    text = (name or "").replace("_", " ").strip()
    return text[:1].upper() + text[1:] if text else "Not stated"


def sentence(text: str) -> str:
    """The text with a capital at its begin and a full stop at its end."""
    whole = text.strip()
    return f"{whole[:1].upper()}{whole[1:].rstrip('.')}." if whole else ""
