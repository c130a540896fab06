"""Postcodes by their shape, written or spelled: "LS17 8QD", "C F ten, three X X", "D02 X285".

The British form is the one of BS 7666; the Irish Eircode has a routing key of a letter and two
digits (or D6W) and four signs more; the Canadian form is letter, digit, letter, digit, letter,
digit. Postcodes of digits alone have no shape of their own and need an address about them.
"""

import re
from collections.abc import Sequence

from pipeline.types import Word
from pipeline.understand.numbers import bare, numbers_in

_SHAPES = re.compile(
    r"(?:[A-PR-UWYZ](?:\d[\dA-HJKPSTUW]?|[A-HK-Y]\d[\dABEHMNPRVWXY]?)|GIR0)\d[ABD-HJLNP-UW-Z]{2}"
    r"|(?:[AC-FHKNPRTV-Y]\d\d|D6W)[AC-FHKNPRTV-Y\d]{4}"
    r"|[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d"
)
MAX_WORDS = 8


def postcodes(words: Sequence[Word]) -> list[tuple[int, int]]:
    """First and last word of every postcode, in order, none overlapping."""
    signs = _signs(words)
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        last = _from(signs, at)
        if last is None:
            at += 1
        else:
            found.append((at, last))
            at = last + 1
    return found


def _from(signs: Sequence[str], at: int) -> int | None:
    """Last word of the longest postcode that begins at a word, or None."""
    if not signs[at]:
        return None
    text, best = "", None
    for position in range(at, min(at + MAX_WORDS, len(signs))):
        if not signs[position] or len(text) > 7:
            break
        text += signs[position].strip()
        if _SHAPES.fullmatch(text):
            best = position
    return best


def _signs(words: Sequence[Word]) -> list[str]:
    """Letters and digits of each word as a postcode would have them; "" for other words."""
    signs = [_written(bare(word.text)) for word in words]
    for number in numbers_in(words):
        if number.plain and number.first <= number.last:
            signs[number.first : number.last + 1] = [number.digits] + [" "] * (
                number.last - number.first
            )
    return signs


def _written(text: str) -> str:
    plain = text.replace("-", "")
    if not plain.isascii() or not plain.isalnum() or len(plain) > 7:
        return ""
    has_digit = any(c.isdigit() for c in plain)
    return plain.upper() if has_digit or len(plain) <= 2 else ""
