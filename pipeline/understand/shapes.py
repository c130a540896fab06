"""Numbers that their own shape tells: telephone numbers, and IBANs by their check digits."""

import re
from collections.abc import Collection, Sequence
from itertools import accumulate

import phonenumbers
from phonenumbers import PhoneNumberType

from pipeline.understand.cards import told_once
from pipeline.understand.hits import Hit, Ref, free, hit, taken
from pipeline.understand.number_cues import Cue, reaches
from pipeline.understand.streams import FILLERS, HESITATIONS, Run, Stream, runs
from pipeline.understand.values import values_in

_PHONE_DIGITS = 10
_SERVICES = (
    PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST, PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
)  # fmt: skip
_SERVICE_FORM = re.compile(r"0|1[38]00")
_SERVICE_PREFIX = re.compile(
    r"0?1?800|0?1[38]00|0?18[59]0|03[0347][0-9]|08(?:00|08|4[3-5]|6[0-2]|7[0-2])"
)
"""Freephone and fixed-rate numbers abroad: 0800, 1800, 1300, 0345, 0860."""
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27,
    "LT": 20, "LU": 20, "LV": 21, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "SE": 24, "SI": 19, "SK": 24, "TR": 26, "UA": 29,
}  # fmt: skip
"""Signs of an IBAN by country (registry of ISO 13616, European part)."""


def telephone_runs(
    stream: Stream,
    own: Sequence[Cue],
    others: Sequence[Cue],
    spoken_for: Collection[Ref],
    *,
    country: str,
) -> list[Hit]:
    """Telephone numbers by their shape, and those told in groups after a cue.

    Told in one go, 10 digits are enough; with "and then" between, the number must begin as
    telephone numbers do, or have been announced.
    """
    numbers = [n for n in stream.numbers if n.plain and not n.quantity]
    numbers = [n for n in numbers if free(stream, n.first, n.last, spoken_for)]
    found: list[Hit] = []
    held = set(spoken_for)
    for fillers in (FILLERS, HESITATIONS):
        for run in runs(stream, numbers, fillers=fillers, max_fillers=3, max_gap_s=6.0):
            told = _is_telephone(stream, run, country)
            if fillers is FILLERS and not _begins_as_telephone(stream, run):
                announced = _announced_as_phone(stream, run, own, others)
                told = len(run.digits) >= 7 and (announced or _in_groups(run))
            if told and is_service(run.digits, country):
                continue
            if told and free(stream, run.first, run.last, held):
                first = run.first - (
                    _plus(stream, run) and run.first > 0 and stream.bare[run.first - 1] == "plus"
                )
                found.append(hit(stream, "phone", first, run.last, told_once(run.digits)))
                held.update(found[-1].refs)
    return found


def ibans(stream: Stream, spoken_for: Collection[Ref]) -> list[Hit]:
    """International bank account numbers: two letters, two digits, the rest in groups or not.

    Where the check digits don't hold, since one was misheard, the length for the country must.
    """
    found = [
        hit(stream, "account", value.first, value.last, value.text)
        for value in values_in(stream, spoken_for)
        if _IBAN.fullmatch(value.text)
        and (_mod97(value.text) or _IBAN_LENGTHS.get(value.text[:2]) == len(value.text))
    ]
    spoken_for = {*spoken_for, *taken(found)}
    at = 0
    while at < len(stream.words):
        last = _iban_from(stream, at)
        if last is not None and free(stream, at, last, spoken_for):
            found.append(hit(stream, "account", at, last))
            at = last
        at += 1
    return found


def _announced_as_phone(
    stream: Stream, run: Run, own: Sequence[Cue], others: Sequence[Cue]
) -> bool:
    return any(
        cue.kind == "phone" and reaches(cue, stream, run.first, same_stream=same)
        for cues, same in ((own, True), (others, False))
        for cue in cues
    )


def _in_groups(run: Run) -> bool:
    """Ten digits as 3, 3 and 4, or one by one, whatever is said between."""
    ends = set(accumulate(len(number.digits) for number in run.numbers))
    return len(run.digits) == _PHONE_DIGITS and ends >= {3, 6}


def is_service(digits: str, country: str) -> bool:
    """Whether a number is one that firms have, free of charge or at a fixed rate, never people."""
    if not _SERVICE_FORM.match(digits) or len(digits) > 12:
        return False
    if digits[0] == "1":
        return True  # no other number begins so where people dial a 0 or an area code first
    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return False
    kind = phonenumbers.number_type(number)
    if kind in _SERVICES:
        return True
    return kind == PhoneNumberType.UNKNOWN and bool(_SERVICE_PREFIX.match(digits))


def _plus(stream: Stream, run: Run) -> bool:
    before = stream.bare[run.first - 1] if run.first > 0 else ""
    return stream.words[run.first].text.strip().startswith("+") or before == "plus"


def _begins_as_telephone(stream: Stream, run: Run) -> bool:
    return run.digits[0] == "0" or _plus(stream, run)


def _is_telephone(stream: Stream, run: Run, country: str) -> bool:
    digits, plus = told_once(run.digits), _plus(stream, run)
    if len(digits) >= _PHONE_DIGITS:
        return True
    if len(digits) < 7:
        return False
    if len(digits) >= 9 and _begins_as_telephone(stream, run):
        return True
    try:
        number = phonenumbers.parse(("+" if plus else "") + digits, country)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) if len(digits) >= 8 else False


def _iban_from(stream: Stream, at: int) -> int | None:
    """Last word of an IBAN that begins at word `at`, or None."""
    begin = stream.bare[at]
    if not begin[:2].isalpha() or not (len(begin) == 2 or begin[2:4].isdigit()):
        return None
    text, best = "", None
    for position in range(at, min(at + 12, len(stream.words))):
        part = re.sub(r"[^A-Za-z0-9]", "", stream.words[position].text)
        if position > at and not any(c.isdigit() for c in part) and not part.isupper():
            break
        text += part.upper()
        if _IBAN.fullmatch(text) and _mod97(text):
            best = position
    return best


def _mod97(iban: str) -> bool:
    """The check of ISO 13616: letters as 10 to 35, first four moved to the end, remainder 1."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1
