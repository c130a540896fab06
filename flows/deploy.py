"""Putting the nightly flow on a Prefect server's schedule, and serving it.

A process work pool and a worker: a run that dies is Crashed within seconds and its hooks run;
`serve()` loses its scheduled runs on Ctrl-C (measured, see docs/operations.md).
"""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import FirstcallError

POOL = "firstcall-nights"
DEPLOYMENT = "nightly"
_START_S = 180

Say = Callable[[str], None]


def start_server(
    *, port: int, env: Mapping[str, str], log: Path, say: Say
) -> subprocess.Popen[bytes]:
    """A Prefect server on localhost only; returns when it answers.

    Raises
    ------
    FirstcallError
        It doesn't come up; the log says why.
    """
    command = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    say(f"prefect {' '.join(command)}")
    server = _prefect(command, env=env, log=log)
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and server.poll() is None:
        if _healthy(port):
            return server
        time.sleep(0.5)
    server.terminate()
    raise FirstcallError(
        f"Prefect's server on port {port}",
        "does not come up",
        remedy=f"See {log}; is the port taken? Choose another with --port",
        code="server",
    )


def deploy(parameters: dict[str, Any], *, cron: str, timezone: str, env: Mapping[str, str]) -> str:
    """Put the flow on the schedule of the server that the environment names; the deployment's id.

    One run at a time: a night that is still running lets the next one wait.
    """
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.nightly import nightly

    subprocess.run(
        [sys.executable, "-m", "prefect", "work-pool", "create", POOL, "--type", "process"],
        env=dict(env),
        check=False,  # it may be there from yesterday
        capture_output=True,
    )
    deployment = nightly.to_deployment(
        name=DEPLOYMENT,
        schedule=Cron(cron, timezone=timezone),
        parameters=parameters,
        entrypoint_type=EntrypointType.MODULE_PATH,
        work_pool_name=POOL,
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE
        ),
    )
    assert isinstance(deployment, RunnerDeployment), "outside of an event loop it is no coroutine"
    return str(deployment.apply())


def start_worker(*, env: Mapping[str, str], log: Path, say: Say) -> subprocess.Popen[bytes]:
    """A worker that starts the scheduled runs as processes on this machine."""
    command = ["worker", "start", "--pool", POOL, "--type", "process"]
    say(f"prefect {' '.join(command)}")
    return _prefect(command, env=env, log=log)


def _prefect(command: list[str], *, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", *command],
            env=dict(env),
            stdout=file,
            stderr=file,
            start_new_session=True,  # Ctrl-C is ours: the worker has to end before the server
        )


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
