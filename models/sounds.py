"""How alike two spellings sound, by rules of thumb for words in Latin letters.

A recogniser that doesn't know a name writes words that sound like it: "onward" for "Onword",
"think in June" for "ThinkEngine". Spaces are nothing here. Other scripts are compared letter by
letter.
"""

import re
import unicodedata
from functools import lru_cache

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


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> float:
    """The least cost of sounds left out, put in and exchanged that makes one of the other."""
    costs = [0.0]
    for sound in other:
        costs.append(costs[-1] + _alone(sound))
    for sound in one:
        before, costs = costs, [costs[0] + _alone(sound)]
        for at, wanted in enumerate(other):
            costs.append(
                min(
                    before[at] + _exchanged(sound, wanted),
                    before[at + 1] + _alone(sound),
                    costs[at] + _alone(wanted),
                )
            )
    return costs[-1]


def _alone(sound: str) -> float:
    return _VOWEL if sound in VOWELS else _OTHER


def _exchanged(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in VOWELS and other in VOWELS:
        return _OTHER_VOWEL
    return _LIKE if any(one in group and other in group for group in _ALIKE) else _OTHER
