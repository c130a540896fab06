"""Who imports what: the heavy libraries load late, and what is imported is declared."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {"torch", "whisper", "transformers", "prefect"}

# Imported by name, and promised by the package that brings it.
COMES_WITH = {
    "pydantic-core": "pydantic",
    "tokenizers": "transformers",
    "ctranslate2": "faster-whisper",
}


def _loaded_by(modules: list[str]) -> set[str]:
    imports = "\n".join(f"import {name}" for name in modules)
    code = f"import sys\n{imports}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def _modules(package: str) -> list[str]:
    files = sorted((ROOT / package).rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    # Alembic alone can import its env.py, which reads a context that only Alembic sets.
    return [n.removesuffix(".__init__") for n in names if not n.endswith("migrations.env")]


def _imported(package: str) -> dict[str, set[str]]:
    """Top-level modules that each file imports, wherever in the file."""
    found: dict[str, set[str]] = {}
    for file in sorted((ROOT / package).rglob("*.py")):
        names: set[str] = set()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
        found[file.relative_to(ROOT).as_posix()] = names
    return found


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    assert not _loaded_by(["flows.cli"]) & HEAVY


def test_the_domain_never_loads_a_model_library_nor_prefect() -> None:
    assert not _loaded_by(_modules("pipeline")) & HEAVY


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("torch", "models/"),
        ("whisper", "models/"),
        ("transformers", "models/"),
        ("prefect", "flows/"),
        ("av", "pipeline/ingest/audio.py"),
        ("sqlalchemy", "pipeline/store/"),
        ("alembic", "pipeline/store/"),
    ],
)
def test_a_library_is_imported_in_its_one_place_only(library: str, home: str) -> None:
    users = {
        file
        for package in ("pipeline", "models", "flows")
        for file, names in _imported(package).items()
        if library in names
    }
    assert {file for file in users if not file.startswith(home)} == set()


def test_every_imported_package_is_declared_in_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project["optional-dependencies"]["fast"]
    declared = {_normal(needed) for needed in [*project["dependencies"], *optional]}
    owners = importlib.metadata.packages_distributions()
    ours = {"pipeline", "models", "flows"}
    names = {n for package in ours for used in _imported(package).values() for n in used}
    needed = {_normal(owners[name][0]) for name in names - sys.stdlib_module_names - ours}
    assert {COMES_WITH.get(name, name) for name in needed} <= declared


def _normal(requirement: str) -> str:
    """Name of a requirement as PEP 503 writes it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name.group()).lower()
