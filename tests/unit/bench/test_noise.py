"""Word errors put in on purpose: as many as asked for, the same each time, of words alike."""

import jiwer
import pytest

from bench.noise import Noise, sound, with_errors

TEXTS = [
    f"i called about the bill of {month} and nobody could tell me why the phone was so dear"
    for month in ("january", "february", "march", "april", "may", "june", "july", "august")
] * 40


def test_about_as_many_errors_as_asked_for() -> None:
    texts = [f"{text} {i}" for i, text in enumerate(TEXTS)]
    assert jiwer.wer(texts, with_errors(texts)) == pytest.approx(0.15, abs=0.02)
    assert with_errors(texts, rate=0) == texts


def test_the_same_text_has_the_same_errors_whatever_is_beside_it() -> None:
    noise = Noise(TEXTS, rate=0.5)
    assert noise(TEXTS[0]) == noise(TEXTS[0]) != TEXTS[0]
    assert Noise([], rate=0.5)("") == ""


def test_words_that_sound_alike_have_one_key() -> None:
    assert sound("phone") == sound("fan") and sound("bill") == sound("pill")
    assert sound("bill") != sound("cat")
