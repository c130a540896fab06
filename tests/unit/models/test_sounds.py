"""What sounds alike is near, whatever its spelling and its spaces."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sounds import distance, families, letters, sounds, weight

TEXT = st.text("abcdefghijklmnopqrstuvwxyz '-éñж", max_size=20)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("on word", "Onword"),
        ("phone", "fone"),
        ("Harbor", "Harbour"),
        ("night", "nite"),
        ("José", "jose"),
        ("Kneebone", "nee bone"),
    ],
)
def test_spellings_of_one_sound_are_the_same(heard: str, meant: str) -> None:
    assert sounds(heard).rstrip("e") == sounds(meant).rstrip("e")


@pytest.mark.parametrize(
    ("near", "far", "meant"),
    [
        ("onward", "forward", "Onword"),
        ("think in June", "thank you", "ThinkEngine"),
        ("while fire", "the fire", "Wildfire"),
        ("Reid", "Road", "Reed"),
        ("fan", "ran", "van"),
    ],
)
def test_what_is_misheard_is_nearer_than_what_is_not(near: str, far: str, meant: str) -> None:
    assert distance(sounds(near), sounds(meant)) < distance(sounds(far), sounds(meant))


@given(TEXT, TEXT)
def test_distance_is_nothing_to_itself_and_the_same_both_ways(one: str, other: str) -> None:
    a, b = sounds(one), sounds(other)
    assert distance(a, a) == 0
    assert distance(a, b) == pytest.approx(distance(b, a))
    assert distance(a, b) <= weight(a) + weight(b) + 1e-9


@given(TEXT, TEXT, st.floats(0, 12))
def test_a_distance_over_the_most_is_infinite_and_consonants_of_a_family_bound_it(
    one: str, other: str, most: float
) -> None:
    a, b = sounds(one), sounds(other)
    whole = distance(a, b)
    assert distance(a, b, most=most) == (whole if whole <= most else math.inf)
    more = [x - y for x, y in zip(families(a), families(b), strict=True)]
    assert whole >= sum(x for x in more if x > 0) - 1e-9
    assert whole >= abs(weight(a) - weight(b)) - 1e-9


@given(TEXT)
def test_letters_are_lower_case_and_nothing_else(text: str) -> None:
    assert letters(letters(text)) == letters(text)
    assert all(c.isalnum() for c in letters(text))
