"""Dates of birth: told after "born" or "date of birth", or in answer to the question for it.

Other dates stay. Without a cue a full date goes only where it is all that somebody says in a
sentence at the head of a reply, with a year that somebody on the telephone can be born in.
"""

import re
from collections.abc import Sequence

from pipeline.understand.hits import Hit
from pipeline.understand.number_words import word_set
from pipeline.understand.replies import Turn, answer_start, sentence_end, words_between

_UNIT = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEEN = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_ORDINAL = (
    r"(?:(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth"
    r"|nineteenth|twentieth|thirtieth|\d{1,2} ?(?:st|nd|rd|th))"
)
_DAY_NUMBER = (
    rf"(?:(?:twenty|thirty)[ -]{_UNIT}|{_TEEN}|(?:(?:oh|o|zero)[ -])?{_UNIT}|twenty|thirty"
    r"|[0-3]?\d)"
)
_DAY = rf"(?:{_ORDINAL}|{_DAY_NUMBER})"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_TWO = rf"(?:{_TENS}[ -]{_UNIT}|{_TEEN}|{_TENS}|(?:oh|o|zero)[ -]{_UNIT}|'?\d\d)"
_YEAR = (
    rf"(?:(?:19|20)\d\d|(?:nineteen|twenty|19|20)[ -](?:hundred(?: and)? )?{_TWO}|nineteen hundred"
    rf"|(?:two|2) thousand(?: and)?(?: {_TEEN}| (?:twenty|thirty)(?:[ -]{_UNIT})?| {_UNIT})?"
    rf"|(?:one|a|1) thousand (?:nine|9) hundred(?: and)?(?: {_TWO}| {_UNIT})?)"
)
_ANY_YEAR = rf"(?:{_YEAR}|{_TWO})"
_BIRTH_YEAR = (
    rf"(?:19\d\d|200\d|(?:nineteen|19)[ -](?:hundred(?: and)? )?{_TWO}"
    rf"|(?:two|2) thousand(?: and)?(?: {_UNIT})?|(?:one|a|1) thousand (?:nine|9) hundred"
    rf"(?: and)?(?: {_TWO}| {_UNIT})?|(?:forty|fifty|sixty|seventy|eighty|ninety)(?:[ -]{_UNIT})?)"
)
_JOINED = r"(?:slash |dash |dot |stroke |hyphen |of |the |and )*"


def _dates(year: str) -> str:
    """Days with a year as the pattern given, or "" for days without."""
    first = (
        rf"|{year} {_JOINED}(?:{_MONTH} {_JOINED}(?:the )?{_DAY}|(?:the )?{_DAY} {_JOINED}{_MONTH})"
    )
    first = first if year else ""
    tail = rf",? {_JOINED}(?:in |the year )*{year}" if year else ""
    numbers = rf"|{_DAY_NUMBER} {_JOINED}{_DAY_NUMBER}{tail}" if year else ""
    return (
        rf"(?:(?:on )?(?:the )?{_DAY} {_JOINED}{_MONTH}{tail}{first}"
        rf"|{_MONTH} (?:on )?{_JOINED}{_DAY}{tail}"
        rf"|(?:on )?(?:the )?{_ORDINAL} {_JOINED}(?:{_ORDINAL}|{_DAY_NUMBER}){tail}{numbers})"
    )


_WRITTEN = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\d{4}[./-]\d\d[./-]\d\d"
    r"|\d{1,2}(?: ?[./-] ?| )\d{1,2}(?: ?[./-] ?| )(?:19|20)\d\d|[0-3]\d[01]\d(?:19|20)\d\d"
    rf"|\d{{1,2}}[-./ ]?{_MONTH}[-./ ]?(?:\d{{4}}|\d\d))"
)
_TODAY = rf"(?:on )?(?:the )?{_ORDINAL} of (?:this|last|next) month"
_TOLD = re.compile(
    rf"(?<![^ ])(?:(?P<full>{_WRITTEN}|{_dates(_ANY_YEAR)})|{_dates('')}|{_TODAY}"
    rf"|{_MONTH},? (?:of )?{_YEAR}|{_YEAR}"
    r"|[0-3]\d[01]\d\d\d)(?![^ ])"
)
"""What a cue makes a date of birth, from a full date down to a year."""

_FULL = re.compile(rf"(?<![^ ])(?:{_WRITTEN}|{_dates(_BIRTH_YEAR)})(?![^ ])")
_REST = re.compile(
    r"(?:(?:yeah|yes|yep|um|uh|er|no|sorry|and|in|of|the|year|so) ){0,4}"
    rf"{_ANY_YEAR}(?![^ ])"
)
_COUNTS = re.compile(
    r" (?:pounds?|euros?|dollars?|pence|percent|quid|bucks|minutes?|hours?|days?|weeks?|months?"
    r"|years?|pm|am|o'clock|kilos?|times|people|of us)(?![^ ])"
)

