"""`firstcall analyze`: the flow over texts, in a workspace that stays or one for the time of it."""

import atexit
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows import progress
from flows.console import SOME_FAILED, clock, err, escape_free, out, table, usage_error
from flows.options import keep_settings, moment, period, workspace_settings
from flows.tools import Tools
from pipeline.masks import masked
from pipeline.report.export import make_private_folder
from pipeline.store.store import Store
from pipeline.types import Rejected

if TYPE_CHECKING:
    from flows.analyze import TextSummary

_SHOWN = 20
_PASSING = ".workspace"
"""Folder in OUT. A killed run leaves it, and the next one goes on with it."""


def analyze(
    sources: list[str],
    *,
    out: Path,
    workspace: Path | None,
    settings_file: Path | None,
    as_of: str | None,
    from_day: str | None,
    to_day: str | None,
) -> None:
    """Check what was asked for, run the flow, and say what came of it."""
    if out.exists() and not out.is_dir():
        raise usage_error(f"--out {out}", "is no folder", "Name another")
    settings = workspace_settings(workspace or Path(), settings_file)
    horizon = moment(as_of, "--as-of", settings.zone)
    first_day, last_day = period(from_day, to_day)
    Tools(settings).encoder_weights()
    if workspace is not None:
        keep_settings(workspace, settings_file)
    folder = (workspace or _passing(out)).absolute()
    with Store.open(folder, settings) as store:
        home = store.workspace.prefect_home
    from flows import prefect_env

    prefect_env.prepare(home, tracebacks=False)
    with progress.shown(err):
        progress.say("Starting Prefect")
        from flows.analyze import analyze as flow

        summary = flow(
            sources,
            workspace=str(folder),
            settings_json=settings.model_dump_json(exclude_unset=True),
            out=str(out.absolute()),
            first_day=first_day,
            last_day=last_day,
            as_of=horizon,
        )
    _finish(summary)


def _passing(out: Path) -> Path:
    """A workspace that goes when the process ends, after Prefect, which says good-bye before it."""
    make_private_folder(out)
    folder = out.absolute() / _PASSING
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _finish(summary: "TextSummary") -> None:
    """The table, what isn't used and why, the paths, and the exit code."""
    shown = table("", "")
    shown.add_row("read", f"{summary.read} contacts")
    shown.add_row("skipped, done before", str(summary.already_read))
    shown.add_row("not used", str(len(summary.rejected)))
    shown.add_row("time", clock(summary.total_s))
    out.print(shown)
    _list(f"{len(summary.rejected)} not used", summary.rejected)
    _list(f"{len(summary.notes)} notes on the input", summary.notes)
    out.print(f"Insights: {summary.insights}", soft_wrap=True)
    out.print(f"Report: {summary.page}", soft_wrap=True)
    if summary.rejected:
        raise typer.Exit(SOME_FAILED)


def _list(title: str, found: tuple[Rejected, ...]) -> None:
    if not found:
        return
    shown = table("what", "why", "what to do", title=f"\n{title}")
    for row in found[:_SHOWN]:
        shown.add_row(*(escape_free(masked(part)) for part in (row.item, row.reason, row.remedy)))
    out.print(shown)
    if len(found) > _SHOWN:
        out.print(f"and {len(found) - _SHOWN} more")
