"""A flow that a command runs while a person waits: what it needs is checked, Prefect is readied."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows import prefect_env, progress
from flows.console import err
from flows.tools import Tools
from pipeline.settings import Settings
from pipeline.store.store import Store


def check_weights(settings: Settings, *, hears: bool) -> None:
    """An error that says how to get them where weights are missing, before any work.

    `hears`: the flow listens to recordings too.
    """
    tools = Tools(settings)
    if hears:
        tools.recognizer_weights()
    tools.encoder_weights()


@contextmanager
def foreground(workspace: Path, settings: Settings) -> Iterator[None]:
    """Makes the workspace if need be, and shows the progress of the flow run inside.

    Import the flow inside too: Prefect reads its environment when it is imported.
    """
    with Store.open(workspace, settings) as store:
        home = store.workspace.prefect_home
    prefect_env.prepare(home, tracebacks=False)
    with progress.shown(err):
        progress.say("Starting Prefect")
        yield
