"""What may be an identifier: numbers told in one go, with the letters spelled among them.

"F C 10 42", "Q Q, thirty eight, sixteen, oh five, D", "A as in apple, 4, 4, K, 9, Z".
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.understand.cards import told_once
from pipeline.understand.hits import Ref, free
from pipeline.understand.number_words import word_set
from pipeline.understand.numbers import Number
from pipeline.understand.spelled import (
    alphabet_words,
    amid_letters,
    letter_before,
    letters_of,
)
from pipeline.understand.streams import HESITATIONS, Run, Stream, runs

_SPELLED = 5
"""Letters that make an identifier without any digit ("booking reference X K Q T P")."""

_BETWEEN = HESITATIONS | word_set("number")


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

    @property
    def mixed(self) -> bool:
        """Letters and digits, as identifiers have them."""
        return bool(self.digits) and self.text != self.digits


def values_in(
    stream: Stream, spoken_for: Collection[Ref], *, asked_s: Sequence[float] = ()
) -> list[Value]:
    """All values of a stream in order; a question of the other side (at `asked_s`) parts two."""
    if not stream.numbers and len(stream.letters) < _SPELLED:
        return []
    numbers = [n for n in stream.numbers if not n.quantity or _grouped(stream, n)]
    numbers = [n for n in numbers if free(stream, n.first, n.last, spoken_for)]
    values = [
        _with_letters(stream, run, spoken_for)
        for told in runs(stream, numbers, fillers=_BETWEEN, max_fillers=3, max_gap_s=4.0)
        for part in _parted(stream, told, asked_s)
        for run in _uncounted(part)
    ]
    values += list(_spelled(stream, values, spoken_for))
    found: list[Value] = []
    for value in sorted(values, key=lambda item: (item.first, -item.last)):
        if found and value.first <= found[-1].last:
            if value.last > found[-1].last and value.run and value.run[0] > found[-1].last:
                shared = range(value.first, found[-1].last + 1)
                known = sum(len(letters_of(stream, at)) for at in shared)
                found[-1] = _together(found[-1], replace(value, text=value.text[known:]))
                found[-1] = replace(found[-1], last=value.last)
            continue
        joined = found and _one(stream, found[-1], value, asked_s)
        if joined and found:
            found[-1] = _together(found[-1], value)
        else:
            found.append(value)
    return [v for v in found if v.run or len(v.text) >= _SPELLED]


def _grouped(stream: Stream, number: Number) -> bool:
    """An identifier of six digits and more that was written as an amount is: "471,122"."""
    text = stream.words[number.first].text
    return (
        len(number.digits) >= 6
        and number.first == number.last
        and not re.search(r"[./£$€]\d", text)
    )


def _one(stream: Stream, before: Value, after: Value, asked_s: Sequence[float]) -> bool:
    """Whether two values with letters, with next to nothing between, are parts of one."""
    if not (before.text.isalpha() or after.text[:1].isalpha() or before.text[-1:].isalpha()):
        return False
    if stream.words[before.last].text.rstrip()[-1:] in ".?!" and not after.run:
        return False
    gap = stream.bare[before.last + 1 : after.first]
    if len(gap) > 2 or not all(word in HESITATIONS for word in gap):
        return False
    from_s, to_s = stream.words[before.last].end_s, stream.words[after.first].start_s
    return to_s - from_s <= 4.0 and not any(from_s - 0.2 <= at <= to_s + 0.2 for at in asked_s)


def _together(before: Value, after: Value) -> Value:
    run = after.run or before.run
    if before.run and after.run:
        run = (before.run[0], after.run[1])
    return Value(
        first=before.first,
        last=after.last,
        text=before.text + after.text,
        run=run,
        digits=before.digits + after.digits,
        spelled=True,
    )


def _parted(stream: Stream, run: Run, asked_s: Sequence[float]) -> Iterator[Run]:
    start = 0
    for at in range(1, len(run.numbers)):
        from_s = stream.words[run.numbers[at - 1].last].end_s - 0.2
        to_s = stream.words[run.numbers[at].first].start_s + 0.2
        if any(from_s <= moment_s <= to_s for moment_s in asked_s):
            yield Run(run.numbers[start:at])
            start = at
    yield Run(run.numbers[start:])


def _uncounted(run: Run) -> Iterator[Run]:
    """The parts of a run between its "ten thousand"; a "nine hundred" inside stays."""
    numbers = list(run.numbers)
    while numbers and numbers[-1].counted:
        numbers.pop()
    while numbers and numbers[0].counted:
        numbers.pop(0)
    part: list[Number] = []
    for number in numbers:
        if number.counted and len(number.digits) > 3:
            if part:
                yield Run(tuple(part))
            part = []
        else:
            part.append(number)
    if part:
        yield Run(tuple(part))


def _with_letters(stream: Stream, run: Run, spoken_for: Collection[Ref]) -> Value:
    """A run of numbers with the letters spelled straight before and after it ("F C 10 42 B")."""
    first, last = run.first, run.last
    text = told_once("".join(number.text for number in run.numbers))
    while first > 0:
        at = letter_before(stream, first - 1)
        if at is None or not free(stream, at, first, spoken_for):
            break
        text, first = letters_of(stream, at) + text, at
    end = len(stream.words) - 1
    while (
        last < end
        and not _stopped(stream, last)
        and letters_of(stream, last + 1)
        and free(stream, last, last + 1, spoken_for)
    ):
        last += 1
        text += letters_of(stream, last)
    if alphabet_words(stream, last):
        last += len(alphabet_words(stream, last))
    return Value(
        first=first,
        last=last,
        text=text,
        run=(run.first, run.last),
        digits=told_once(run.digits),
        spelled=len(run.numbers) >= 4 and all(len(n.digits) <= 2 for n in run.numbers),
    )


def _stopped(stream: Stream, at: int) -> bool:
    """Whether what follows a word is no more of its number: a stop, or a comma before a word."""
    ending = stream.words[at].text.rstrip()[-1:]
    if ending != ",":
        return ending in ".?!"
    following = stream.words[at + 1].text.strip().rstrip(".,;?!")
    return not (len(following) == 1 and following.isupper())


def _spelled(
    stream: Stream, values: Sequence[Value], spoken_for: Collection[Ref]
) -> Iterator[Value]:
    inside = {at for value in values for at in range(value.first, value.last + 1)}
    beyond = 0
    for at in stream.letters:
        if at < beyond:
            continue
        end, text = at, ""
        while end < len(stream.words) and end not in inside and len(stream.bare[end]) == 1:
            letter = letters_of(stream, end) or amid_letters(stream, end)
            if not letter or stream.refs[end] in spoken_for:
                break
            text, end = text + letter, end + 1
        if text:
            yield Value(first=at, last=end - 1, text=text, run=None, digits="", spelled=True)
        beyond = end
