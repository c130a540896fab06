"""Dialogues in writing through the same redaction and understanding as calls."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial

from flows.tools import Tools
from pipeline.insights import ContactInsight
from pipeline.keys import keyed
from pipeline.settings import load
from pipeline.types import Provenance, Role, Transcript, Utterance, Word
from pipeline.understand.redact import redact
from pipeline.understand.understand import understand_many

WORD_S, STEP_S, TURN_S = 0.30, 0.35, 0.5
_ROLES: dict[str, Role] = {"agent": "agent", "customer": "customer"}


def transcript_of(turns: Sequence[tuple[str, str]]) -> Transcript:
    """Turns of (side, text) as a call, an utterance a turn, its words evenly spaced."""
    now_s, told = 0.0, []
    for side, text in turns:
        words = tuple(
            Word(
                start_s=round(now_s + i * STEP_S, 3),
                end_s=round(now_s + i * STEP_S + WORD_S, 3),
                text=part,
                confidence=0.9,
            )
            for i, part in enumerate(text.split())
        )
        if not words:
            continue
        told.append(_utterance(side, text, words))
        now_s = words[-1].end_s + TURN_S
    return Transcript(
        recording_id=hashlib.sha256(repr(turns).encode()).hexdigest(),
        duration_s=now_s,
        language="en",
        roles=(),
        utterances=tuple(told),
        speech=((), ()),
        dropped=(),
        provenance=Provenance(
            stage="listen",
            engine="written",
            model="",
            weights_sha256="",
            numeric_mode="",
            version=1,
        ),
    )


def _utterance(side: str, text: str, words: tuple[Word, ...]) -> Utterance:
    return Utterance(
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        channel=int(side == "customer"),
        role=_ROLES[side],
        text=text,
        confidence=0.9,
        language="en",
        words=words,
    )


@cache
def tools() -> Tools:
    """The models, with the settings as they come."""
    return Tools(load(None))


def insights(
    contacts: Sequence[Sequence[tuple[str, str]]], started_at: Sequence[datetime | None]
) -> list[tuple[ContactInsight, Transcript]]:
    """What is understood of each contact, and the transcript that it was."""
    hide = partial(redact, keyed=partial(keyed, b"bench"))
    told = [transcript_of(turns) for turns in contacts]
    chosen = tools()
    found = understand_many(
        [hide(one) for one in told],
        taxonomy=chosen.taxonomy,
        encoder=chosen.encoder,
        sentiment=chosen.sentiment,
        emotions=chosen.emotions,
        settings=chosen.settings.understand,
        started_at=started_at,
    )
    return list(zip(found, told, strict=True))
