"""Tokens with attention become words with times: inside the window, never back, nothing lost."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from whisper.tokenizer import Tokenizer, get_tokenizer

from models.whisper_greedy import Decoded
from models.word_times import n_frames, token_starts_s
from models.word_times import words as words_of
from pipeline.ports import SAMPLE_RATE_HZ
from pipeline.types import Word

TEXTS = [
    " Good morning, Harbour Home.",
    " It's 8:15 a.m. on the check-out page, isn't it?",
    ' He said "no" ... and 4,500.50 pounds!',
    " Señora, ¿cuánto cuesta?",
    " Здравствуйте, это доставка.",
]


def tokenizer(language: str = "en") -> Tokenizer:
    return get_tokenizer(True, num_languages=99, language=language, task="transcribe")


def decoded(text: str, frames: list[int] | None = None, language: str = "en") -> Decoded:
    """Each token, and the end, looks at one frame; by default ten frames further each time."""
    tokens = tokenizer(language).encode(text)
    looked_at = frames or [10 * i for i in range(len(tokens) + 1)]
    attention = torch.full((len(tokens) + 1, 2, max(looked_at) + 20), 1e-4)
    for row, frame in zip(attention, looked_at, strict=True):
        row[:, max(frame - 2, 0) : frame + 3] = 1.0
    return Decoded(
        tokens=tuple(tokens),
        log_probs=(-0.1,) * len(tokens),
        attention=attention,
        mean_log_prob=-0.2,
        no_speech_prob=0.0,
        repeated=False,
    )


def timed_words(said: Decoded, chosen: Tokenizer, *, duration_s: float) -> tuple[Word, ...]:
    attention = said.attention.transpose(0, 1)[:, :, : n_frames(duration_s)]
    return words_of(
        said.tokens,
        chosen,
        log_probs=said.log_probs,
        starts_s=token_starts_s(attention) if said.tokens else (),
        samples=np.zeros(math.ceil(duration_s * SAMPLE_RATE_HZ), dtype=np.float32),
    )


@pytest.mark.parametrize("text", TEXTS)
def test_the_words_joined_are_the_text(text: str) -> None:
    words = timed_words(decoded(text), tokenizer(), duration_s=30)
    assert " ".join(word.text for word in words) == " ".join(text.split())


def test_a_number_or_word_with_a_mark_inside_is_one_word() -> None:
    words = timed_words(decoded(TEXTS[1]), tokenizer(), duration_s=30)
    assert {"8:15", "check-out", "It's"} <= {word.text for word in words}


def test_languages_without_spaces_are_cut_between_characters() -> None:
    zh = tokenizer("zh")
    words = timed_words(decoded("你好，世界", language="zh"), zh, duration_s=30)
    assert "".join(word.text for word in words) == "你好，世界"
    assert len(words) > 1


@settings(max_examples=40, deadline=None)  # the warping is compiled when first called
@given(st.sampled_from(TEXTS), st.data(), st.floats(0.1, 20))
def test_times_lie_in_the_window_and_never_go_back(
    text: str, data: st.DataObject, duration_s: float
) -> None:
    n = len(tokenizer().encode(text)) + 1
    frames = data.draw(st.lists(st.integers(0, 900), min_size=n, max_size=n))
    words = timed_words(decoded(text, frames), tokenizer(), duration_s=duration_s)
    times = [t for word in words for t in (word.start_s, word.end_s)]
    assert all(a <= b for a, b in pairwise(times))
    assert all(0 <= t <= duration_s + 0.001 for t in times)  # times are rounded to 1 ms
    assert all(0 <= word.confidence <= 1 for word in words)


def test_a_word_stands_where_its_tokens_looked() -> None:
    """A frame is 20 ms: the second word's token looks at frame 100 (2 s), 60 ms ahead."""
    words = timed_words(decoded(" yes please", [20, 100, 150]), tokenizer(), duration_s=10)
    assert words[1].start_s == pytest.approx(2.06, abs=0.15)
    assert words[1].end_s == pytest.approx(3.06, abs=0.15)


def test_no_tokens_are_no_words() -> None:
    nothing = Decoded(
        tokens=(),
        log_probs=(),
        attention=torch.zeros(1, 2, 20),
        mean_log_prob=-0.2,
        no_speech_prob=0.9,
        repeated=False,
    )
    assert timed_words(nothing, tokenizer(), duration_s=5) == ()
