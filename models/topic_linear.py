"""Multinomial logistic regression on dense and sparse columns at once, by L-BFGS."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import fmin_l_bfgs_b
from scipy.sparse import csr_matrix

from pipeline.ports import Matrix

Labels = NDArray[np.intp]

PENALTY = 0.03
"""Half of the squared weights times this beside the summed error of the examples."""

STEPS = 60


def linear(
    rich: Matrix, words: csr_matrix, owner: Labels, n_topics: int, start: Matrix | None = None
) -> Matrix:
    """Weights [n_in + n_words + 1, n_topics]: of `rich` [n, n_in], of `words` [n, n_words], and
    last the biases. `start` are weights to begin with, which save steps.
    """
    n, n_in, n_all = len(owner), rich.shape[1], rich.shape[1] + words.shape[1] + 1
    turned = words.T.tocsr()
    places = np.arange(n)

    def error(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(n_all, n_topics).astype(np.float32)
        logits = logits_of(rich, words, weights)
        logits -= logits.max(axis=1, keepdims=True)
        right = logits[places, owner]
        share = np.exp(logits, out=logits)
        sums = share.sum(axis=1)
        share /= sums[:, None]
        share[places, owner] -= 1
        share /= n
        slope = weights * np.float32(PENALTY / n)
        slope[-1] = share.sum(axis=0)
        slope[:n_in] += rich.T @ share
        slope[n_in:-1] += turned @ share
        size = float((weights[:-1].astype(np.float64) ** 2).sum())
        told = float((np.log(sums) - right).mean(dtype=np.float64)) + PENALTY / 2 / n * size
        return told, slope.ravel().astype(np.float64)

    begin = np.zeros((n_all, n_topics)) if start is None else start
    steps = STEPS if start is None else STEPS // 2
    found = fmin_l_bfgs_b(error, begin.ravel().astype(np.float64), maxiter=steps)[0]
    return np.asarray(found.reshape(n_all, n_topics), dtype=np.float32)


def logits_of(rich: Matrix, words: csr_matrix, weights: Matrix) -> Matrix:
    """Shape [n, n_topics]."""
    n_in = rich.shape[1]
    return np.asarray(rich @ weights[:n_in] + words @ weights[n_in:-1] + weights[-1], np.float32)
