"""A comparison as JSON: what was measured, and enough of it to make the tables again."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.figures import Row
from bench.race import Race, Turn
from bench.verdicts import Verdict


def save(file: Path, race: Race, rows: Sequence[Row], verdicts: Sequence[Verdict]) -> None:
    """Write the machine, the configurations, every turn with its words, the rows, the verdicts."""
    content = {
        "machine": machine(),
        "configurations": dict(race.configurations),
        "left_out": dict(race.left_out),
        "rows": [_plain(row) for row in rows],
        "verdicts": [asdict(verdict) for verdict in verdicts],
        "turns": [asdict(turn) for turn in race.turns],
    }
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def add(race: Race, file: Path) -> Race:
    """The race with the turns of an earlier one that was saved."""
    earlier = json.loads(file.read_text(encoding="utf-8"))
    turns = [Turn(**{**one, "texts": tuple(one["texts"])}) for one in earlier["turns"]]
    return Race(
        turns=(*turns, *race.turns),
        configurations={**earlier["configurations"], **race.configurations},
        left_out={**earlier["left_out"], **race.left_out},
    )


def machine() -> dict[str, str]:
    """What it ran on."""
    model = platform.processor() or platform.machine()
    file = Path("/proc/cpuinfo")
    if file.exists():
        lines = file.read_text().splitlines()
        named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        model = named[0] if named else model
    return {
        "processor": model,
        "cores": str(os.cpu_count()),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _plain(row: Row) -> dict[str, Any]:
    """The row without what was said and heard."""
    bare = replace(row, errors=(), words=replace(row.words, slips=()))
    plain = asdict(bare)
    del plain["errors"], plain["words"]["slips"]
    return plain
