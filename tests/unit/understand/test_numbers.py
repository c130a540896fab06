import pytest
from saidwords import words

from pipeline.understand.numbers import numbers_in

READ = [
    ("four one one one", ["4", "1", "1", "1"]),
    ("double five", ["55"]),
    ("triple six nine", ["666", "9"]),
    ("Double oh seven", ["00", "7"]),
    ("oh seven seven double oh nine hundred", ["0", "7", "7", "00", "900"]),
    ("forty two seventy one", ["42", "71"]),
    ("forty-two SEVENTY-ONE", ["42", "71"]),
    ("four thousand two hundred", ["4200"]),
    ("4 thousand two hundred and five", ["4205"]),
    ("nineteen ninety nine", ["19", "99"]),
    ("one hundred and five", ["105"]),
    ("two million three hundred thousand and five", ["2300005"]),
    ("a hundred", ["100"]),
    ("nought zero nil", ["0", "0", "0"]),
    ("4111-1111-1111-1111.", ["4111111111111111"]),
    ("(555) 123-4567", ["555", "1234567"]),
    ("+44 7700 900123", ["44", "7700", "900123"]),
    ("٤١١١ ４２", ["4111", "42"]),
    ("double 5", ["55"]),
]

NOT_READ = [
    "Oh no",
    "o dear",
    "double trouble",
    "wonderful",
    "to the shop for it",
    "ten-ish is not",
]


@pytest.mark.parametrize(("said", "digits"), READ)
def test_spoken_and_written_numbers_are_read_as_digits(said: str, digits: list[str]) -> None:
    assert [number.digits for number in numbers_in(words(said))] == digits


@pytest.mark.parametrize("said", NOT_READ[:-1])
def test_words_that_only_sound_like_numbers_are_none(said: str) -> None:
    assert numbers_in(words(said)) == []


@pytest.mark.parametrize(
    "said",
    ["£4,200.50", "10:30", "14th", "3pm", "20%", "12/03/2026", "45 minutes", "three digits",
     "six-digit code", "two hundred and fifty pounds", "5 items", "49.99"],
)  # fmt: skip
def test_a_number_that_counts_or_dates_something_is_a_quantity(said: str) -> None:
    assert all(number.quantity for number in numbers_in(words(said)))


def test_an_identifier_keeps_its_letters_and_is_no_plain_number() -> None:
    numbers = numbers_in(words("it is FC-1042 and ab12."))
    assert [(n.text, n.plain) for n in numbers] == [("FC1042", False), ("AB12", False)]


def test_a_number_knows_its_words() -> None:
    (number,) = numbers_in(words("I said four thousand two hundred exactly"))
    assert (number.first, number.last) == (2, 5)
