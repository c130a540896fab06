"""Card numbers, however they are told: in groups, over turns, with "uh" and "and then" between.

A run of 13 digits and more is a card unless its cue says otherwise; where the Luhn check holds it
is one whatever the cue says. Recognition errs, so a number need not pass the check: in the
context of a card 12 digits are enough, and 5 straight after "card number".
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.understand.hits import Hit, Ref, free, hit
from pipeline.understand.number_cues import Cue
from pipeline.understand.streams import FILLERS, Run, Stream, runs

MIN_DIGITS, MAX_DIGITS = 13, 19
CONTEXT_DIGITS = 12
STANDARD_DIGITS = 16
MAX_FILLERS = 8
MAX_GAP_S = 30.0
CONTEXT_GAP_WORDS = 20
CONTEXT_GAP_S = 20.0
CONTEXT_S = 90.0


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


def holds_card(pieces: Sequence[str]) -> bool:
    """Whether consecutive pieces make 13 to 19 digits that pass the Luhn check."""
    for start in range(len(pieces)):
        digits = ""
        for piece in pieces[start:]:
            digits += piece
            if len(digits) > MAX_DIGITS:
                break
            if len(digits) >= MIN_DIGITS and luhn_valid(digits):
                return True
    return False


def card_runs(
    stream: Stream, cue_kinds: Collection[tuple[int, str]], spoken_for: Collection[Ref]
) -> list[Hit]:
    """Cards among the stream's digits told in one go, fillers allowed.

    `cue_kinds` holds (word position, kind) of numbers that a cue announced: where an order number
    is asked for after the card, a new run begins.
    """
    found = []
    kinds = dict(cue_kinds)
    plain = [n for n in stream.numbers if n.plain and free(stream, n.first, n.last, spoken_for)]
    told = runs(stream, plain, fillers=FILLERS, max_fillers=MAX_FILLERS, max_gap_s=MAX_GAP_S)
    for run in (part for whole in told for part in _split(whole, kinds)):
        run = _unpaid(run)
        if _is_card(run, kinds.get(run.first)) and free(stream, run.first, run.last, spoken_for):
            found.append(hit(stream, "card", run.first, run.last, run.digits))
    return found


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


def _split(run: Run, kinds: Mapping[int, str]) -> Iterator[Run]:
    """The run, parted where a number begins that was announced as something else than a card."""
    start = 0
    for at, number in enumerate(run.numbers):
        if at > start and kinds.get(number.first, "card") != "card":
            yield Run(run.numbers[start:at])
            start = at
    yield Run(run.numbers[start:])


def _unpaid(run: Run) -> Run:
    """A run without amounts before and after it, if a whole card is left."""
    numbers = list(run.numbers)
    while numbers and numbers[-1].quantity:
        numbers.pop()
    while numbers and numbers[0].quantity:
        numbers.pop(0)
    left = Run(tuple(numbers)) if numbers else run
    digits = told_once(left.digits)
    return left if MIN_DIGITS <= len(digits) <= MAX_DIGITS and luhn_valid(digits) else run


def _is_card(run: Run, kind: str | None) -> bool:
    digits = told_once(run.digits)
    if len(digits) < MIN_DIGITS:
        return False
    certain = sum(len(number.digits) for number in run.numbers if not number.quantity)
    whole = len(digits) <= MAX_DIGITS and luhn_valid(digits)
    if certain < len(run.digits) // 2 and not whole:
        return False
    return holds_card([number.digits for number in run.numbers]) or kind in (None, "card")


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
