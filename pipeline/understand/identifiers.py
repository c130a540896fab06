"""Numbers that a cue tells: orders, cases, accounts, codes, telephones, and their echoes.

Each side's words are read on their own; a cue may come from either side. A cue announces the
first fitting number that each side says after it, so that the read-back is found too.
"""

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

from pipeline.understand.hits import Hit, Ref, hit
from pipeline.understand.number_cues import NOBODYS, Cue, reaches, stands_near
from pipeline.understand.numbers import word_set
from pipeline.understand.streams import FILLERS, HESITATIONS, Stream
from pipeline.understand.values import Value, values_in

_LENGTHS = {
    "card": (5, 99), "code": (3, 10), "phone": (6, 30), "account": (4, 40), "order": (3, 40),
    "case": (3, 40), "national_id": (4, 30), "none": (1, 6), "thing": (4, 40),
}  # fmt: skip
_WITH_LETTERS = ("order", "case", "account", "national_id", "code", "thing")
"""Kinds whose numbers may hold letters."""

_CONTINUED = ("code", "phone", "account", "national_id", "card")
"""Kinds that go on after the other side's "yes", or are told again after "no, sorry"."""

_CORRECTING = FILLERS | word_set(
    "no actually mean i tell lie old new wrong area code and hmm wait oh there's it'll be then "
    "other one sort or into them it a what's as well"
)
_ON = HESITATIONS | word_set("and then")
_CORRECTIONS = word_set("no sorry wait actually mean lie wrong old area what's hang hold oh hmm")
CONTINUED_WORDS, CONTINUED_S = 8, 12.0
"""Words and seconds there may be between two parts of a number."""

NONE_WORDS = 3
"""Words between "the total is" and its number."""

PLAIN_S = 8.0
"""Seconds since any cue after which a reply counts as one without a cue."""

