"""What the words in disposition and call-type columns mean to us. The table is the rule."""

import polars as pl

WORDS: dict[str, tuple[str, ...]] = {
    "wrong_number": (
        "wrong number", "wrong no", "misdial", "misdialed", "misdialled", "wrong department",
    ),
    "spam": (
        "spam", "spam call", "robocall", "robo call", "telemarketer", "telemarketing", "scam",
        "prank", "prank call", "nuisance", "nuisance call",
    ),
    "test": ("test", "test call", "testing", "training call"),
    "internal": ("internal", "internal call", "internal transfer", "agent to agent"),
    "abandoned": (
        "abandoned", "abandon", "abandoned in queue", "abandoned call", "abnd", "abd",
        "abandoned in ivr", "hung up in queue", "customer hung up in queue",
        "caller hung up in queue",
    ),
    "missed": (
        "no answer", "noanswer", "not answered", "unanswered", "missed", "missed call", "busy",
        "failed", "not reached", "not available", "no contact", "no one answered",
        "answering machine", "rna",
    ),
    "dropped": (
        "dropped", "drop", "call dropped", "dropped call", "disconnected", "call disconnected",
        "line dropped", "line lost", "lost connection", "cut off",
    ),
    "transferred": (
        "transferred", "transfer", "xfer", "warm transfer", "cold transfer", "blind transfer",
        "transferred out", "transferred to other department", "call transferred",
    ),
    "voicemail": (
        "voicemail", "voice mail", "vm", "voice message", "left message", "left voicemail",
        "voicemail left", "message left",
    ),
}  # fmt: skip
"""Code by the whole phrase, letter case and punctuation aside. Others mean nothing to us: a phrase
that merely contains one ("test drive booked") is no match. Two lines depend on the
direction: an outbound call that was `missed` or met a `voicemail` was not taken by the customer; an
inbound one that was `missed` counts as abandoned, and one to `voicemail` is a voicemail."""

_CODE_OF = {phrase: code for code, phrases in WORDS.items() for phrase in phrases}


def code(column: str) -> pl.Expr:
    """The code of the words in a column; null where they are in no line of the table."""
    plain = pl.col(column).str.to_lowercase().str.replace_all(r"[\W_]+", " ").str.strip_chars()
    return plain.replace_strict(_CODE_OF, default=None, return_dtype=pl.String)
