"""Turns in writing as a call, for what is trained on texts or measured on them.

They are read as the product reads a transcript with times that was made elsewhere.
"""

from collections.abc import Sequence

from pipeline.ingest.fields import Stated
from pipeline.ingest.text_transcript import as_transcript
from pipeline.ingest.turns import TextContact, Turn
from pipeline.types import ContactMetadata, Role, Transcript

WORD_S, PAUSE_S = 0.35, 0.45
"""Seconds that a word takes, and between turns."""

_NOTHING = Stated(metadata=ContactMetadata(source="written"), fields=frozenset())


def call_of(turns: Sequence[tuple[str, str]], recording_id: str) -> Transcript:
    """An utterance a turn of (side, text), but for blank ones; all sides but "agent" are the
    customer's. Words are evenly spaced in time; who begins is on channel 0.
    """
    now_s, told = 0.0, []
    for side, text in turns:
        n_words = len(text.split())
        if n_words:
            end_s = now_s + n_words * WORD_S
            role: Role = "agent" if side == "agent" else "customer"
            told.append(Turn(role=role, text=text, start_s=now_s, end_s=end_s))
            now_s = end_s + PAUSE_S
    contact = TextContact(stated=_NOTHING, turns=tuple(told), language="en", spoken=True)
    return as_transcript(contact, recording_id)
