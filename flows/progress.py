"""Progress that a person watches. Work reports to it; nothing is decided by it."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

_shown: list[Progress] = []


@contextmanager
def shown(console: Console) -> Iterator[None]:
    """Show the bars of the work inside; on anything but a terminal a line when each is full."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    _shown.append(bars)
    try:
        with bars:
            yield
    finally:
        _shown.remove(bars)


class Bar:
    """One kind of work with a known total; does nothing where nobody watches."""

    def __init__(self, name: str, *, total: float) -> None:
        self._name, self._total = name, total
        self._bars = _shown[-1] if _shown else None
        self._task = self._bars.add_task(name, total=total) if self._bars else None

    def advance(self, amount: float) -> None:
        """So much more is done."""
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, amount)


def say(line: str) -> None:
    """A line for the person who watches."""
    if _shown:
        _shown[-1].console.print(line, highlight=False)
