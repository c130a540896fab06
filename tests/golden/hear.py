"""A handful of sample recordings through listening, redaction and understanding, with versions."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flows.hearing import hear
from flows.tools import Tools
from models import whisper
from pipeline.keys import keyed
from pipeline.listen import listen
from pipeline.listen.listen import ToHear
from pipeline.settings import load
from pipeline.types import UNKNOWN_TOPIC, RedactedTranscript, Role
from pipeline.understand import redact, understand

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
KEPT = Path(__file__).with_name("kept.json")
_SECRET = b"golden"

RECORDINGS: Mapping[str, tuple[Role, ...] | None] = {
    "call-0003.wav": None,
    "call-0006.mp3": None,
    "call-0008.opus": ("agent", "customer"),
    "call-0013.ulaw": None,
    "call-0054.opus": ("agent", "customer"),
    "call-0060.opus": None,
    "vm-0058.wav": None,
}
"""File and channel map: both layouts, several formats, a card, a telephone, another language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out for one recording; `text` is redacted."""

    text: str
    language: str
    redactions: tuple[str, ...]
    topic: str
    sentiment: str


def versions() -> dict[str, int]:
    """Where each VERSION stands, and what it is."""
    return {
        "pipeline/listen/listen.py": listen.VERSION,
        "models/whisper.py": whisper.VERSION,
        "pipeline/understand/redact.py": redact.VERSION,
        "pipeline/understand/understand.py": understand.VERSION,
    }


def outcomes() -> dict[str, Outcome]:
    """File to what comes out for it now."""
    exact = {"numeric_mode": "float32"}
    settings = load(SAMPLE / "firstcall.toml", {"listen": exact, "understand": exact})
    tools = Tools(settings)
    listener = tools.listener()
    for file, channel_map in RECORDINGS.items():
        item = ToHear(recording_id=file, channel_map=channel_map)
        hear(listener, item, SAMPLE / "recordings" / file, settings.ingest)
    listener.flush()
    hide = partial(redact.redact, keyed=partial(keyed, _SECRET), country=settings.site.country)
    heard = [hide(transcript) for transcript in listener.take()]
    insights = understand.understand_many(
        heard,
        taxonomy=tools.taxonomy,
        encoder=tools.encoder,
        sentiment=tools.sentiment,
        emotions=tools.emotions,
        settings=settings.understand,
        started_at=[datetime(2026, 9, 14, 10, tzinfo=UTC)] * len(heard),
    )
    return {
        one.transcript.recording_id: Outcome(
            text=" ".join(u.text for u in one.transcript.utterances),
            language=one.transcript.language,
            redactions=_kinds(one),
            topic=insight.topics[0].topic if insight.topics else UNKNOWN_TOPIC,
            sentiment=insight.sentiment,
        )
        for one, insight in zip(heard, insights, strict=True)
    }


def kept() -> tuple[dict[str, int], dict[str, Outcome]]:
    """Versions and outcomes as they were kept."""
    content = json.loads(KEPT.read_text("utf-8"))
    found = {
        file: Outcome(**{**outcome, "redactions": tuple(outcome["redactions"])})
        for file, outcome in content["recordings"].items()
    }
    return content["versions"], found


def keep(outcomes_now: Mapping[str, Outcome]) -> None:
    """Write what comes out now in the place of what was kept."""
    content = {
        "versions": versions(),
        "recordings": {file: asdict(outcome) for file, outcome in outcomes_now.items()},
    }
    KEPT.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _kinds(redacted: RedactedTranscript) -> tuple[str, ...]:
    return tuple(sorted(redaction.kind for redaction in redacted.redactions))
