"""Spoken and written numbers in a stream of words, as digits, with the words they came from.

Whisper writes what it hears of "four one one one" as `4111`, `4-1-1-1`, `four one one one` or a
mixture, so redaction reads them all alike. Spoken numbers are read in English; digits in any
language and script.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.types import Word
from pipeline.understand.number_words import (
    DIGITS,
    OH,
    REPEATS,
    SCALES,
    SOUND_LIKE,
    TEENS,
    TENS,
    UNITS,
)

_WRITTEN = re.compile(r"[+#(]*[£$€]?\d[\d,.\-/:()]*[%€£$]?")
_QUANTITY = re.compile(
    r"[£$€].*|.*%|\d{1,2}:\d{2}|\d{1,2}/\d{1,2}(/\d{2,4})?|\d{4}-\d{2}-\d{2}|\d+\.\d{1,2}"
    r"|\d{1,3}(,\d{3})+(\.\d+)?|\d+,\d\d|\d{1,2}\.\d{1,2}\.(19|20)\d\d|\d+[£$€]"
)
_SUFFIXED = re.compile(r"\d+(st|nd|rd|th|am|pm|k|m|g|s|kg|gb|mb)")
_IDENTIFIER = re.compile(r"(?=.*\d.*\d)#?(?:[a-z](?:-?[a-z]){0,5}-?)?\d[a-z\d-]*")


@dataclass(frozen=True, slots=True)
class Number:
    """Words `first` to `last` (both included) of a stream read as one number.

    `text` is the number as an identifier would be written (`FC1042`), `digits` its digits alone.
    `quantity`: it counts or dates something (an amount, a time, "14th", "three days").
    `plain`: digits only, so that it may be a piece of a card or telephone number. `counted`: said
    with "hundred" or "thousand", as identifiers seldom are.
    """

    first: int
    last: int
    digits: str
    text: str
    quantity: bool = False
    plain: bool = True
    counted: bool = False


@dataclass(frozen=True, slots=True)
class _Atom:
    """A part of a word without a hyphen inside: "forty-two" is two atoms of one word.

    `stopped`: a comma or full stop follows it.
    """

    word: int
    text: str
    stopped: bool = False


@lru_cache(maxsize=1 << 14)
def bare(text: str) -> str:
    """A word in lower case without the punctuation around it, digits of any script as 0 to 9.

    >>> bare(" Four,"), bare("٤١"), bare("(555)")
    ('four', '41', '555')
    """
    folded = unicodedata.normalize("NFKC", text).strip().lower().replace("’", "'")
    if not folded.isascii():
        folded = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
        folded = re.sub("[‐-―−]", "-", folded)
    return folded.strip(" .,;:!?\"'()[]{}*-–—…¿¡")


def is_number_word(text: str) -> bool:
    """Whether a word by itself says a number: "nine", "seventy", "oh"."""
    return _numeric(text)


def numbers_in(words: Sequence[Word]) -> list[Number]:
    """Every number said in the words, in order, none overlapping.

    >>> said = [Word(start_s=i, end_s=i + 1, text=t, confidence=1)
    ...         for i, t in enumerate("it is forty-two double five".split())]
    >>> [(n.first, n.last, n.digits) for n in numbers_in(said)]
    [(2, 2, '42'), (3, 4, '55')]
    """
    atoms = [
        _Atom(i, part, word.text.rstrip()[-1:] in (",", ".", "?", "!"))
        for i, word in enumerate(words)
        for part in _parts(word.text)
    ]
    if not any(_may_begin(atom.text) for atom in atoms):
        return []
    found: list[Number] = []
    position = 0
    while position < len(atoms):
        if not _may_begin(atoms[position].text):
            position += 1
            continue
        number, used = _read(atoms, position)
        if number:
            after = atoms[position + used].text if position + used < len(atoms) else ""
            counts = after in UNITS and not number.quantity
            found.append(replace(number, quantity=True) if counts else number)
        position += max(used, 1)
    return found


@lru_cache(maxsize=1 << 14)
def _may_begin(text: str) -> bool:
    """Whether a number can begin with an atom; most words fail here, and cost next to nothing."""
    return _numeric(text) or text in SCALES or text in SOUND_LIKE or any(map(str.isdigit, text))


@lru_cache(maxsize=1 << 14)
def _parts(text: str) -> tuple[str, ...]:
    whole = bare(text)
    if any(c.isdigit() for c in whole) or "-" not in whole:
        return (whole,) if whole else ()
    return tuple(part for part in whole.split("-") if part)


def _read(atoms: list[_Atom], at: int) -> tuple[Number | None, int]:
    """The number that begins at an atom, and how many atoms it takes; (None, 1) for no number."""
    text = atoms[at].text
    if any(c.isdigit() for c in text):
        return _written(atoms, at)
    if text in REPEATS and at + 1 < len(atoms):
        following = atoms[at + 1].text
        if len(following) > 1 and following.isdecimal():
            return _number(atoms, at, 2, following[0] * (REPEATS[text] - 1) + following)
        digit = _digit(following) or SOUND_LIKE.get(following, "")
        return _number(atoms, at, 2, digit * REPEATS[text]) if digit else (None, 1)
    if text in OH:
        beside = [atoms[i].text for i in (at - 1, at + 1) if 0 <= i < len(atoms)]
        return _number(atoms, at, 1, "0") if any(map(_numeric, beside)) else (None, 1)
    if text in SOUND_LIKE:
        return _number(atoms, at, 1, SOUND_LIKE[text]) if _amid(atoms, at) else (None, 1)
    value, used = _below_hundred(atoms, at)
    if not used and text in SCALES:
        value, used = 1, 0
    elif not used:
        return None, 1
    scaled, total = _scaled(atoms, at + used, value)
    if total:
        number, taken = _number(atoms, at, used + total, str(scaled))
        return replace(number, counted=True), taken
    return _number(atoms, at, used, str(value))


def _amid(atoms: list[_Atom], at: int) -> bool:
    """Whether an atom stands among digits told one by one: three on one side, one on the other.

    Fewer do for words that seldom stand there, more are needed after a comma: "21, for three of".
    """
    before = after = 0
    while before < at and before < 4 and _told_singly(atoms[at - before - 1].text):
        before += 1
    while at + after + 1 < len(atoms) and after < 4 and _told_singly(atoms[at + after + 1].text):
        after += 1
    if atoms[at].text in ("ate", "won"):
        return min(before, after) >= 1 or max(before, after) >= 3
    if before and atoms[at - 1].stopped:
        return after >= 3
    return min(before, after) >= 1 and max(before, after) >= 3


def _told_singly(text: str) -> bool:
    single = text.isdigit() and len(text) == 1
    return single or _numeric(text) or text in SOUND_LIKE


def _written(atoms: list[_Atom], at: int) -> tuple[Number | None, int]:
    text = atoms[at].text
    digits = "".join(c for c in text if c.isdigit())
    if _WRITTEN.fullmatch(text):
        quantity = bool(_QUANTITY.fullmatch(text))
        scaled, used = _scaled(atoms, at + 1, int(digits)) if not quantity else (0, 0)
        number, taken = _number(atoms, at, 1 + used, str(scaled) if used else digits)
        if not (quantity or used):
            return number, taken
        return replace(number, quantity=quantity, counted=bool(used)), taken
    number, taken = _number(atoms, at, 1, digits)
    if _SUFFIXED.fullmatch(text):
        return replace(number, quantity=True), taken
    if len(digits) >= 10:
        return number, taken
    if _IDENTIFIER.fullmatch(text):
        return replace(number, text=re.sub("[^A-Z0-9]", "", text.upper()), plain=False), taken
    return (replace(number, plain=False), taken) if len(digits) > 1 else (None, 1)


def _below_hundred(atoms: list[_Atom], at: int) -> tuple[int, int]:
    """Value and atoms of a spoken number below 100; (0, 0) for none."""
    text = atoms[at].text if at < len(atoms) else ""
    if text in TENS:
        unit = DIGITS.get(atoms[at + 1].text, "0") if at + 1 < len(atoms) else "0"
        return (TENS[text] + int(unit), 2) if unit != "0" else (TENS[text], 1)
    if text in TEENS:
        return TEENS[text], 1
    return (int(DIGITS[text]), 1) if text in DIGITS else (0, 0)


def _scaled(atoms: list[_Atom], at: int, value: int) -> tuple[int, int]:
    """`value` with the "hundred", "thousand and five" that follows; atoms taken, 0 for none."""
    used = 0
    total, group = 0, value
    while at + used < len(atoms) and atoms[at + used].text in SCALES:
        scale = SCALES[atoms[at + used].text]
        group *= scale
        used += 1
        if scale >= 1_000:
            total, group = total + group, 0
        if atoms[at + used - 1].stopped:
            break
        joined = at + used < len(atoms) and atoms[at + used].text == "and"
        rest, taken = _below_hundred(atoms, at + used + joined)
        if taken and not _pushes_on(atoms, at + used + joined + taken, scale):
            group, used = group + rest, used + joined + taken
    return total + group, used


def _pushes_on(atoms: list[_Atom], at: int, scale: int) -> bool:
    """Whether the scale word here is too big to belong to the number: "two hundred one million"."""
    return at < len(atoms) and SCALES.get(atoms[at].text, 0) >= scale


def _number(atoms: list[_Atom], at: int, used: int, digits: str) -> tuple[Number, int]:
    first, last = atoms[at].word, atoms[at + used - 1].word
    return Number(first=first, last=last, digits=digits, text=digits), used


def _digit(text: str) -> str:
    if text in OH:
        return "0"
    return DIGITS.get(text, text if text.isdigit() and len(text) == 1 else "")


def _numeric(text: str) -> bool:
    return text in DIGITS or text in TEENS or text in TENS or text in OH or text in REPEATS
