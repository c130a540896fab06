"""Numbers that a cue tells: orders, cases, accounts, codes, telephones, and their echoes.

Each side's words are read on their own; a cue may come from either side. A cue announces the
first fitting number that each side says after it, so that the read-back is found too.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pipeline.understand.cards import told_once
from pipeline.understand.hits import Hit, Ref, free, hit
from pipeline.understand.number_cues import Cue, reaches, stands_near
from pipeline.understand.streams import HESITATIONS, Run, Stream, runs

_LENGTHS = {
    "card": (5, 99), "code": (3, 10), "phone": (6, 30), "account": (4, 40), "order": (3, 40),
    "case": (3, 40),
}  # fmt: skip
_WITH_LETTERS = ("order", "case", "account")
"""Kinds whose numbers may hold letters."""

_SPELLED = 5
"""Letters that make an identifier without any digit ("booking reference X K Q T P")."""

_WORDS = frozenset({"a", "i", "o", "I", "OK", "USA", "UK", "US", "TV"})
"""Words in the form of spelled letters."""


@dataclass(frozen=True, slots=True)
class Value:
    """Words `first` to `last` of a stream that may be an identifier, written as `text`.

    `run` is the part in digits, `digits` what it says; None and "" where only letters are spelled.
    `spelled`: told digit by digit, as identifiers are and quantities aren't.
    """

    first: int
    last: int
    text: str
    run: tuple[int, int] | None
    digits: str
    spelled: bool


def announced_values(
    stream: Stream, own: Sequence[Cue], others: Sequence[Cue], spoken_for: Collection[Ref]
) -> list[tuple[Cue, Value]]:
    """Values with the nearest cue that announces each; a cue announces one value of a stream."""
    found: list[tuple[Cue, Value]] = []
    used: set[Cue] = set()
    for value in _values(stream, spoken_for, asked_s=[cue.end_s for cue in others if cue.strong]):
        fitting = [
            (cue.end_s, same, cue)
            for cues, same in ((own, True), (others, False))
            for cue in cues
            if cue not in used
            and _fits(cue, value)
            and (
                reaches(cue, stream, value.first, same_stream=same)
                or (same and value.spelled and stands_near(cue, stream, value.first))
            )
        ]
        if fitting:
            cue = max(fitting, key=lambda item: item[:2])[2]
            used.add(cue)
            found.append((cue, value))
    return found


def announced_hit(stream: Stream, cue: Cue, value: Value) -> Hit:
    """The hit on an announced value; the letters about it belong to identifiers only."""
    if cue.kind in _WITH_LETTERS or value.run is None:
        return hit(stream, cue.kind, value.first, value.last, value.text)
    return hit(stream, cue.kind, *value.run, value.digits)


def echoes(stream: Stream, known: Sequence[Hit], spoken_for: Collection[Ref]) -> list[Hit]:
    """Values said again without a cue, by either side."""
    kinds = {found.value: found.kind for found in known if len(found.value) >= 4}
    found = []
    for value in _values(stream, spoken_for):
        if value.text in kinds:
            found.append(hit(stream, kinds[value.text], value.first, value.last, value.text))
        elif value.run and value.digits in kinds:
            found.append(hit(stream, kinds[value.digits], *value.run, value.digits))
    return found


def _values(
    stream: Stream, spoken_for: Collection[Ref], *, asked_s: Sequence[float] = ()
) -> Iterator[Value]:
    """All values of a stream in order; a question of the other side (at `asked_s`) parts two."""
    numbers = [n for n in stream.numbers if not n.quantity or len(n.digits) >= 6]
    numbers = [n for n in numbers if free(stream, n.first, n.last, spoken_for)]
    values = [
        _with_letters(stream, run, spoken_for)
        for told in runs(stream, numbers, fillers=HESITATIONS, max_fillers=3, max_gap_s=4.0)
        for run in _parted(stream, told, asked_s)
    ]
    values += list(_spelled(stream, values, spoken_for))
    last = -1
    for value in sorted(values, key=lambda item: (item.first, -item.last)):
        if value.first > last:
            last = value.last
            yield value


def _parted(stream: Stream, run: Run, asked_s: Sequence[float]) -> Iterator[Run]:
    start = 0
    for at in range(1, len(run.numbers)):
        from_s = stream.words[run.numbers[at - 1].last].end_s - 0.2
        to_s = stream.words[run.numbers[at].first].start_s + 0.2
        if any(from_s <= moment_s <= to_s for moment_s in asked_s):
            yield Run(run.numbers[start:at])
            start = at
    yield Run(run.numbers[start:])


def _with_letters(stream: Stream, run: Run, spoken_for: Collection[Ref]) -> Value:
    """A run of numbers with the letters spelled straight before and after it ("F C 10 42 B")."""
    first, last = run.first, run.last
    text = told_once("".join(number.text for number in run.numbers))
    while first > 0 and _letters(stream, first - 1) and free(stream, first - 1, first, spoken_for):
        first -= 1
        text = _letters(stream, first) + text
    end = len(stream.words) - 1
    while (
        last < end
        and stream.words[last].text.rstrip()[-1:] not in ".,?!"
        and _letters(stream, last + 1)
        and free(stream, last, last + 1, spoken_for)
    ):
        last += 1
        text += _letters(stream, last)
    return Value(
        first=first,
        last=last,
        text=text,
        run=(run.first, run.last),
        digits=told_once(run.digits),
        spelled=len(run.numbers) >= 4 and all(len(n.digits) <= 2 for n in run.numbers),
    )


def _letters(stream: Stream, position: int) -> str:
    """Letters of a word that is part of an identifier: "F", "FC", "F-C"; else an empty string."""
    written = re.sub(r"[^\w-]", "", stream.words[position].text.strip()).strip("-")
    letters = written.replace("-", "")
    if not letters.isascii() or not letters.isalpha() or letters in _WORDS:
        return ""
    if len(letters) == 1 or (letters.isupper() and len(letters) <= 4):
        return letters.upper()
    return ""


def _spelled(
    stream: Stream, values: Sequence[Value], spoken_for: Collection[Ref]
) -> Iterator[Value]:
    inside = {at for value in values for at in range(value.first, value.last + 1)}
    at = 0
    while at < len(stream.words):
        end, text = at, ""
        while end < len(stream.words) and end not in inside and len(stream.bare[end]) == 1:
            letter = _letters(stream, end)
            if not letter or stream.refs[end] in spoken_for:
                break
            text, end = text + letter, end + 1
        if len(text) >= _SPELLED:
            yield Value(first=at, last=end - 1, text=text, run=None, digits="", spelled=True)
        at = max(end, at + 1)


def _fits(cue: Cue, value: Value) -> bool:
    low, high = _LENGTHS[cue.kind]
    written = value.text if cue.kind in _WITH_LETTERS else value.digits
    return (low if cue.strong else max(low, 4)) <= len(written) <= high
