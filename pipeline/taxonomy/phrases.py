"""Reads the phrase files, one a language: what people say, as regular expressions and words.

Patterns match lower-case text with straight apostrophes. Words that stand for numbers and days are
tables of the file; in a pattern `@count`, `@upto`, `@weekday`, `@until`, `@month` and `@day` stand
for any of them, as groups of those names. Other `@names` stand for the file's `pieces`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.taxonomy.loader import read_toml, refused

_FOLDER = Path(__file__).parent / "phrases"
_GROUPS = {
    "count": "numbers", "upto": "numbers", "weekday": "weekdays", "until": "weekdays",
    "month": "months", "day": "ordinals",
}  # fmt: skip
_DIGITS = {"count": r"\d{1,3}|", "upto": r"\d{1,3}|", "day": r"\d{1,2}(?:st|nd|rd|th|\.)?|"}

Named = tuple[tuple[str, re.Pattern[str]], ...]
"""Patterns with the name of the rule that reads each, in the file's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One language. Lists are patterns of one meaning, `Named` ones say which rule reads a match.

    `claims`: prior-contact language; `past` and `due`: times gone and times to come; `clock`: hours
    of a day; `commits`: promises (`commits_dated` with a time only, `commits_not` never); `ends`:
    how a contact ends; `cues`: what points to a cause. `clause` parts a sentence.
    `numbers`, `weekdays` (Monday is 0), `months` and `ordinals` give the value of each word.
    """

    language: str
    transfer: tuple[re.Pattern[str], ...]
    goodbye: tuple[re.Pattern[str], ...]
    greeting: tuple[re.Pattern[str], ...]
    identification: tuple[re.Pattern[str], ...]
    manners: tuple[re.Pattern[str], ...]
    problem: tuple[re.Pattern[str], ...]
    claims: Named
    claims_not: tuple[re.Pattern[str], ...]
    past: Named
    due: Named
    clock: Named
    commits: Named
    commits_dated: Named
    commits_not: tuple[re.Pattern[str], ...]
    accepts: tuple[re.Pattern[str], ...]
    clause: tuple[re.Pattern[str], ...]
    first_person: re.Pattern[str]
    ends: Named
    cues: Named
    numbers: Mapping[str, int]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    ordinals: Mapping[str, int]


_TABLES = ("numbers", "weekdays", "months", "ordinals")
_NAMED = ("claims", "past", "due", "clock", "commits", "commits_dated", "ends", "cues")
_LISTS = (
    "transfer",
    "goodbye",
    "greeting",
    "identification",
    "manners",
    "problem",
    "commits_not",
    "claims_not",
    "accepts",
    "clause",
)


_NONE: Mapping[str, tuple[str, ...]] = {"patterns": ()}


def languages() -> tuple[str, ...]:
    """Codes of the languages that have a file."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


@lru_cache(maxsize=16)
def load_phrases(language: str) -> Phrases | None:
    """The phrases of a language ("en"), or None where there is no file for it."""
    if language not in languages():
        return None
    file = _FOLDER / f"{language}.toml"
    values = read_toml(file)
    words: dict[str, dict[str, int]] = {name: values[name] for name in _TABLES}
    pieces = _groups(words) | values.get("pieces", {})
    named = {
        name: tuple((rule, _pattern(file, f"{name}.{rule}", text, pieces)) for rule, text in rules)
        for name in _NAMED
        for rules in (_rules(values[name]),)
    }
    lists = {
        name: tuple(
            _pattern(file, name, text, pieces)
            for text in values.get(name, {"patterns": ()})["patterns"]
        )
        for name in _LISTS
    }
    own = _pattern(file, "first_person", values["first_person"]["pattern"], pieces)
    return Phrases(language=language, first_person=own, **words, **named, **lists)  # type: ignore[arg-type]


def _rules(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(rule, pattern) pairs; a rule may have a list of patterns."""
    return [
        (rule, text)
        for rule, given in table.items()
        for text in ([given] if isinstance(given, str) else given)
    ]


def _groups(words: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """What the names of word tables stand for: any of the table's words, the longest first."""
    found = {}
    for kind, table in _GROUPS.items():
        known = sorted(words[table], key=lambda word: (-len(word), word))
        found[kind] = f"(?P<{kind}>{_DIGITS.get(kind, '')}{'|'.join(map(re.escape, known))})"
    return found


def _filled(text: str, pieces: Mapping[str, str]) -> str:
    """The pattern with its pieces put in; a piece may name others."""
    return re.sub(r"@([a-z_]+)", lambda match: _filled(pieces[match[1]], pieces), text)


def _pattern(file: Path, name: str, text: str, pieces: Mapping[str, str]) -> re.Pattern[str]:
    try:
        return re.compile(_filled(text, pieces))
    except KeyError as error:
        raise refused(
            file, f"{name}: {text!r} names @{error.args[0]}, which isn't a piece"
        ) from error
    except re.error as error:
        raise refused(file, f"{name}: {text!r} is no regular expression ({error})") from error
