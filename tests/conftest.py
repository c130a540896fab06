"""What the slower tests share: weights, a Prefect server, a small centre, one finished run."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from harness import FIVE_CALLS, SEVERAL_SHARDS, Centre, environment, make_centre
from watched import Watched, watch

from flows import deploy, prefect_env
from models import weights
from pipeline.errors import FirstcallError
from pipeline.settings import Settings


@pytest.fixture(scope="session")
def real_weights() -> None:
    """Tests that use this recognise speech, or are skipped where there is nothing to do it with."""
    settings = Settings()
    for name in (settings.listen.model, settings.understand.encoder):
        try:
            weights.find(name, cache=settings.models.cache_dir)
        except FirstcallError as error:
            pytest.skip(f"needs real weights: {error}")


@pytest.fixture(scope="session")
def real_speech() -> Path:
    """The folder of real recordings beside the repository; tests that use it need them."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "speech"
    if not folder.is_dir():
        pytest.skip("needs real recordings: a folder shared/data/speech beside the repository")
    return folder


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A real Prefect server, once a session: the variables that lead a command to it."""
    home = tmp_path_factory.mktemp("prefect")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    with patch.dict(os.environ, environment(url), clear=True):
        env = prefect_env.prepare(home)
    said: list[str] = []
    server = deploy.start_server(port=port, env=env, log=home / "server.log", say=said.append)
    yield {name: value for name, value in env.items() if name.startswith("PREFECT_")}
    server.terminate()
    server.wait(timeout=60)


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Centre:
    """Five calls of a minute together, heard in several shards."""
    return make_centre(tmp_path_factory.mktemp("centre"), FIVE_CALLS, settings=SEVERAL_SHARDS)


@pytest.fixture(scope="session")
def undisturbed(
    real_weights: None,
    centre: Centre,
    prefect_server: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> "Undisturbed":
    """A run over the centre from nothing to the report that nobody disturbed."""
    workspace = tmp_path_factory.mktemp("undisturbed") / "workspace"
    watched = watch(centre.command(workspace), cwd=centre.folder, env=prefect_server)
    watched.wait()
    return Undisturbed(centre, workspace, watched)


class Undisturbed:
    """The finished run: where it worked, what it said and when."""

    def __init__(self, centre: Centre, workspace: Path, watched: Watched) -> None:
        self.centre, self.workspace, self.watched = centre, workspace, watched
        assert watched.returncode == 0, watched.text
