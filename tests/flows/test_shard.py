"""A shard of work, without Prefect."""

from pathlib import Path

import pytest

from flows import shard
from flows.stages import Stages
from flows.tools import Tools
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.store.claims import StageKey

KEYS = Stages(
    read=StageKey(stage="read", fingerprint="r"),
    listen=StageKey(stage="listen", fingerprint="a"),
    understand=StageKey(stage="understand", fingerprint="b"),
)


def test_an_unforeseen_error_gives_the_claim_back_so_that_a_retry_finds_the_work(
    tmp_path: Path,
) -> None:
    with Store.open(tmp_path / "workspace", Settings()) as store:
        store.ledger.enqueue(KEYS.listen, ["one", "two"])
        with pytest.raises(KeyError):  # the catalogue lacks these recordings
            shard.listen_shard(store, Tools(Settings()), KEYS, ["one", "two"])
        assert store.ledger.items(KEYS.listen, "pending") == ("one", "two")
        assert store.ledger.states(KEYS.listen).claimed == 0
