"""The comparison as a table: on a terminal, or in Markdown for the docs."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.figures import Row
from bench.verdicts import Verdict, told

COLUMNS = (
    "",
    "times real time",
    "firstcall is … times as fast",
    "word errors %",
    "subst. / del. / ins.",
    "firstcall's errors less theirs",
    "peak MiB",
)


def show(rows: Sequence[Row], verdicts: Sequence[Verdict], console: Console) -> None:
    """Print a table a set, then the verdicts."""
    for name in dict.fromkeys(row.speech for row in rows):
        own = [row for row in rows if row.speech == name]
        table = Table(*COLUMNS, title=f"{name}: {own[0].words.words} words")
        for row in own:
            table.add_row(*cells(row))
        console.print(table)
    for verdict in verdicts:
        word = "met    " if verdict.met else "NOT MET"
        console.print(f"{word} {verdict.asked}: {verdict.measured}", highlight=False, markup=False)


def markdown(rows: Sequence[Row], verdicts: Sequence[Verdict]) -> str:
    """The same as Markdown: a table a set, and one of the verdicts."""
    parts: list[str] = []
    for name in dict.fromkeys(row.speech for row in rows):
        own = [row for row in rows if row.speech == name]
        parts += [f"**{name}**, {own[0].words.words} words", ""]
        parts += [_line(COLUMNS), _line(["---"] * len(COLUMNS))]
        parts += [_line(cells(row)) for row in own] + [""]
    if verdicts:
        parts += [_line(("Asked", "Measured", "")), _line(["---"] * 3)]
        parts += [_line((v.asked, v.measured, "met" if v.met else "**not met**")) for v in verdicts]
    return "\n".join(parts) + "\n"


def cells(row: Row) -> list[str]:
    """One line of the table."""
    speed, words = row.times_real_time, row.words
    several = f" [{speed.low:.1f}, {speed.high:.1f}]" if speed.n > 1 else ""
    drawn = f", rounds {', '.join(f'{r:.1f}' for r in row.rates)}" if row.rates else ""
    return [
        row.label,
        f"{speed.middle:.1f}{several}" + ("" if speed.n > 1 else ", one round"),
        _times(row),
        f"{words.rate:.1f} [{words.low:.1f}, {words.high:.1f}]{drawn}",
        f"{words.substituted} / {words.deleted} / {words.inserted}",
        told(row.difference) if row.difference else "",
        f"{row.peak_bytes / 2**20:.0f}",
    ]


def _times(row: Row) -> str:
    if row.ratio is None:
        return ""
    times = row.ratio.spread
    if times.n > 1:
        return f"{times.middle:.1f} [{times.low:.1f}, {times.high:.1f}]"
    return f"{times.middle:.1f}" if row.ratio.paired else f"{times.middle:.1f}, other rounds"


def _line(values: Sequence[str]) -> str:
    return f"| {' | '.join(values)} |"
