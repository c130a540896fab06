"""Prefect's environment, set before Prefect is imported: quiet, local, in the workspace.

What a site has set itself stays. Facts behind the values: docs/operations.md.
"""

import contextlib
import os
from pathlib import Path

import psutil

_SERVER = "prefect.server.api.server:create_app"
_INIT = 1
"""Whose child a process is when its parent has died."""

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_API_HOST": "127.0.0.1",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    "PREFECT_CLI_PROMPT": "false",
}

_NO_TRACEBACKS = {
    "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "CRITICAL",
}
"""Before a person: the command itself says what went wrong, in a sentence (flows/console.py)."""


def prepare(home: Path, *, tracebacks: bool = True) -> dict[str, str]:
    """Set Prefect's environment for this process and those it starts; returns it all.

    With `tracebacks` Prefect logs those of failed runs: into a worker's log, not on a screen.
    """
    end_orphans(home)
    quiet = {} if tracebacks else _NO_TRACEBACKS
    for name, value in {**_DEFAULTS, **quiet, "PREFECT_HOME": str(home)}.items():
        os.environ.setdefault(name, value)
    return dict(os.environ)


def end_orphans(home: Path) -> int:
    """End temporary servers of this home whose run was killed: they outlive it; how many."""
    orphans = []
    for process in psutil.process_iter(["cmdline", "ppid"]):
        if not any(_SERVER in part for part in process.info["cmdline"] or ()):
            continue
        with contextlib.suppress(psutil.Error):
            is_ours = process.environ().get("PREFECT_HOME") == str(home)
            if is_ours and process.info["ppid"] == _INIT:
                process.terminate()
                orphans.append(process)
    psutil.wait_procs(orphans, timeout=10)
    return len(orphans)
