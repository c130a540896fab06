"""All figures of understanding, or those of the sections named, as one table and as JSON.

    python -m bench.understanding [SECTION...] [--shared ../shared] [--out understanding.json]

A section is a module of this folder with a function `measure(shared: Path) -> list[Row]`.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from dataclasses import asdict
from pathlib import Path

from bench import understanding
from bench.understanding.rows import Row


def main() -> None:
    """Measure, print, write."""
    sections = _sections()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(sections))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds data/")
    parser.add_argument("--out", type=Path, help="where the figures are written as JSON")
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.sections or sections:
        measured = importlib.import_module(f"bench.understanding.{name}").measure(options.shared)
        rows += measured
        for row in measured:
            _print(row)
    if options.out:
        options.out.write_text(json.dumps([asdict(row) for row in rows], indent=1))


def _sections() -> list[str]:
    """Modules of this folder that measure."""
    names = sorted(module.name for module in pkgutil.iter_modules(understanding.__path__))
    return [
        name
        for name in names
        if name != "__main__"
        and hasattr(importlib.import_module(f"bench.understanding.{name}"), "measure")
    ]


def _print(row: Row) -> None:
    verdict = {True: "met", False: "NOT MET", None: ""}[row.met]
    sys.stdout.write(
        f"{row.section:<10} {row.figure:<52} {row.value:>9.3f}  {row.target:<12} "
        f"{verdict:<8} n {row.n:<6} {row.how}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
