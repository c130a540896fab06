"""The nightly flow: every night since the last one, in order, and then the watermark."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import flow
from prefect.runtime import flow_run

from flows import tasks
from flows.batch import Summary, batch
from pipeline.store.store import Store

WATERMARK = "nightly"


@flow(
    name="firstcall-nightly",
    retries=2,
    retry_delay_seconds=60,
    validate_parameters=False,
    persist_result=False,
)
def nightly(
    sources: list[str],
    workspace: str,
    settings_json: str,
    contacts: str | None = None,
    until: str | None = None,
) -> Summary:
    """Run the nights in [watermark, until), each with its own horizon; the watermark moves last.

    Parameters
    ----------
    sources, workspace, settings_json, contacts
        As for `batch`.
    until : str, optional
        ISO moment; default: when this run was scheduled to start.
    """
    end = datetime.fromisoformat(until) if until else _scheduled()
    settings = tasks.tools(settings_json).settings
    with Store.open(Path(workspace), settings) as store:
        begin = store.runs.watermark(WATERMARK)
    nights = list(missed_nights(begin, end, zone=settings.zone)) or [end]
    total: Summary | None = None
    for night in nights:
        done = batch.fn(
            sources,
            workspace,
            settings_json,
            contacts,
            as_of=night,
            before=night,
            kind="nightly",
        )
        total = done if total is None else _added(total, done)
        with Store.open(Path(workspace), settings) as store:
            store.runs.set_watermark(WATERMARK, night)
    assert total is not None, "there is at least one night"
    return total


def missed_nights(begin: datetime | None, end: datetime, *, zone: ZoneInfo) -> Iterator[datetime]:
    """The ends of the nights in (begin, end], at the local time of day of `end`.

    Local days, so that the changeover nights are 23 and 25 hours long. With no begin: `end` alone.
    """
    local = end.astimezone(zone)
    days = 0 if begin is None else max(0, (local.date() - begin.astimezone(zone).date()).days)
    for back in range(days, -1, -1):
        wall = datetime.combine(local.date() - timedelta(days=back), local.time(), zone)
        night = wall.astimezone(UTC)
        if begin is None or night > begin:
            yield night


def _scheduled() -> datetime:
    return flow_run.get_scheduled_start_time().astimezone(UTC)


def _added(total: Summary, done: Summary) -> Summary:
    """Several nights in one table: what was done adds up, what is there is the last night's."""
    return replace(
        done,
        heard=total.heard + done.heard,
        already_heard=done.already_heard - total.heard,
        audio_s=total.audio_s + done.audio_s,
        listening_s=total.listening_s + done.listening_s,
        total_s=total.total_s + done.total_s,
    )
