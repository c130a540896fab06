"""A text's words in numbers, beside the encoder's rows: hashed words and parts of words.

A wrong word bends the encoder's view of the whole sentence, but only its own columns here; and a
word that is half right ("transferred" for "transfer") keeps most of its parts.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.ports import Matrix

N_HASHED = 4096
"""Columns; different parts may share one."""

_LENGTHS = (3, 4)
"""Letters of a part; a word's edges count as letters."""

_WORD = re.compile(r"[\w']+")


def counted(texts: Sequence[str]) -> csr_matrix:
    """How often each part is in each text, shape [n, N_HASHED]: 1 + log of it."""
    columns: list[int] = []
    numbers: list[float] = []
    starts = [0]
    for text in texts:
        found = Counter(zlib.crc32(part.encode()) % N_HASHED for part in _parts(text))
        columns += sorted(found)
        numbers += [1 + np.log(found[column]) for column in sorted(found)]
        starts.append(len(columns))
    return csr_matrix(
        (np.array(numbers, dtype=np.float32), columns, starts), shape=(len(texts), N_HASHED)
    )


def rarity(counts: csr_matrix) -> Matrix:
    """What each column says, shape [N_HASHED]: the more, the fewer of the texts have it."""
    having = np.bincount(counts.indices, minlength=N_HASHED)
    return np.log((1 + counts.shape[0]) / (1 + having)).astype(np.float32)


def weighted(counts: csr_matrix, rare: Matrix) -> csr_matrix:
    """Rows of length 1 by tf-idf, shape [n, N_HASHED]. No row depends on the others."""
    made = counts.copy()
    made.data *= rare[made.indices]
    lengths = np.sqrt(np.add.reduceat(np.append(made.data, 0) ** 2, made.indptr[:-1]))
    lengths[np.diff(made.indptr) == 0] = 1
    made.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(made.indptr))
    return made


def _parts(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [
        *(f"={word}" for word in words),
        *(
            f"<{word}>"[i : i + n]
            for word in words
            for n in _LENGTHS
            for i in range(len(word) + 3 - n)
        ),
    ]
