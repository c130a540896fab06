"""Reads the phrase files, one a language: what people say, as regular expressions and words.

Patterns match lower-case text with straight apostrophes. Words that stand for numbers and days are
tables of the file; in a pattern `@count`, `@upto`, `@weekday`, `@until`, `@month` and `@day` stand
for any of them, as groups of those names. Other `@names` stand for the file's `pieces`.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.taxonomy.loader import read_toml
from pipeline.taxonomy.phrase_form import (
    LISTS,
    NAMED,
    OPTIONAL,
    SINGLE,
    WORDS,
    check,
    missing_groups,
    refused,
)

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

    `claims`: prior-contact language (`reported` begins what was told then); `past` and `due`: times
    gone and times to come; `clock`: hours of a day; `commits`: promises (`commits_dated` with a
    time only, `commits_not` never, `offers` only where the other side `accepts`); `ends`: how a
    contact ends; `cues`: what points to a cause. `clause` parts a sentence. `greeting`,
    `identification`, `manners` and `problem` go with the English models. `numbers`, `weekdays`
    (Monday is 0), `months` and `ordinals` give the value of each word.
    """

    language: str
    transfer: tuple[re.Pattern[str], ...]
    goodbye: tuple[re.Pattern[str], ...]
    greeting: tuple[re.Pattern[str], ...]
    identification: tuple[re.Pattern[str], ...]
    manners: tuple[re.Pattern[str], ...]
    thanks: tuple[re.Pattern[str], ...]
    problem: tuple[re.Pattern[str], ...]
    claims: Named
    claims_not: tuple[re.Pattern[str], ...]
    reported: re.Pattern[str]
    past: Named
    due: Named
    clock: Named
    commits: Named
    commits_dated: Named
    offers: tuple[re.Pattern[str], ...]
    commits_not: tuple[re.Pattern[str], ...]
    accepts: tuple[re.Pattern[str], ...]
    clause: tuple[re.Pattern[str], ...]
    first_person: re.Pattern[str]
    ends: Named
    cues: Named
    abbreviations: tuple[re.Pattern[str], ...]
    numbers: Mapping[str, int]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    ordinals: Mapping[str, int]


Spoken = Mapping[str, Phrases]
"""The phrases of each language that has a file, by its code."""


def plain(text: str) -> str:
    """What patterns are matched against: lower case, straight apostrophes, Russian ё as е.

    >>> plain("I’m Ещё")
    "i'm еще"
    """
    return text.lower().replace("’", "'").replace("ё", "е")


def languages(folder: Path | None = None) -> tuple[str, ...]:
    """Codes of the languages that have a file: those that come with firstcall, and a site's own."""
    files = [*_FOLDER.glob("*.toml"), *(folder.glob("*.toml") if folder else ())]
    return tuple(sorted({file.stem for file in files}))


def all_phrases(folder: Path | None = None) -> Spoken:
    """Every language's phrases; a file of a site's own `folder` stands in the place of ours."""
    if folder is not None and not any(folder.glob("*.toml")):
        raise SettingsError(
            str(folder),
            "holds no phrase file such as de.toml",
            remedy="Check understand.phrases_dir",
            code="phrases",
        )
    found = {language: load_phrases(language, folder) for language in languages(folder)}
    return {language: phrases for language, phrases in found.items() if phrases}


def english_phrases() -> Phrases:
    """Those of English that come with firstcall."""
    phrases = load_phrases("en")
    assert phrases is not None, "en.toml comes with the package"
    return phrases


def digest(folder: Path | None) -> str:
    """SHA-256 of a site's own files, which are checked; "" without. Ours go by the version."""
    if folder is None:
        return ""
    all_phrases(folder)
    files = sorted(folder.glob("*.toml"))
    told = b"\0".join(file.name.encode() + b"\0" + file.read_bytes() for file in files)
    return hashlib.sha256(told).hexdigest()


def load_phrases(language: str, folder: Path | None = None) -> Phrases | None:
    """The phrases of a language ("en"), or None where there is no file for it."""
    if language not in languages(folder):
        return None
    own = folder / f"{language}.toml" if folder else None
    file = own if own and own.exists() else _FOLDER / f"{language}.toml"
    return _read(language, file, file.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(language: str, file: Path, _changed_ns: int) -> Phrases:
    """A file's phrases, read once unless it changes."""
    values = read_toml(file)
    check(file, values, english=read_toml(_FOLDER / "en.toml"))
    words: dict[str, dict[str, int]] = {name: values[name] for name in WORDS}
    pieces = _groups(words) | values.get("pieces", {})
    named = {
        name: tuple((rule, _pattern(file, f"{name}.{rule}", text, pieces)) for rule, text in rules)
        for name in NAMED
        for rules in (_rules(values[name]),)
    }
    lists = {
        name: tuple(_pattern(file, name, text, pieces) for text in values[name]["patterns"])
        for name in (*LISTS, *(name for name in OPTIONAL if name in values))
    }
    missing = {name: () for name in OPTIONAL if name not in values}
    single = {name: _pattern(file, name, values[name]["pattern"], pieces) for name in SINGLE}
    fields: dict[str, Any] = {**words, **named, **missing, **lists, **single}
    return Phrases(language=language, **fields)


def _rules(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(rule, pattern) pairs; a rule may have a list of patterns."""
    return [
        (rule, text)
        for rule, given in table.items()
        for text in ([given] if isinstance(given, str) else given)
    ]


def any_of(words: Iterable[str]) -> str:
    """The pattern of any of the words, the longest first; to stand in brackets.

    >>> any_of(["may", "march"])
    'march|may'
    """
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _groups(words: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """What the names of word tables stand for: any of the table's words, the longest first."""
    found = {}
    for kind, table in _GROUPS.items():
        found[kind] = f"(?P<{kind}>{_DIGITS.get(kind, '')}{any_of(words[table])})"
    return found


def _filled(text: str, pieces: Mapping[str, str]) -> str:
    """The pattern with its pieces put in; a piece may name others."""
    return re.sub(r"@([a-z_]+)", lambda match: _filled(pieces[match[1]], pieces), text)


def _pattern(file: Path, name: str, text: str, pieces: Mapping[str, str]) -> re.Pattern[str]:
    try:
        pattern = re.compile(_filled(text, pieces))
    except KeyError as error:
        raise refused(
            file, f"{name}: {text!r} names @{error.args[0]}, which isn't a piece"
        ) from error
    except (re.error, RecursionError) as error:
        raise refused(file, f"{name}: {text!r} is no regular expression ({error})") from error
    lacking = missing_groups(name, pattern.groupindex)
    if lacking:
        raise refused(file, f"{name}: {text!r} lacks {lacking}, which its rule reads")
    return pattern
