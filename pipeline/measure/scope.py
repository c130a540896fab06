"""From when to when: the horizon, the left edge, the days of a report, and the groups in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from pipeline.errors import SettingsError
from pipeline.measures import Dimension, Period
from pipeline.settings import Settings

UNKNOWN = "unknown"

DIMENSIONS: tuple[Dimension, ...] = ("all", "topic", "agent", "team", "queue", "week")

_COLUMNS = {"topic": "topic", "agent": "agent_id", "team": "team", "queue": "queue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a report looks at. `horizon` and `complete_from` are None when no contact has a time."""

    first_day: date | None
    last_day: date | None
    horizon: datetime | None
    complete_from: datetime | None
    lookback: timedelta
    windows_days: tuple[float, ...]
    primary_days: float
    zone: ZoneInfo

    @property
    def left_edge_until(self) -> datetime | None:
        """First contacts that start before this may have begun before the data did."""
        return None if self.complete_from is None else self.complete_from + self.lookback

    def period(self) -> Period:
        """As it is written in measures.json; empty strings where there is no contact at all."""
        return Period(
            first_day=str(self.first_day or ""),
            last_day=str(self.last_day or ""),
            timezone=self.zone.key,
            complete_from=_iso(self.complete_from),
            left_edge_until=_iso(self.left_edge_until),
            horizon=_iso(self.horizon),
            lookback_days=self.lookback / timedelta(days=1),
            primary_window_days=self.primary_days,
        )


def scope(
    contacts: pl.DataFrame,
    *,
    settings: Settings,
    first_day: date | None,
    last_day: date | None,
    as_of: datetime | None,
) -> Scope:
    """The scope of a report; what isn't given follows from the settings, then from the contacts.

    Windows longer than the look-back are not printed: links reach no further, so a repeat there
    would go unseen.
    """
    times = contacts.drop_nulls("started_at")
    zone = settings.zone
    ends = (_utc(settings.measure.complete_to, zone), _utc(as_of, zone))
    stated = min((end for end in ends if end), default=None)
    horizon = stated or _moment(times["ended_at"].max())
    complete_from = _utc(settings.measure.complete_from, zone) or _moment(times["started_at"].min())
    primary, lookback = settings.measure.primary_window_days, settings.link.lookback_days
    if primary > lookback:
        raise SettingsError(
            "measure.primary_window_days",
            f"{primary:g} days is longer than link.lookback_days, {lookback:g}: "
            "links reach no further, so repeats would be missed",
            remedy="Raise link.lookback_days, or take a shorter window.",
            code="window_over_lookback",
        )
    windows = {primary, *settings.measure.windows_days}
    return Scope(
        first_day=first_day or _day(complete_from, zone),
        # Complete up to a midnight means up to the end of the day before it.
        last_day=last_day or _day(_before(horizon) if stated else horizon, zone),
        horizon=horizon,
        complete_from=complete_from,
        lookback=timedelta(days=lookback),
        windows_days=tuple(sorted(float(days) for days in windows if days <= lookback)),
        primary_days=float(primary),
        zone=zone,
    )


def _before(moment: datetime | None) -> datetime | None:
    return moment - timedelta(microseconds=1) if moment else None


def in_period(scope: Scope) -> pl.Expr:
    """Contacts whose end lies on the period's days in the site's zone, up to the horizon."""
    day = pl.col("ended_at").dt.convert_time_zone(scope.zone.key).dt.date()
    return day.is_between(pl.lit(scope.first_day), pl.lit(scope.last_day)) & (
        pl.col("ended_at") <= pl.lit(scope.horizon)
    )


def group_value(dimension: Dimension, *, timezone: str) -> pl.Expr:
    """A contact's own value of a dimension: its last speaking agent, its end's ISO week, ..."""
    if dimension == "all":
        return pl.lit("all").alias("value")
    if dimension == "week":
        local = pl.col("ended_at").dt.convert_time_zone(timezone)
        return local.dt.strftime("%G-W%V").alias("value")
    return pl.col(_COLUMNS[dimension]).fill_null(UNKNOWN).alias("value")


def _utc(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A setting without a zone is in the site's."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.astimezone(UTC)


def _moment(value: object) -> datetime | None:
    return value.astimezone(UTC) if isinstance(value, datetime) else None


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return None if moment is None else moment.astimezone(zone).date()


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat().replace("+00:00", "Z")
