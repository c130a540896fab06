"""What recognition does to words: seeded noise for texts whose personal data is marked.

A tenth of the unmarked words is dropped or heard as a word that sounds alike. Of the marked values
the way of writing changes, never what is said: digits are grouped anew, written as words or the
reverse, "oh" is "zero", "four four" is "double four", "four" is "for", a full stop comes in the
middle. Deterministic for a seed.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from pipeline.types import Word
from pipeline.understand.numbers import numbers_in

MISHEARD, DROPPED = 0.05, 0.05
"""Shares of unmarked words."""

RESTYLED, REGROUPED, OTHER_ZERO, HOMOPHONE, STOPPED = 0.3, 0.5, 0.3, 0.05, 0.1
"""Shares of marked values, or of their words for homophones and zeros."""

NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SOUND_ALIKE = {"four": "for", "two": "to", "eight": "ate", "for": "four", "to": "two"}
_ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
    "eleventh": "11th", "twelfth": "12th", "thirteenth": "13th", "fourteenth": "14th",
    "fifteenth": "15th", "sixteenth": "16th", "seventeenth": "17th", "eighteenth": "18th",
    "nineteenth": "19th", "twentieth": "20th", "thirtieth": "30th",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word as written, and the number of the mark it belongs to, if any."""

    text: str
    mark: int | None = None


def noisy(
    tokens: Sequence[Token], kinds: Sequence[str], vocabulary: Sequence[str], rng: random.Random
) -> list[Token]:
    """One turn as a recogniser might have heard it; `kinds[mark]` is what a mark holds."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        mark, end = tokens[at].mark, at + 1
        if mark is None:
            out += _heard(tokens[at], vocabulary, rng)
        else:
            while end < len(tokens) and tokens[end].mark == mark:
                end += 1
            texts = _retold([token.text for token in tokens[at:end]], kinds[mark], rng)
            out += [Token(text, mark) for text in texts]
        at = end
    return out


def _heard(token: Token, vocabulary: Sequence[str], rng: random.Random) -> list[Token]:
    chance = rng.random()
    if chance < DROPPED:
        return []
    if chance < DROPPED + MISHEARD:
        word, ending = _parted(token.text)
        alike = [
            w for w in get_close_matches(word.lower(), vocabulary, 5, 0.4) if w != word.lower()
        ]
        if alike:
            return [replace(token, text=rng.choice(alike) + ending)]
    return [token]


def _retold(texts: list[str], kind: str, rng: random.Random) -> list[str]:
    """The words of a value told in another way."""
    if kind == "email":
        texts = _written_email(texts) if rng.random() < RESTYLED else texts
    elif kind.lstrip("-") in ("card", "code", "account", "phone", "national_id", "order"):
        if rng.random() < RESTYLED:
            texts = _spelled(texts, rng) if any(map(_digits, texts)) else _in_digits(texts)
        if rng.random() < REGROUPED:
            texts = _regrouped(texts, rng)
        texts = [_another(text, rng) for text in texts]
    elif rng.random() < RESTYLED:
        texts = _counted(texts)
    if len(texts) > 1 and rng.random() < STOPPED:
        at = rng.randrange(len(texts) - 1)
        texts = [*texts[:at], texts[at].rstrip(",.") + ".", *texts[at + 1 :]]
    return texts


def _parted(text: str) -> tuple[str, str]:
    word = text.rstrip(".,?!;:")
    return word, text[len(word) :]


def _digits(text: str) -> str:
    word, _ = _parted(text)
    return word if word.isdigit() else ""


def _spelled(texts: list[str], rng: random.Random) -> list[str]:
    """Groups of digits as words: "4411" as "double four one one"."""
    out: list[str] = []
    for text in texts:
        digits, ending = _digits(text), _parted(text)[1]
        if not digits:
            out.append(text)
            continue
        zero = rng.choice(("oh", "zero"))
        said = re.sub(
            r"(\d)\1", lambda m: f"double {m[1]} " if rng.random() < 0.5 else m[0], digits
        )
        names = [zero if part == "0" else NAMES[int(part)] if part.isdigit() else part
                 for part in re.findall(r"double|\d", said)]  # fmt: skip
        out += [*names[:-1], names[-1] + ending]
    return out


def _in_digits(texts: list[str]) -> list[str]:
    """Words of single digits as groups: "double four, one" as "44 1"."""
    words = [Word(start_s=0, end_s=0, text=text, confidence=1) for text in texts]
    out: list[str] = []
    at = 0
    for number in numbers_in(words):
        ending = _parted(texts[number.last])[1]
        out += texts[at : number.first]
        if out and at == number.first and out[-1].isdigit():
            out[-1] += number.digits + ending
        else:
            out.append(number.digits + ending)
        at = number.last + 1
    return out + texts[at:]


def _regrouped(texts: list[str], rng: random.Random) -> list[str]:
    """Neighbouring groups of digits in groups of other sizes, 1 to 6."""
    out: list[str] = []
    run = ""
    for text in [*texts, ""]:
        if _digits(text):
            run += _digits(text)
            continue
        while run:
            size = rng.randint(1, 6)
            out.append(run[:size])
            run = run[size:]
        out += [text] if text else []
    return out if out else texts


def _another(text: str, rng: random.Random) -> str:
    word, ending = _parted(text)
    zeros = {"oh": "zero", "zero": "oh"}
    if word.lower() in zeros and rng.random() < OTHER_ZERO:
        return zeros[word.lower()] + ending
    if word.lower() in _SOUND_ALIKE and rng.random() < HOMOPHONE:
        return _SOUND_ALIKE[word.lower()] + ending
    return text


def _counted(texts: list[str]) -> list[str]:
    """Numbers and ordinals in words as figures: "the ninth" as "the 9th", "thirty two" as "32"."""
    texts = re.sub(
        r"(?i)\b(twenty|thirty)[ -](first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b",
        lambda m: {"twenty": "2", "thirty": "3"}[m[1].lower()] + _ORDINALS[m[2].lower()],
        " ".join(texts),
    ).split()
    figures = [_ORDINALS.get(_parted(t)[0].lower(), _parted(t)[0]) + _parted(t)[1] for t in texts]
    words = [Word(start_s=0, end_s=0, text=text, confidence=1) for text in figures]
    out: list[str] = []
    at = 0
    for number in numbers_in(words):
        out += figures[at : number.first]
        one_word = number.first == number.last and any(c.isdigit() for c in figures[number.first])
        ending = _parted(figures[number.last])[1]
        out.append(figures[number.first] if one_word else number.digits + ending)
        at = number.last + 1
    return out + figures[at:]


def _written_email(texts: list[str]) -> list[str]:
    """ "jane dot smith at example dot com" as "jane.smith@example.com"."""
    joined = re.sub(r",? (dot|at),? ", lambda m: "." if m[1] == "dot" else "@", " ".join(texts))
    return joined.split()
