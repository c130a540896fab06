"""Numbers that no cue stands right before: the rest of one, one told again, one that only answers.

What goes on after the other side's "yes", what is told anew after "no, sorry", what is read back,
and replies that are nothing but an identifier.
"""

from collections.abc import Collection, Sequence

from pipeline.understand.hits import Hit, Ref, hit
from pipeline.understand.identifiers import is_year, told_singly
from pipeline.understand.number_cues import Cue
from pipeline.understand.number_words import word_set
from pipeline.understand.streams import FILLERS, HESITATIONS, Stream
from pipeline.understand.values import Value, values_in

_CONTINUED = ("code", "phone", "account", "national_id", "card", "order", "case")
"""Kinds that go on after the other side's "yes", or are told again after "no, sorry"."""

_CORRECTING = FILLERS | word_set(
    "no actually mean i tell lie old new wrong area code and hmm wait oh there's it'll be then "
    "other one sort or into them it a what's as well"
)
_ON = HESITATIONS | word_set("and then")
_CORRECTIONS = word_set("no sorry wait actually mean lie wrong old area what's hang hold oh hmm")
CONTINUED_WORDS, CONTINUED_S = 8, 12.0
"""Words and seconds there may be between two parts of a number."""

PLAIN_S = 8.0
"""Seconds since any cue after which a reply counts as one without a cue."""


def continued(
    stream: Stream,
    known: Sequence[Hit],
    cues: Sequence[Cue],
    spoken_for: Collection[Ref],
    asked_by: Sequence[int | None],
) -> list[Hit]:
    """What is told right after a number of a kind, with only "yes" or "no, sorry" between.

    The rest of it, or the whole of it once more, corrected. `cues` of either side end it; so does
    a question: `asked_by` holds for each utterance the one it replies to.
    """
    places = {ref: at for at, ref in enumerate(stream.refs)}
    kinds = {places[ref]: one.kind for one in known if one.kind in _CONTINUED
             for ref in one.refs if ref in places}  # fmt: skip
    found: list[Hit] = []
    for value in values_in(stream, spoken_for):
        last = value.first - 1
        while last >= 0 and value.first - last <= CONTINUED_WORDS + 1 and last not in kinds:
            last -= 1
        kind = kinds.get(last)
        if kind and _goes_on(stream, kind, last, value, cues, asked_by):
            found.append(hit(stream, kind, value.first, value.last, value.text))
            kinds |= dict.fromkeys(range(value.first, value.last + 1), kind)
    return found


def _goes_on(
    stream: Stream,
    kind: str,
    last: int,
    value: Value,
    cues: Sequence[Cue],
    asked_by: Sequence[int | None],
) -> bool:
    """Whether a value belongs to the number of a kind that ends with the word `last`."""
    if is_year(stream, value) or len(value.text) < (3 if kind in ("phone", "card") else 2):
        return False
    between = stream.bare[last + 1 : value.first]
    from_s, to_s = stream.words[last].end_s, stream.words[value.first].start_s
    earlier, turn = stream.refs[last][0], stream.refs[value.first][0]
    if asked_by[turn] not in (asked_by[earlier], earlier):
        return False
    corrected = not _CORRECTIONS.isdisjoint(between)
    if earlier == turn and not (set(between) <= _ON or corrected):
        return False
    if kind in ("order", "case") and not corrected:
        return False
    return (
        all(word in _CORRECTING for word in between)
        and to_s - from_s <= CONTINUED_S
        and not any(from_s < cue.end_s <= to_s and cue.kind != kind for cue in cues)
    )


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
        if not told_singly(stream, value) or is_year(stream, value):
            continue
        alone = value.last + 1 == len(stream.words) or stream.refs[value.last + 1][0] != turn
        alone = alone or stream.words[value.last].text.rstrip()[-1:] in ".?!"
        known = value.spelled or value.mixed
        if (known and len(value.text) >= 6) or (alone and len(value.digits) >= 6):
            found.append(hit(stream, "account", value.first, value.last, value.text))
        elif alone and len(value.digits) >= 3 and value.last - value.first >= 2:
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
            if whole and told_singly(stream, value):
                found.append(hit(stream, kinds[whole], value.first, value.last))
    return found


def _ends(stream: Stream, value: Value) -> bool:
    """Whether a sentence or turn ends with a value, or nothing but "yep" follows it."""
    if stream.words[value.last].text.rstrip()[-1:] in (".", ",", "?", "!"):
        return True
    after = value.last + 1
    same = after < len(stream.words) and stream.refs[after][0] == stream.refs[value.last][0]
    return not same or stream.bare[after] in FILLERS


_QUOTING = word_set("says did you say is it so was that you said i have i've got ending in")


def _heads_turn(stream: Stream, value: Value) -> bool:
    """Whether nothing but "okay, so that's" stands before a value in its turn."""
    at = value.first - 1
    while at >= 0 and stream.refs[at][0] == stream.refs[value.first][0]:
        if stream.bare[at] not in FILLERS and stream.bare[at] not in _QUOTING:
            return False
        at -= 1
    return True
