"""Word error rate after Whisper's own normaliser, with an interval from resampled utterances.

The whole of a side is normalised and aligned at once (a number that is spelt over two utterances
is one word to the normaliser), and each error is then charged to the utterance it fell in.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import jiwer
import numpy as np
from numpy.typing import NDArray

INVENTED = re.compile(r"\b(on ?words?|think ?engines?|wild ?fires?|voyagers?)\b")
"""Product names in speech/telephone that nobody outside that project could know."""

_ANNOTATION = re.compile(r"<[^>]*>|\[[^\]]*\]|\{[^}]*\}")
STAND_IN = "productname"
"""Stands in the place of `INVENTED` ones where they aren't counted."""

_RESAMPLES = 2000
_SEED = 20260914


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One side of one recording: what was truly said, utterance by utterance, and what was heard.

    `groups` are the tables' rows that it counts in; `names_uncounted` leaves out `INVENTED` ones.
    """

    name: str
    utterances: tuple[str, ...]
    heard: str
    language: str = "en"
    groups: tuple[str, ...] = ()
    names_uncounted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Errors of one side by utterance, and their kinds.

    `words` and `errors` have shape [n_utterances]; `slips` names what was heard for what.
    """

    words: NDArray[np.int64]
    errors: NDArray[np.int64]
    substituted: int
    deleted: int
    inserted: int
    slips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WordErrorRate:
    """A pooled rate in per cent, its 95 % bootstrap interval, and what it is made of."""

    name: str
    rate: float
    low: float
    high: float
    words: int
    substituted: int
    deleted: int
    inserted: int
    slips: tuple[str, ...] = field(default=(), repr=False)


def errors_of(said: Said) -> Errors:
    """Align one side and charge its errors to its utterances."""
    wanted, heard, edges = aligned_texts(said)
    out = jiwer.process_words(" ".join(wanted), " ".join(heard)) if wanted else None
    words = np.diff(edges)
    if out is None:
        spurious = np.array([len(heard)] + [0] * (len(words) - 1))
        return Errors(words=words, errors=spurious, substituted=0, deleted=0, inserted=len(heard))
    owner = np.repeat(np.arange(len(words)), words)
    names = [i for i, word in enumerate(wanted) if word == STAND_IN]
    counted, errors = words.copy(), np.zeros_like(words)
    np.subtract.at(counted, owner[names], 1)
    kinds = {"substitute": 0, "delete": 0, "insert": 0}
    slips: list[str] = []
    for chunk in out.alignments[0]:
        if chunk.type == "equal":
            continue
        charged = list(_charged(chunk, names))
        kinds[chunk.type] += len(charged)
        np.add.at(errors, owner[[min(i, len(owner) - 1) for i in charged]], 1)
        if charged:
            was = " ".join(wanted[chunk.ref_start_idx : chunk.ref_end_idx])
            got = " ".join(heard[chunk.hyp_start_idx : chunk.hyp_end_idx])
            slips.append(f"{was or '·'} -> {got or '·'}")
    return Errors(
        words=counted,
        errors=errors,
        substituted=kinds["substitute"],
        deleted=kinds["delete"],
        inserted=kinds["insert"],
        slips=tuple(slips),
    )


def rate(name: str, sides: Sequence[Errors]) -> WordErrorRate:
    """The pooled rate of some sides; utterances are drawn with replacement for the interval."""
    words = np.concatenate([side.words for side in sides])
    errors = np.concatenate([side.errors for side in sides])
    draws = np.random.default_rng(_SEED).integers(len(words), size=(_RESAMPLES, len(words)))
    resampled = 100 * errors[draws].sum(axis=1) / np.maximum(words[draws].sum(axis=1), 1)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return WordErrorRate(
        name=name,
        rate=100 * float(errors.sum()) / max(int(words.sum()), 1),
        low=float(low),
        high=float(high),
        words=int(words.sum()),
        substituted=sum(side.substituted for side in sides),
        deleted=sum(side.deleted for side in sides),
        inserted=sum(side.inserted for side in sides),
        slips=tuple(slip for side in sides for slip in side.slips),
    )


def rates(sides: Sequence[Said], *, whole: str) -> list[WordErrorRate]:
    """The rate of all sides together, then of each group that they name."""
    measured = [(side, errors_of(side)) for side in sides]
    names = sorted({group for side in sides for group in side.groups})
    found = [rate(whole, [errors for _, errors in measured])] if measured else []
    return found + [
        rate(f"{whole}: {name}", [errors for side, errors in measured if name in side.groups])
        for name in names
    ]


def normalised(text: str, language: str = "en") -> str:
    """The text without annotations, as Whisper's normaliser for its language leaves it."""
    return _normaliser(language == "en")(_ANNOTATION.sub("", text))


@lru_cache
def _normaliser(english: bool) -> Callable[[str], str]:
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

    made: Callable[[str], str] = EnglishTextNormalizer() if english else BasicTextNormalizer()
    return made


def aligned_texts(said: Said) -> tuple[list[str], list[str], NDArray[np.int64]]:
    """Words said and heard, and the index at which each utterance begins, with the end."""
    wanted = plain_words(" ".join(said.utterances), said)
    edges = [
        len(plain_words(" ".join(said.utterances[:n]), said))
        for n in range(len(said.utterances) + 1)
    ]
    edges[-1] = len(wanted)
    return wanted, plain_words(said.heard, said), np.minimum.accumulate(edges[::-1])[::-1]


def plain_words(text: str, said: Said) -> list[str]:
    """A text's words as the side's are compared."""
    plain = normalised(text, said.language)
    return (INVENTED.sub(STAND_IN, plain) if said.names_uncounted else plain).split()


def _charged(chunk: jiwer.AlignmentChunk, names: Sequence[int]) -> range | list[int]:
    """Indices of the words said that the chunk's errors count for; invented names count for none.

    A name that was heard as two words makes one insertion beside it: that one isn't counted.
    """
    if chunk.type == "insert":
        at, n = chunk.ref_start_idx, chunk.hyp_end_idx - chunk.hyp_start_idx
        beside = any(i in names for i in (at - 1, at))
        return [at] * (n - beside)
    return [i for i in range(chunk.ref_start_idx, chunk.ref_end_idx) if i not in names]
