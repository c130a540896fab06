"""kill -9 at any moment, then the same command: nothing is lost, nothing is done twice."""

import random
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from harness import kept_in, measures_of
from polars.testing import assert_frame_equal
from watched import watch

from pipeline.store import Store

SEED = 20261123
KILLS = ("start", *["ingest"] * 3, *["listen"] * 3, *["finish"] * 3)
"""In which phases of a run the ten kills strike, in this order, at random moments in each."""

SHARE_OF_PHASE = (0.05, 0.9)

BETWEEN = (4, 5)
"""These kills strike as soon as one more shard is kept, at whatever moment that is."""


@pytest.fixture(scope="module")
def killed(undisturbed, prefect_server, tmp_path_factory):
    """A workspace whose run was killed ten times, and then came to its end."""
    centre, workspace = undisturbed.centre, tmp_path_factory.mktemp("killed") / "workspace"
    workspace.mkdir(mode=0o700)
    # customer keys depend on the secret: with the same one the tables can be compared
    shutil.copy(undisturbed.workspace / "secret.key", workspace)
    moments = random.Random(SEED)
    story = _Story()
    for number, phase in enumerate(KILLS):
        after_s = moments.uniform(*SHARE_OF_PHASE) * undisturbed.watched.lasted(phase)
        while True:
            run = watch(centre.command(workspace), cwd=centre.folder, env=prefect_server)
            if number in BETWEEN:
                more = partial(_heard_more, workspace, story.heard[-1])
                struck = run.kill_in(phase, 0.0, once=more)
            else:
                struck = run.kill_in(phase, after_s)
            if struck:
                break
            # quicker than the undisturbed one was: nothing is left to do but what this phase does
            assert phase == "finish", run.text
            after_s /= 2
        story.after_kill(run.phase, workspace, centre.settings)
    last = watch(centre.command(workspace), cwd=centre.folder, env=prefect_server)
    last.wait()
    assert last.returncode == 0, last.text
    return centre, workspace, story


def _heard_more(workspace: Path, before: int) -> bool:
    """Whether more recordings' words are kept than before."""
    with closing(sqlite3.connect(f"file:{workspace / 'firstcall.db'}?mode=ro", uri=True)) as file:
        found = file.execute("select count(*) from results where stage = 'listen'").fetchone()
    return bool(found[0] > before)


class _Story:
    """What stood in the workspace after each kill."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.heard: list[int] = []
        self.made: list[dict[tuple[str, str, str], bytes]] = []

    def after_kill(self, phase: str, workspace: Path, settings) -> None:
        self.phases.append(phase)
        if not (workspace / "firstcall.db").exists():
            return
        with Store.open(workspace, settings) as store:
            kept = kept_in(store)
            self.heard.append(sum(stage == "listen" for _, stage, _ in kept.results))
            self.made.append(kept.results)
            assert kept.not_used == (), "a kill is nobody's fault"


def test_the_kills_struck_in_every_phase_and_between_shards(killed) -> None:
    *_, story = killed
    assert len(story.phases) == len(KILLS) == 10
    assert {"start", "ingest", "listen", "finish"} <= set(story.phases)
    assert any(0 < heard < 5 for heard in story.heard), story.heard


def test_the_tables_equal_those_of_an_undisturbed_run(killed, undisturbed) -> None:
    centre, workspace, _ = killed
    with centre.open(workspace) as store, centre.open(undisturbed.workspace) as reference:
        kept, wanted = kept_in(store), kept_in(reference)
    for table, table_wanted in zip(kept.linked, wanted.linked, strict=True):
        assert_frame_equal(table, table_wanted)
    assert kept.results == wanted.results


def test_the_report_equals_that_of_an_undisturbed_run(killed, undisturbed) -> None:
    _, workspace, _ = killed
    (page,) = workspace.glob("reports/*/index.html")
    (wanted,) = undisturbed.workspace.glob("reports/*/index.html")
    assert page.parent.name == wanted.parent.name
    assert measures_of(page) == measures_of(wanted)
    for name in ("contacts.csv", "threads.csv", "quarantine.csv"):
        assert (page.parent / name).read_text() == (wanted.parent / name).read_text()
    assert sorted(p.name for p in page.parent.iterdir()) == sorted(
        p.name for p in wanted.parent.iterdir()
    ), "a file that was being written stayed behind"


def test_nothing_good_is_quarantined_blamed_or_still_claimed(killed) -> None:
    centre, workspace, _ = killed
    with centre.open(workspace) as store:
        kept = kept_in(store)
    assert kept.not_used == ()
    assert set(kept.ledger.values()) == {("done", 0, False)}


def test_what_was_kept_before_a_kill_is_what_is_there_at_the_end(killed) -> None:
    centre, workspace, story = killed
    with centre.open(workspace) as store:
        final = kept_in(store).results
    for made in story.made:
        assert made.items() <= final.items()
