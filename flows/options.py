"""What the command line gives, checked: settings, days, moments."""

import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.console import usage_error
from pipeline.settings import Settings, load
from pipeline.store.private import private_folder

SETTINGS_NAME = "firstcall.toml"


def workspace_settings(
    workspace: Path,
    chosen: Path | None = None,
    *,
    overrides: dict[str, dict[str, Any]] | None = None,
) -> Settings:
    """Settings of a workspace: the file chosen now, else its own, else ./firstcall.toml."""
    own = workspace / SETTINGS_NAME
    here = Path(SETTINGS_NAME)
    file = chosen or (own if own.is_file() else here if here.is_file() else None)
    return _anchored(load(file, overrides), file)


def keep_settings(workspace: Path, chosen: Path | None) -> None:
    """Copy the chosen settings into the workspace: from now on they are its own."""
    own = workspace / SETTINGS_NAME
    if chosen is None or chosen.resolve() == own.resolve():
        return
    private_folder(workspace)
    temporary = own.with_suffix(".part")
    shutil.copyfile(chosen, temporary)
    temporary.chmod(0o600)
    temporary.replace(own)


def check_contacts(contacts: Path | None) -> None:
    """A contact list that isn't there is refused before anything is started."""
    if contacts is not None and not contacts.is_file():
        raise usage_error(
            f"--metadata {contacts}", "is no file", "Check the path; leave it out to run without"
        )


def phrases(file: Path | None) -> tuple[str, ...] | None:
    """A vocabulary's phrases, a line each; lines with nothing on them are passed over."""
    if file is None:
        return None
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise usage_error(
            f"--vocabulary {file}", f"can't be read ({error.strerror})", "Check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise usage_error(
            f"--vocabulary {file}", "is not text in UTF-8", "Write one phrase a line"
        ) from error
    return tuple(line for line in lines if line.strip())


def _anchored(settings: Settings, file: Path | None) -> Settings:
    """Paths in a settings file are meant from the file's folder."""
    if file is None:
        return settings
    base = file.resolve().parent
    changes: dict[str, Any] = {}
    for section, name in (
        ("listen", "model_path"),
        ("understand", "encoder_path"),
        ("understand", "topics_file"),
        ("understand", "topics_head"),
        ("understand", "phrases_dir"),
    ):
        value = getattr(getattr(settings, section), name)
        if value is not None and not value.is_absolute():
            current = changes.get(section, getattr(settings, section))
            changes[section] = current.model_copy(update={name: base / value})
    return settings.model_copy(update=changes)


def day(text: str | None, option: str) -> date | None:
    """A day such as 2026-09-01."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise usage_error(
            option, f"{text!r} is no day", "Write it as 2026-09-01 (year-month-day)"
        ) from None


def moment(text: str | None, option: str, zone: ZoneInfo) -> datetime | None:
    """A moment in UTC. A day alone means its end: all of that day's data are in."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-09-01"):
            following = date.fromisoformat(text) + timedelta(days=1)
            return datetime.combine(following, time(), zone).astimezone(UTC)
        found = datetime.fromisoformat(text)
    except ValueError:
        raise usage_error(
            option, f"{text!r} is no date", "Write it as 2026-09-01 or 2026-09-01T18:00+02:00"
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def period(from_day: str | None, to_day: str | None) -> tuple[date | None, date | None]:
    """First and last day of a report, in order."""
    first, last = day(from_day, "--from"), day(to_day, "--to")
    if first and last and last < first:
        raise usage_error("--to", f"{last} lies before --from {first}", "Swap them")
    return first, last
