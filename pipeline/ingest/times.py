"""Moments and durations as contact centres write them. What doesn't parse is an error, never "now".

A moment is read when it can mean one thing only; `clock` says how the rest is decided.
"""

import math
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.ingest.clock import DAY_MONTH_YEAR, Clock

_YEARS = range(1990, 2101)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

_TIME = re.compile(
    r"(?P<hour>\d{1,2})[:.\-_h](?P<minute>\d{2})(?:[:.\-_](?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|[+\-]\d{2}:?(?:\d{2})?|\[?[a-z][\w+\-/]*\]?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(\d{4})(\d\d)(\d\d)[T _\-]?(\d\d)(\d\d)(\d\d)(?P<zone>z|[+\-]\d{2}:?\d{2})?", re.IGNORECASE
)
_EPOCH = re.compile(r"(\d{10})(?:\.(\d+))?|(\d{13})|(\d{16})")
_YEAR_FIRST = re.compile(r"(\d{4})([/.\-])(\d{1,2})\2(\d{1,2})(?!\d)")
_NAMED = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(?:(?P<d1>\d{1,2})[\s\-/]+(?P<m1>[a-z]{3,9})|(?P<m2>[a-z]{3,9})\.?\s+(?P<d2>\d{1,2}))"
    r"(?:st|nd|rd|th)?,?[\s\-/]+(?P<year>\d{4})(?!\d)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)")
_UNITS = re.compile(
    r"(?:pt)?(?:(?P<h>\d+)\s*h(?:ours?|rs?)?)?\s*(?:(?P<m>\d+)\s*m(?:in\w*)?)?\s*(?:(?P<s>\d+(?:[.,]\d+)?)\s*s(?:ec\w*)?)?",
    re.IGNORECASE,
)


class TimeError(ValueError):
    """A text that is no moment or duration; the message says why and is fit to be shown."""


class NoZoneError(TimeError):
    """A moment with no zone where the setting gives none."""


def parse_moment(text: str, *, clock: Clock) -> datetime:
    """The moment in UTC that a text names.

    ISO 8601, `14/09/2021 7:55 PM`, `14.09.2021 19:55` (dots: the day is first), `Sep 14, 2021
    19:55`, `20210914195500`, epoch seconds, milli- or microseconds; offsets, `UTC` and IANA zone
    names after it count. A local time that the clocks' change makes occur twice is the earlier.

    Raises
    ------
    TimeError
        It is no moment, has two readings, lies outside 1990 to 2100, or was skipped by the clocks.
    """
    text = text.strip()
    try:
        moment = _epoch(text) or _compact(text, clock) or _dated(text, clock)
    except (OverflowError, OSError) as error:
        raise TimeError(f'"{text}" is no date that can be') from error
    if moment.year not in _YEARS:
        raise TimeError(f'"{text}" is not between {_YEARS.start} and {_YEARS.stop - 1}')
    return moment


def _epoch(text: str) -> datetime | None:
    found = _EPOCH.fullmatch(text)
    if not found:
        return None
    whole, part, millis, micros = found.groups()
    if whole:
        return _EPOCH_START + timedelta(
            seconds=int(whole), microseconds=int((part or "0")[:6].ljust(6, "0"))
        )
    return _EPOCH_START + timedelta(microseconds=int(millis) * 1000 if millis else int(micros))


_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)


def _compact(text: str, clock: Clock) -> datetime | None:
    found = _COMPACT.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    naive = _naive(text, year, month, day, hour, minute, second)
    return to_utc(naive, _zone(found["zone"]), clock=clock, text=text)


def _dated(text: str, clock: Clock) -> datetime:
    (year, month, day), rest = _date(text, clock)
    found = _TIME.fullmatch(rest.lstrip("Tt, _").strip())
    if not found:
        if not rest.strip(" _,T"):
            raise TimeError(f'"{text}" has no time of day')
        raise TimeError(f'"{text}" is no date and time that is known here')
    hour = _hour(int(found["hour"]), found["half"], text)
    part = int((found["part"] or "0")[:6].ljust(6, "0"))
    naive = _naive(text, year, month, day, hour, int(found["minute"]), int(found["second"] or 0))
    return to_utc(naive.replace(microsecond=part), _zone(found["zone"]), clock=clock, text=text)


