"""Everything that measures.json holds, from the linked tables."""

from datetime import date, datetime

import polars as pl

from pipeline.measure.coverage import RecordingCounts, coverage, of_period, sentiment_rows
from pipeline.measure.fcr import fcr_rows, first_agent_rate
from pipeline.measure.outcomes import outcomes
from pipeline.measure.repeats import repeat_rows, thread_summary
from pipeline.measure.scope import Scope, in_period, scope
from pipeline.measures import SCHEMA_VERSION, FcrRow, Measures
from pipeline.settings import Settings
from pipeline.tables import CONTACTS, THREADS, require


def measures(
    *,
    contacts: pl.DataFrame,
    threads: pl.DataFrame,
    contacts_ids_only: pl.DataFrame,
    threads_ids_only: pl.DataFrame,
    recordings: RecordingCounts,
    settings: Settings,
    run_id: str,
    generated_at: str,
    generated_by: str,
    first_day: date | None = None,
    last_day: date | None = None,
    as_of: datetime | None = None,
) -> Measures:
    """The measures of a period.

    Parameters
    ----------
    contacts, threads : polars.DataFrame
        All contacts there are, not only the period's: repeats are sought among all.
    contacts_ids_only, threads_ids_only : polars.DataFrame
        The same, linked without inferred merges.
    first_day, last_day : date, optional
        Local days, both included; default: from the first complete moment to the horizon.
    as_of : datetime, optional
        The horizon, unless `complete_to` in the settings is earlier; default: `complete_to`, else
        the last contact's end.
    """
    contacts, threads = require(contacts, CONTACTS), require(threads, THREADS)
    looked_at = scope(
        contacts, settings=settings, first_day=first_day, last_day=last_day, as_of=as_of
    )
    found = _period_outcomes(contacts, threads, looked_at)
    ids_only = _period_outcomes(
        require(contacts_ids_only, CONTACTS), require(threads_ids_only, THREADS), looked_at
    )
    within = of_period(contacts, scope=looked_at)
    why_not = _why_no_fcr(contacts)
    min_n, primary = settings.measure.min_n, looked_at.primary_days
    return Measures(
        schema_version=SCHEMA_VERSION,
        run_id=run_id,
        generated_at=generated_at,
        generated_by=generated_by,
        site=settings.site.name,
        definition=_definition(looked_at),
        period=looked_at.period(),
        coverage=coverage(within, recordings=recordings, left_edge=int(found["left_edge"].sum())),
        why_no_fcr=why_not,
        fcr=() if why_not else _fcr(found, ids_only, scope=looked_at, min_n=min_n),
        repeats=() if why_not else repeat_rows(found, scope=looked_at, min_n=min_n),
        threads=thread_summary(found, contacts, threads, scope=looked_at),
        sentiment=sentiment_rows(within, scope=looked_at),
        first_agent_resolution=None
        if why_not
        else first_agent_rate(found, scope=looked_at, window_days=primary, min_n=min_n),
    )


def _period_outcomes(contacts: pl.DataFrame, threads: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    return outcomes(contacts, threads, scope=scope).filter(in_period(scope))


def _fcr(
    found: pl.DataFrame, ids_only: pl.DataFrame, *, scope: Scope, min_n: int
) -> tuple[FcrRow, ...]:
    """Every group as linked; beside it the whole without inferred merges."""
    as_linked = fcr_rows(found, scope=scope, merges="all", min_n=min_n)
    by_ids = fcr_rows(ids_only, scope=scope, merges="ids_only", min_n=min_n, dimensions=("all",))
    return as_linked + by_ids


def _why_no_fcr(contacts: pl.DataFrame) -> str | None:
    """A sentence for the report where no repeat could ever be seen; else None."""
    if contacts.is_empty():
        return "There are no contacts yet, so there is nothing to measure."
    if contacts["started_at"].is_null().all():
        return (
            "No contact states when it took place, so it can't be seen whether customers came "
            "back. Add a start time (started_at) to the contact metadata."
        )
    if contacts["customer_key"].is_null().all():
        return (
            "No contact states who the customer was, so it can't be seen whether customers came "
            "back. Add a customer id, an account or a telephone number (customer_id, account_id, "
            "customer_phone) to the contact metadata."
        )
    return None


def _definition(scope: Scope) -> str:
    days = f"{scope.primary_days:g} days"
    return (
        f"FCR = first contacts about an issue after which the customer did not contact the centre "
        f"about the same issue within {days}, divided by all first contacts whose {days} have "
        f"passed. A contact is a first one when the {scope.lookback.total_seconds() / 86400:g} "
        "days before it hold no contact of the same customer about the same issue."
    )
