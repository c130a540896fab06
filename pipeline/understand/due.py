"""When a promise is due: "by Friday", "within 48 hours", "tomorrow before noon", as a moment.

Counted from the contact's own local time, working days by the site's calendar. A promise of a day
is kept until that day ends; "before Friday" until Thursday ends.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from pipeline.settings import Site
from pipeline.taxonomy.phrases import Phrases
from pipeline.understand.spoken_dates import month_end, months_on, number, such_day

_FRIDAY, _SUNDAY = 4, 6
_END_OF_DAY = time(23, 59, 59)
_NEAR = 24
"""Characters between a day and the hour that goes with it, at most."""

_BESIDE = ("by_hour", "first_thing")
"""Rules that name a day of their own only where no other is told beside them."""
_OPENS = 7
_SPOKEN_HOUR_FROM = 8
"""A bare hour below this ("by 5") is one of the afternoon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingDays:
    """Which days a site works: weekdays (Monday is 0) but for holidays."""

    weekdays: Collection[int] = (0, 1, 2, 3, 4)
    holidays: Collection[date] = ()

    def after(self, day: date, n: int) -> date:
        """The n-th working day after a day."""
        while n > 0:
            day += timedelta(days=1)
            n -= day.weekday() in self.weekdays and day not in self.holidays
        return day


def working_days(site: Site) -> WorkingDays:
    """The calendar of a site's settings, whose days count from 1."""
    weekdays = tuple(day - 1 for day in site.working_days)
    return WorkingDays(weekdays=weekdays, holidays=frozenset(site.holidays))


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A time to come in a text: characters `start` to `end`, and the last moment that it means."""

    start: int
    end: int
    words: str
    at: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a rule needs: the match, the moment it is counted from, and the words' values."""

    match: re.Match[str]
    now: datetime
    days: WorkingDays
    phrases: Phrases

    @property
    def today(self) -> date:
        return self.now.date()

    def number(self, group: str = "count") -> int:
        return number(self.match, self.phrases, group)

    def most(self) -> int:
        """The larger end of "three to five"; 2 for "a day or two"."""
        groups = {name: said for name, said in self.match.groupdict().items() if said}
        if "two" in groups or "one" in groups:
            return 2 if "two" in groups else 1
        return self.number("upto" if "upto" in groups else "count")

    def ahead(self, group: str = "weekday") -> int:
        """Days to the next such weekday, 0 for today's."""
        return (self.phrases.weekdays[self.match[group]] - self.now.weekday()) % 7

    def in_days(self, n: int) -> date:
        return self.today + timedelta(days=n)


_Rule = Callable[[_Reading], datetime | date | None]


def dues(text: str, *, phrases: Phrases, now: datetime, days: WorkingDays) -> tuple[Due, ...]:
    """Every time to come that lower-case `text` speaks of, in order, none inside another.

    Parameters
    ----------
    text : str
        Lower case, straight apostrophes.
    now : datetime
        The contact's start in the site's zone; moments found are in that zone too.
    days : WorkingDays
        The site's calendar.
    """
    found: list[Due] = []
    for name, pattern in phrases.due:
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            meant = _RULES[name](_Reading(match, now, days, phrases))
            if meant is not None:
                at = meant if isinstance(meant, datetime) else _end_of(meant, now)
                start, end = match.span()
                found.append(Due(start=start, end=end, words=match.group(), at=at, name=name))
    found.sort(key=lambda one: one.start)
    days_told = [one for one in found if one.name not in _BESIDE]
    told = [one for one in found if one.name not in _BESIDE or not _near(one, days_told)]
    return tuple(_with_clock(one, text, phrases, told) for one in told)


def _near(due: Due, others: Collection[Due]) -> bool:
    return any(
        -_NEAR <= one.start - due.end <= _NEAR or -_NEAR <= due.start - one.end <= _NEAR
        for one in others
    )


def _end_of(day: date, now: datetime) -> datetime:
    return datetime.combine(day, _END_OF_DAY, tzinfo=now.tzinfo)


def _with_clock(due: Due, text: str, phrases: Phrases, others: Collection[Due]) -> Due:
    """The due time with the hour that is told right beside the day ("tomorrow before noon")."""
    if due.at.timetz().replace(tzinfo=None) != _END_OF_DAY:
        return due
    after = min((one.start for one in others if one.start >= due.end), default=len(text))
    before = max((one.end for one in others if one.end <= due.start), default=0)
    near_start, near_end = max(before, due.start - _NEAR), min(after, due.end + _NEAR)
    for name, pattern in phrases.clock:
        for match in pattern.finditer(text, near_start, near_end):
            hour = time(12) if name == "noon" else _hour(match, phrases)
            if hour is not None:
                return replace(due, at=datetime.combine(due.at.date(), hour, tzinfo=due.at.tzinfo))
    return due


