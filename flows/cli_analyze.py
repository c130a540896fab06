"""`firstcall analyze`: the flow over texts, in a workspace that stays or one for the time of it."""

import atexit
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows.console import SOME_FAILED, clock, out, table, tell_rejected, usage_error
from flows.foreground import check_weights, foreground
from flows.options import keep_settings, moment, period, workspace_settings
from pipeline.report.export import make_private_folder

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
    check_weights(settings, hears=False)
    if workspace is not None:
        keep_settings(workspace, settings_file)
    folder = (workspace or _passing(out)).absolute()
    with foreground(folder, settings):
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
    n_rejected, n_notes = len(summary.rejected), len(summary.notes)
    tell_rejected(summary.rejected, title=f"{n_rejected} not used", most=_SHOWN)
    tell_rejected(summary.notes, title=f"{n_notes} notes on the input", most=_SHOWN)
    out.print(f"Insights: {summary.insights}", soft_wrap=True)
    out.print(f"Report: {summary.page}", soft_wrap=True)
    if summary.rejected:
        raise typer.Exit(SOME_FAILED)
