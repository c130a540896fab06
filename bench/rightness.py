"""Which of the words heard are right, by the alignment that word error rates are counted on."""

from collections.abc import Sequence

import jiwer
import numpy as np

from bench.words import STAND_IN, Said, aligned_texts, plain_words


def rightness(said: Said, heard: Sequence[str]) -> list[bool | None]:
    """For each word heard on one side: right, wrong, or None where it doesn't count.

    A word counts as right if all that the normaliser makes of it stands in the reference; a number
    that is heard as several words is right or wrong as a whole. What the normaliser takes away
    ("um") and invented names don't count.

    Parameters
    ----------
    said : Said
        The side; its `heard` is the words joined by spaces.
    heard : sequence of str
        The words, shape [n_words].
    """
    wanted, tokens, _ = aligned_texts(said)
    verdicts = _verdicts(wanted, tokens)
    edges = [len(plain_words(" ".join(heard[:n]), said)) for n in range(len(heard) + 1)]
    edges[-1] = len(tokens)
    ends = np.minimum.accumulate(edges[::-1])[::-1].tolist()
    found: list[bool | None] = []
    for word, first, end in zip(heard, ends, ends[1:], strict=False):
        if not plain_words(word, said) or end == 0:
            found.append(None)
            continue
        own = verdicts[min(first, end - 1) : end]
        found.append(None if None in own else all(own))
    return found


def _verdicts(wanted: Sequence[str], heard: Sequence[str]) -> list[bool | None]:
    """The same for the normaliser's words."""
    if not wanted or not heard:
        return [False] * len(heard)
    verdicts: list[bool | None] = [False] * len(heard)
    for chunk in jiwer.process_words(" ".join(wanted), " ".join(heard)).alignments[0]:
        at, first = chunk.hyp_start_idx, chunk.ref_start_idx
        if chunk.type == "equal":
            verdicts[at : chunk.hyp_end_idx] = [True] * (chunk.hyp_end_idx - at)
        elif chunk.type == "insert" and STAND_IN in wanted[max(first - 1, 0) : first + 1]:
            verdicts[at] = None  # the other half of a name heard as two words
        for i in range(chunk.ref_end_idx - first):
            if wanted[first + i] == STAND_IN and at + i < chunk.hyp_end_idx:
                verdicts[at + i] = None
    return verdicts
