"""Ids of contacts that came as text: where a recording has its hash, these have a mark before it.

A message has a number, not a second. A transcript that another recognizer made has seconds, but its
audio was never here.
"""

import hashlib
import hmac

MESSAGES = "text:"
"""Chats, e-mails, tickets: their places are counted in words and are no times."""

TOLD = "told:"
"""Transcripts of speech with times, made elsewhere."""

READING_WORD_S = 0.3
"""Seconds that stand for a word of a message: 200 words a minute, a usual pace of reading."""


def text_id(secret: bytes, content: str, *, spoken: bool) -> str:
    """The id of a contact that is text, from all that is read of it.

    Keyed, unlike a recording's: the words of a short message could be guessed from a plain hash.
    """
    digest = hmac.new(secret, f"text:{content}".encode(), hashlib.sha256).hexdigest()
    return f"{TOLD if spoken else MESSAGES}{digest}"


def is_recording(recording_id: str) -> bool:
    """Whether it is audio that was heard here.

    >>> is_recording("6f0c"), is_recording("text:6f0c")
    (True, False)
    """
    return not recording_id.startswith((MESSAGES, TOLD))


def is_messages(recording_id: str) -> bool:
    """Whether its places are numbers of messages, not seconds."""
    return recording_id.startswith(MESSAGES)


def bare(recording_id: str) -> str:
    """The hash alone."""
    return recording_id.rpartition(":")[2]
