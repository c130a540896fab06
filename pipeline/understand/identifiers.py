"""Numbers that a cue tells: orders, cases, accounts, codes, telephones, and their echoes.

Each side's words are read on their own; a cue may come from either side. A cue announces the
first fitting number that each side says after it, so that the read-back is found too.
"""

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

from pipeline.understand.hits import Hit, Ref, hit
from pipeline.understand.number_cues import NOBODYS, Cue, reaches, stands_near
from pipeline.understand.number_words import word_set
from pipeline.understand.streams import Stream
from pipeline.understand.values import Value, values_in

_LENGTHS = {
    "card": (5, 99), "code": (3, 10), "phone": (6, 30), "account": (4, 40), "order": (3, 40),
    "case": (3, 40), "national_id": (4, 30), "none": (1, 6), "thing": (4, 40),
}  # fmt: skip
_WITH_LETTERS = ("order", "case", "account", "national_id", "code", "thing")
"""Kinds whose numbers may hold letters."""

NONE_WORDS = 3
"""Words between "the total is" and its number."""

_TENS = word_set(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty "
    "forty fifty sixty seventy eighty ninety hundred thousand"
)
LONG_DIGITS = 8
"""Digits that make a number an identifier, as telling it digit by digit does."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE_YEAR = word_set("in since from year until till of the was before after around about by")


Announced = list[tuple[Cue, Value]]


def announced_values(
    stream: Stream,
    own: Sequence[Cue],
    others: Sequence[Cue],
    spoken_for: Collection[Ref],
    questions_s: Sequence[float],
) -> Announced:
    """Values with the nearest cue that announces each; a cue announces one value of a stream.

    Questions of the other side, at `questions_s`, part a value from the next.
    """
    found: Announced = []
    used: set[Cue] = set()
    asked_s = [*questions_s, *(cue.end_s for cue in others if cue.strong)]
    for value in values_in(stream, spoken_for, asked_s=asked_s):
        if is_year(stream, value):
            continue
        fitting = [
            (cue.end_s, same, cue)
            for cues, same in ((own, True), (others, False))
            for cue in cues
            if cue not in used and _fits(cue, value) and _announces(cue, stream, value, same=same)
        ]
        if fitting:
            cue = max(fitting, key=lambda item: item[:2])[2]
            used |= {cue} if cue.kind not in NOBODYS else set()
            found.append((cue, value))
    return found


def answers(told: Sequence[Announced], streams: Sequence[Stream]) -> list[Announced]:
    """What each side's cues announced, less what is no read-back of what the other side told.

    A cue is answered by the value that comes first; on the other side it holds for a value that is
    like it only. "What's the code?" "4 4 2 1." "Thank you, and that's 87 14 in all."
    """
    first: dict[int, tuple[float, Value]] = {}
    for stream, announced in zip(streams, told, strict=True):
        for cue, value in announced:
            start_s = stream.words[value.first].start_s
            if id(cue) not in first or start_s < first[id(cue)][0]:
                first[id(cue)] = (start_s, value)
    return [
        [
            (cue, value)
            for cue, value in announced
            if value is first[id(cue)][1] or _like(stream, value, first[id(cue)][1])
        ]
        for stream, announced in zip(streams, told, strict=True)
    ]


def _like(stream: Stream, value: Value, other: Value) -> bool:
    """Whether a value may be the other one, misheard or told in part."""
    if not told_singly(stream, value):
        return value.text == other.text
    if value.text in other.text or other.text in value.text:
        return True
    shorter, longer = sorted((len(value.text), len(other.text)))
    if shorter < 0.75 * longer:
        return False
    return SequenceMatcher(None, value.text, other.text, autojunk=False).ratio() >= 0.6


def kinds_by_place(stream: Stream, announced: Announced) -> list[tuple[int, str]]:
    """Where each announced value begins in digits, and again after letters, with its kind."""
    found = list[tuple[int, str]]()
    for cue, value in announced:
        before = None
        for number in stream.numbers if value.run else ():
            if value.first <= number.first <= value.last:
                if before is None or (value.mixed and number.first > before + 1):
                    found.append((number.first, cue.kind))
                before = number.last
    return found


def announced_hit(stream: Stream, cue: Cue, value: Value) -> Hit:
    """The hit on an announced value; the letters about it belong to identifiers only."""
    if cue.kind in _WITH_LETTERS or value.run is None:
        return hit(stream, cue.kind, value.first, value.last, value.text)
    first, last = value.run
    if cue.kind == "phone" and first > 0 and stream.bare[first - 1] == "plus":
        first -= 1
    return hit(stream, cue.kind, first, last, value.digits)


def told_singly(stream: Stream, value: Value) -> bool:
    """Whether no "seventy five" is in it, as it is in amounts that somebody says like a number."""
    return not any(word in _TENS for word in stream.bare[value.first : value.last + 1])


def _announces(cue: Cue, stream: Stream, value: Value, *, same: bool) -> bool:
    if cue.kind in NOBODYS and same:
        return 0 < value.first - cue.last <= NONE_WORDS + 1
    if reaches(cue, stream, value.first, same_stream=same, spelled=value.spelled):
        return True
    known = value.spelled or len(value.digits) >= LONG_DIGITS
    return same and known and stands_near(cue, stream, value.first)


def is_year(stream: Stream, value: Value) -> bool:
    """Whether a value is a year by its form and the word before: "since 1998"."""
    before = stream.bare[value.first - 1] if value.first else ""
    year = _YEAR.fullmatch(value.text) and value.first == value.last
    return bool(year) and before in _BEFORE_YEAR


def _fits(cue: Cue, value: Value) -> bool:
    low, high = _LENGTHS[cue.kind]
    written = value.text if cue.kind in _WITH_LETTERS else value.digits
    if value.run is None and cue.kind not in ("order", "case") and len(value.text) < 6:
        return False
    return (low if cue.strong else max(low, 4)) <= len(written) <= high
