"""What may stand in a site's vocabulary: phrases that somebody can say, and not too many."""

from typing import Annotated

from pydantic import AfterValidator

LONGEST = 60
"""Characters of a phrase."""

MOST = 1000
"""Phrases of a vocabulary."""


def _phrase(text: str) -> str:
    """The phrase with one space between its words."""
    plain = " ".join(text.split())
    if not any(character.isalnum() for character in plain):
        raise ValueError("a phrase needs a letter or a digit; leave empty ones out")
    if len(plain) > LONGEST:
        raise ValueError(f"it has {len(plain)} characters; a phrase has at most {LONGEST}")
    if not plain.isprintable():
        raise ValueError("a phrase is text: letters, digits, and signs that print")
    return plain


def _few(phrases: tuple[str, ...]) -> tuple[str, ...]:
    if len(phrases) > MOST:
        raise ValueError(f"it has {len(phrases):,} phrases; at most {MOST:,} are listened for")
    return phrases


Phrases = Annotated[tuple[Annotated[str, AfterValidator(_phrase)], ...], AfterValidator(_few)]
"""A vocabulary as settings hold it."""
