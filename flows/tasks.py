"""Prefect tasks: each opens the store, calls one stage, and returns counts. Arguments are ids."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from flows import finish, gather, insight_lines, progress, shard, stages, texts
from flows.shard import Done
from flows.tools import Tools
from pipeline.errors import FirstcallError
from pipeline.ingest import text_files
from pipeline.report.export import make_private_folder, write_private
from pipeline.settings import load
from pipeline.store.store import Store
from pipeline.types import Rejected

P = ParamSpec("P")
R = TypeVar("R")


def _worth_retrying(task: Any, run: Any, state: Any) -> bool:
    """A permanent error needs a person; anything else may pass (a busy database, a lost mount)."""
    error = state.result(raise_on_failure=False)
    return not isinstance(error, FirstcallError) or error.transient


def stage(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A task as all of ours are: nothing cached, nothing persisted, passing faults tried again."""
    return task(
        name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=2,
        retry_delay_seconds=[10, 60],
        retry_condition_fn=_worth_retrying,
    )


@lru_cache(maxsize=2)  # as given, and settled
def tools(settings_json: str) -> Tools:
    """The models of this process."""
    return Tools(load(None, json.loads(settings_json)))  # these win over the environment


def settled(workspace: str, settings_json: str) -> str:
    """The settings with the numeric modes of the workspace, which its first run chooses."""
    kit = tools(settings_json)
    chosen, understood = kit.settings.listen, kit.settings.understand
    if "auto" not in (chosen.numeric_mode, understood.numeric_mode):
        return settings_json
    with Store.open(Path(workspace), kit.settings) as store:
        fixed = {
            "listen": store.workspace.numeric_mode("listen", kit.numeric_mode),
            "understand": store.workspace.numeric_mode("understand", kit.encoder_mode),
        }
    sections = {
        name: getattr(kit.settings, name).model_copy(update={"numeric_mode": mode})
        for name, mode in fixed.items()
    }
    return kit.settings.model_copy(update=sections).model_dump_json(exclude_unset=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What gathering leaves to say: remarks on the input, and files that aren't usable audio."""

    notes: int
    refused_files: int


@stage("gather")
def gather_sources(
    sources: list[str], contacts: str | None, workspace: str, settings_json: str, run_id: str
) -> Found:
    """Find, check and enter recordings and metadata."""
    settings = tools(settings_json).settings
    with Store.open(Path(workspace), settings) as store:
        bar: list[progress.Bar] = []

        def advance(done: int, total: int) -> None:
            bar[:] = bar or [progress.Bar("Checking recordings", total=total)]
            bar[0].advance(1)

        found = gather.gather(
            sources,
            contacts=Path(contacts) if contacts else None,
            settings=settings,
            store=store,
            progress=advance,
        )
        gather.enter(found, store=store, settings=settings, run_id=run_id)
        return Found(notes=len(found.catalogue.notes), refused_files=len(found.catalogue.rejected))


@stage("plan")
def plan_listening(workspace: str, settings_json: str, before: datetime | None) -> list[list[str]]:
    """Shards of recordings that are still to be heard; of contacts that start before a moment."""
    kit = tools(settings_json)
    with Store.open(Path(workspace), kit.settings) as store:
        keys = stages.current(kit, store.workspace)
        stages.remember(store.workspace, keys)
        wanted = shard.recordings_of_legs(store, before=before)
        store.ledger.enqueue(keys.listen, wanted)
        pending = set(store.ledger.items(keys.listen, "pending")) & set(wanted)
        recordings = store.catalogue.recordings(pending)
        return shard.shards(recordings, minutes=kit.settings.run.shard_minutes)


@stage("listen")
def listen_shard(ids: list[str], workspace: str, settings_json: str) -> Done:
    """Recognize and redact one shard."""
    kit = tools(settings_json)
    with Store.open(Path(workspace), kit.settings) as store:
        return shard.listen_shard(store, kit, stages.remembered(store.workspace), ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsRead:
    """What became of texts: how many were new, their contacts, what isn't used and what to know."""

    n_read: int
    leg_ids: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    notes: tuple[Rejected, ...]


@stage("read")
def read_texts(sources: list[str], workspace: str, settings_json: str, run_id: str) -> TextsRead:
    """Read, enter and redact contacts that are text already."""
    kit = tools(settings_json)
    found = text_files.read_texts(sources, kit.settings.ingest)
    with Store.open(Path(workspace), kit.settings) as store:
        keys = stages.without_listening(kit, store.workspace)
        stages.remember(store.workspace, keys)
        entered = texts.enter(found, store=store, settings=kit.settings, run_id=run_id)
        return TextsRead(
            n_read=texts.read_pending(store, kit, keys, entered.texts),
            leg_ids=entered.leg_ids,
            rejected=entered.rejected,
            notes=found.notes,
        )


@stage("insights")
def write_insights(workspace: str, settings_json: str, leg_ids: list[str], out: str) -> str:
    """Write insights.jsonl of contacts; its path."""
    kit = tools(settings_json)
    path = Path(out) / "insights.jsonl"
    with Store.open(Path(workspace), kit.settings) as store:
        keys = stages.remembered(store.workspace)
        lines = insight_lines.insight_lines(store, kit.settings, keys, leg_ids)
    make_private_folder(path.parent)
    write_private(path, lines)
    return str(path)


@stage("understand")
def understand(workspace: str, settings_json: str) -> Done:
    """Understand all that was heard."""
    kit = tools(settings_json)
    with Store.open(Path(workspace), kit.settings) as store:
        return shard.understand_pending(store, kit, stages.remembered(store.workspace))


@stage("report")
def link_and_report(
    workspace: str,
    settings_json: str,
    run_id: str,
    first_day: date | None,
    last_day: date | None,
    as_of: datetime | None,
    out: str | None = None,
) -> str:
    """Link, measure, write the report (into `out`, or the workspace); its path."""
    kit = tools(settings_json)
    with Store.open(Path(workspace), kit.settings) as store:
        keys = stages.remembered(store.workspace)
        linked = finish.link_all(store, kit.settings, keys)
        finish.save_linked(store, linked.main)
        finished = finish.report(
            store,
            kit.settings,
            keys,
            linked=linked,
            first_day=first_day,
            last_day=last_day,
            as_of=as_of,
            out=Path(out) if out else None,
            run_id=run_id,
        )
        return str(finished.page)
