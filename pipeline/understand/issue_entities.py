"""What tells one issue from another like it: the amount, the date, the product, the address.

They are read from the customer's redacted sentences by rules that would rather miss one than make
one up. Where nobody knows who spoke, all sentences are read. Numbers of orders and cases are kept
elsewhere, as hashes.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from pipeline.insights import IssueEntity
from pipeline.taxonomy.phrases import Phrases, any_of
from pipeline.types import Word
from pipeline.understand.number_words import word_set
from pipeline.understand.numbers import bare, numbers_in
from pipeline.understand.sentences import Sentence
from pipeline.understand.spoken_dates import day_and_month, exists, nearest_day
from pipeline.understand.when import days_ago

_SIGNS = {"£": "pounds", "$": "dollars", "€": "euros"}
_MONEY = {
    "pound": "pounds", "pounds": "pounds", "quid": "pounds", "gbp": "pounds", "euro": "euros",
    "euros": "euros", "eur": "euros", "dollar": "dollars", "dollars": "dollars", "usd": "dollars",
    "buck": "dollars", "bucks": "dollars", "pence": "pence", "cent": "cents", "cents": "cents",
}  # fmt: skip
_SIGNED = re.compile(r"([£$€])\s?(\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d+(?:\.\d\d?)?)(?![\d,]*\d)")

_LEAP_YEAR = 2024
"""A day that it has may be one of any year."""

_ADDRESSES = (
    ("delivery", re.compile(r"\b(?:delivery|shipping) address\b|\baddress\b.{0,20}\bdeliver")),
    ("billing", re.compile(r"\bbilling address\b")),
    ("e-mail", re.compile(r"\be-?mail address\b")),
    ("postal", re.compile(r"\b(?:postal|mailing|home|street|correspondence) address\b")),
)

_THINGS = re.compile(
    r"\b(washing machine|dishwasher|tumble dryer|dryer|fridge freezer|fridge|freezer|oven|hob|"
    r"cooker|microwave|boiler|thermostat|smart meter|vacuum cleaner|kettle|toaster|television|"
    r"tv box|set top box|router|modem|broadband|sim card|tablet|laptop|printer|headphones|"
    r"debit card|credit card|mortgage|savings account|checking account|current account|sofa|"
    r"mattress|wardrobe|headset|smartwatch|camera|monitor)s?\b"
)
_OWNED = re.compile(r"\b(?:my|an?|new) ((?:[A-Z][\w-]*[ -]?){1,3}(?:\b\d[\w-]*)?)")
_MODEL = re.compile(r"\b([A-Z][A-Za-z]+ (?:[A-Z]{0,3}-?\d[\w-]{0,6}))\b")
"""A name and a number that follows it, as in "Galaxy S9"; months and the like are no products."""

_NO_PRODUCTS = word_set(
    "i monday tuesday wednesday thursday friday saturday sunday mr mrs ms dr english american "
    "british german french spanish christmas easter internet wi-fi wifi mum dad okay ok id pin "
    "at on in by no number page section line extension room flat apartment street case order "
    "reference invoice ticket version terminal flight gate group"
)


def issue_entities(
    said: Sequence[Sentence], *, phrases: Phrases, started_on: date | None, products: Sequence[str]
) -> tuple[IssueEntity, ...]:
    """The contact's entities in order, each kind and value once with the first quote.

    Parameters
    ----------
    said : Sequence[Sentence]
        The contact's sentences in English, redacted.
    started_on : date or None
        The contact's local date; without it dates keep no year.
    products : Sequence[str]
        The site's products as they shall be written.
    """
    sides = {sentence.quote.role for sentence in said}
    speaker = "customer" if "customer" in sides else "unknown"
    named = [(name, re.compile(rf"(?<!\w){re.escape(name.lower())}s?(?!\w)")) for name in products]
    found: dict[tuple[str, str], IssueEntity] = {}
    for sentence in said:
        if sentence.quote.role != speaker:
            continue
        told = [
            IssueEntity(kind="amount", value=v, quote=sentence.quote) for v in _amounts(sentence)
        ]
        when = _dates(sentence, phrases, started_on)
        told += [IssueEntity(kind="date", value=value, quote=sentence.quote) for value in when]
        things = _products(sentence, named, phrases)
        told += [IssueEntity(kind="product", value=v, quote=sentence.quote) for v in things]
        told += [
            IssueEntity(kind="address_kind", value=kind, quote=sentence.quote)
            for kind, pattern in _ADDRESSES
            if pattern.search(sentence.plain)
        ]
        for one in told:
            found.setdefault((one.kind, one.value.lower()), one)
    return tuple(found.values())


def _amounts(sentence: Sentence) -> Iterator[str]:
    """As "49.99 pounds": which dollars or pounds they are isn't said."""
    text = sentence.quote.text
    for match in _SIGNED.finditer(text):
        yield f"{_number(match[2])} {_SIGNS[match[1]]}"
    words = [Word(start_s=i, end_s=i + 1, text=t, confidence=1) for i, t in enumerate(text.split())]
    for number in numbers_in(words):
        after = bare(words[number.last + 1].text) if number.last + 1 < len(words) else ""
        written = " ".join(word.text for word in words[number.first : number.last + 1])
        if after in _MONEY and not any(sign in written for sign in _SIGNS):
            plain = bare(written)
            value = plain if re.fullmatch(r"[\d,]+\.\d\d?", plain) else number.digits
            yield f"{_number(value)} {_MONEY[after]}"


def _number(text: str) -> str:
    value = float(text.replace(",", ""))
    return f"{value:.0f}" if value.is_integer() else f"{value:.2f}"


@lru_cache(maxsize=4)
def _dated(days: tuple[str, ...], months: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Patterns of a day and its month, either first, by a language's words for both."""
    day = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th)?|{any_of(days)})"
    month = f"(?P<month>{any_of(months)})"
    return (
        re.compile(rf"\b{day}(?: of)? {month}\b"),
        re.compile(rf"(?<!i )\b{month} (?:the )?{day}\b(?! (?:pounds|dollars|euros|times)\b)"),
    )


def _dates(sentence: Sentence, phrases: Phrases, started_on: date | None) -> Iterator[str]:
    """ISO dates where the year is sure, else "14 March"."""
    text = sentence.plain
    patterns = _dated(tuple(phrases.ordinals), tuple(phrases.months))
    named = [match for pattern in patterns for match in pattern.finditer(text)]
    for match in named:
        day, month = day_and_month(match, phrases)
        value = nearest_day(day, month, started_on) if month and started_on else None
        if value:
            yield value.isoformat()
        elif month and exists(day, month, _LEAP_YEAR):
            yield f"{day} {match['month'].capitalize()}"
    bounds = days_ago(text, phrases=phrases, started_on=started_on)
    if not named and started_on and bounds and bounds[0] == bounds[1]:
        yield (started_on - timedelta(days=bounds[0])).isoformat()


def _products(
    sentence: Sentence, named: Sequence[tuple[str, re.Pattern[str]]], phrases: Phrases
) -> Iterator[str]:
    """The site's own, things of everybody, and what is written like a name behind "my" or "a"."""
    for name, pattern in named:
        if pattern.search(sentence.plain):
            yield name
    for match in _THINGS.finditer(sentence.plain):
        yield match[1]
    for pattern in (_OWNED, _MODEL):
        for match in pattern.finditer(sentence.quote.text):
            words = [bare(word) for word in match[1].split()]
            known = any(word in _NO_PRODUCTS or word in phrases.months for word in words)
            if words and not known and len(match[1]) > 2:
                yield match[1].strip(" -")