LONG_DIGITS = 8
"""Digits that make a number an identifier, as telling it digit by digit does."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE_YEAR = word_set("in since from year until till of the was before after around about by")


Announced = list[tuple[Cue, Value]]


def announced_values(
    stream: Stream,
    own: Sequence[Cue],
    others: Sequence[Cue],
    spoken_for: Collection[Ref],
    questions_s: Sequence[float],
) -> Announced:
    """Values with the nearest cue that announces each; a cue announces one value of a stream.

    Questions of the other side, at `questions_s`, part a value from the next.
    """
    found: Announced = []
    used: set[Cue] = set()
    asked_s = [*questions_s, *(cue.end_s for cue in others if cue.strong)]
    for value in values_in(stream, spoken_for, asked_s=asked_s):
        if _is_year(stream, value):
            continue
        fitting = [
            (cue.end_s, same, cue)
            for cues, same in ((own, True), (others, False))
            for cue in cues
            if cue not in used and _fits(cue, value) and _announces(cue, stream, value, same=same)
        ]
        if fitting:
            cue = max(fitting, key=lambda item: item[:2])[2]
            used |= {cue} if cue.kind not in NOBODYS else set()
            found.append((cue, value))
    return found


def answers(told: Sequence[Announced], streams: Sequence[Stream]) -> list[Announced]:
    """What each side's cues announced, less what is no read-back of what the other side told.

    A cue is answered by the value that comes first; on the other side it holds for a value that is
    like it only. "What's the code?" "4 4 2 1." "Thank you, and that's 87 14 in all."
    """
    first: dict[int, tuple[float, Value]] = {}
    for stream, announced in zip(streams, told, strict=True):
        for cue, value in announced:
            start_s = stream.words[value.first].start_s
            if id(cue) not in first or start_s < first[id(cue)][0]:
                first[id(cue)] = (start_s, value)
    return [
        [
            (cue, value)
            for cue, value in announced
            if value is first[id(cue)][1] or _like(stream, value, first[id(cue)][1])
        ]
        for stream, announced in zip(streams, told, strict=True)
    ]


def _like(stream: Stream, value: Value, other: Value) -> bool:
    """Whether a value may be the other one, misheard or told in part."""
    if not _told_singly(stream, value):
        return value.text == other.text
    if value.text in other.text or other.text in value.text:
        return True
    return SequenceMatcher(None, value.text, other.text, autojunk=False).ratio() >= 0.6


def kinds_by_place(stream: Stream, announced: Announced) -> list[tuple[int, str]]:
    """Where each announced value begins in digits, and begins again after letters, with its kind."""
    found = []
    for cue, value in announced:
        before = None
        for number in stream.numbers if value.run else ():
            if value.first <= number.first <= value.last:
                if before is None or (value.mixed and number.first > before + 1):
                    found.append((number.first, cue.kind))
                before = number.last
    return found


def announced_hit(stream: Stream, cue: Cue, value: Value) -> Hit:
    """The hit on an announced value; the letters about it belong to identifiers only."""
    if cue.kind in _WITH_LETTERS or value.run is None:
        return hit(stream, cue.kind, value.first, value.last, value.text)
    first, last = value.run
    if cue.kind == "phone" and first > 0 and stream.bare[first - 1] == "plus":
        first -= 1
    return hit(stream, cue.kind, first, last, value.digits)


def continued(
    stream: Stream,
    known: Sequence[Hit],
    cues: Sequence[Cue],
    spoken_for: Collection[Ref],
    asked_by: Sequence[int | None],
) -> list[Hit]:
    """What is told right after a number of a kind, with only "yes" or "no, sorry" between.

    The rest of it, or the whole of it once more, corrected. `cues` of either side end it; so does a question: `asked_by` holds for each
    utterance the one it replies to.
    """
    places = {ref: at for at, ref in enumerate(stream.refs)}
    kinds = {places[ref]: one.kind for one in known if one.kind in _CONTINUED
             for ref in one.refs if ref in places}  # fmt: skip
    found: list[Hit] = []
    for value in values_in(stream, spoken_for):
        last = value.first - 1
        while last >= 0 and value.first - last <= CONTINUED_WORDS + 1 and last not in kinds:
            last -= 1
        if last not in kinds or _is_year(stream, value):
            continue
        if len(value.text) < (3 if kinds[last] in ("phone", "card") else 2):
            continue
        between = stream.bare[last + 1 : value.first]
        from_s, to_s = stream.words[last].end_s, stream.words[value.first].start_s
        turn, earlier = stream.refs[value.first][0], stream.refs[last][0]
        if asked_by[turn] not in (asked_by[earlier], earlier):
            continue
        same_turn = stream.refs[last][0] == stream.refs[value.first][0]
        if same_turn and not (set(between) <= _ON or _CORRECTIONS & set(between)):
            continue
        if (
            all(word in _CORRECTING for word in between)
            and to_s - from_s <= CONTINUED_S
            and not any(from_s < cue.end_s <= to_s and cue.kind != kinds[last] for cue in cues)
        ):
            found.append(hit(stream, kinds[last], value.first, value.last, value.text))
            kinds |= dict.fromkeys(range(value.first, value.last + 1), kinds[last])
    return found


def plain_answers(
    stream: Stream, cues: Sequence[Cue], spoken_for: Collection[Ref], asked_by: Sequence[int | None]
) -> list[Hit]:
    """Replies that are nothing but an identifier, to a question in which no cue was heard.

    Told digit by digit, or of letters and digits: so nobody says an amount. What follows a cue of
    another kind, "the meter reading", isn't read here.
    """
    found = []
    for value in values_in(stream, spoken_for):
        start_s = stream.words[value.first].start_s
        turn = stream.refs[value.first][0]
        if asked_by[turn] is None or not _heads_turn(stream, value):
            continue
        if any(-0.5 <= start_s - cue.end_s <= PLAIN_S for cue in cues):
            continue
        if not _told_singly(stream, value) or _is_year(stream, value):
            continue
        alone = value.last + 1 == len(stream.words) or stream.refs[value.last + 1][0] != turn
        alone = alone or stream.words[value.last].text.rstrip()[-1:] in ".?!"
        if (value.spelled or value.mixed) and len(value.text) >= 6:
            found.append(hit(stream, "account", value.first, value.last, value.text))
        elif alone and 3 <= len(value.digits) <= 8 and value.last - value.first >= 2:
            found.append(hit(stream, "code", value.first, value.last, value.text))
    return found


def echoes(stream: Stream, known: Sequence[Hit], spoken_for: Collection[Ref]) -> list[Hit]:
    """Values said again without a cue, by either side; parts of one as the other side's reply."""
    kinds = {found.value: found.kind for found in known if len(found.value) >= 4}
    own = set(stream.refs)
    others = [
        one.value
        for one in known
        if len(one.value) >= 6 and one.kind not in ("order", "case") and one.refs[0] not in own
    ]
    found = []
    for value in values_in(stream, spoken_for) if kinds else ():
        if value.text in kinds:
            found.append(hit(stream, kinds[value.text], value.first, value.last, value.text))
        elif value.run and value.digits in kinds:
            found.append(hit(stream, kinds[value.digits], *value.run, value.digits))
        elif len(value.digits) >= 3 and _heads_turn(stream, value) and _ends(stream, value):
            whole = next((one for one in others if value.digits in one), None)
            if whole and _told_singly(stream, value):
                found.append(hit(stream, kinds[whole], value.first, value.last))
    return found


