"""The wheel holds the product, all of it, and nothing else; it runs wherever one stands."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("flows", "models", "pipeline")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # Built from a copy: a build writes into the folder that it builds from.
    source = folder / "source"
    for package in PACKAGES:
        no_caches = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / package, source / package, ignore=no_caches)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(folder)]
    _run([sys.executable, "-m", "pip", "wheel", *options, str(source)], folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked by pip, with its console script under bin/."""
    folder = tmp_path_factory.mktemp("installed")
    options = ["--no-deps", "--no-index", "--quiet", "--target", str(folder)]
    _run([sys.executable, "-m", "pip", "install", *options, str(wheel)], folder)
    return folder


def _run(command: list[str], cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_exactly_the_three_packages_with_every_file_of_theirs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    source = wheel.parent / "source"
    kept = {
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file()
    }
    assert packed == kept


@pytest.mark.parametrize(
    "pattern",
    [
        "pipeline/taxonomy/topics.toml",
        "pipeline/taxonomy/phrases/*.toml",
        "pipeline/report/pages/*.j2",
        "pipeline/report/pages/*.css",
        "pipeline/store/migrations/versions/*.py",
        "models/heads/*.safetensors",
    ],
)
def test_data_files_are_in_the_installed_package(installed: Path, pattern: str) -> None:
    assert list(installed.glob(pattern))


def test_the_licence_goes_with_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        texts = [archive.read(n) for n in archive.namelist() if n.endswith("licenses/LICENSE")]
    assert texts == [(ROOT / "LICENSE").read_bytes()]


def test_the_command_ignores_folders_named_like_ours_where_one_stands(
    installed: Path, tmp_path: Path
) -> None:
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("raise ImportError('not this one')")
    command = [sys.executable, str(installed / "bin" / "firstcall"), "--help"]
    assert "transcribe" in _run(command, tmp_path, PYTHONPATH=str(installed))


def test_the_installed_command_is_the_wheels_not_the_checkouts(
    installed: Path, tmp_path: Path
) -> None:
    code = "import flows.cli, models, pipeline; print(flows.__file__, models.__file__)"
    told = _run([sys.executable, "-P", "-c", code], tmp_path, PYTHONPATH=str(installed))
    assert all(Path(file).is_relative_to(installed) for file in told.split())
