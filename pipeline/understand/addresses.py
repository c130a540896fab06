"""Postal addresses: a postcode, a number with a street, or what answers the question for them.

A name of a street says where something is, too: beside "our shop" or "the branch" it stays.
"""

import re
from collections.abc import Collection, Sequence

from pipeline.understand.address_words import (
    ABROAD,
    COMPANY,
    CUE,
    DAYS,
    FIRM_TYPES,
    FLAT,
    HOUSE,
    JOINS,
    NOT_POSTAL,
    NUMBER,
    OF_FIRM,
    REFUSALS,
    STOPS,
    STREET,
    TOLD,
    TOWARDS,
)
from pipeline.understand.hits import Hit
from pipeline.understand.numbers import numbers_in
from pipeline.understand.postcodes import postcodes
from pipeline.understand.replies import Turn, answer_start, matches

MAX_LEFT, MAX_RIGHT, MAX_ANSWER = 8, 12, 16
NEAR_COMPANY = 45
"""Characters before a street, and 20 after it, in which a word such as "shop" makes it public."""


def addresses(told: Sequence[Turn]) -> list[Hit]:
    """Every address and part of one, in order of the turns."""
    found: list[Hit] = []
    for turn in told:
        question = told[turn.asked_by] if turn.asked_by is not None else None
        wanted = question is not None and _asks(question)
        spans = _by_shape(turn, asked=wanted)
        spans += _told(turn, {at for first, last in spans for at in range(first, last + 1)})
        if wanted and question is not None:
            spans += _answer(turn, house=bool(HOUSE.search(question.text)))
        elif question and question.index in {hit.refs[0][0] for hit in found}:
            spans += _echo(turn, question, found)
        marked = {at for first, last in spans for at in range(first, last + 1)}
        found += [_hit(turn, part) for part in _stretches(marked)]
    return found


def _hit(turn: Turn, stretch: tuple[int, int]) -> Hit:
    first, last = stretch
    return Hit(kind="address", refs=tuple((turn.index, at) for at in range(first, last + 1)))


