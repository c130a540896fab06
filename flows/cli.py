"""The `firstcall` command. Each command is a few lines; the work is elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from flows import cli_inspect, cli_models, cli_redact, cli_topics, cli_transcribe
from flows.console import told
from pipeline.store.private import private_umask

app = typer.Typer(
    name="firstcall",
    help="From recordings to first-contact resolution, and why customers contact you again.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("transcribe")(cli_transcribe.transcribe)
app.command("redact")(cli_redact.redact)
app.command("inspect")(cli_inspect.inspect)
app.add_typer(cli_models.app, name="models")
app.command("doctor")(cli_models.doctor)
app.add_typer(cli_topics.app, name="topics")
app.command("tag")(cli_topics.tag)

Workspace = Annotated[
    Path, typer.Option("--workspace", "-w", help="Folder with all that firstcall keeps.")
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings", help="firstcall.toml to use from now on; it is copied to the workspace."
    ),
]
Sources = Annotated[
    list[str], typer.Argument(help="Recordings, folders, globs, or @list.txt.", show_default=False)
]
Contacts = Annotated[
    Path | None, typer.Option("--metadata", "-m", help="Contact list: CSV, one row a contact.")
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="Date or moment up to which all data are in: 2026-10-26."),
]
From = Annotated[str | None, typer.Option("--from", help="First day of the report, 2026-09-01.")]
To = Annotated[str | None, typer.Option("--to", help="Last day of the report, included.")]


@app.command()
def run(
    sources: Sources,
    workspace: Workspace = Path("workspace"),
    metadata: Contacts = None,
    settings: SettingsFile = None,
    as_of: AsOf = None,
    from_day: From = None,
    to_day: To = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done, and what is missing.")
    ] = False,
) -> None:
    """Do everything once: recordings and metadata in, report out. Safe to repeat at any time."""
    from flows import cli_run

    with told(), private_umask():
        cli_run.run(
            sources,
            workspace=workspace,
            contacts=metadata,
            settings_file=settings,
            as_of=as_of,
            from_day=from_day,
            to_day=to_day,
            dry_run=dry_run,
        )


@app.command()
def analyze(
    text: Annotated[
        list[str],
        typer.Option(
            "--text",
            "-t",
            help="Contacts that are text: JSON Lines, vCon, Whisper's JSON, CSV; a file, folder or "
            "glob. May be given several times.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help="Folder of insights.jsonl, the report, measures.json."),
    ],
    more: Annotated[
        list[str] | None,
        typer.Argument(help="More of --text, as a shell makes of a glob.", show_default=False),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-w",
            help="Where to keep the contacts, with a centre's calls. Without it nothing is kept "
            "but what is in OUT.",
        ),
    ] = None,
    settings: SettingsFile = None,
    as_of: AsOf = None,
    from_day: From = None,
    to_day: To = None,
) -> None:
    """Understand contacts that are text already (chats, e-mails, tickets, transcripts)."""
    from flows import cli_analyze

    with told(), private_umask():
        cli_analyze.analyze(
            [*text, *(more or [])],
            out=out,
            workspace=workspace,
            settings_file=settings,
            as_of=as_of,
            from_day=from_day,
            to_day=to_day,
        )


@app.command()
def nightly(
    sources: Annotated[
        list[str] | None, typer.Argument(help="As for run.", show_default=False)
    ] = None,
    workspace: Workspace = Path("workspace"),
    metadata: Contacts = None,
    settings: SettingsFile = None,
    cron: Annotated[str, typer.Option(help="When: minute hour day month weekday.")] = "0 2 * * *",
    timezone: Annotated[
        str | None, typer.Option(help="Zone of the cron, as Europe/Sofia; default: the site's.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Do what is due now and end, for a cron of your own.")
    ] = False,
    now: Annotated[
        str | None, typer.Option("--now", help="With --once: nights up to this moment only.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port of Prefect's server, on localhost.")] = 4200,
) -> None:
    """Run every night: missed nights are caught up in order."""
    from flows import cli_nightly

    with told(), private_umask():
        cli_nightly.nightly(
            sources or [],
            workspace=workspace,
            contacts=metadata,
            settings_file=settings,
            cron=cron,
            timezone=timezone,
            once=once,
            now=now,
            port=port,
        )


@app.command()
def report(
    workspace: Workspace = Path("workspace"),
    from_day: From = None,
    to_day: To = None,
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder; default reports/<from>_<to>.")
    ] = None,
) -> None:
    """Write the report again, for any period, from what is there."""
    from flows import cli_report

    with told():
        cli_report.report(
            workspace=workspace, from_day=from_day, to_day=to_day, as_of=as_of, out=out
        )


@app.command()
def status(workspace: Workspace = Path("workspace")) -> None:
    """What was done, what waits, what could not be used and why."""
    from flows import cli_report

    with told():
        cli_report.status(workspace=workspace)


@app.command()
def retry(
    workspace: Workspace = Path("workspace"),
    items: Annotated[
        list[str] | None,
        typer.Option("--item", help="Path or recording id; default: all that failed."),
    ] = None,
) -> None:
    """Let the next run try again what could not be used."""
    from flows import cli_report

    with told():
        cli_report.retry(workspace=workspace, items=items)


def main() -> None:
    """Entry point."""
    app()


if __name__ == "__main__":
    main()
