"""Make .venv with everything firstcall needs: once, and again only when something changed.

`make setup` runs this with a bare Python 3.11, so it uses the standard library only. A record
inside .venv says what it was made for; it is marked unfinished before anything is installed, so
that a set-up that was killed is done afresh instead of being trusted.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CPU_INDEX = "https://download.pytorch.org/whl/cpu"

NO_ENSUREPIP = """{python} can't make virtual environments: its {module} module is missing.
On Debian or Ubuntu: sudo apt install python3-venv
Or use another Python: make setup PYTHON=/path/to/python3.11"""

NO_TORCH = """{requirement} can't be had.
What was tried:
{tried}
Do one of these:
- let this machine reach {index} (behind a proxy: export HTTPS_PROXY=...)
- where there is network, run `make wheelhouse`; bring that folder here and run
  `make setup WHEELHOUSE=wheelhouse`
- for an NVIDIA GPU, take the CUDA build, several gigabytes: make setup FIRSTCALL_TORCH=cuda"""


class SetupError(Exception):
    """Set-up can't go on; the text says what to do."""


class Environment:
    """A virtual environment and the pip in it.

    Parameters
    ----------
    folder : Path
        Where it is or will be.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"

    def create(self) -> None:
        """Make it with the Python that runs this."""
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                raise SetupError(NO_ENSUREPIP.format(python=sys.executable, module=module))
        _run([sys.executable, "-m", "venv", str(self.folder)], "making the virtual environment")

    def pip(self, *arguments: str, doing: str) -> str:
        """Run pip; its output, which a person sees only when it fails."""
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        return _run([*command, *arguments], doing)

    def install_torch(self, choice: str, version: str) -> str:
        """Install torch without its dependencies; returns the requirement that keeps it.

        Never CUDA in silence: on Linux the plain wheel brings gigabytes of it, so the CPU build
        is asked for by its full name, of pip's own index first, then of PyTorch's.
        """
        requirement = torch_requirement(choice, version)
        sources: list[list[str]] = [[]]
        if requirement.endswith("+cpu"):
            sources.append(["--index-url", CPU_INDEX])
        tried = []
        for source in sources:
            try:
                self.pip("install", "--no-deps", *source, requirement, doing="pip install torch")
                return requirement
            except SetupError as error:
                tried.append(f"{source[-1] if source else 'pip as it is configured'}:\n{error}")
        raise SetupError(
            NO_TORCH.format(requirement=requirement, tried="\n".join(tried), index=CPU_INDEX)
        )

    def install_all(self, constraints: Path, torch: str) -> None:
        """Install firstcall (editable) and what it needs, in the versions of `constraints`.

        Nothing is built in isolation: the pinned setuptools builds, not the newest there is.
        """
        locked = ["--constraint", str(constraints)]
        builders = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]
        self.pip("install", *locked, *builders["requires"], doing="installing build tools")
        project = ["--no-build-isolation", "--editable", f"{ROOT}[dev]"]
        self.pip("install", *locked, torch, *project, doing="installing what firstcall needs")


def torch_requirement(choice: str, version: str) -> str:
    """What pip is asked for: `choice` is "cpu" or "cuda"; only Linux has both."""
    if sys.platform != "linux":
        if choice == "cuda":
            raise SetupError("FIRSTCALL_TORCH=cuda: torch has no CUDA build for this system.")
        return f"torch=={version}"
    # `===`: to pip, 2.13.0+cpu also satisfies `==2.13.0`.
    return f"torch==={version}" if choice == "cuda" else f"torch=={version}+cpu"


def torch_version(constraints: Path) -> str:
    """The version of torch that a constraints file pins."""
    for line in constraints.read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        if name == "torch":
            return version
    raise SetupError(f"{constraints}: pins no torch. Add a line such as torch==2.13.0")


def set_up(environment: Environment, wanted_torch: str) -> None:
    """Bring the environment up to date; does nothing when it is.

    Parameters
    ----------
    environment : Environment
        The one to bring up to date.
    wanted_torch : str
        "cpu", "cuda", or empty: as it was chosen before, "cpu" at first.
    """
    record = environment.folder / "firstcall-setup.json"
    before = _read(record)
    torch = wanted_torch or before.get("torch", "cpu")
    if torch not in ("cpu", "cuda"):
        raise SetupError(f'FIRSTCALL_TORCH="{torch}" is unknown; it is "cpu" or "cuda".')
    now = {"state": "done", "torch": torch, "base": _base(), "packages": _packages()}
    if before == now and environment.python.exists():
        return
    started = time.monotonic()
    _prepare(environment, before, now, record)
    constraints = ROOT / "constraints.txt"
    version = torch_version(constraints)
    size = "several gigabytes" if torch == "cuda" else "about 200 MB"
    _say(f"Installing torch {version} ({torch.upper()}), {size} unless it is in pip's cache")
    requirement = environment.install_torch(torch, version)
    _say("Installing everything else (constraints.txt), a minute or two")
    environment.install_all(constraints, requirement)
    _write(record, now)
    _say(f"Set up in {time.monotonic() - started:.0f} s")


def _prepare(
    environment: Environment, before: dict[str, str], now: dict[str, str], record: Path
) -> None:
    """An environment to install into: kept if it is whole and fits, else made afresh."""
    fits = before.get("state") == "done" and all(before[k] == now[k] for k in ("torch", "base"))
    ours = bool(before)
    whole = environment.python.exists()
    _write(record, {**now, "state": "unfinished"})
    if whole and (fits or not ours):
        _say("Bringing .venv up to date")
        return
    version = ".".join(str(part) for part in sys.version_info[:3])
    _say(f"Making .venv with Python {version}: once, about 3 GB of disk")
    for path in environment.folder.iterdir():
        if path != record:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    environment.create()


def _base() -> str:
    """What an environment can't survive a change of: the Python, and where the checkout lies."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} {sys.base_prefix} {ROOT}"


def _packages() -> str:
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _read(record: Path) -> dict[str, str]:
    try:
        return {str(k): str(v) for k, v in json.loads(record.read_text("utf-8")).items()}
    except FileNotFoundError:
        return {}
    except ValueError:  # killed while it was being written
        return {"state": "unfinished"}


def _write(record: Path, values: dict[str, str]) -> None:
    record.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def _run(command: Sequence[str], doing: str) -> str:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        close_fds=False,  # the lock goes along
    )
    if done.returncode != 0:
        words = (done.stdout + done.stderr).strip()
        raise SetupError(f"{words}\nThat was {doing}: {' '.join(command)}")
    return done.stdout


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One set-up at a time: a lock that the kernel drops when its holders are dead.

    A pip that outlives a killed set-up inherits it, so that nobody clears what it still writes.
    """
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another set-up is at work; waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """Set up .venv; 0 when it is ready."""
    folder = ROOT / ".venv"
    try:
        with _alone(folder):
            set_up(Environment(folder), os.environ.get("FIRSTCALL_TORCH", ""))
    except SetupError as error:
        print(f"\n{error}\n\nSet-up stopped; nothing is half-used: run it again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; the next one starts afresh.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
