"""Letters that people spell, "F", "FC", "A as in apple", beside words of that form: "a", "OK"."""

import re

from pipeline.understand.streams import Stream

_WORDS = frozenset({"a", "i", "o", "I", "OK", "USA", "UK", "US", "TV", "PIN", "CVV", "IBAN", "ID",
                    "DNI", "NIE", "PPS", "SSN", "NI", "CVC", "OTP", "AM", "PM", "GP", "PO", "SIM",
                    "BIC", "NHS", "PAC", "VE", "DOB", "OH", "UP"})  # fmt: skip
"""Words in the form of spelled letters."""


def letters_of(stream: Stream, position: int) -> str:
    """Letters of a word that is part of an identifier: "F", "FC", "F-C"; else an empty string."""
    written = re.sub(r"[^\w-]", "", stream.words[position].text.strip()).strip("-")
    letters = written.replace("-", "")
    if re.fullmatch(r"[A-Z]{1,3}\d[A-Z]{0,2}", letters):
        return letters  # "SM9": too little of a number to be read as one
    if not letters.isascii() or not letters.isalpha():
        return ""
    if letters in _WORDS and not alphabet_words(stream, position):
        return letters.upper() if letters == "I" and _amid_signs(stream, position) else ""
    if len(letters) == 1 or (letters.isupper() and len(letters) <= 5):
        return letters.upper()
    return ""


def letter_before(stream: Stream, position: int) -> int | None:
    """Where the letters stand that end at a word, which may be the end of "A as in apple"."""
    if letters_of(stream, position):
        return position
    for back in (2, 3):
        at = position - back
        if at >= 0 and len(alphabet_words(stream, at)) == back:
            return at
    return None


def alphabet_words(stream: Stream, at: int) -> tuple[str, ...]:
    """The words after a letter that tell which it is: "as in apple", "for delta"."""
    if len(stream.bare[at]) != 1 or not stream.bare[at].isalpha():
        return ()
    following = stream.bare[at + 1 : at + 4]
    if following[:2] == ("as", "in") and len(following) == 3:
        return following
    if len(following) >= 2 and following[0] in ("for", "like"):
        initial = following[1][:1] == stream.bare[at]
        return following[:2] if initial else ()
    return ()


def _amid_signs(stream: Stream, at: int) -> bool:
    """Whether single letters or digits stand on both sides: "E 2 I 5"."""
    beside = [stream.bare[i] for i in (at - 1, at + 1) if 0 <= i < len(stream.bare)]
    return len(beside) == 2 and all(len(word) == 1 and word.isalnum() for word in beside)


def amid_letters(stream: Stream, at: int) -> str:
    """An "A" or "I" with letters on both sides: "G A L W A Y"."""
    beside = [stream.bare[i] for i in (at - 1, at + 1) if 0 <= i < len(stream.bare)]
    single = len(beside) == 2 and all(len(word) == 1 and word.isalpha() for word in beside)
    return stream.bare[at].upper() if single and stream.bare[at].isalpha() else ""
