"""Postcodes by their shape, written or spelled: "LS17 8QD", "C F ten, three X X", "D02 X285".

The British form is the one of BS 7666; the Irish Eircode has a routing key of a letter and two
digits (or D6W) and four signs more; the Canadian form is letter, digit, letter, digit, letter,
digit. Postcodes of digits alone have no shape of their own and need an address about them.
"""

import re
from collections.abc import Sequence

from pipeline.types import Word
from pipeline.understand.numbers import Number, bare

_SHAPES = re.compile(
    r"(?:[A-PR-UWYZ](?:\d[\dA-HJKPSTUW]?|[A-HK-Y]\d[\dABEHMNPRVWXY]?)|GIR0)\d[ABD-HJLNP-UW-Z]{2}"
    r"|(?:[AC-FHKNPRTV-Y]\d\d|D6W)(?=\d*[A-Z])[AC-FHKNPRTV-Y\d]{4}"
    r"|[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d"
)
MAX_WORDS = 8


def postcodes(words: Sequence[Word], numbers: Sequence[Number]) -> list[tuple[int, int]]:
    """First and last word of every postcode, in order, none overlapping.

    `numbers` are those of the words; a postcode has at least one digit.
    """
    if not any(any(map(str.isdigit, word.text)) for word in words) and not numbers:
        return []
    signs = _signs(words, numbers)
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        last = _from(words, signs, at)
        if last is None:
            at += 1
        else:
            found.append((at, last))
            at = last + 1
    return found


def _from(words: Sequence[Word], signs: Sequence[str], at: int) -> int | None:
    """Last word of the longest postcode that begins at a word, or None."""
    if not signs[at].strip() or _runs_on(words, signs, at - 1):
        return None
    amid = at > 0 and len(signs[at].strip()) <= 2 and 0 < len(signs[at - 1]) <= 2
    if amid and words[at - 1].text.rstrip()[-1:] not in ".?!":
        return None
    text, best = "", None
    starts = {0}
    for position in range(at, min(at + MAX_WORDS, len(signs))):
        if not signs[position] or len(text) > 7:
            break
        text += signs[position].strip()
        if _SHAPES.fullmatch(text) and not _runs_on(words, signs, position):
            single = all(len(sign.strip()) <= 2 for sign in signs[at : position + 1])
            if position == at or starts & {len(text) - 3, len(text) - 4} or single:
                best = position
        starts.add(len(text))
    return best


def _runs_on(words: Sequence[Word], signs: Sequence[str], at: int) -> bool:
    """Whether letters or digits go on from a word to the next without so much as a comma."""
    if not 0 <= at < len(words) - 1 or not signs[at] or not signs[at + 1]:
        return False
    return words[at].text.rstrip()[-1:] not in ",.?!;"


def _signs(words: Sequence[Word], numbers: Sequence[Number]) -> list[str]:
    """Letters and digits of each word as a postcode would have them; "" for other words."""
    signs = [_written(word.text) for word in words]
    for number in numbers:
        if number.plain and number.first <= number.last:
            signs[number.first : number.last + 1] = [number.digits] + [" "] * (
                number.last - number.first
            )
    return signs


def _written(text: str) -> str:
    plain = bare(text).replace("-", "")
    if (
        plain.isalpha()
        and (plain in ("a", "i") or len(plain) == 2)
        and not text.strip()[:2].isupper()
    ):
        return ""
    if not plain.isascii() or not plain.isalnum() or len(plain) > 7:
        return ""
    has_digit = any(c.isdigit() for c in plain)
    return plain.upper() if has_digit or len(plain) <= 2 else ""
