"""Names of people, where a site wants them hidden: told after "my name is", or as "Anna speaking".

A rule of a few phrases, not a recogniser of names: what is told in another way stays. A name that
was found is found again wherever it is said with a capital.
"""

import re
from collections.abc import Sequence

from pipeline.understand.hits import Hit
from pipeline.understand.number_words import word_set
from pipeline.understand.replies import Turn, answer_start, words_between

MOST = 3
"""Words of a name."""

_TOLD = re.compile(
    r"(?<![^ ])(?:(?:my|his|her|the|full|first|last|husband's|wife's|patient's) names?(?: is|'s)"
    r"|names? on (?:the|my) (?:card|account|policy|booking|order) is|this is|my name's"
    r"|(?:you're )?speaking (?:to|with)|i am called|i'm called)"
    r"(?: it's| is| actually| um| uh)* (?=[^ ])"
)
_SPEAKING = re.compile(r"(?<![^ ])speaking(?![^ ])")
_ASKED = re.compile(
    r"(?<![^ ])(?:(?:your|full|first|last|sur|whose|the|customer's|patient's) ?names?"
    r"|who am i speaking|who's calling|who is calling|speaking (?:to|with))(?![^ ])"
)
_NO_NAMES = word_set(
    "i i'm i've the a an my your our it it's is and but so not about from for regarding because "
    "just still really very also that this there here what who mr mrs ms miss dr calling speaking "
    "yes no on in at with ok okay right sorry please thanks hello hi good"
)


def names(told: Sequence[Turn]) -> list[Hit]:
    """Every name that a phrase tells, and the same words elsewhere."""
    found: dict[int, set[int]] = {}
    for turn in told:
        places = found.setdefault(turn.index, set())
        for match in _TOLD.finditer(turn.text):
            first = words_between(turn, match.start(), match.end())[1]
            places.update(_run(turn, first))
        for match in _SPEAKING.finditer(turn.text):
            places.update(_before(turn, words_between(turn, match.start(), match.end())[0] - 1))
        question = told[turn.asked_by] if turn.asked_by is not None else None
        if question and _ASKED.search(question.text):
            places.update(_run(turn, answer_start(turn)))
    known = {told[index].bare[at] for index, places in found.items() for at in places}
    return [
        Hit(kind="name", refs=tuple((turn.index, at) for at in part))
        for turn in told
        for part in _stretches(
            found[turn.index]
            | {at for at, word in enumerate(turn.bare) if word in known and _capital(turn, at)}
        )
    ]


def _run(turn: Turn, first: int) -> list[int]:
    """The capitalised words from a place on."""
    at = first
    while at < len(turn.bare) and at - first < MOST and _capital(turn, at):
        at += 1
        if turn.words[at - 1].text.rstrip()[-1:] in ".,?!":
            break
    return list(range(first, at))


def _before(turn: Turn, last: int) -> list[int]:
    """The capitalised words up to a place: "Anna Smith speaking"."""
    at = last
    while at >= 0 and last - at < MOST and _capital(turn, at):
        at -= 1
    return list(range(at + 1, last + 1))


def _capital(turn: Turn, at: int) -> bool:
    return turn.words[at].text.strip()[:1].isupper() and turn.bare[at] not in _NO_NAMES


def _stretches(places: set[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for at in sorted(places):
        if found and found[-1][-1] == at - 1:
            found[-1].append(at)
        else:
            found.append([at])
    return found
