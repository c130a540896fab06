"""`firstcall redact`: copies of recordings without what customers read out, with no workspace."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from flows import progress
from flows.cli_transcribe import Device
from flows.console import SOME_FAILED, err, escape_free, out, table, tell_rejected, told
from flows.hearing import hear, in_recording
from flows.options import workspace_settings
from flows.tools import Tools, redactor
from pipeline.errors import FirstcallError
from pipeline.ingest.covered import Cover, refuse_existing, write_covered
from pipeline.ingest.discover import discover, unique_stems
from pipeline.listen.listen import Listener, ToHear
from pipeline.masks import masked
from pipeline.settings import Settings
from pipeline.types import Redaction, Rejected

_KEPT = ("order", "case")
"""Kinds that stay audible: they are nobody's secret, and whoever handles the case needs them."""


def redact(
    sources: Annotated[list[str], typer.Argument(help="Recordings, folders, globs, or @list.txt.")],
    out_dir: Annotated[Path, typer.Option("--out", "-o", help="Folder of the copies.")],
    cover: Annotated[
        Cover, typer.Option("--with", help="What is heard in the place of the words.")
    ] = "silence",
    language: Annotated[
        str, typer.Option(help='Code such as "en", or "auto" to find out per side.')
    ] = "auto",
    model: Annotated[
        str | None, typer.Option(help="Whisper model or hub id; default base.")
    ] = None,
    device: Annotated[
        Device | None, typer.Option(help="What it runs on; auto: a graphics card, if any.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="A firstcall.toml; default ./firstcall.toml.")
    ] = None,
) -> None:
    """Write OUT/<name>.wav: each recording with cards, accounts and the like silenced or beeped."""
    with told():
        listen = {"language": language} | ({"model": model} if model else {})
        loaded = workspace_settings(
            Path(),
            settings,
            overrides={"listen": listen, "models": {"device": device} if device else {}},
        )
        _Job(loaded, out_dir, cover).run(sources)


class _Job:
    """One call: where copies go, what was covered, and what failed."""

    def __init__(self, settings: Settings, folder: Path, cover: Cover) -> None:
        self._settings, self._folder, self._cover = settings, folder, cover
        # Order numbers become placeholders; their hashes go nowhere, so any secret will do.
        self._redact = redactor(settings, secrets.token_bytes(32))
        self._covered: list[tuple[Path, tuple[Redaction, ...]]] = []
        self._failed: list[Rejected] = []

    def run(self, sources: Sequence[str]) -> None:
        """Copy all; a file that can't be used is listed at the end, the others go on."""
        found = discover(sources)
        self._failed += found.rejected
        stems = unique_stems(found.files)
        self._folder.mkdir(parents=True, exist_ok=True)
        if found.files:
            with progress.shown(err):
                listener = Tools(self._settings).listener()
                bar = progress.Bar("Redacting", total=len(found.files))
                for path in found.files:
                    self._copy(listener, path, self._folder / f"{stems[path]}.wav")
                    bar.advance(1)
        self._conclude()

    def _copy(self, listener: Listener, path: Path, target: Path) -> None:
        ingest = self._settings.ingest
        try:
            refuse_existing(target)
            item = ToHear(
                recording_id=str(path), channel_map=ingest.channel_map, map_source="settings"
            )
            found = hear(listener, item, path, ingest)
            listener.flush()
            said = [
                one
                for transcript in listener.take()
                for one in self._redact(transcript).redactions
                if one.kind not in _KEPT
            ]
            hidden = in_recording(said, found)
            write_covered(path, target, hidden, settings=ingest, cover=self._cover)
            self._covered.append((target, tuple(hidden)))
        except FirstcallError as error:
            listener.take()
            self._failed.append(Rejected.by(error))

    def _conclude(self) -> None:
        shown = table("copy", "channel", "from", "to", "what")
        for target, hidden in self._covered:
            for one in hidden:
                place = (_at(one.start_s), _at(one.end_s))
                name = escape_free(masked(target.name))
                shown.add_row(name, str(one.channel + 1), *place, one.kind.replace("_", " "))
        if shown.row_count:
            out.print(shown)
        out.print(
            f"{len(self._covered)} copied, {shown.row_count} stretches covered, "
            f"{len(self._failed)} failed. Copies: {self._folder}",
            soft_wrap=True,
        )
        if self._failed:
            tell_rejected(self._failed, console=err)
            raise typer.Exit(SOME_FAILED)


def _at(seconds: float) -> str:
    """A place in a recording: `2:07.5`."""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:04.1f}"
