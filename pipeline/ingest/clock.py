"""How a site's times are read where they leave something out.

Which of 03/04 is the month is decided by the setting, or by the other values of the same file;
a time with no zone needs the setting.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pipeline.errors import MetadataError, SettingsError
from pipeline.settings import Ingest

DAY_MONTH_YEAR = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
"""A date whose year stands last: groups 1 and 3 are day and month, in either order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How times with something left out are read.

    `zone` is that of times which state none (None: such times are refused); `day_first` says
    whether 03/04 is the third of April (None: a date with two readings is refused).
    """

    zone: ZoneInfo | None = None
    day_first: bool | None = None


def clock_of(settings: Ingest) -> Clock:
    """The site's own statement. `day_first` counts only where somebody has set it."""
    stated = settings.day_first if "day_first" in settings.model_fields_set else None
    zone = ZoneInfo(settings.timezone) if settings.timezone else None
    return Clock(zone=zone, day_first=stated)


def no_zone(item: str) -> SettingsError:
    """The error of a batch whose times can't be placed."""
    return SettingsError(
        item,
        "has times that state no zone, and ingest.timezone isn't set",
        remedy='Set ingest.timezone to the zone of these times, such as "Europe/Sofia"',
        code="timezone",
    )


def decide_day_first(values: Iterable[str], *, item: str) -> bool | None:
    """Whether the day comes before the month, as the values themselves show; None: no need to know.

    A value with a part above 12 shows it for all of them.

    Raises
    ------
    MetadataError
        All dates can be read both ways, or some only one way and some only the other.
    """
    day_first, month_first, unclear = "", "", ""
    for value in values:
        found = DAY_MONTH_YEAR.match(value.strip())
        if not found or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        if 12 < first <= 31 and 1 <= second <= 12:
            day_first = day_first or value
        elif 12 < second <= 31 and 1 <= first <= 12:
            month_first = month_first or value
        elif first != second and max(first, second) <= 12:
            unclear = unclear or value
    if day_first and month_first:
        raise _unclear(item, f'has dates in both orders ("{day_first}" and "{month_first}")')
    if unclear and not day_first and not month_first:
        raise _unclear(item, f'has dates that can be read two ways, such as "{unclear}"')
    return True if day_first else False if month_first else None


def _unclear(item: str, problem: str) -> MetadataError:
    return MetadataError(
        item,
        problem,
        remedy="Set ingest.day_first to true (day/month) or false (month/day)",
        code="day_first",
    )
