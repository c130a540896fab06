"""`firstcall inspect`: what a recording is, how it sounds, and what is done about that."""

from pathlib import Path
from typing import Annotated

import typer

from flows.console import SOME_FAILED, clock, err, escape_free, out, table, tell_rejected, told
from flows.options import workspace_settings
from pipeline.errors import FirstcallError
from pipeline.ingest import doctor
from pipeline.ingest.discover import discover
from pipeline.ingest.doctor import Checkup
from pipeline.masks import masked
from pipeline.types import Rejected


def inspect(
    sources: Annotated[list[str], typer.Argument(help="Recordings, folders, globs, or @list.txt.")],
    settings: Annotated[
        Path | None, typer.Option("--settings", help="A firstcall.toml; default ./firstcall.toml.")
    ] = None,
) -> None:
    """Say how recordings sound, side by side, what is wrong with them and what is done about it."""
    with told():
        ingest = workspace_settings(Path(), settings).ingest
        found = discover(sources)
        failed = list(found.rejected)
        for path in found.files:
            try:
                _show(path, doctor.check(path, ingest))
            except FirstcallError as error:
                failed.append(Rejected.by(error))
        tell_rejected(failed, console=err)
        if failed:
            raise typer.Exit(SOME_FAILED)


def _show(path: Path, found: Checkup) -> None:
    """One recording."""
    recording = found.recording
    sides = f"{recording.n_channels} channel{'s' if recording.n_channels > 1 else ''}"
    out.print(
        f"{escape_free(masked(path.name))}: {clock(recording.duration_s)}, {sides},"
        f" {recording.sample_rate_hz} Hz, {recording.codec}",
        soft_wrap=True,
    )
    for damage in found.damage:
        out.print(f"damaged: {damage}", soft_wrap=True)
    shown = table("channel", "speech", "pauses", "sound")
    for side in found.sides:
        levels = (f"{level:.0f} dBFS" for level in (side.speech_dbfs, side.noise_dbfs))
        shown.add_row(str(side.channel + 1), *levels, "none" if side.dead else clock(side.loud_s))
    out.print(shown)
    if not found.findings:
        out.print("Nothing is wrong with its sound\n")
        return
    faults = table("fault", "channel", "value", "what it is", "what is done")
    for one in found.findings:
        channel = "all" if one.channel is None else str(one.channel + 1)
        faults.add_row(one.code, channel, f"{one.value:g} {one.unit}", one.explanation, one.remedy)
    out.print(faults)
    out.print()
