"""Figures of a folder of sections, all or those named, as one table and as JSON.

A section is a module of the folder with a function `measure(shared: Path) -> list[Row]`.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

from bench.rows import Row


def main(folder: ModuleType, doc: str | None) -> None:
    """Measure, print, write; `doc` is the command's docstring."""
    sections = _sections(folder)
    parser = argparse.ArgumentParser(description=doc.splitlines()[0] if doc else None)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(sections))
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="holds data/")
    parser.add_argument("--out", type=Path, help="where the figures are written as JSON")
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.sections or sections:
        module = importlib.import_module(f"{folder.__name__}.{name}")
        measured: list[Row] = module.measure(options.shared)
        rows += measured
        for row in measured:
            _print(row)
    if options.out:
        options.out.write_text(json.dumps([asdict(row) for row in rows], indent=1))


def _sections(folder: ModuleType) -> list[str]:
    """Modules of the folder that measure."""
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return [
        name
        for name in names
        if name != "__main__"
        and hasattr(importlib.import_module(f"{folder.__name__}.{name}"), "measure")
    ]


def _print(row: Row) -> None:
    verdict = {True: "met", False: "NOT MET", None: ""}[row.met]
    sys.stdout.write(
        f"{row.section:<10} {row.figure:<52} {row.value:>9.3f}  {row.target:<12} "
        f"{verdict:<8} n {row.n:<6} {row.how}\n"
    )
    sys.stdout.flush()
