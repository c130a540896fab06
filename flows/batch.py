"""The batch flow: everything from recordings to the report, once. A table of contents."""

import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from prefect import flow

from flows import progress, stages, tasks
from flows.shard import Done
from pipeline.errors import FirstcallError
from pipeline.settings import Settings
from pipeline.store.owner import Owner
from pipeline.store.runs import RunState
from pipeline.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did, for the table at its end.

    `failure_share` is the share of recordings, not of rows or sources, that could not be used.
    """

    page: str
    heard: int
    already_heard: int
    quarantined: int
    notes: int
    failure_share: float
    audio_s: float
    listening_s: float
    total_s: float


@flow(name="firstcall-batch", validate_parameters=False, persist_result=False)
def batch(
    sources: list[str],
    workspace: str,
    settings_json: str,
    contacts: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    as_of: datetime | None = None,
    before: datetime | None = None,
    kind: str = "batch",
) -> Summary:
    """Gather, listen, understand, link, measure, report; what is done already is not done again.

    Parameters
    ----------
    sources : list of str
        Files, folders, globs or lists of recordings.
    workspace : str
        Folder of the workspace.
    settings_json : str
        The site's settings.
    contacts : str, optional
        Path of the contact list.
    first_day, last_day, as_of : optional
        The report's period and horizon.
    before : datetime, optional
        Only contacts that start before this moment are listened to.
    """
    started = time.monotonic()
    settings_json = tasks.settled(workspace, settings_json)
    run_id = begin(workspace, settings_json, kind)
    progress.say("Looking for recordings and metadata")
    found = tasks.gather_sources(sources, contacts, workspace, settings_json, run_id)
    shards = tasks.plan_listening(workspace, settings_json, before)
    listening = time.monotonic()
    done = _listen(shards, workspace, settings_json)
    listened_s = time.monotonic() - listening
    progress.say("Understanding, linking, measuring")
    tasks.understand(workspace, settings_json)
    page = tasks.link_and_report(workspace, settings_json, run_id, first_day, last_day, as_of)
    summary = _summary(workspace, settings_json, page, done, found, listened_s, started)
    _end(workspace, settings_json, run_id, summary)
    return summary


def begin(workspace: str, settings_json: str, kind: str) -> str:
    """Free what the dead held, and write down that a run begins; its id."""
    run_id = uuid4().hex
    with Store.open(Path(workspace), tasks.tools(settings_json).settings) as store:
        store.ledger.release_dead(Owner.of_this_process())
        store.runs.start(run_id, kind=kind)
    return run_id


def _listen(shards: list[list[str]], workspace: str, settings_json: str) -> Done:
    n_recordings = sum(len(ids) for ids in shards)
    if n_recordings:
        progress.say(f"Listening to {n_recordings} recordings, in {len(shards)} shards")
    bar = progress.Bar("Listening", total=n_recordings)
    done = Done()
    for ids in shards:
        done += tasks.listen_shard(ids, workspace, settings_json)
        bar.advance(len(ids))
    return done


def _summary(
    workspace: str,
    settings_json: str,
    page: str,
    done: Done,
    found: tasks.Found,
    listened_s: float,
    started: float,
) -> Summary:
    settings = tasks.tools(settings_json).settings
    with Store.open(Path(workspace), settings) as store:
        keys = stages.remembered(store.workspace)
        return Summary(
            page=page,
            heard=done.ok,
            already_heard=store.ledger.states(keys.listen).done - done.ok,
            quarantined=len(store.quarantined(keys.all)),
            notes=found.notes,
            failure_share=_failure_share(store, keys, found),
            audio_s=done.audio_s,
            listening_s=listened_s,
            total_s=time.monotonic() - started,
        )


def _failure_share(store: Store, keys: stages.Stages, found: tasks.Found) -> float:
    failed = found.refused_files + store.ledger.states(keys.listen).quarantined
    total = found.refused_files + len(store.catalogue.recordings())
    return failed / total if total else 0.0


def _end(workspace: str, settings_json: str, run_id: str, summary: Summary) -> None:
    """Write the run down; too large a share of failures fails it loudly, after the report."""
    settings: Settings = tasks.tools(settings_json).settings
    limit = settings.run.max_failure_share
    with Store.open(Path(workspace), settings) as store:
        store.runs.end(
            run_id,
            state=_state(summary, summary.failure_share > limit),
            counts={"heard": summary.heard, "quarantined": summary.quarantined},
        )
    if summary.failure_share > limit:
        raise FirstcallError(
            "this run",
            f"{summary.failure_share:.0%} of the recordings could not be used, more than "
            f"run.max_failure_share = {limit:.0%}",
            remedy=f"See: firstcall status --workspace {workspace}. The report is {summary.page}",
            code="failure_share",
        )


def _state(summary: Summary, too_many: bool) -> RunState:
    if too_many:
        return "failed"
    return "some_failed" if summary.quarantined else "ok"
