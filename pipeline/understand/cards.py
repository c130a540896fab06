"""Card numbers, however they are told: in groups, over turns, with "uh" and "and then" between.

A run of 13 digits and more is a card unless its cue says otherwise; where the Luhn check holds it
is one whatever the cue says. Recognition errs, so a number need not pass the check: in the
context of a card 12 digits are enough, and 5 straight after "card number".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.understand.hits import Hit, Ref, free, hit
from pipeline.understand.number_cues import Cue
from pipeline.understand.number_words import word_set
from pipeline.understand.streams import FILLERS, HESITATIONS, Run, Stream, runs

_ON = HESITATIONS | word_set("and then next okay sorry yeah")
_CLOSING = word_set("thank thanks for that's great good perfect lovely")
MIN_DIGITS, MAX_DIGITS = 13, 19
CONTEXT_DIGITS = 12
STANDARD_DIGITS = 16
MAX_FILLERS = 8
MAX_GAP_S = 30.0
CONTEXT_GAP_WORDS = 20
CONTEXT_GAP_S = 20.0
CONTEXT_S = 90.0
APART_WORDS = 14


def luhn_valid(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B.

    >>> luhn_valid("4111111111111111"), luhn_valid("4111111111111112")
    (True, False)
    """
    doubled = (int(d) * 2 for d in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def told_once(digits: str) -> str:
    """A number said twice in a row (a read-back in one channel), once."""
    half = len(digits) // 2
    return digits[:half] if half >= 4 and digits[:half] * 2 == digits else digits


def holds_card(pieces: Sequence[str], *, by_groups: bool = False) -> bool:
    """Whether consecutive pieces make 13 to 19 digits that pass the Luhn check.

    `by_groups`: pieces of three digits and more only. Of 16 digits told one by one there are so
    many parts that one of them passes by chance.
    """
    for start in range(len(pieces)):
        digits = ""
        for piece in pieces[start:]:
            digits += piece
            if len(digits) > MAX_DIGITS or (by_groups and len(piece) < 3):
                break
            if len(digits) >= MIN_DIGITS and luhn_valid(digits):
                return True
    return False


def card_runs(
    stream: Stream,
    cue_kinds: Collection[tuple[int, str]],
    spoken_for: Collection[Ref],
    asked: Collection[int] = (),
) -> list[Hit]:
    """Cards among the stream's digits told in one go, fillers allowed.

    `cue_kinds` holds (word position, kind) of numbers that a cue announced: where an order number
    is asked for after the card, a new run begins; so it does at the positions in `asked`, the first
    numbers after the other side has asked for a card.
    """
    found = []
    kinds = dict(cue_kinds)
    plain = [n for n in stream.numbers if n.plain and free(stream, n.first, n.last, spoken_for)]
    told = runs(stream, plain, fillers=FILLERS, max_fillers=MAX_FILLERS, max_gap_s=MAX_GAP_S)
    parts = (part for whole in told for run in _split(whole, kinds, asked)
             for part in _closed(stream, run))  # fmt: skip
    for run in parts:
        run = _unpaid(run)
        if _is_card(run, kinds.get(run.first)) and free(stream, run.first, run.last, spoken_for):
            found.append(hit(stream, "card", run.first, run.last, run.digits))
    return found


def first_after(stream: Stream, moments_s: Collection[float]) -> frozenset[int]:
    """Positions of the first number that a side says after each moment."""
    found = set()
    for moment_s in moments_s:
        later = (n.first for n in stream.numbers if stream.words[n.first].start_s >= moment_s - 0.2)
        found.add(next(later, -1))
    return frozenset(found)


def cards_in_context(
    by_time: Stream, card_cues: Sequence[Cue], spoken_for: Collection[Ref]
) -> list[Hit]:
    """Groups of a card between which people say other things, where a card was spoken of.

    After "card number" 12 digits are enough; near the mere word "card" the check digit must hold.
    """
    numbers = [
        n
        for n in by_time.numbers
        if n.plain and not n.quantity and free(by_time, n.first, n.last, spoken_for)
    ]
    wide = runs(by_time, numbers, fillers=FILLERS, max_fillers=MAX_FILLERS, max_gap_s=MAX_GAP_S)
    groups = [run for run in wide if len(run.digits) >= 3]
    found: dict[tuple[int, int], Hit] = {}
    for cue in card_cues:
        chain = _chain(by_time, groups, cue)
        enough = sum(len(run.digits) for run in chain) >= CONTEXT_DIGITS
        if (enough and cue.strong) or holds_card([run.digits for run in chain]):
            for run in chain:
                found[run.first, run.last] = hit(by_time, "card", run.first, run.last, run.digits)
    return [found[key] for key in sorted(found)]


def told_apart(stream: Stream, spoken_for: Collection[Ref]) -> list[Hit]:
    """Cards told in groups with a sentence of other things between, and with no word of a card.

    The groups must make 15 or 16 digits that begin as cards do and pass the check.
    """
    numbers = [
        n
        for n in stream.numbers
        if n.plain and not (n.quantity or n.counted) and free(stream, n.first, n.last, spoken_for)
        if not (len(n.digits) == 1 and stream.bare[n.first - 1 : n.first] == ("a",))
    ]
    told = runs(stream, numbers, fillers=FILLERS, max_fillers=MAX_FILLERS, max_gap_s=MAX_GAP_S)
    groups = [run for run in told if len(run.digits) >= 3]
    found: list[Hit] = []
    start = 0
    while start < len(groups):
        end = _whole_card(stream, groups, start)
        if end is None:
            start += 1
            continue
        found += [hit(stream, "card", g.first, g.last, g.digits) for g in groups[start:end]]
        start = end
    return found


def _whole_card(stream: Stream, groups: Sequence[Run], start: int) -> int | None:
    """The end of the groups from `start` that make a card together, or None."""
    digits = ""
    for at in range(start, len(groups)):
        if at > start and groups[at].first - groups[at - 1].last - 1 > APART_WORDS:
            return None
        digits += groups[at].digits
        if len(digits) > STANDARD_DIGITS:
            return None
        begins = digits[0] in "23456" and len(digits) == STANDARD_DIGITS
        if (begins or (len(digits) == 15 and digits[0] == "3")) and luhn_valid(digits):
            return at + 1
    return None


def _split(run: Run, kinds: Mapping[int, str], ends: Collection[int]) -> Iterator[Run]:
    """The run, parted where a number begins that was announced as something else than a card."""
    start = 0
    digits = told_once(run.digits)
    one = MIN_DIGITS <= len(digits) <= MAX_DIGITS and luhn_valid(digits)
    for at, number in enumerate(run.numbers):
        if one and not holds_card([n.digits for n in run.numbers[:at]]):
            continue  # an order number's cue before the first group splits no card
        parted = kinds.get(number.first, "card") != "card" or number.first in ends
        if at > start and parted:
            yield Run(run.numbers[start:at])
            start = at
    yield Run(run.numbers[start:])


def _closed(stream: Stream, run: Run) -> Iterator[Run]:
    """A run, parted after a whole card where somebody says thanks: an amount may follow."""
    for at in range(1, len(run.numbers)):
        between = stream.bare[run.numbers[at - 1].last + 1 : run.numbers[at].first]
        digits = "".join(number.digits for number in run.numbers[:at])
        full = len(digits) == STANDARD_DIGITS or (len(digits) == 15 and digits[0] == "3")
        rest = sum(len(number.digits) for number in run.numbers[at:])
        closed = not _CLOSING.isdisjoint(between) or (
            rest <= 4 and not set(between) <= _ON and "next" not in between
        )
        if full and closed and luhn_valid(digits):
            yield Run(run.numbers[:at])
            yield from _closed(stream, Run(run.numbers[at:]))
            return
    yield run


def _unpaid(run: Run) -> Run:
    """A run without amounts before and after it, if a whole card is left."""
    end = next((at for at, n in enumerate(run.numbers) if n.counted and len(n.digits) > 3), None)
    if end:
        run = Run(run.numbers[:end])
    amounts = [at for at, n in enumerate(run.numbers) if n.quantity or n.counted]
    for start, end in pairwise([-1, *amounts, len(run.numbers)]):
        numbers = run.numbers[start + 1 : end]
        if numbers and holds_card([number.digits for number in numbers]):
            return Run(numbers)
    return run


def _is_card(run: Run, kind: str | None) -> bool:
    digits = told_once(run.digits)
    if len(digits) < MIN_DIGITS:
        return False
    certain = sum(len(number.digits) for number in run.numbers if not number.quantity)
    whole = len(digits) <= MAX_DIGITS and luhn_valid(digits)
    if certain < len(run.digits) // 2 and not whole:
        return False
    return (
        kind in (None, "card")
        or holds_card([number.digits for number in run.numbers], by_groups=len(digits) > MIN_DIGITS)
        or whole
    )


def _chain(stream: Stream, groups: Sequence[Run], cue: Cue) -> list[Run]:
    """The groups that follow a cue until a card is complete or the talk moves on."""
    chain: list[Run] = []
    end_s, position = cue.end_s, None
    from_s = cue.end_s - (0.5 if cue.strong else CONTEXT_GAP_S)
    for run in groups:
        start_s = stream.words[run.first].start_s
        if start_s < from_s:
            continue
        far = position is not None and run.first - position - 1 > CONTEXT_GAP_WORDS
        complete = sum(len(part.digits) for part in chain) >= STANDARD_DIGITS
        if far or complete or start_s - end_s > CONTEXT_GAP_S or start_s - cue.end_s > CONTEXT_S:
            break
        chain.append(run)
        end_s, position = stream.words[run.last].end_s, run.last
    return chain
