"""On a real server: a cron appears as scheduled runs, and a worker carries one out."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from harness import environment, wav

from flows import deploy
from pipeline.settings import Settings
from pipeline.store import Store

_DEPLOY = """
import json, os, sys
from flows import deploy
print(deploy.deploy(json.loads(sys.argv[1]), cron="0 2 * * *", timezone="Europe/Berlin",
                    env=os.environ))
"""
_SCHEDULED = """
import sys
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
with get_client(sync_client=True) as client:
    mine = DeploymentFilter(id=DeploymentFilterId(any_=[sys.argv[1]]))
    for run in client.read_flow_runs(deployment_filter=mine):
        if run.state_type == "SCHEDULED":
            print(run.expected_start_time.isoformat())
"""
_RUN_NOW = """
import sys
from prefect.client.orchestration import get_client
with get_client(sync_client=True) as client:
    print(client.create_flow_run_from_deployment(sys.argv[1]).id)
"""
_STATE = """
import sys
from prefect.client.orchestration import get_client
with get_client(sync_client=True) as client:
    print(client.read_flow_run(sys.argv[1]).state_type.value)
"""


def _python(code: str, *arguments: str, env: dict[str, str]) -> str:
    """What a few lines print in a process of their own, which talks to the server of `env`."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command, env=environment(env), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _until(wanted, *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not wanted():
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s"
        time.sleep(1)


@pytest.fixture(scope="module")
def deployed(prefect_server, tmp_path_factory) -> tuple[str, Path]:
    """A nightly deployment over one call without speech; its id and its workspace."""
    folder = tmp_path_factory.mktemp("deployed")
    (folder / "calls").mkdir()
    (folder / "calls" / "tone.wav").write_bytes(wav(seconds=2, level=900))
    return _deploy(folder, prefect_server), folder / "workspace"


def _deploy(folder: Path, env: dict[str, str]) -> str:
    parameters = {
        "sources": [str(folder / "calls")],
        "workspace": str(folder / "workspace"),
        "settings_json": Settings().model_dump_json(),
        "contacts": None,
    }
    return _python(_DEPLOY, json.dumps(parameters), env=env)


def test_a_cron_appears_as_scheduled_runs_at_two_in_the_morning(deployed, prefect_server) -> None:
    deployment, _ = deployed
    moments: list[str] = []

    def appeared() -> bool:
        moments[:] = _python(_SCHEDULED, deployment, env=prefect_server).splitlines()
        return len(moments) >= 3

    _until(appeared, within_s=90)
    assert all(moment[11:16] in ("00:00", "01:00") for moment in moments), "02:00 in Berlin"


def test_deploying_again_keeps_one_deployment(deployed, prefect_server) -> None:
    deployment, workspace = deployed
    assert _deploy(workspace.parent, prefect_server) == deployment


def test_a_worker_carries_out_a_night(
    deployed, prefect_server, real_weights, tmp_path: Path
) -> None:
    deployment, workspace = deployed
    log = tmp_path / "worker.log"
    worker = deploy.start_worker(env=environment(prefect_server), log=log, say=lambda _: None)
    try:
        run = _python(_RUN_NOW, deployment, env=prefect_server)
        ended = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
        state = ["PENDING"]

        def over() -> bool:
            state[0] = _python(_STATE, run, env=prefect_server)
            return state[0] in ended

        _until(over, within_s=180)
    finally:
        worker.terminate()
        worker.wait(timeout=60)
    assert state == ["COMPLETED"], log.read_text()
    with Store.open(workspace, Settings(), create=False) as store:
        (one,) = store.runs.all()
        assert store.runs.watermark("nightly") is not None
    assert one.kind == "nightly"
    assert "Traceback" not in log.read_text()
    assert list(workspace.glob("reports/*/index.html"))
