"""A site's words are suggested where something sounds like them, taken where the model agrees."""

import math
import random
from collections.abc import Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from whisper.tokenizer import get_tokenizer

from models.vocabulary import Suggestion, Vocabulary
from models.whisper_greedy import Decoded, Row
from models.whisper_second_look import LookingRow
from pipeline.errors import ModelError

TOKENIZER = get_tokenizer(multilingual=True)
NAMES = ("Onword", "ThinkEngine", "Wildfire", "Harbour Home", "Reed")

START, LANGUAGE, END, SIZE = 90, 91, 15, 16


def suggested(text: str, names: Sequence[str] = NAMES) -> list[tuple[str, str]]:
    """What was heard, and what is suggested for it."""
    tokens = TOKENIZER.encode(text)
    return [
        (TOKENIZER.decode(tokens[one.start : one.end]), TOKENIZER.decode(list(one.tokens)))
        for one in Vocabulary(names, TOKENIZER).suggestions(tokens)
    ]


@pytest.mark.parametrize(
    ("text", "heard", "name"),
    [
        (" Our product is called onward.", " onward", " Onword"),
        (" Just a second. Thank you, engine.", " Thank you, engine", " ThinkEngine"),
        (" I want to work at Think in June", " Think in June", " ThinkEngine"),
        (" While fire is a company.", " While fire", " Wildfire"),
        (" for calling Harderhome. My name", " Harderhome", " Harbour Home"),
        (" This is Kevin Reid's card", " Reid", " Reed"),
    ],
)
def test_what_sounds_like_a_name_may_be_it_punctuation_stays_outside(
    text: str, heard: str, name: str
) -> None:
    assert (heard, name) in suggested(text)


@pytest.mark.parametrize(
    "text",
    [" the wildfire, two wildfires", " Think Engine", " Harbour home, Peter", "", " ... ", " Bye."],
)
def test_names_that_were_heard_and_words_unlike_any_name_stay(text: str) -> None:
    assert suggested(text) == []


def test_suggestions_come_from_the_last_place_to_the_first() -> None:
    tokens = TOKENIZER.encode(" onward and onward to think in June, Kevin Reid")
    found = Vocabulary(NAMES, TOKENIZER).suggestions(tokens)
    assert len(found) >= 4
    assert [one.start for one in found] == sorted((one.start for one in found), reverse=True)
    assert all(one.bonus >= 0 and one.start < one.end <= len(tokens) for one in found)


def test_phrases_without_a_sound_are_no_trouble() -> None:
    assert suggested(" Hello there", ["H", "h-h"]) == []


def test_the_order_of_a_vocabulary_is_nothing() -> None:
    text = " onward and think in June"
    assert suggested(text) == suggested(text, NAMES[::-1])


class Suggests(Vocabulary):
    """Suggests what the test says."""

    def __init__(self, suggestions: Sequence[Suggestion]) -> None:
        self._given = list(suggestions)

    def suggestions(self, tokens: Sequence[int]) -> list[Suggestion]:
        fitting = [one for one in self._given if one.end <= len(tokens)]
        return sorted(fitting, key=lambda one: (-one.start, -one.bonus))


def log_probs(fed: Sequence[int], seed: int) -> list[float]:
    """A model of sixteen tokens, the last one the end, that depends on all that it was fed."""
    draw = random.Random(repr((list(fed), seed)))
    raw = [draw.gauss(0, 2) for _ in range(SIZE)]
    raw[END] += 0.3 * len(fed) - 4
    total = math.log(sum(math.exp(x) for x in raw))
    return [x - total for x in raw]


def decode(row: Row, seed: int) -> Decoded:
    """Run a row as the decoder does: what is fed is written at the slot's place."""
    cache: list[int] = []
    while not row.ended:
        cache.append(row.next())
        if row.started:
            row.prompt([LANGUAGE], 0.0)
        elif row.speaks:
            found = log_probs(cache, seed)
            likeliest = max(range(SIZE if row.spoken else END), key=found.__getitem__)
            wanted = row.wanted if isinstance(row, LookingRow) else None
            token = likeliest if wanted is None else wanted
            seen = torch.full((1, 4), float(len(cache)))
            row.note(token, found[token], seen, end=END)
        if isinstance(row, LookingRow) and row.wound_back_to is not None:
            del cache[row.wound_back_to :]
            row.wound_back_to = None
    return row.decoded()


def looked(suggestions: Sequence[Suggestion], seed: int, limit: int) -> Decoded:
    words = Suggests(suggestions)
    return decode(LookingRow(number=0, limit=limit, start=START, vocabulary=words), seed)


SUGGESTIONS = st.lists(
    st.builds(
        lambda start, length, tokens, bonus: Suggestion(
            start=start, end=start + length, tokens=tuple(tokens), bonus=bonus
        ),
        st.integers(0, 12),
        st.integers(1, 3),
        st.lists(st.integers(0, END - 1), min_size=1, max_size=4),
        st.floats(0, 30),
    ),
    max_size=5,
)


@given(SUGGESTIONS, st.integers(0, 10_000), st.integers(1, 30))
def test_the_probabilities_told_are_those_of_the_words_told(
    suggestions: list[Suggestion], seed: int, limit: int
) -> None:
    out = looked(suggestions, seed, limit)
    assert len(out.tokens) == len(out.log_probs) <= limit
    assert len(out.attention) == len(out.tokens) + 1
    for at, (token, told) in enumerate(zip(out.tokens, out.log_probs, strict=True)):
        fed = [START, LANGUAGE, *out.tokens[:at]]
        assert told == pytest.approx(log_probs(fed, seed)[token])
        assert out.attention[at, 0, 0] == len(fed)


@given(SUGGESTIONS, st.integers(0, 10_000), st.integers(1, 30))
def test_without_bonus_or_suggestion_the_likelier_stays(
    suggestions: list[Suggestion], seed: int, limit: int
) -> None:
    plain = decode(Row(number=0, limit=limit, start=START), seed)
    assert looked([], seed, limit).tokens == plain.tokens
    hopeless = [
        Suggestion(start=one.start, end=one.end, tokens=one.tokens, bonus=-100.0)
        for one in suggestions
    ]
    assert looked(hopeless, seed, limit).log_probs == plain.log_probs


@given(st.integers(0, 10_000), st.lists(st.integers(0, END - 1), min_size=1, max_size=4))
def test_a_bonus_that_is_great_enough_puts_the_phrase_in(seed: int, phrase: list[int]) -> None:
    plain = decode(Row(number=0, limit=30, start=START), seed)
    if plain.repeated or len(plain.tokens) > 25:
        return
    sure = Suggestion(start=0, end=1, tokens=tuple(phrase), bonus=1000.0)
    assert looked([sure], seed, 30).tokens == (*phrase, *plain.tokens[1:])


@pytest.mark.parametrize("phrase", ["Disney+", "C#", "24/7 Care"])
def test_a_phrase_with_a_sign_that_is_never_written_is_refused_not_ignored(phrase: str) -> None:
    with pytest.raises(ModelError, match="never written") as caught:
        Vocabulary(["Onword", phrase], TOKENIZER)
    assert phrase in caught.value.problem


def test_a_vocabulary_without_a_sound_suggests_nothing() -> None:
    assert Vocabulary(["H"], TOKENIZER).suggestions(TOKENIZER.encode(" hello")) == []
