"""English words that say numbers, and sets of words to look up."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set to look words up in."""
    return frozenset(text.split())


DIGITS = {
    "zero": "0", "nought": "0", "naught": "0", "nil": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9",
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
OH = frozenset({"oh", "o"})
"""Zero beside another spoken number, a sigh elsewhere: in `07700` Whisper writes it itself."""

SOUND_LIKE = {"for": "4", "to": "2", "too": "2", "ate": "8", "won": "1"}
"""What Whisper writes for a digit amid digits: "nine two three for nine"."""

UNITS = word_set(
    "digit digits character characters letter letters second seconds minute minutes hour hours day "
    "days week weeks month months year years times pound pounds quid dollar dollars bucks euro "
    "euros cent cents pence percent degrees miles kilometers kilometres meters metres feet inches "
    "kg kilos kilo € £ $ eur gbp usd zł złotych rupees francs ounces inch litres liters "
    "items item boxes pieces people persons o'clock am pm a.m p.m megabits gigabytes gb mb "
    "january february march april may june july august september october november december"
)
"""A number before one of these counts something."""
