"""A workspace's numeric mode, once chosen, is what every task computes in."""

import json
from pathlib import Path

import pytest

from flows import tasks


def test_the_environment_does_not_unsettle_a_workspaces_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compose file that spells out defaults must not make each process choose for itself."""
    monkeypatch.setenv("FIRSTCALL__LISTEN__NUMERIC_MODE", "auto")
    settled = tasks.settled(str(tmp_path / "workspace"), "{}")
    mode = json.loads(settled)["listen"]["numeric_mode"]
    assert mode in ("int8", "float32")
    assert tasks.tools(settled).settings.listen.numeric_mode == mode
    assert tasks.settled(str(tmp_path / "workspace"), "{}") == settled
