"""Loops are speech for a while, then they are stopped, and said once."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.whisper_greedy import Row
from models.whisper_limits import MAX_REPEATS, loop_length

END = 999
SEEN = torch.zeros(2, 5)


def decode(tokens: list[int], *, limit: int = 200):
    row = Row(number=0, limit=limit, start=998)
    for token in tokens:
        if row.ended:
            break
        row.note(token, -0.5, SEEN, end=END)
    return row.decoded()


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=6),
    st.lists(st.integers(10, 40), max_size=9, unique=True),
)
def test_a_group_said_again_and_again_is_kept_once_with_what_came_before(
    group: list[int], before: list[int]
) -> None:
    out = decode([*before, *group * (MAX_REPEATS + 3), END])
    assert out.repeated
    assert len(out.tokens) <= len(before) + len(group)
    assert list(out.tokens[: len(before)]) == before


@given(st.lists(st.integers(0, 1000), max_size=100, unique=True))
def test_words_that_do_not_repeat_are_never_cut(tokens: list[int]) -> None:
    speech = [t for t in tokens if t != END]
    out = decode([*speech, END])
    assert out.tokens == tuple(speech)
    assert not out.repeated


def test_a_window_is_decoded_twice_in_one_slot_and_gives_both() -> None:
    """The second prompt is known: nothing is asked of the audio a second time."""
    row = Row(number=7, limit=5, start=998)
    row.next()
    assert row.started
    row.prompt([990], 0.25)
    row.next()
    for token in (1, 2, END):
        row.note(token, -0.5, SEEN, end=END)
    second = row.over([998, 990, 991])
    fed = [second.next() for _ in range(3)]
    assert fed == [998, 990, 991] and second.speaks and not second.started
    for token in range(10, 20):
        if not second.ended:
            second.note(token, -1.0, SEEN, end=END)
    out = second.decoded()
    assert (second.number, out.tokens, out.no_speech_prob) == (7, (1, 2), 0.25)
    assert out.second is not None
    assert out.second.tokens == (10, 11, 12, 13, 14)
    assert out.second.log_probs == (-1.0,) * 5


def test_saying_something_thrice_is_speech() -> None:
    no = [7] * (MAX_REPEATS - 1)
    out = decode([*no, END])
    assert out.tokens == tuple(no)
    assert not out.repeated


@pytest.mark.parametrize("tokens", [[1, 2, 3, END], [1, 2, 3], [4] * 20])
def test_every_token_has_a_probability_and_attention_and_the_end_has_attention(
    tokens: list[int],
) -> None:
    out = decode(tokens, limit=3 if END not in tokens else 200)
    assert len(out.log_probs) == len(out.tokens)
    assert out.attention.shape == (len(out.tokens) + 1, *SEEN.shape)


def test_a_row_ends_at_its_limit() -> None:
    assert decode(list(range(50)), limit=10).tokens == tuple(range(10))


@given(st.lists(st.integers(0, 3), max_size=60))
def test_the_loop_found_is_the_shortest_group_at_the_end(tokens: list[int]) -> None:
    n = loop_length(tokens)
    tails = [
        k
        for k in range(1, 13)
        if len(tokens) >= k * MAX_REPEATS
        and tokens[-k * MAX_REPEATS :] == tokens[-k:] * MAX_REPEATS
    ]
    assert n == min(tails, default=0)
