"""What a person sees of the commands: messages, tables, and errors that say what to do."""

import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.table import Table

from pipeline.errors import FirstcallError
from pipeline.masks import masked
from pipeline.store.private import private_umask
from pipeline.types import Rejected

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

ALL_FINE, SOME_FAILED, WRONG_USE = 0, 1, 2

# Errors of what was typed or set, not of the data.
_WRONG_USE_CODES = frozenset({"setting", "no_workspace", "folder", "usage", "no_run"})


@contextmanager
def told() -> Iterator[None]:
    """Errors of ours end the command with a sentence and an exit code, never a traceback.

    Whatever the command writes, libraries' files too, is for this user only.
    """
    try:
        with private_umask():
            yield
    except FirstcallError as error:
        err.print(f"[red]Error:[/red] {masked(error.item)}: {error.problem}.", soft_wrap=True)
        err.print(f"[bold]What to do:[/bold] {error.remedy}", soft_wrap=True)
        code = WRONG_USE if error.code in _WRONG_USE_CODES else SOME_FAILED
        raise typer.Exit(code) from None
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        err.print("Stopped. Nothing is lost: the same command goes on where this one stopped.")
        raise typer.Exit(130) from None
    except Exception as error:
        _tell_defect(error)
        raise typer.Exit(SOME_FAILED) from None


def _tell_defect(error: Exception) -> None:
    """An error that nobody foresaw: its place goes into a private file, not over the screen."""
    with tempfile.NamedTemporaryFile("w", prefix="firstcall-", suffix=".txt", delete=False) as file:
        traceback.print_exception(error, file=file)
    err.print(f"[red]Error:[/red] unexpected: {type(error).__name__}", soft_wrap=True)
    err.print(
        f"[bold]What to do:[/bold] run the same command again, nothing is lost; if it stays, "
        f"report it with {file.name}",
        soft_wrap=True,
    )


def usage_error(item: str, problem: str, remedy: str) -> FirstcallError:
    """An error of what was typed."""
    return FirstcallError(item, problem, remedy=remedy, code="usage")


def table(*columns: str, title: str | None = None) -> Table:
    """A plain table that also reads well in a log file."""
    made = Table(*columns, title=title, box=None, pad_edge=False, title_justify="left")
    made.title_style = "bold"
    return made


def tell_rejected(
    rejected: Sequence[Rejected],
    *,
    title: str | None = None,
    most: int | None = None,
    console: Console = out,
) -> None:
    """A table of what could not be used, why, and what to do; of at most `most`."""
    if not rejected:
        return
    shown = table("what", "why", "what to do", title=f"\n{title}" if title else None)
    for row in rejected[:most]:
        shown.add_row(*(escape_free(masked(part)) for part in (row.item, row.reason, row.remedy)))
    console.print(shown)
    if most and len(rejected) > most:
        console.print(f"and {len(rejected) - most} more")


def clock(seconds: float) -> str:
    """`1:02:03` or `4:05`; short times with tenths, such as `7.2 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, s = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{s:02d} h" if hours else f"{minutes}:{s:02d} min"


def escape_free(text: str) -> str:
    """Text from outside, with control characters made visible and markup harmless."""
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return shown.replace("[", r"\[")