_CUE = re.compile(
    r"(?<![^ ])(?:dates? of births?|births?|birth ?dates?|birth ?days?|birthday's|d[ .]?o[ .]?b"
    r"|year of birth|month of birth|born|dates? of both|date of)(?![^ ])"
)
_LINKS = word_set(
    "is it's its it on the in was were she he her his him my for yes yeah um uh er that's "
    "that so at and i they're baby's year day be of there here then please obviously actually "
    "ah oh"
)
_PART = re.compile(r"(?<![^ ])(?:what|which|and|the|your) (?:day|month|year)(?![^ ])")
_OTHER_DATE = re.compile(r"issued|expir|start|deliver|appointment|travel|today|due|move|accident")
_MISSING = re.compile(rf"(?<![^ ])(?:{_YEAR}|{_TWO}|{_MONTH}|{_DAY})(?![^ ])")
MAX_LINKS = 6
"""Words between a cue and its date."""


def birth_dates(told: Sequence[Turn]) -> list[Hit]:
    """Every date of birth, in order of the turns."""
    found: list[Hit] = []
    asked: set[int] = set()
    for turn in told:
        question = told[turn.asked_by] if turn.asked_by is not None else None
        spans = _after_cues(turn)
        answered = {hit.refs[0][0] for hit in found}
        if question and question.index not in answered and _asks(question, told, asked):
            asked.add(turn.index)
            spans += _in_reply(turn, part=bool(_PART.search(question.text)))
        spans += _at_head(turn) if question else []
        found += [
            Hit(kind="birth_date", refs=tuple((turn.index, at) for at in range(first, last + 1)))
            for first, last in spans
        ]
    return found


def _asks(question: Turn, told: Sequence[Turn], asked: set[int]) -> bool:
    """A question for a date of birth, or for what is still missing of one."""
    if _CUE.search(question.text):
        return not _OTHER_DATE.search(question.text) or "birth" in question.text
    before = question.asked_by
    return before in asked and bool(_PART.search(question.text)) and len(question.bare) <= 8


def _after_cues(turn: Turn) -> list[tuple[int, int]]:
    spans = []
    for cue in _CUE.finditer(turn.text):
        for match in _FULL.finditer(turn.text, 0, max(0, cue.start() - 1)):
            if turn.text.count(" ", match.end(), cue.start()) <= MAX_LINKS - 1:
                spans.append(words_between(turn, match.start(), match.end()))
        for match in _TOLD.finditer(turn.text, cue.end()):
            between = turn.text[cue.end() : match.start()].split()
            near = match["full"] or all(word in _LINKS for word in between)
            if len(between) <= MAX_LINKS and near and not _OTHER_DATE.search(" ".join(between)):
                spans.append(_with_rest(turn, match))
            break
    return spans


def _in_reply(turn: Turn, *, part: bool) -> list[tuple[int, int]]:
    """The first date of a reply, which may follow a name: "Agnieszka Wrona, the second of ...".

    `part`: the question was for what is missing of one, so that a bare number will do.
    """
    for match in _TOLD.finditer(turn.text):
        if match["full"] or not _COUNTS.match(turn.text, match.end()):
            return [_with_rest(turn, match)]
    missing = _MISSING.search(turn.text) if part else None
    return [words_between(turn, missing.start(), missing.end())] if missing else []


def _at_head(turn: Turn) -> list[tuple[int, int]]:
    """A full date that is the whole first sentence of a reply."""
    first = answer_start(turn)
    offset = sum(len(word) + 1 for word in turn.bare[:first])
    match = _FULL.match(turn.text, offset)
    if match is None and first > 0:
        match = _FULL.match(turn.text, offset - len(turn.bare[first - 1]) - 1)
    if match is None:
        return []
    span = words_between(turn, match.start(), match.end())
    return [span] if sentence_end(turn, span[0]) <= span[1] else []


def _with_rest(turn: Turn, match: re.Match[str]) -> tuple[int, int]:
    """The words of a date, with a year that comes a word or two later."""
    first, last = words_between(turn, match.start(), match.end())
    rest = None if match["full"] else _REST.match(turn.text, match.end() + 1)
    if rest and not _COUNTS.match(turn.text, rest.end()):
        last = words_between(turn, rest.start(), rest.end())[1]
    return first, last
