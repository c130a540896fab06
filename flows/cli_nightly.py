"""`firstcall nightly`: on a schedule of its own, or once for a cron of the site's."""

import os
import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows import cli_run, prefect_env
from flows.console import err, usage_error
from flows.foreground import check_weights, foreground
from flows.options import check_contacts, keep_settings, moment, workspace_settings
from pipeline.settings import Settings
from pipeline.store.private import private_file
from pipeline.store.store import Store


def nightly(
    sources: list[str],
    *,
    workspace: Path,
    contacts: Path | None,
    settings_file: Path | None,
    cron: str,
    timezone: str | None,
    once: bool,
    now: str | None,
    port: int,
) -> None:
    """Check what a night needs, then run it once or keep it on the schedule."""
    if not sources:
        raise usage_error("SOURCES", "none given", "Name the folder of the recordings")
    check_contacts(contacts)
    settings = workspace_settings(workspace, settings_file)
    check_weights(settings, hears=True)
    keep_settings(workspace, settings_file)
    parameters = {
        "sources": [_absolute(source) for source in sources],
        "workspace": str(workspace.absolute()),
        "settings_json": settings.model_dump_json(exclude_unset=True),
        "contacts": str(contacts.absolute()) if contacts else None,
    }
    if once:
        until = moment(now, "--now", settings.zone) or datetime.now(UTC)
        _once(parameters, until, workspace=workspace, settings=settings)
    else:
        with Store.open(workspace, settings) as store:
            home, logs = store.workspace.prefect_home, store.workspace.logs
        zone = timezone or settings.site.timezone
        _serve(parameters, cron=cron, timezone=zone, home=home, logs=logs, port=port)


def _once(
    parameters: dict[str, Any], until: datetime, *, workspace: Path, settings: Settings
) -> None:
    with foreground(workspace, settings):
        from flows.nightly import nightly as flow

        summary = flow(**parameters, until=until.isoformat())
    cli_run.finish(summary, workspace)


def _serve(
    parameters: dict[str, Any], *, cron: str, timezone: str, home: Path, logs: Path, port: int
) -> None:
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    env = prefect_env.prepare(home)
    from flows import deploy

    _check_schedule(cron, timezone)  # not earlier: Prefect reads its environment when imported

    signal.signal(signal.SIGTERM, _interrupt)
    server = deploy.start_server(port=port, env=env, log=_log(logs, "server"), say=_say)
    running = [server]
    try:
        deploy.deploy(parameters, cron=cron, timezone=timezone, env=env)
        _say(f"Deployed: {cron} in {timezone}. Prefect's page: http://127.0.0.1:{port}")
        running.append(deploy.start_worker(env=env, log=_log(logs, "worker"), say=_say))
        _say("Ctrl-C stops it; missed nights are caught up when it is back.")
        running[-1].wait()
    finally:
        _stop(running)


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    """The worker first, so that it can give its run back to the server.

    A second Ctrl-C, or one that the whole process group got, must not leave the server behind.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for process in reversed(running):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def _check_schedule(cron: str, timezone: str) -> None:
    from prefect.client.schemas.schedules import CronSchedule
    from pydantic import ValidationError

    try:
        CronSchedule(cron=cron, timezone=timezone)
    except ValidationError as error:
        raise usage_error(
            "--cron and --timezone",
            f"{cron!r} in {timezone!r} is no schedule ({error.errors()[0]['msg']})",
            'Write them as --cron "0 2 * * *" --timezone Europe/Sofia',
        ) from None


def _absolute(source: str) -> str:
    """The worker runs elsewhere; a list's @ stays in front."""
    mark = "@" if source.startswith("@") else ""
    return mark + str(Path(source.removeprefix(mark)).absolute())


def _interrupt(number: int, frame: object) -> None:
    """A service manager's SIGTERM ends the command as Ctrl-C does."""
    raise KeyboardInterrupt


def _log(logs: Path, name: str) -> Path:
    return private_file(logs / f"prefect-{name}.log")


def _say(line: str) -> None:
    err.print(line, soft_wrap=True)
