"""`firstcall transcribe`: recordings to transcripts, with no workspace and no Prefect."""

import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows import progress
from flows.console import SOME_FAILED, clock, err, out, tell_rejected, told, usage_error
from flows.hearing import hear
from flows.options import phrases, workspace_settings
from flows.tools import Tools, redactor
from models.recognizers import Engine
from pipeline.errors import FirstcallError
from pipeline.ingest.discover import discover, unique_stems
from pipeline.listen.formats import FORMATS
from pipeline.listen.listen import ToHear
from pipeline.settings import Settings
from pipeline.types import Rejected, Role, Transcript

Device = Literal["cpu", "cuda", "auto"]
Switch = Literal["on", "off"]


def transcribe(
    sources: Annotated[list[str], typer.Argument(help="Recordings, folders, globs, or @list.txt.")],
    out_dir: Annotated[Path, typer.Option("--out", "-o", help="Folder of the transcripts.")],
    formats: Annotated[
        str, typer.Option("--format", "-f", help=f"Any of {', '.join(FORMATS)}, by commas.")
    ] = "json",
    language: Annotated[
        str, typer.Option(help='Code such as "en", or "auto" to find out per side.')
    ] = "auto",
    channels: Annotated[
        str | None, typer.Option("--channel-map", help='Who is on which channel: "agent,customer".')
    ] = None,
    hide: Annotated[
        bool, typer.Option("--redact", help="Hide cards, accounts, addresses and the like.")
    ] = False,
    translate: Annotated[
        bool, typer.Option("--translate", help="Also in English, what isn't English.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="Whisper model or hub id; default base.")
    ] = None,
    engine: Annotated[
        Engine | None, typer.Option(help="The recogniser; default whisper, which is our own.")
    ] = None,
    device: Annotated[
        Device | None, typer.Option(help="What it runs on; auto: a graphics card, if any.")
    ] = None,
    vocabulary: Annotated[
        Path | None, typer.Option(help="Names to listen for, a phrase a line.")
    ] = None,
    speakers: Annotated[
        Switch, typer.Option(help="off: words alone, no roles, to compare recognisers.")
    ] = "on",
    settings: Annotated[
        Path | None, typer.Option("--settings", help="A firstcall.toml; default ./firstcall.toml.")
    ] = None,
) -> None:
    """Write what was said in recordings, words as said, into OUT/<name>.<format>."""
    with told():
        wanted = _formats(formats)
        loaded = workspace_settings(
            Path(),
            settings,
            overrides={
                "listen": _given(
                    language=language, model=model, engine=engine, vocabulary=phrases(vocabulary)
                )
                | {"translate": translate},
                "models": _given(device=device),
            },
        )
        roles = _roles(channels, loaded, speakers)
        _Job(loaded, out_dir, wanted, roles, hide=hide, speakers=speakers == "on").run(sources)


class _Job:
    """One call: what to write, where, and what failed."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        formats: list[str],
        roles: tuple[Role, ...] | None,
        *,
        hide: bool,
        speakers: bool,
    ) -> None:
        self._settings, self._folder, self._formats, self._roles = settings, folder, formats, roles
        self._speakers = speakers
        # Order numbers become placeholders; their hashes go nowhere, so any secret will do.
        self._redact = redactor(settings, secrets.token_bytes(32)) if hide else None
        self._stems: dict[Path, str] = {}
        self._failed: list[Rejected] = []
        self._written = 0
        self._mode = ""
        self._audio_s = 0.0

    def run(self, sources: Sequence[str]) -> None:
        """Transcribe all; a file that can't be used is listed at the end, the others go on."""
        found = discover(sources)
        self._failed += found.rejected
        self._stems = unique_stems(found.files)
        self._folder.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        if found.files:
            with progress.shown(err):
                self._listen(found.files)
        self._conclude(time.monotonic() - started)

    def _listen(self, files: Sequence[Path]) -> None:
        listener = Tools(self._settings).listener(voice=False)
        bar = progress.Bar("Transcribing", total=len(files))
        for path in files:
            item = ToHear(
                recording_id=str(path), channel_map=self._roles, map_source="--channel-map"
            )
            try:
                hear(listener, item, path, self._settings.ingest)
            except FirstcallError as error:
                self._failed.append(Rejected.by(error))
            self._write(listener.take())
            bar.advance(1)
        listener.flush()
        self._write(listener.take())

    def _write(self, transcripts: Sequence[Transcript]) -> None:
        for transcript in transcripts:
            path = Path(transcript.recording_id)
            shown = self._redact(transcript).transcript if self._redact else transcript
            for name in self._formats:
                target = self._folder / f"{self._stems[path]}.{name}"
                text = FORMATS[name](shown, recording=path.name, speakers=self._speakers)
                target.write_text(text, encoding="utf-8")
            self._written += 1
            self._mode = transcript.provenance.numeric_mode
            self._audio_s += transcript.duration_s

    def _conclude(self, seconds: float) -> None:
        speed = (
            f", {self._audio_s / seconds:.1f} times real time, in {self._mode}"
            if self._written
            else ""
        )
        out.print(
            f"{self._written} transcribed ({clock(self._audio_s)} of audio in {clock(seconds)}"
            f"{speed}), {len(self._failed)} failed. Transcripts: {self._folder}",
            soft_wrap=True,
        )
        if self._failed:
            tell_rejected(self._failed, console=err)
            raise typer.Exit(SOME_FAILED)


def _formats(text: str) -> list[str]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    wrong = [name for name in names if name not in FORMATS]
    if wrong or not names:
        raise usage_error(
            "--format", f"{text!r} is not allowed", f"Use any of {', '.join(FORMATS)}, by commas"
        )
    return names


def _given(**options: object) -> dict[str, object]:
    """The options that were given: they win over the settings."""
    return {name: value for name, value in options.items() if value is not None}


def _roles(channels: str | None, settings: Settings, speakers: Switch) -> tuple[Role, ...] | None:
    """Who is on which channel: the option's word, else the settings'; nobody, where not wanted."""
    if speakers == "on":
        return _channel_map(channels) or settings.ingest.channel_map
    if channels is not None:
        raise usage_error(
            "--channel-map", "says who speaks, and --speakers off asks for nobody", "Drop one"
        )
    return None


def _channel_map(text: str | None) -> tuple[Role, ...] | None:
    if text is None:
        return None
    known: dict[str, Role] = {"agent": "agent", "customer": "customer", "unknown": "unknown"}
    names = [name.strip().lower() for name in text.split(",")]
    if any(name not in known for name in names):
        raise usage_error(
            "--channel-map", f"{text!r} is not allowed", 'Write it as "agent,customer"'
        )
    return tuple(known[name] for name in names)
