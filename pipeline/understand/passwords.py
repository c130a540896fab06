"""Passwords and memorable words: told after "my password is", or in answer to the question.

A secret that was told is found again where it is said again, or spelled.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.understand.hits import Hit
from pipeline.understand.number_words import word_set
from pipeline.understand.replies import Turn

MAX_WORDS = 14
ANSWER_WORDS = 8

_SECRET = (
    r"(?:passwords?|pass ?phrase|pass ?words?|pass ?codes?|maiden name"
    r"|(?:memorable|security|secret|safe|magic) (?:words?|answers?|phrases?))"
)
_TOLD = re.compile(
    rf"(?<![^ ]){_SECRET}(?: [\w']+){{0,5}}?"
    r"(?: is| was|'s| it's| i think| to| as|:)(?: set to| probably| it's| still)? (?!\w*n't)"
)
_LATER = re.compile(rf"(?<![^ ])(?:my|the) {_SECRET}(?: [\w']+){{0,9}}? it's (?!\w*n't)")
_ASKED = re.compile(
    r"(?:what(?:'s| is| was)|what are|what|which|tell me|give me|confirm|say|provide|have|need|for"
    rf"|your|the|a|and)(?: [\w']+){{0,8}}? {_SECRET}(?![^ ])"
    rf"|{_SECRET}(?: please)?$"
)
_LETTERS_ASKED = re.compile(
    r"(?<![^ ])(?:first|second|third|fourth|fifth|sixth|seventh|eighth|last|\d(?:st|nd|rd|th))"
    r"(?: (?:and|an|the|letters?|or|first|second|third|fourth|fifth|sixth|seventh|eighth"
    r"|last)){0,5}"
    r" (?:letters?|characters?)"
)
_NO_SECRET = word_set(
    "not wrong incorrect expired locked invalid still never being always too required now the no "
    "working blocked reset gone lost missing correct right different because saying asking so what "
    "yes yeah nope i i'm i've i'd ok okay sure hold one just um uh well why how which can could do "
    "does did my a an about to going supposed already written fine sorry please change reset it "
    "he she they we you your for in on and but enter get access see log sign make have hasn't say"
)
_PREAMBLE = word_set(
    "it's its it is that's thats that yes yeah yep sure okay ok um uh er erm em so can i "
    "have i'd like make let's go with we'll oh well use put think should be ah right we'd "
    "love god hmm would will a"
)
_END = word_set("and but because cause since so if which then though with")
_PUNCTUATION = (".", "?", "!", ",", ";")


def passwords(told: Sequence[Turn]) -> list[Hit]:
    """Words that give a secret away."""
    found: list[Hit] = []
    secrets: list[tuple[str, ...]] = []
    for turn in told:
        spans = list(_in_turn(turn))
        question = told[turn.asked_by] if turn.asked_by is not None else None
        if question and not spans:
            spans = list(_in_reply(turn, question))
        secrets += [turn.bare[first : last + 1] for first, last in spans]
        spans += [span for secret in secrets for span in _again(turn, secret)]
        found += [
            Hit(kind="code", refs=tuple((turn.index, at) for at in range(first, last + 1)))
            for first, last in spans
        ]
    return found


def _in_turn(turn: Turn) -> Iterator[tuple[int, int]]:
    """What follows "my password is" in the same turn."""
    if not re.search(_SECRET, turn.text):
        return
    for pattern in (_TOLD, _LATER):
        for match in pattern.finditer(turn.text + " "):
            first = turn.text.count(" ", 0, match.end())
            if " not " in match[0] or first >= len(turn.bare) or turn.bare[first] in _NO_SECRET:
                continue
            spelled = len(turn.bare[first]) == 1
            yield first, _end(turn, first, commas=spelled or pattern is _LATER)


def _in_reply(turn: Turn, question: Turn) -> Iterator[tuple[int, int]]:
    """The short reply to a question for a secret, less its "it's"; letters alone, if asked for."""
    if _LETTERS_ASKED.search(question.text):
        for at, text in enumerate(turn.bare):
            spelled = len(text) == 1 and (
                text.isdigit() or turn.words[at].text.strip()[0].isupper()
            )
            if spelled and text != "i":
                yield at, at
        return
    if not _ASKED.search(question.text):
        return
    first = next((at for at, text in enumerate(turn.bare) if text not in _PREAMBLE), None)
    if first is None or turn.bare[first] in _NO_SECRET:
        return
    last = _end(turn, first, commas=False)
    if last - first < ANSWER_WORDS:
        yield first, last


def _end(turn: Turn, first: int, *, commas: bool) -> int:
    """Last word of a secret: the clause's end; `commas` within it are part of its spelling."""
    last = first
    while last + 1 < len(turn.bare) and last - first + 1 < MAX_WORDS:
        ending = turn.words[last].text.rstrip()[-1:]
        if ending in _PUNCTUATION and not (commas and ending == ","):
            break
        if turn.bare[last + 1] in _END:
            break
        last += 1
    return last


def _again(turn: Turn, secret: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words of a secret are said again, or its letters."""
    size = len(secret)
    letters = "".join(secret)
    for first in range(len(turn.bare)):
        if tuple(turn.bare[first : first + size]) == tuple(secret) and len(letters) >= 3:
            yield first, first + size - 1
        elif "".join(turn.bare[first : first + len(letters)]) == letters and len(letters) >= 3:
            yield first, first + len(letters) - 1
