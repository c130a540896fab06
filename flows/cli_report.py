"""`firstcall report`, `status` and `retry`: from the workspace, without models or Prefect."""

from pathlib import Path

from flows import finish, stages
from flows.console import escape_free, out, table
from flows.options import moment, period, workspace_settings
from pipeline.errors import StoreError
from pipeline.masks import masked
from pipeline.store.claims import StageKey
from pipeline.store.quarantine import Quarantined
from pipeline.store.runs import RunRecord
from pipeline.store.store import Store

_RUNS_SHOWN = 5


def report(
    *,
    workspace: Path,
    from_day: str | None,
    to_day: str | None,
    as_of: str | None,
    out: Path | None,
) -> None:
    """Link and measure what is there; write the report of a period."""
    settings = workspace_settings(workspace)
    first_day, last_day = period(from_day, to_day)
    with Store.open(workspace, settings, create=False) as store:
        keys = stages.remembered(store.workspace)
        finished = finish.report(
            store,
            settings,
            keys,
            linked=finish.link_all(store, settings, keys),
            first_day=first_day,
            last_day=last_day,
            as_of=moment(as_of, "--as-of", settings.zone),
            out=out,
        )
    _say(f"Report: {finished.page}")


def status(*, workspace: Path) -> None:
    """Counts, the last runs, and everything that could not be used, with reason and remedy."""
    settings = workspace_settings(workspace)
    with Store.open(workspace, settings, create=False) as store:
        keys = _keys(store)
        counts = store.ledger.states(keys[0]) if keys else store.ledger.states()
        texts = store.ledger.states(keys[1]).done if keys else 0
        recordings = len(store.catalogue.recordings())
        rejected = store.quarantined(keys)
        runs = store.runs.all()[-_RUNS_SHOWN:]
        free_gb = store.workspace.free_bytes() / 1e9
    _say(
        f"{recordings} recordings: {counts.done} heard, {counts.pending + counts.claimed} to do, "
        f"{counts.quarantined} given up; {free_gb:.0f} GB free"
    )
    if texts:
        _say(f"{texts} texts read")
    _runs(runs)
    _quarantine(rejected)


def retry(*, workspace: Path, items: list[str] | None) -> None:
    """Quarantined recordings wait again; refused files are looked at anew by every run anyway."""
    settings = workspace_settings(workspace)
    with Store.open(workspace, settings, create=False) as store:
        known = {one.path: one.recording_id for one in store.catalogue.recordings()}
        wanted = [known.get(str(Path(item).absolute()), item) for item in items] if items else None
        n = store.ledger.retry(wanted)
    _say(f"{n} recordings will be tried again by the next run")


def _keys(store: Store) -> list[StageKey]:
    try:
        keys = stages.remembered(store.workspace)
    except StoreError:
        return []
    return list(keys.all)


def _runs(runs: tuple[RunRecord, ...]) -> None:
    if not runs:
        _say("No run yet")
        return
    shown = table("run", "started (UTC)", "state", "counts", title="\nLast runs")
    for run in runs:
        counts = ", ".join(f"{name} {n}" for name, n in (run.counts or {}).items())
        shown.add_row(run.kind, f"{run.started_at:%Y-%m-%d %H:%M}", run.state, counts)
    out.print(shown)


def _quarantine(rejected: tuple[Quarantined, ...]) -> None:
    if not rejected:
        _say("\nNothing is quarantined")
        return
    shown = table("stage", "what", "why", "what to do", title=f"\n{len(rejected)} not used")
    for one in rejected:
        row = one.rejected
        cells = (masked(row.item), masked(row.reason), row.remedy)
        shown.add_row(one.stage, *(escape_free(cell) for cell in cells))
    out.print(shown)


def _say(line: str) -> None:
    out.print(line, soft_wrap=True)
