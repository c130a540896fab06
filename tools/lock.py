"""Write constraints.txt anew: the newest versions that pyproject.toml allows, all pinned.

Run by `make lock`, by hand, when dependencies change. It works in an environment of its own, so
that what happens to be installed can't leak into the file.
"""

import re
import sys
import tempfile
from pathlib import Path

from setup_env import ROOT, Environment, SetupError, torch_version

HELD = ("torch", "triton")
HEAD = """\
# Every package that `make setup` installs, pinned. Written by `make lock`; see CONTRIBUTING.md.
# torch: 2.13.0+cpu satisfies this too; tools/setup_env.py chooses the build.
# triton: not the newest but the one that torch's CUDA build demands; the CPU build needs none.
"""


def lock(constraints: Path) -> None:
    """Resolve in a fresh environment, holding only the packages in `HELD`."""
    held = [
        line
        for line in constraints.read_text(encoding="utf-8").splitlines()
        if line.partition("==")[0] in HELD
    ]
    with tempfile.TemporaryDirectory() as folder:
        environment, start = Environment(Path(folder) / "venv"), Path(folder) / "held.txt"
        start.write_text("\n".join(held) + "\n", encoding="utf-8")
        environment.create()
        torch = environment.install_torch("cpu", torch_version(constraints))
        environment.install_all(start, torch)
        frozen = environment.pip("freeze", "--all", "--exclude-editable", doing="pip freeze")
    pins = {re.sub(r"\+cpu$", "", line) for line in frozen.splitlines()}
    pins = {line for line in pins if not line.startswith("pip==")} | set(held)
    constraints.write_text(
        HEAD + "".join(f"{line}\n" for line in sorted(pins, key=str.lower)), encoding="utf-8"
    )


def main() -> int:
    """Lock; 0 when constraints.txt is written."""
    try:
        lock(ROOT / "constraints.txt")
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
