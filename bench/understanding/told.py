"""Dialogues in writing through the same redaction and understanding as calls."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bench.understanding.tools import tools
from models.heads.written import call_of
from pipeline.insights import ContactInsight
from pipeline.keys import keyed
from pipeline.types import RedactedTranscript, Transcript
from pipeline.understand.redact import redact
from pipeline.understand.understand import understand_many


def transcript_of(turns: Sequence[tuple[str, str]]) -> Transcript:
    """Turns of (side, text) as a call, whose id is a hash of them."""
    return call_of(turns, hashlib.sha256(repr(turns).encode()).hexdigest())


def insights(
    contacts: Sequence[Sequence[tuple[str, str]]], started_at: Sequence[datetime | None]
) -> list[tuple[ContactInsight, Transcript]]:
    """What is understood of each contact, and the transcript that it was."""
    hide = partial(redact, keyed=partial(keyed, b"bench"))
    told = [transcript_of(turns) for turns in contacts]
    return list(zip(understood([hide(one) for one in told], started_at), told, strict=True))


def understood(
    contacts: Sequence[RedactedTranscript], started_at: Sequence[datetime | None]
) -> list[ContactInsight]:
    """What is understood of redacted contacts, with the product's models and settings."""
    chosen = tools()
    return understand_many(
        contacts,
        taxonomy=chosen.taxonomy,
        encoder=chosen.encoder,
        sentiment=chosen.sentiment,
        emotions=chosen.emotions,
        settings=chosen.settings.understand,
        started_at=started_at,
    )
