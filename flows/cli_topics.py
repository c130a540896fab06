"""`firstcall topics train`, `topics suggest` and `tag`: topics that people teach and correct."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from flows.console import SOME_FAILED, escape_free, out, table, tell_rejected, told, usage_error
from flows.options import workspace_settings
from pipeline.settings import Settings
from pipeline.store.store import Store
from pipeline.taxonomy.loader import load_topics
from pipeline.types import UNKNOWN_TOPIC

app = typer.Typer(help="Topics: train them on your labels, find new ones.", no_args_is_help=True)

_SHOWN = 20
_EXAMPLES_SHOWN = 3

MaybeWorkspace = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", help="Its contacts, corrections and settings are used."),
]
Workspace = Annotated[
    Path, typer.Option("--workspace", "-w", help="Folder with all that firstcall keeps.")
]


@app.command()
def train(
    labels: Annotated[
        Path | None,
        typer.Argument(
            help="CSV with the columns text and topic, or contact_id and topic. Without it: the "
            "workspace's corrections.",
            show_default=False,
        ),
    ] = None,
    workspace: MaybeWorkspace = None,
    out_: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder of the head; default: the workspace."),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="firstcall.toml to use.")
    ] = None,
) -> None:
    """Train topics on labels and corrections; 8 texts a topic do."""
    with told():
        from flows.tools import Tools
        from flows.topic_training import train as run

        chosen = workspace_settings(workspace or Path(), settings)
        made = run(labels, workspace=workspace, out=out_, tools=Tools(chosen))
        aside = made.fitted
        out.print(f"{sum(made.counts.values())} labelled texts of {len(made.counts)} topics")
        if aside.n_aside:
            out.print(
                f"Kept aside in turn: {aside.accuracy:.1%} of {aside.n_aside} right; "
                f"{aside.told:.1%} with a topic at all"
            )
        out.print(f"Head: {made.head}\nCard: {made.card}", soft_wrap=True)
        out.print(
            "To use it, in firstcall.toml under \\[understand]:\n"
            f'topics_head = "{escape_free(str(made.head.absolute()))}"',
            soft_wrap=True,
        )
        if made.rejected:
            n_rejected = len(made.rejected)
            tell_rejected(made.rejected, title=f"{n_rejected} not used", most=_SHOWN)
            raise typer.Exit(SOME_FAILED)


@app.command()
def suggest(
    workspace: Workspace = Path("workspace"),
    smallest: Annotated[int, typer.Option(min=2, help="Contacts that make a topic.")] = 3,
) -> None:
    """Find topics among the contacts that have none; prints entries for topics.toml."""
    with told():
        from flows.topic_suggestions import suggestions

        chosen = workspace_settings(workspace)
        with Store.open(workspace, chosen, create=False) as store:
            found = suggestions(store, chosen, smallest=smallest)
        out.print(
            f"{found.n_unknown} contacts without a topic, {len(found.statements)} with a statement "
            f"of their issue: {len(found.topics)} topics suggested"
        )
        if not found.topics:
            return
        shown = table("topic", "contacts", "alike", "said")
        for topic in found.topics:
            said = [found.statements[i] for i in topic.members[:_EXAMPLES_SHOWN]]
            shown.add_row(
                topic.id, str(len(topic.members)), f"{topic.cohesion:.2f}",
                escape_free(" / ".join(said)),
            )  # fmt: skip
        out.print(shown)
        out.print("\nFor topics.toml, once you have read and named them:\n")
        for entry in found.entries:
            typer.echo(entry)


def tag(
    contact_id: Annotated[str, typer.Argument(help="The contact, as in the report.")],
    topic: Annotated[str, typer.Argument(help="Id of the topic that it has, or unknown.")],
    workspace: Workspace = Path("workspace"),
    by: Annotated[str | None, typer.Option(help="Who says so; default: who is logged in.")] = None,
) -> None:
    """Correct a contact's topic. It wins over what was understood, in every later report."""
    with told():
        from flows.corrections import add_correction

        settings = workspace_settings(workspace)
        allowed = _allowed(settings)
        if topic not in allowed:
            raise usage_error(
                topic, f"is no topic; there are {', '.join(allowed)}", "Write one of these ids"
            )
        with Store.open(workspace, settings, create=False) as store:
            known = set(store.catalogue.stored_legs()["leg_id"])
        if contact_id not in known:
            raise usage_error(
                contact_id, "is no contact of this workspace", "Copy its id from the report"
            )
        add_correction(workspace, contact_id, topic, by or _user())
        out.print(
            f"{escape_free(contact_id)} is {topic} from now on. "
            "`firstcall report` shows it; `firstcall topics train` learns from it",
            soft_wrap=True,
        )


def _allowed(settings: Settings) -> list[str]:
    """Ids of the site's topics, listed or trained."""
    chosen = settings.understand
    ids = [topic.id for topic in load_topics(chosen.topics_file).topics]
    if chosen.topics_head is not None:
        from models.topic_head import topics_of

        ids += [topic for topic in topics_of(chosen.topics_head) if topic not in ids]
    return [*ids, UNKNOWN_TOPIC]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
