"""Word errors to train topics with: as many as meant, of words alike, the same each time."""

import jiwer
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.misheard import RATE, Misheard, spoken

TEXTS = [
    f"i called about the {state} transfer of {month} and nobody could tell me why it was so dear"
    for month in ("january", "february", "march", "april", "may", "june", "july", "august")
    for state in ("pending", "spending", "sending", "card", "cart", "check", "cheque", "failed")
] * 10


def test_about_as_many_errors_as_meant() -> None:
    texts = [f"{text} {i}" for i, text in enumerate(TEXTS)]
    made = [*map(Misheard(texts), texts)]
    assert jiwer.wer(texts, made) == pytest.approx(RATE, abs=0.02)
    assert made == [*map(Misheard(texts), texts)]


def test_most_wrong_words_sound_alike() -> None:
    assert spoken("cheque") == spoken("check") and spoken("pin") == spoken("bin")
    assert spoken("card") != spoken("fee")
    heard = Misheard(TEXTS)
    chance = np.random.default_rng(0)
    after = " ".join(heard(f"pending {n}") for n in chance.integers(10**6, size=400)).split()
    assert {"spending", "sending"} <= set(after)
    assert not {"february", "august"} & set(after)


@given(st.lists(st.text(), max_size=5), st.text())
def test_no_text_is_emptied_and_nothing_breaks(texts: list[str], text: str) -> None:
    made = Misheard(texts)(text)
    assert bool(made.split()) == bool(text.split())
