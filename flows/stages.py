"""The stages' fingerprints: all that a result depends on beside its input.

The settings that the stage reads, the hash of the tensors it computes with, and versions that are
raised by hand when a rule changes its results. A patch elsewhere transcribes nothing again.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from flows.tools import Tools
from models import checkpoints, recognizers, weights
from pipeline.errors import SettingsError, StoreError
from pipeline.ingest import text_transcript
from pipeline.listen import listen
from pipeline.settings import Settings
from pipeline.store.claims import StageKey
from pipeline.store.private import private_file
from pipeline.store.workspace import Workspace
from pipeline.taxonomy.phrases import digest
from pipeline.types import Role
from pipeline.understand import redact, understand
from pipeline.written import is_recording

LISTEN = "listen"
READ = "read"
UNDERSTAND = "understand"
_FILE = "stages.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The keys of the stages of one contact: its words heard, or read, and then understood."""

    listen: StageKey
    read: StageKey
    understand: StageKey

    @property
    def all(self) -> tuple[StageKey, ...]:
        """Those of every contact."""
        return self.listen, self.read, self.understand

    def words(self, recording_id: str) -> StageKey:
        """The stage that a contact's words come from."""
        return self.listen if is_recording(recording_id) else self.read


def current(tools: Tools, workspace: Workspace | None = None) -> Stages:
    """Keys for the settings and weights as they are now; reads the weights, runs no model.

    Texts that were read into the workspace stay as they are: their files aren't at hand here.
    """
    settings = tools.settings
    heard = _digest(
        settings.fingerprint("listen"),
        checkpoints.sha256(tools.recognizer_weights().path),
        f"silero-vad {version('silero-vad')}",
        _redaction(settings),
        listen.VERSION,
        recognizers.version(settings.listen.engine),
    )
    now = _with_listening(tools, StageKey(stage=LISTEN, fingerprint=heard))
    before = _before(workspace) if workspace else None
    return replace(now, read=before.read) if before and before.read.fingerprint else now


def without_listening(tools: Tools, workspace: Workspace) -> Stages:
    """Keys of a run that hears nothing and needs no recognizer: what was heard stays as it is."""
    before = _before(workspace)
    heard = before.listen if before else StageKey(stage=LISTEN, fingerprint="")
    return _with_listening(tools, heard)


def _before(workspace: Workspace) -> Stages | None:
    try:
        return remembered(workspace)
    except StoreError:
        return None


def _with_listening(tools: Tools, heard: StageKey) -> Stages:
    settings = tools.settings
    understood = _digest(
        settings.fingerprint("understand"),
        _weights_sha256(tools.encoder_weights()),
        *(_classifier_sha256(found) for found in tools.classifier_weights()),
        repr(tools.taxonomy),
        _file_sha256(settings.understand.topics_head),
        digest(settings.understand.phrases_dir),
        settings.site.working_days,
        settings.site.holidays,
        understand.VERSION,
    )
    read = _digest(_redaction(settings), text_transcript.VERSION)
    return Stages(
        listen=heard,
        read=StageKey(stage=READ, fingerprint=read),
        understand=StageKey(stage=UNDERSTAND, fingerprint=understood),
    )


def remember(workspace: Workspace, stages: Stages) -> None:
    """Note which results are the current ones, for commands that run no models."""
    path = private_file(workspace.folder / _FILE)
    path.write_text(json.dumps({key.stage: key.fingerprint for key in stages.all}))


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
            read=StageKey(stage=READ, fingerprint=noted.get(READ, "")),
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
    """What understanding one contact depends on: its words, who is who, and when it was."""
    return f"{recording_id}:{_digest(heard.fingerprint, roles, started_at)[:16]}"


def _redaction(settings: Settings) -> str:
    return _digest(redact.VERSION, settings.site.country, settings.redact.names)


def _classifier_sha256(found: weights.Found | None) -> str:
    """Of a model in the place of our head, or of our head."""
    from models.head_file import FEELING, file_sha256

    return _weights_sha256(found) if found else file_sha256(FEELING)


def _file_sha256(path: Path | None) -> str:
    from models.head_file import file_sha256

    if path is None:
        return ""
    try:
        return file_sha256(path)
    except OSError as error:
        raise SettingsError(
            str(path),
            f"can't be read ({error.strerror})",
            remedy="Check understand.topics_head, or train it: firstcall topics train",
            code="setting",
        ) from error


def _weights_sha256(found: weights.Found) -> str:
    return weights.tensors_sha256(weights.load_tensors(found.path))


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()
