"""Words in numbers: rows of length 1 that depend on their own text alone, like words alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.topic_words import N_HASHED, counted, rarity, weighted

TEXTS = ["Where is my refund?", "", "my refunds", "where is it", "Wo ist die Überweisung?"]


def test_rows_have_length_one_and_are_like_where_words_are() -> None:
    counts = counted(TEXTS)
    rows = weighted(counts, rarity(counts)).toarray()
    assert rows.shape == (5, N_HASHED)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 1, 1, 1], abs=1e-5)
    assert rows[0] @ rows[2] > 0.3 > rows[0] @ rows[4]


def test_what_every_text_has_says_nothing() -> None:
    counts = counted(["the card", "the fee", "the rate"])
    rare = rarity(counts)
    assert rare[counted(["the"]).indices] == pytest.approx(0, abs=1e-6)
    assert not weighted(counted(["the"]), rare).toarray().any()
    assert (rare[counted(["fee"]).indices] > 0.3).all()


@given(st.lists(st.text(), min_size=1, max_size=6))
def test_no_row_depends_on_the_others(texts: list[str]) -> None:
    rare = rarity(counted(TEXTS))
    together = weighted(counted(texts), rare).toarray()
    for row, text in zip(together, texts, strict=True):
        assert np.array_equal(weighted(counted([text]), rare).toarray()[0], row)
