"""Word errors as a recogniser makes them, put into text on purpose and the same in every run.

Of 20 errors 12 are a word for one that sounds alike, 5 a word left out, 3 a word too many, which is
about what the errors on our telephone calls are made of.
"""

import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

_KINDS = ("other", "left out", "too many")
SHARES = (12, 5, 3)
"""Of each kind among 20 errors."""

_EXTRA = ("a", "the", "and", "to", "i", "it", "you", "that", "so", "uh")
_ALIKE = (
    ("ph", "f"), ("ck", "k"), ("gh", ""), ("wh", "w"), ("kn", "n"), ("wr", "r"), ("sh", "x"),
    ("ch", "x"), ("th", "t"), ("c", "k"), ("q", "k"), ("z", "s"), ("d", "t"), ("b", "p"),
    ("g", "k"), ("v", "f"), ("m", "n"),
)  # fmt: skip
"""Letters that sound alike, on the telephone above all."""


def sound(word: str) -> str:
    """A rough key of how a word sounds: its first sound and its consonants, like ones as one.

    >>> sound("phone") == sound("fan"), sound("bill") == sound("pill"), sound("bill") == "kt"
    (True, True, False)
    """
    plain = "".join(letter for letter in word.lower() if letter.isalpha())
    for letters, key in _ALIKE:
        plain = plain.replace(letters, key)
    key = ""
    for index, letter in enumerate(plain):
        vowel = letter in "aeiouwhy"
        if (not vowel or index == 0) and not key.endswith(letter):
            key += "a" if vowel else letter
    return key


class Noise:
    """Puts word errors into texts.

    Parameters
    ----------
    texts : Iterable[str]
        Wrong words are words of these, often ones rather than rare ones.
    rate : float
        Errors a word.
    """

    def __init__(self, texts: Iterable[str], *, rate: float = 0.15) -> None:
        self._rate = rate
        self._by_sound: dict[str, Counter[str]] = defaultdict(Counter)
        for text in texts:
            for word in map(_plain, text.split()):
                self._by_sound[sound(word)][word] += 1

    def __call__(self, text: str) -> str:
        """The text with errors; the same text gives the same ones."""
        chance = random.Random(zlib.crc32(text.encode()))
        out: list[str] = []
        for word in text.split():
            kind = chance.choices(_KINDS, SHARES)[0] if chance.random() < self._rate else "right"
            if kind != "left out":
                out.append(self._other(word, chance) if kind == "other" else word)
            if kind == "too many":
                out.append(chance.choice(_EXTRA))
        return " ".join(out)

    def _other(self, word: str, chance: random.Random) -> str:
        plain = _plain(word)
        alike = {w: n for w, n in self._by_sound.get(sound(plain), {}).items() if w and w != plain}
        if not alike:
            return chance.choice(_EXTRA)
        return chance.choices(list(alike), list(alike.values()))[0]


def with_errors(texts: Sequence[str], *, rate: float = 0.15) -> list[str]:
    """The texts with `rate` errors a word, wrong words being words of the texts."""
    noise = Noise(texts, rate=rate)
    return [noise(text) for text in texts]


def _plain(word: str) -> str:
    return word.lower().strip('.,?!;:"')
