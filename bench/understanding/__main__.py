"""The figures of understanding, one table, also as JSON.

    python -m bench.understanding [SECTION...] [--shared ../shared/data] [--json FILE]

A section is a module of this folder with a function `measure(shared: Path) -> list[Row]`.
"""

import argparse
import importlib
import json
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import bench.understanding as folder
from bench.understanding.rows import Row


def main() -> None:
    """Measure the sections that are named, or all; print the table and write the JSON."""
    parser = argparse.ArgumentParser(description="The figures of understanding.")
    parser.add_argument("sections", nargs="*", help="names of modules; default all")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", type=Path, help="write the rows here, too")
    options = parser.parse_args()
    rows = [row for measure in _sections(options.sections) for row in measure(options.shared)]
    for row in rows:
        met = {True: "yes", False: "NO", None: ""}[row.met]
        print(
            f"{row.section:12} {row.figure:36} {row.value:9.3f}  {row.target:10} {met:4} n={row.n}"
        )
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


def _sections(wanted: Sequence[str]) -> list[Callable[[Path], list[Row]]]:
    names = list(wanted) or sorted(found.name for found in pkgutil.iter_modules(folder.__path__))
    modules = [
        importlib.import_module(f"bench.understanding.{n}") for n in names if n != "__main__"
    ]
    missing = [m.__name__ for m in modules if wanted and not hasattr(m, "measure")]
    if missing:
        raise SystemExit(f"{', '.join(missing)}: no section, it has no measure()")
    return [module.measure for module in modules if hasattr(module, "measure")]


if __name__ == "__main__":
    main()