def _ends(stream: Stream, value: Value) -> bool:
    """Whether a sentence or turn ends with a value, or nothing but "yep" follows it."""
    if stream.words[value.last].text.rstrip()[-1:] in (".", ",", "?", "!"):
        return True
    after = value.last + 1
    same = after < len(stream.words) and stream.refs[after][0] == stream.refs[value.last][0]
    return not same or stream.bare[after] in FILLERS


_TENS = word_set(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty "
    "forty fifty sixty seventy eighty ninety hundred thousand"
)
_QUOTING = word_set("did you say is it so was that you said i have i've got ending in")


def _heads_turn(stream: Stream, value: Value) -> bool:
    """Whether nothing but "okay, so that's" stands before a value in its turn."""
    at = value.first - 1
    while at >= 0 and stream.refs[at][0] == stream.refs[value.first][0]:
        if stream.bare[at] not in FILLERS and stream.bare[at] not in _QUOTING:
            return False
        at -= 1
    return True


def _told_singly(stream: Stream, value: Value) -> bool:
    """Whether no "seventy five" is in it, as it is in amounts that somebody says like a number."""
    return not any(word in _TENS for word in stream.bare[value.first : value.last + 1])


def _announces(cue: Cue, stream: Stream, value: Value, *, same: bool) -> bool:
    if cue.kind in NOBODYS and same:
        return 0 < value.first - cue.last <= NONE_WORDS + 1
    if reaches(cue, stream, value.first, same_stream=same, spelled=value.spelled):
        return True
    known = value.spelled or len(value.digits) >= LONG_DIGITS
    return same and known and stands_near(cue, stream, value.first)


def _is_year(stream: Stream, value: Value) -> bool:
    """Whether a value is a year by its form and the word before: "since 1998"."""
    before = stream.bare[value.first - 1] if value.first else ""
    year = _YEAR.fullmatch(value.text) and value.first == value.last
    return bool(year) and before in _BEFORE_YEAR


def _fits(cue: Cue, value: Value) -> bool:
    low, high = _LENGTHS[cue.kind]
    written = value.text if cue.kind in _WITH_LETTERS else value.digits
    if value.run is None and cue.kind not in ("order", "case") and len(value.text) < 6:
        return False
    return (low if cue.strong else max(low, 4)) <= len(written) <= high
