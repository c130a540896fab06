"""The stages' fingerprints: all that a result depends on beside its input.

The settings that the stage reads, the hash of the tensors it computes with, and versions that are
raised by hand when a rule changes its results. A patch elsewhere transcribes nothing again.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from flows.tools import Tools
from models import checkpoints, recognizers, weights
from pipeline.errors import StoreError
from pipeline.listen import listen
from pipeline.settings import Settings
from pipeline.store.claims import StageKey
from pipeline.store.private import private_file
from pipeline.store.workspace import Workspace
from pipeline.taxonomy.phrases import digest
from pipeline.types import Role
from pipeline.understand import redact, understand

LISTEN = "listen"
UNDERSTAND = "understand"
_FILE = "stages.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The keys of the two stages of one recording."""

    listen: StageKey
    understand: StageKey


def current(tools: Tools) -> Stages:
    """Keys for the settings and weights as they are now; reads the weights, runs no model."""
    settings = tools.settings
    heard = _digest(
        settings.fingerprint("listen"),
        checkpoints.sha256(tools.recognizer_weights().path),
        f"silero-vad {version('silero-vad')}",
        _redaction(settings),
        listen.VERSION,
        recognizers.version(settings.listen.engine),
    )
    understood = _digest(
        settings.fingerprint("understand"),
        _weights_sha256(tools.encoder_weights()),
        _head_sha256(),
        repr(tools.taxonomy),
        digest(settings.understand.phrases_dir),
        settings.site.working_days,
        settings.site.holidays,
        understand.VERSION,
    )
    return Stages(
        listen=StageKey(stage=LISTEN, fingerprint=heard),
        understand=StageKey(stage=UNDERSTAND, fingerprint=understood),
    )


def remember(workspace: Workspace, stages: Stages) -> None:
    """Note which results are the current ones, for commands that run no models."""
    path = private_file(workspace.folder / _FILE)
    path.write_text(
        json.dumps(
            {
                LISTEN: stages.listen.fingerprint,
                UNDERSTAND: stages.understand.fingerprint,
            }
        )
    )


def remembered(workspace: Workspace) -> Stages:
    """The keys of the last run.

    Raises
    ------
    StoreError
        Nothing has been run in this workspace.
    """
    try:
        noted = json.loads((workspace.folder / _FILE).read_text())
        return Stages(
            listen=StageKey(stage=LISTEN, fingerprint=noted[LISTEN]),
            understand=StageKey(stage=UNDERSTAND, fingerprint=noted[UNDERSTAND]),
        )
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(
            str(workspace.folder),
            "nothing has been run in this workspace yet",
            remedy="Run: firstcall run SOURCE --workspace DIR",
            code="no_run",
        ) from error


def understood_item(
    recording_id: str,
    *,
    heard: StageKey,
    roles: tuple[Role, ...] | None,
    started_at: datetime | None,
) -> str:
    """What understanding one recording depends on: its transcript, who is who, and when it was."""
    return f"{recording_id}:{_digest(heard.fingerprint, roles, started_at)[:16]}"


def _redaction(settings: Settings) -> str:
    return _digest(redact.VERSION, settings.site.country)


def _head_sha256() -> str:
    from models.head import SENTIMENT

    return weights.tensors_sha256(weights.load_tensors(SENTIMENT))


def _weights_sha256(found: weights.Found) -> str:
    return weights.tensors_sha256(weights.load_tensors(found.path))


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()