def _stretches(marked: set[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for at in sorted(marked):
        if found and found[-1][1] == at - 1:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def _asks(question: Turn) -> bool:
    return bool(CUE.search(question.text)) and not NOT_POSTAL.search(question.text)


def _by_shape(turn: Turn, *, asked: bool) -> list[tuple[int, int]]:
    """Postcodes, numbers with streets, and named streets, with what stands about them."""
    spans = [_grown(turn, first, last) for first, last in postcodes(turn.words, turn.numbers)]
    for pattern in (STREET, ABROAD, FLAT) if turn.numbers else ():
        for match in pattern.finditer(turn.text):
            first, last = _words(turn, match)
            firm = pattern is not STREET or turn.bare[last] in FIRM_TYPES
            if not (firm or asked or _capital(turn, last)):
                continue
            if asked or not _public(turn, match.start(), match.end()):
                spans.append(_grown(turn, first, last))
    for at, word in enumerate(turn.bare):
        named = word in FIRM_TYPES and at > 0 and _capital(turn, at)
        if named and _capital(turn, at - 1):
            start = len(" ".join(turn.bare[:at]))
            if asked or not _public(turn, start, start + len(word) + 1):
                spans.append(_grown(turn, at - 1, at))
    return spans


def _public(turn: Turn, start: int, end: int) -> bool:
    near = turn.text[max(0, start - NEAR_COMPANY) : start], turn.text[end : end + 20]
    ours = OF_FIRM[turn.utterance.role] in near[0].split()
    return ours or any(COMPANY.search(text) for text in near)


def _told(turn: Turn, shaped: Collection[int]) -> list[tuple[int, int]]:
    """What follows "my address is" or "I live at", where it looks like a place."""
    spans = []
    for first, last in matches(TOLD, turn):
        end = _place_end(turn, last + 1, MAX_ANSWER)
        told = range(last + 1, end + 1)
        cue = " ".join(turn.bare[first : last + 1])
        certain = "address" in cue or ("liv" in cue and _has_number(turn, told))
        street = any(turn.bare[at] in FIRM_TYPES for at in told)
        capital = sum(_capital(turn, at) for at in told)
        sure = certain and (capital or _has_number(turn, told))
        if told and (street or sure or any(at in shaped for at in told)):
            spans.append((last + 1, end))
    return spans


def _answer(turn: Turn, *, house: bool) -> list[tuple[int, int]]:
    """A reply to the question for an address: the place it begins with, or a house's number."""
    first = answer_start(turn)
    while first < len(turn.bare) and turn.bare[first] in TOWARDS:
        first += 1
    if first >= len(turn.bare):
        return []
    spans = []
    if turn.bare[first] not in REFUSALS:
        end = _place_end(turn, first, MAX_ANSWER)
        told = range(first, end + 1)
        if told and (_has_number(turn, told) or any(_capital(turn, at) for at in told)):
            spans.append((first, end))
    town = re.compile(r"(?<![^ ])(?:in|at|near) (?=[^ ])")
    for match in town.finditer(turn.text):
        at = turn.text.count(" ", 0, match.end())
        if spans and _capital(turn, at):
            spans.append(_grown(turn, at, at))
    if house:
        number = re.compile(rf"(?:at|it's|is|number|we're) ({NUMBER})(?![^ ])")
        for match in number.finditer(turn.text):
            start = turn.text.count(" ", 0, match.start(1))
            spans.append((start, start + match[1].count(" ")))
    return spans


def _echo(turn: Turn, before: Turn, found: Sequence[Hit]) -> list[tuple[int, int]]:
    """A number of an address at the head of the reply to it: "fourteen three, that's a flat?"."""
    first = answer_start(turn)
    match = re.compile(rf"{NUMBER}(?: {NUMBER})?(?![^ ])").match(" ".join(turn.bare[first:]))
    if match is None:
        return []
    last = first + match[0].count(" ")
    hidden = {at for hit in found for index, at in hit.refs if index == before.index}
    whole = "".join(n.digits for n in before.numbers if n.first in hidden)
    said = "".join(n.digits for n in numbers_in(turn.words[first : last + 1]))
    if said not in whole:
        return []
    ends = turn.words[last].text.rstrip().endswith((",", ".", "?", "!")) or last + 1 == len(
        turn.words
    )
    return [(first, last)] if ends else []


def _place_end(turn: Turn, first: int, most: int) -> int:
    """Last word of the stretch from `first` that reads as a place; `first - 1` for none."""
    at = first
    numeric = _numeric(turn)
    while at < len(turn.words) and at - first < most:
        joins = turn.bare[at] in ("on", "upon", "the", "in") and _capital(turn, at + 1)
        joins = joins or (turn.bare[at] == "the" and at == first) or at in numeric
        if turn.bare[at] in STOPS and not joins:
            return at - 1
        if _ends(turn, at):
            return at
        at += 1
    return at - 1


def _grown(turn: Turn, first: int, last: int) -> tuple[int, int]:
    """An address's core with the names and numbers that stand right before and after it."""
    low, high = max(0, first - MAX_LEFT), min(len(turn.words) - 1, last + MAX_RIGHT)
    while first > low and _belongs(turn, first - 1) and not _ends(turn, first - 1):
        first -= 1
    far = _number_before(turn, first, low)
    first = first if far is None else far
    while last < high and not _ends(turn, last) and _belongs(turn, last + 1):
        last += 1
    return first, last


def _number_before(turn: Turn, first: int, low: int) -> int | None:
    """Where a house's number stands, a few names before what is known: "7 the green ashford kent".

    Recognition doesn't always write the names of places with capitals.
    """
    for at in range(first - 1, low - 1, -1):
        if at in _numeric(turn):
            while at - 1 >= low and (at - 1 in _numeric(turn) or turn.bare[at - 1] in JOINS):
                at -= 1
            return at
        if _ends(turn, at) or (turn.bare[at] in STOPS and turn.bare[at] != "the"):
            return None
    return None


def _ends(turn: Turn, at: int) -> bool:
    """Whether a sentence ends with a word; a full stop ends none before a lone name, or a
    number with no more than names before it: "Larkspur Lane. Boise Idaho 83704".
    """
    ending = turn.words[at].text.rstrip()[-1:]
    if ending != "." or at + 1 >= len(turn.words):
        return ending in (".", "?", "!")
    after = at + 1
    while after < min(at + 4, len(turn.words)) and after not in _numeric(turn):
        if not _capital(turn, after) or turn.bare[after] in DAYS:
            return True
        if turn.words[after].text.rstrip()[-1:] in (",", ".") or after + 1 == len(turn.words):
            return after > at + 1
        after += 1
    return after not in _numeric(turn)


def _belongs(turn: Turn, at: int) -> bool:
    word = turn.bare[at]
    if at in _numeric(turn):
        return True
    return word not in STOPS and word not in DAYS and (word in JOINS or _capital(turn, at))


def _numeric(turn: Turn) -> set[int]:
    """Words that say numbers: "two eight three oh", "eight thousand and one"."""
    return {at for n in turn.numbers if not n.quantity for at in range(n.first, n.last + 1)}


def _capital(turn: Turn, at: int) -> bool:
    if at >= len(turn.words):
        return False
    return turn.words[at].text.strip()[:1].isupper() and turn.bare[at] not in STOPS


def _has_number(turn: Turn, told: range) -> bool:
    return not _numeric(turn).isdisjoint(told)


def _words(turn: Turn, match: re.Match[str]) -> tuple[int, int]:
    first = turn.text.count(" ", 0, match.start())
    return first, first + match[0].count(" ")
