"""A contact that is text as a transcript, so that the same rules read it.

Speech keeps its seconds. The places of messages are counted in words, at a pace of reading: what a
customer did between two messages must not part a card number, nor move the quarters of a contact.
"""

from collections.abc import Sequence

from pipeline.ingest.turns import TextContact, Turn
from pipeline.types import Provenance, RoleEvidence, Transcript, Utterance, Word
from pipeline.written import READING_WORD_S

VERSION = 1
"""Raised by hand when results change: part of the stage's fingerprint."""

UNKNOWN_LANGUAGE = "unknown"


def as_transcript(contact: TextContact, recording_id: str) -> Transcript:
    """The words as written or said, one utterance a turn, blank ones too: turn n is number n - 1.

    Each side has a channel of its own, and so has each speaker of unknown role.
    """
    channels: dict[str, int] = {}
    language = contact.language or UNKNOWN_LANGUAGE
    utterances: list[Utterance] = []
    cursor_s = 0.0
    for turn, following in zip(contact.turns, [*contact.turns[1:], None], strict=True):
        channel = channels.setdefault(_side(turn), len(channels))
        start_s, end_s = _span(turn, following, cursor_s, contact.spoken)
        utterances.append(_utterance(turn, channel, start_s, end_s, language))
        cursor_s = max(cursor_s, end_s)
    return Transcript(
        recording_id=recording_id,
        duration_s=round(max(cursor_s, contact.stated.metadata.duration_s or 0.0), 3)
        if contact.spoken
        else round(cursor_s, 3),
        language=language,
        roles=_roles(contact.turns, channels),
        utterances=tuple(utterances),
        speech=(),
        dropped=(),
        provenance=Provenance(
            stage="read",
            engine="text",
            model="",
            weights_sha256="",
            numeric_mode="",
            version=VERSION,
        ),
    )


def _span(turn: Turn, following: Turn | None, cursor_s: float, spoken: bool) -> tuple[float, float]:
    """Seconds of the speech; a turn without an end lasts until the next one starts."""
    read_s = len(turn.text.split()) * READING_WORD_S
    if not spoken or turn.start_s is None:
        return cursor_s, cursor_s + read_s
    end_s = turn.end_s
    if end_s is None:
        end_s = turn.start_s + read_s
        if following is not None and following.start_s is not None:
            end_s = min(end_s, following.start_s)
    return turn.start_s, max(turn.start_s, end_s)


def _utterance(turn: Turn, channel: int, start_s: float, end_s: float, language: str) -> Utterance:
    texts = turn.text.split()
    step_s = (end_s - start_s) / max(1, len(texts))
    words = tuple(
        Word(
            start_s=round(start_s + place * step_s, 3),
            end_s=round(start_s + (place + 1) * step_s, 3),
            text=text,
            confidence=1.0,
        )
        for place, text in enumerate(texts)
    )
    return Utterance(
        start_s=round(start_s, 3),
        end_s=round(end_s, 3),
        channel=channel,
        role=turn.role,
        text=" ".join(texts),
        confidence=1.0,
        language=language,
        words=words,
    )


def _side(turn: Turn) -> str:
    return turn.role if turn.role != "unknown" else f"unknown {turn.speaker}"


def _roles(turns: Sequence[Turn], channels: dict[str, int]) -> tuple[RoleEvidence, ...]:
    roles = {_side(turn): turn.role for turn in turns}
    return tuple(
        RoleEvidence(
            channel=channel,
            role=roles[side],
            confidence=0.0 if roles[side] == "unknown" else 1.0,
            reason="the text doesn't say" if roles[side] == "unknown" else "stated in the text",
        )
        for side, channel in channels.items()
    )
