"""`firstcall run`: the batch flow, its preview, and the table at its end."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows import gather
from flows.console import SOME_FAILED, clock, escape_free, out, table, tell_rejected
from flows.foreground import check_weights, foreground
from flows.options import check_contacts, keep_settings, moment, period, workspace_settings
from pipeline.ingest.plan import Plan, plan
from pipeline.settings import Settings

if TYPE_CHECKING:
    from flows.batch import Summary

_EXPECTED_SPEED = 40.0  # times real time on two cores, base weights, int8; docs/operations.md
_NOTES_SHOWN = 20


def run(
    sources: list[str],
    *,
    workspace: Path,
    contacts: Path | None,
    settings_file: Path | None,
    as_of: str | None,
    from_day: str | None,
    to_day: str | None,
    dry_run: bool,
) -> None:
    """Check what was asked for, then run the flow, or only say what it would do."""
    check_contacts(contacts)
    settings = workspace_settings(workspace, settings_file)
    horizon = moment(as_of, "--as-of", settings.zone)
    first_day, last_day = period(from_day, to_day)
    if dry_run:
        _preview(sources, contacts=contacts, settings=settings)
        return
    check_weights(settings, hears=True)
    keep_settings(workspace, settings_file)
    with foreground(workspace, settings):
        from flows.batch import batch

        summary = batch(
            sources,
            workspace=str(workspace.absolute()),
            settings_json=settings.model_dump_json(exclude_unset=True),
            contacts=str(contacts) if contacts else None,
            first_day=first_day,
            last_day=last_day,
            as_of=horizon,
        )
    finish(summary, workspace)


def finish(summary: "Summary", workspace: Path) -> None:
    """The table at the end of a run, the report's path, and the exit code."""
    shown = table("", "")
    shown.add_row("heard", f"{summary.heard} recordings, {clock(summary.audio_s)} of audio")
    shown.add_row("skipped, done before", str(summary.already_heard))
    shown.add_row("quarantined", str(summary.quarantined))
    shown.add_row("time", clock(summary.total_s))
    if summary.audio_s:
        speed = summary.audio_s / summary.listening_s
        shown.add_row("speed of listening", f"{speed:.1f} times real time")
    out.print(shown)
    if summary.notes:
        out.print(f"{summary.notes} notes on the input: see --dry-run")
    if summary.quarantined:
        out.print(f"Why: firstcall status --workspace {workspace}", soft_wrap=True)
    out.print(f"Report: {summary.page}", soft_wrap=True)
    if summary.quarantined:
        raise typer.Exit(SOME_FAILED)


def _preview(sources: list[str], *, contacts: Path | None, settings: Settings) -> None:
    """What a run would find, do, and have to leave out. Writes nothing."""
    found = gather.gather(sources, contacts=contacts, settings=settings)
    planned = plan(found.catalogue, found.metadata)
    if planned.mapping:
        columns = table("column", "read as", title=f"Columns of {contacts} ({planned.encoding})")
        for mapping in planned.mapping:
            columns.add_row(escape_free(mapping.column), mapping.field or "")
        out.print(columns)
        if planned.unused_columns:
            names = ", ".join(escape_free(name) for name in planned.unused_columns)
            out.print(f"Not used: {names}", soft_wrap=True)
    hours = planned.audio_hours
    out.print(
        f"\n{planned.n_contacts} contacts, {planned.n_recordings} recordings, "
        f"{hours:.2f} hours of audio; listening takes about {clock(hours * 3600 / _EXPECTED_SPEED)}"
        f" on two cores (at {_EXPECTED_SPEED:.0f} times real time)",
        soft_wrap=True,
    )
    _problems(planned, found)


def _problems(planned: Plan, found: gather.Gathered) -> None:
    for line in planned.missing:
        out.print(f"Missing: {line}", soft_wrap=True)
    notes = (*found.discovered.rejected, *planned.notes)
    tell_rejected(notes, title=f"{len(notes)} inputs to know about", most=_NOTES_SHOWN)
