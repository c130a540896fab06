"""What tells one issue from another like it: the amount, the date, the product, the address.

They are read from the customer's redacted sentences by rules that would rather miss one than make
one up. Where nobody knows who spoke, all sentences are read. Numbers of orders and cases are kept
elsewhere, as hashes.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from pipeline.insights import IssueEntity
from pipeline.taxonomy.phrases import Phrases
from pipeline.types import Word
from pipeline.understand.number_words import word_set
from pipeline.understand.numbers import bare, numbers_in
from pipeline.understand.sentences import Sentence
from pipeline.understand.when import days_ago

_SIGNS = {"£": "pounds", "$": "dollars", "€": "euros"}
_MONEY = {
    "pound": "pounds", "pounds": "pounds", "quid": "pounds", "gbp": "pounds", "euro": "euros",
    "euros": "euros", "eur": "euros", "dollar": "dollars", "dollars": "dollars", "usd": "dollars",
    "buck": "dollars", "bucks": "dollars", "pence": "pence", "cent": "cents", "cents": "cents",
}  # fmt: skip
_SIGNED = re.compile(r"([£$€])\s?(\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d+(?:\.\d\d?)?)(?![\d,]*\d)")

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_UPTO_TWENTY = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_ORDINALS = {word: n for n, word in enumerate(_UPTO_TWENTY, start=1)} | {"thirtieth": 30}
_ORDINALS |= {f"twenty{gap}{_UPTO_TWENTY[n - 1]}": 20 + n for gap in " -" for n in range(1, 10)}
_ORDINALS |= {f"thirty{gap}first": 31 for gap in " -"}
_DAY = r"(?P<day>\d{1,2}(?:st|nd|rd|th)?|" + "|".join(sorted(_ORDINALS, key=len)[::-1]) + ")"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DATES = (
    re.compile(rf"\b{_DAY}(?: of)? {_MONTH}\b"),
    re.compile(rf"(?<!i )\b{_MONTH} (?:the )?{_DAY}\b(?! (?:pounds|dollars|euros|times)\b)"),
)

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
) | set(_MONTHS)


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
        things = _products(sentence, named)
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


def _dates(sentence: Sentence, phrases: Phrases, started_on: date | None) -> Iterator[str]:
    """ISO dates where the year is sure, else "14 March"."""
    text = sentence.plain
    named = [match for pattern in _DATES for match in pattern.finditer(text)]
    for match in named:
        said, month = match["day"], _MONTHS.index(match["month"]) + 1
        day = _ORDINALS.get(said) or int(re.sub(r"\D", "", said))
        value = _nearest(day, month, started_on) if started_on else None
        if value:
            yield value.isoformat()
        elif _exists(day, month, 2024):
            yield f"{day} {match['month'].capitalize()}"
    bounds = days_ago(text, phrases=phrases, started_on=started_on)
    if not named and started_on and bounds and bounds[0] == bounds[1]:
        yield (started_on - timedelta(days=bounds[0])).isoformat()


def _nearest(day: int, month: int, to: date) -> date | None:
    """The day of a month that lies nearest, in the past or ahead."""
    years = [year for year in (to.year - 1, to.year, to.year + 1) if _exists(day, month, year)]
    return min(
        (date(year, month, day) for year in years), key=lambda d: abs((d - to).days), default=None
    )


def _exists(day: int, month: int, year: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _products(sentence: Sentence, named: Sequence[tuple[str, re.Pattern[str]]]) -> Iterator[str]:
    """The site's own, things of everybody, and what is written like a name behind "my" or "a"."""
    for name, pattern in named:
        if pattern.search(sentence.plain):
            yield name
    for match in _THINGS.finditer(sentence.plain):
        yield match[1]
    for pattern in (_OWNED, _MODEL):
        for match in pattern.finditer(sentence.quote.text):
            words = match[1].split()
            if (
                words
                and not any(bare(word) in _NO_PRODUCTS for word in words)
                and len(match[1]) > 2
            ):
                yield match[1].strip(" -")
