"""The flow over contacts that are text already: read, understand, link, measure, report."""

import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from prefect import flow

from flows import progress, tasks
from flows.batch import begin
from flows.tasks import TextsRead
from pipeline.store.store import Store
from pipeline.types import Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSummary:
    """What a run over texts did, for the table at its end."""

    page: str
    insights: str
    read: int
    already_read: int
    rejected: tuple[Rejected, ...]
    notes: tuple[Rejected, ...]
    total_s: float


@flow(name="firstcall-analyze", validate_parameters=False, persist_result=False)
def analyze(
    sources: list[str],
    workspace: str,
    settings_json: str,
    out: str,
    first_day: date | None = None,
    last_day: date | None = None,
    as_of: datetime | None = None,
) -> TextSummary:
    """Everything from texts to the report, once; what is done already is not done again.

    Parameters
    ----------
    sources : list of str
        Files, folders or globs of texts.
    workspace : str
        Folder of the workspace, which may hold recordings too.
    settings_json : str
        The site's settings.
    out : str
        Folder of insights.jsonl and the report.
    first_day, last_day, as_of : optional
        The report's period and horizon.
    """
    started = time.monotonic()
    run_id = begin(workspace, settings_json, "text")
    progress.say("Reading texts")
    done = tasks.read_texts(sources, workspace, settings_json, run_id)
    progress.say("Understanding, linking, measuring")
    tasks.understand(workspace, settings_json)
    page = tasks.link_and_report(
        workspace, settings_json, run_id, first_day, last_day, as_of, out=out
    )
    insights = tasks.write_insights(workspace, settings_json, list(done.leg_ids), out)
    _end(workspace, settings_json, run_id, done)
    return TextSummary(
        page=page,
        insights=insights,
        read=done.n_read,
        already_read=len(done.leg_ids) - done.n_read,
        rejected=done.rejected,
        notes=done.notes,
        total_s=time.monotonic() - started,
    )


def _end(workspace: str, settings_json: str, run_id: str, done: TextsRead) -> None:
    with Store.open(Path(workspace), tasks.tools(settings_json).settings) as store:
        store.runs.end(
            run_id,
            state="some_failed" if done.rejected else "ok",
            counts={"read": done.n_read, "not used": len(done.rejected)},
        )
