"""How alike two spellings sound, by rules of thumb for words in Latin letters.

A recogniser that doesn't know a name writes words that sound like it: "onward" for "Onword",
"think in June" for "ThinkEngine". Spaces are nothing here. Other scripts are compared letter by
letter.
"""

import math
import re
import unicodedata
from functools import cache, lru_cache
from itertools import accumulate

VOWELS = frozenset("aeiouаеёиоуыэюя")
"""Of a run of vowels the first one stands for all."""

_SPELLINGS = (
    (r"^kn|^gn", "n"),
    (r"^wr", "r"),
    (r"^ps", "s"),
    (r"tch|ch", "C"),
    (r"sh|sch", "S"),
    (r"ph", "f"),
    (r"th", "T"),
    (r"gh", ""),
    (r"ck", "k"),
    (r"dge|g(?=[eiy])", "J"),
    (r"qu", "kw"),
    (r"q", "k"),
    (r"x", "ks"),
    (r"c(?=[eiy])", "s"),
    (r"c", "k"),
    (r"j", "J"),
    (r"y", "i"),
    (r"h", ""),
)
_ALIKE = ("fvT", "tdT", "pb", "kg", "szSCJ", "mn", "vb", "rl", "wv", "JC")
_FAMILIES = ("fvwTtdpb", "kg", "szSCJ", "mn", "rl")  # no two of different ones are alike
_VOWEL, _OTHER_VOWEL, _LIKE, _OTHER = 0.5, 0.3, 0.5, 1.0


def letters(text: str) -> str:
    """The text's letters and digits, in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


@lru_cache(maxsize=65536)
def sounds(text: str) -> str:
    """A rough pronunciation: a character a consonant, and one for each run of vowels."""
    spoken = letters(text)
    for pattern, sound in _SPELLINGS:
        spoken = re.sub(pattern, sound, spoken)
    kept: list[str] = []
    for sound in spoken:
        doubled = bool(kept) and (kept[-1] == sound or {kept[-1], sound} <= VOWELS)
        if not doubled:
            kept.append(sound)
    return "".join(kept)


def weight(spoken: str) -> float:
    """How much there is to hear: what leaving out all of it would cost."""
    return sum(map(_alone, spoken))


def families(spoken: str) -> list[int]:
    """Consonants of each family: where one has more than another, each is a distance of 1."""
    return [sum(map(spoken.count, family)) for family in _FAMILIES]


def distance(one: str, other: str, *, most: float = math.inf) -> float:
    """The least cost of sounds left out, put in and exchanged that makes one of the other.

    Infinity where it is over `most`: finding that out is quick.
    """
    put_in = [_alone(sound) for sound in other]
    costs = [0.0, *accumulate(put_in)]
    for sound in one:
        left_out = _alone(sound)
        before, last = costs, costs[0] + left_out
        costs = [last]
        for at, wanted in enumerate(other):
            last = min(
                before[at] + _exchanged(sound, wanted), before[at + 1] + left_out, last + put_in[at]
            )
            costs.append(last)
        if min(costs) > most:
            return math.inf
    return costs[-1] if costs[-1] <= most else math.inf


def _alone(sound: str) -> float:
    return _VOWEL if sound in VOWELS else _OTHER


@cache
def _exchanged(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in VOWELS and other in VOWELS:
        return _OTHER_VOWEL
    return _LIKE if any(one in group and other in group for group in _ALIKE) else _OTHER
