"""Hiding telephone numbers in names that people read: paths and file names carry them."""

import re

_NUMBER = re.compile(r"\+?\d(?:[ ()./-]{0,2}\d){6,}")
_DAY = r"(?:19|20)\d\d[-_/.]?[01]\d[-_/.]?[0-3]\d|[0-3]?\d[/.-][0-3]?\d[/.-](?:19|20)\d\d"
_TIME = r"[-_T ]?[0-2]\d[-_:.]?[0-5]\d(?:[-_:.]?[0-5]\d)?"
_DATE = re.compile(rf"(?:{_DAY})(?:{_TIME})?")
_KEPT = 2


def masked(text: str) -> str:
    """The text with every number of seven digits and more hidden but for its last two.

    Dates and clock times, which file names are full of, stay readable.

    >>> masked("in-02079460123-20260914-091233.wav")
    'in-···23-20260914-091233.wav'
    """
    out, at = [], 0
    for date in _DATE.finditer(text):
        if date.start() >= at and not _inside_number(text, date):
            out += [_NUMBER.sub(_hide, text[at : date.start()]), date[0]]
            at = date.end()
    return "".join([*out, _NUMBER.sub(_hide, text[at:])])


def _inside_number(text: str, found: re.Match[str]) -> bool:
    """Digits that run on before or after: part of a longer number, not a date."""
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    return before.isdigit() or before == "+" or after.isdigit()


def _hide(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return f"···{digits[-_KEPT:]}"
