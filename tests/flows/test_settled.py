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
    monkeypatch.setenv("FIRSTCALL__UNDERSTAND__NUMERIC_MODE", "auto")
    settled = tasks.settled(str(tmp_path / "workspace"), "{}")
    for section in ("listen", "understand"):
        mode = json.loads(settled)[section]["numeric_mode"]
        assert mode in ("int8", "float32")
        assert getattr(tasks.tools(settled).settings, section).numeric_mode == mode
    assert tasks.settled(str(tmp_path / "workspace"), "{}") == settled