def _date(text: str, clock: Clock) -> tuple[tuple[int, int, int], str]:
    """(year, month, day) at the start of the text, and what follows."""
    if found := _YEAR_FIRST.match(text):
        return (int(found[1]), int(found[3]), int(found[4])), text[found.end() :]
    if found := DAY_MONTH_YEAR.match(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += 2000 if year < 100 else 0
        if _is_day_first(first, second, dots=found[2] == ".", clock=clock, text=text):
            first, second = second, first
        return (year, first, second), text[found.end() :]
    if found := _NAMED.match(text):
        month = (found["m1"] or found["m2"])[:3].lower()
        if month in _MONTHS:
            day = int(found["d1"] or found["d2"])
            return (int(found["year"]), _MONTHS.index(month) + 1, day), text[found.end() :]
    raise TimeError(f'"{text}" is no date and time that is known here')


def _is_day_first(first: int, second: int, *, dots: bool, clock: Clock, text: str) -> bool:
    if dots or clock.day_first is not None:
        return dots or bool(clock.day_first)
    if first != second and max(first, second) <= 12:
        raise TimeError(f'"{text}" can be read as day/month or month/day; set ingest.day_first')
    return first > 12


def _hour(hour: int, half: str | None, text: str) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise TimeError(f'"{text}" has hour {hour} with am or pm')
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _naive(
    text: str, year: int, month: int, day: int, hour: int, minute: int, second: int
) -> datetime:
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError as error:
        raise TimeError(f'"{text}" is no date that can be ({error})') from error


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    name = text.strip("[]")
    if name.upper() in ("Z", "UTC", "GMT"):
        return UTC
    if name[0] in "+-":
        digits = name[1:].replace(":", "").ljust(4, "0")
        ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        if ahead > timedelta(hours=15):
            raise TimeError(f'"{name}" is no offset from UTC')
        return timezone(-ahead if name[0] == "-" else ahead)
    # EST, IST, BST, CST each name several zones.
    if "/" in name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise TimeError(f'"{name}" is no IANA time zone') from error
    raise TimeError(f'zone "{name}" is not unique; use an offset such as +02:00')


def to_utc(moment: datetime, zone: tzinfo | None, *, clock: Clock, text: str) -> datetime:
    """A local time (or one that knows its zone) in UTC.

    Raises
    ------
    TimeError
        The clocks skipped it, or nothing states its zone (`NoZoneError`).
    """
    zone = moment.tzinfo or zone or clock.zone
    if zone is None:
        raise NoZoneError(f'"{text}" states no time zone, and ingest.timezone isn\'t set')
    local = moment.replace(tzinfo=zone, fold=0)
    utc = local.astimezone(UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise TimeError(f'"{text}" does not exist in {zone}: the clocks went forward over it')
    return utc


def parse_duration(text: str) -> float:
    """Seconds in `125`, `125.5`, `2:05`, `0:02:05`, `2m 5s` or `PT2M5S`.

    Raises
    ------
    TimeError
        It is none of these, negative, or longer than a week.
    """
    text = text.strip()
    if found := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (
            float((part or "0").replace(",", ".")) for part in found.groups()
        )
    elif text and (found := _UNITS.fullmatch(text)) and any(found.groups()):
        hours, minutes, seconds = (_decimal(part) for part in found.group("h", "m", "s"))
    else:
        try:
            hours, minutes, seconds = 0.0, 0.0, float(text.replace(",", "."))
        except ValueError as error:
            raise TimeError(f'"{text}" is no duration; seconds or mm:ss are') from error
    total_s = hours * 3600 + minutes * 60 + seconds
    if not (math.isfinite(total_s) and 0 <= total_s <= 7 * 86_400):
        raise TimeError(f'"{text}" is no duration of 0 s to a week')
    return total_s


def _decimal(text: str | None) -> float:
    return float((text or "0").replace(",", "."))
