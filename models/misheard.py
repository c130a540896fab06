"""Examples with word errors, as a recogniser would hear them: topics are trained on these as well.

A word becomes one of the examples' own that is spelt much as it sounds, is broken, left out, or
gets company. What sounds alike is found by parts of words, so that "pending" may become "spending".
"""

import random
import re
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np

RATE = 0.15
"""Errors a word."""

_KINDS, _SHARES = ("other", "left out", "broken", "company"), (11, 5, 2, 2)
_NEAREST = 6
"""Words that one may become; the likelier, the more alike and the oftener said."""

_STEEPNESS = 3
_COMMON = 40
"""So many of the words said most often may come in beside another."""

_WIDTH = 1024
_KNOWN = 10_000
"""Of more different words the rare ones become no other and are left out instead."""

_BROKEN_FROM = 5
"""Letters of the shortest word that is broken."""

_SPELT = (
    ("tch", "x"), ("dge", "x"), ("ph", "f"), ("ck", "k"), ("gh", ""), ("kn", "n"), ("wr", "r"),
    ("sh", "x"), ("ch", "x"), ("th", "0"), ("wh", "w"), ("qu", "kw"), ("ce", "se"), ("ci", "si"),
    ("cy", "sy"), ("c", "k"), ("ee", "i"), ("ea", "i"), ("oo", "u"), ("ou", "u"), ("ai", "e"),
    ("ay", "e"), ("ow", "o"), ("oa", "o"),
)  # fmt: skip
_LIKE = str.maketrans("bvdzgqmjwyeo", "pftskknxuiiu")
"""Sounds that the telephone blurs."""


def spoken(word: str) -> str:
    """Roughly how a word sounds, a letter a sound.

    >>> spoken("cheque") == spoken("check"), spoken("pin") == spoken("bin"), spoken("card")
    (True, True, 'kart')
    """
    plain = "".join(letter for letter in word.lower() if letter.isalnum())
    if plain.endswith("que"):
        plain = plain[:-3] + "k"
    for letters, sound in _SPELT:
        plain = plain.replace(letters, sound)
    if len(plain) > 2 and plain.endswith("e"):
        plain = plain[:-1]
    return re.sub(r"(.)\1+", r"\1", plain.translate(_LIKE))


class Misheard:
    """Puts word errors into texts.

    Parameters
    ----------
    texts : Sequence[str]
        Wrong words are words of these.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        counts = Counter(word for text in texts for word in map(_bare, text.split()) if word)
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        self._common, self._words = ranked[:_COMMON], ranked[:_KNOWN]
        self._place = {word: i for i, word in enumerate(self._words)}
        self._often = np.sqrt([counts[word] for word in self._words])
        self._sounds = np.zeros((len(self._words), _WIDTH), dtype=np.float32)
        for row, word in zip(self._sounds, self._words, strict=True):
            for part in _parts(word):
                row[zlib.crc32(part.encode()) % _WIDTH] += 1
        self._sounds /= np.maximum(np.linalg.norm(self._sounds, axis=1, keepdims=True), 1)
        self._others: dict[str, tuple[list[str], list[float]]] = {}

    def __call__(self, text: str) -> str:
        """The text with errors; the same text gives the same ones. One of no words is as before."""
        chance = random.Random(zlib.crc32(b"misheard " + text.encode()))
        heard: list[str] = []
        for word in text.split():
            kind = chance.choices(_KINDS, _SHARES)[0] if chance.random() < RATE else "right"
            if kind == "other":
                heard += self._other(_bare(word), chance)
            elif kind == "broken":
                heard += _broken(_bare(word), chance)
            elif kind != "left out":
                heard.append(word)
            if kind == "company" and self._common:
                heard.append(chance.choice(self._common))
        return " ".join(heard) or text

    def _other(self, word: str, chance: random.Random) -> list[str]:
        if word not in self._place or len(self._words) < 2:
            return []
        if word not in self._others:
            place = self._place[word]
            like = self._sounds @ self._sounds[place]
            like[place] = -1
            nearest = np.argsort(-like, kind="stable")[: min(_NEAREST, len(like) - 1)]
            weight = np.maximum(like[nearest], 0.01) ** _STEEPNESS * self._often[nearest]
            self._others[word] = [self._words[i] for i in nearest], weight.tolist()
        return chance.choices(*self._others[word])


def _parts(word: str) -> list[str]:
    """Twos and threes of a word's sounds, and twos of its consonants."""
    whole = f"<{spoken(word)}>"
    bones = "<" + re.sub("[aiuh]", "", whole[1:-1]) + ">"
    return [
        *(whole[i : i + n] for n in (2, 3) for i in range(len(whole) + 1 - n)),
        *("_" + bones[i : i + 2] for i in range(len(bones) - 1)),
    ]


def _broken(word: str, chance: random.Random) -> list[str]:
    if len(word) < _BROKEN_FROM:
        return []
    at = chance.randint(2, len(word) - 2)
    return chance.choice(([word[:at]], [word[:at], word[at:]], [word[at:]]))


def _bare(word: str) -> str:
    return word.lower().strip('.,?!;:"()')
