"""`firstcall models` and `firstcall doctor`: weights, and what else this machine needs."""

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from flows.console import SOME_FAILED, err, out, table, told
from flows.options import workspace_settings
from pipeline.errors import FirstcallError

app = typer.Typer(help="Weights: fetch them ahead of time, verify them.", no_args_is_help=True)

Names = Annotated[
    list[str] | None,
    typer.Argument(help="As base or all-MiniLM-L6-v2; default: what the settings need."),
]
SettingsFile = Annotated[Path | None, typer.Option("--settings", help="A firstcall.toml.")]

_MIN_FREE_GB = 5


@app.command()
def fetch(names: Names = None, settings: SettingsFile = None) -> None:
    """Bring weights to this machine, checked by hash; says where from."""
    from models import weights

    with told():
        loaded = workspace_settings(Path(), settings)
        wanted = names or [loaded.listen.model, loaded.understand.encoder]
        for name in wanted:
            found = weights.fetch(name, cache=loaded.models.cache_dir, say=_say)
            _say(f"{name}: ready in {found.path}")


@app.command()
def verify(names: Names = None, settings: SettingsFile = None) -> None:
    """Hash the weights that are here and compare with the published hash."""
    from models import weights

    with told():
        loaded = workspace_settings(Path(), settings)
        for name in names or [loaded.listen.model, loaded.understand.encoder]:
            found = weights.verify(name, cache=loaded.models.cache_dir)
            _say(f"{name}: as published ({found.source})")


@app.command("list")
def list_known() -> None:
    """Weights that firstcall knows."""
    from models import weights

    shown = table("name", "what for")
    for known in weights.KNOWN.values():
        shown.add_row(known.name, known.purpose)
    out.print(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that a run needs: what was found, and what to do where it isn't right."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def doctor(settings: SettingsFile = None) -> None:
    """Say what is missing on this machine, and how to get it."""
    with told():
        loaded = workspace_settings(Path(), settings)
        checks = list(_checks(loaded.listen.model, loaded.understand.encoder, settings))
    shown = table("", "", "", "what to do")
    for check in checks:
        shown.add_row("ok" if check.ok else "MISSING", check.name, check.found, check.remedy)
    out.print(shown)
    if not all(check.ok for check in checks):
        raise typer.Exit(SOME_FAILED)


def _checks(model: str, encoder: str, settings: Path | None) -> Iterator[Check]:
    at_least = sys.version_info >= (3, 11)
    yield Check(
        name="Python",
        ok=at_least,
        found=sys.version.split()[0],
        remedy="" if at_least else "Install Python 3.11 or later",
    )
    for package in ("torch", "openai-whisper", "transformers", "prefect", "av", "silero-vad"):
        yield _package(package)
    loaded = workspace_settings(Path(), settings)
    chosen = (
        (model, loaded.listen.model_path),
        (encoder, loaded.understand.encoder_path),
    )
    for name, explicit in chosen:
        yield _weights(name, loaded.models.cache_dir, explicit)
    free_gb = shutil.disk_usage(Path()).free / 1e9
    yield Check(
        name="disk here",
        ok=free_gb >= _MIN_FREE_GB,
        found=f"{free_gb:.0f} GB free",
        remedy="" if free_gb >= _MIN_FREE_GB else f"Make room: at least {_MIN_FREE_GB} GB",
    )
    yield Check(name="processor cores", ok=True, found=str(os.cpu_count()))


def _package(name: str) -> Check:
    try:
        return Check(name=name, ok=True, found=importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Check(name=name, ok=False, found="not installed", remedy="make setup")


def _weights(name: str, cache: Path, explicit: Path | None) -> Check:
    from models import weights

    try:
        found = weights.find(name, cache=cache, explicit=explicit)
    except FirstcallError as error:
        return Check(name=f"weights {name}", ok=False, found=error.problem, remedy=error.remedy)
    return Check(name=f"weights {name}", ok=True, found=found.source)


def _say(line: str) -> None:
    err.print(line, soft_wrap=True)