def _hour(match: re.Match[str], phrases: Phrases) -> time | None:
    hour, told = number(match, phrases), match.groupdict()
    if hour < 12 and (told.get("pm") or (not told.get("am") and hour < _SPOKEN_HOUR_FROM)):
        hour += 12
    minute = int(told.get("minutes") or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _by_hour(said: _Reading) -> datetime | None:
    """Today at an hour that is still to come; an hour gone by is none of today's."""
    hour = _hour(said.match, said.phrases)
    if hour is None:
        return None
    told = said.match.groupdict()
    minutes = 30 if told.get("half") else 15 if told.get("quarter") else 0
    at = datetime.combine(said.today, hour, tzinfo=said.now.tzinfo)
    at += timedelta(minutes=-minutes if told.get("to") else minutes)
    return at if at > said.now else None


def _first_thing(said: _Reading) -> date:
    """Said before opening it is today's, else tomorrow's."""
    return said.in_days(0 if said.now.hour < _OPENS else 1)


def _hours(said: _Reading) -> datetime:
    return said.now + timedelta(hours=said.most())


def _minutes(said: _Reading) -> datetime:
    return said.now + timedelta(minutes=said.most())


def _in_next_week(said: _Reading, weekday: int) -> date:
    return said.in_days(7 - said.now.weekday() + weekday)


def _range_end(said: _Reading) -> date:
    first = said.ahead()
    return said.in_days(first + (said.ahead("until") - first) % 7)


def _week_after(said: _Reading) -> date:
    group = "weekday" if said.match["weekday"] else "until"
    return said.in_days((said.ahead(group) or 7) + 7)


def _week_end(said: _Reading) -> date:
    days = (_FRIDAY - said.now.weekday()) % 7
    return said.in_days(days if said.now.weekday() <= _FRIDAY else _SUNDAY - said.now.weekday())


def _dated(said: _Reading) -> date | None:
    """The next such day; a month that has gone by is next year's."""
    return such_day(said.match, said.phrases, said.today)


def _day_before(rule: Callable[[_Reading], date | None]) -> _Rule:
    def before(said: _Reading) -> date | None:
        day = rule(said)
        return None if day is None else max(day - timedelta(days=1), said.today)

    return before


def _named_month_end(said: _Reading) -> date:
    month = said.phrases.months[said.match["month"]]
    year = said.today.year + (month < said.today.month)
    return month_end(date(year, month, 1))


_RULES: Mapping[str, _Rule] = {
    "minutes": _minutes,
    "by_hour": _by_hour,
    "first_thing": _first_thing,
    "half_hour": lambda said: said.now + timedelta(minutes=30),
    "hours": _hours,
    "working_days": lambda said: said.days.after(said.today, said.most()),
    "days": lambda said: said.in_days(said.most()),
    "weeks": lambda said: said.in_days(7 * said.most()),
    "week_from": lambda said: said.in_days(7 * said.number()),
    "fortnight": lambda said: said.in_days(14),
    "months": lambda said: months_on(said.today, said.most()),
    "today": lambda said: said.today,
    "tomorrow": lambda said: said.in_days(1),
    "day_after_tomorrow": lambda said: said.in_days(2),
    "week_after_weekday": _week_after,
    "next_weekday": lambda said: _in_next_week(said, said.phrases.weekdays[said.match["weekday"]]),
    "weekday_range": _range_end,
    "before_weekday": _day_before(lambda said: said.in_days(said.ahead() or 7)),
    "weekday": lambda said: said.in_days(said.ahead()),
    "week_end": _week_end,
    "weekend": lambda said: said.in_days(_SUNDAY - said.now.weekday()),
    "next_week_early": lambda said: _in_next_week(said, 1),
    "next_week": lambda said: _in_next_week(said, _FRIDAY),
    "month_end": lambda said: month_end(said.today),
    "next_month": lambda said: month_end(months_on(said.today.replace(day=1), 1)),
    "named_month_end": _named_month_end,
    "before_dated": _day_before(_dated),
    "dated": _dated,
}
