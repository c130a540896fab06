"""What a phrase file has to hold, so that one of a site's own fails at once and says where."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError

WORDS = ("numbers", "weekdays", "months", "ordinals")
"""Tables of words and their values."""

NAMED = ("claims", "past", "due", "clock", "commits", "commits_dated", "ends", "cues")
"""Tables whose patterns are read by the rule of their name. But for claims, which are only named,
the rules that there are are those of en.toml.
"""

LISTS = (
    "transfer",
    "goodbye",
    "offers",
    "commits_not",
    "accepts",
    "clause",
    "abbreviations",
)
"""Tables with one list, `patterns`."""

OPTIONAL = ("claims_not", "thanks", "greeting", "identification", "manners", "problem")
"""Lists that a file may lack; all but the first two go with the models, which read English."""

SINGLE = ("first_person", "reported")
"""Tables with one `pattern`."""

_HIGHEST = {"numbers": 999, "weekdays": 6, "months": 12, "ordinals": 31}

_COUNT, _WEEKDAY, _UNTIL = {"count", "one"}, {"weekday"}, {"until"}
_NEEDED: Mapping[str, Sequence[Collection[str]]] = {
    **{f"past.{rule}": (_COUNT,) for rule in ("days", "weeks", "months")},
    **{f"past.{rule}": (_WEEKDAY,) for rule in ("weekday", "last_weekday")},
    **{
        f"due.{rule}": ({*_COUNT, "two"},)
        for rule in ("minutes", "hours", "working_days", "days", "weeks", "months")
    },
    "due.week_from": ({"count"},),
    **{f"due.{rule}": (_WEEKDAY,) for rule in ("next_weekday", "before_weekday", "weekday")},
    **{f"due.{rule}": (_WEEKDAY, _UNTIL) for rule in ("weekday_range", "week_after_weekday")},
    "due.named_month_end": ({"month"},),
    **{f"{table}.dated": ({"day"},) for table in ("past", "due")},
    "due.before_dated": ({"day"},),
    "due.by_hour": ({"count"},),
    "clock.hour": ({"count"},),
}
"""Groups that a rule reads of its matches: a pattern needs one of each."""


def check(file: Path, values: Mapping[str, Any], english: Mapping[str, Any]) -> None:
    """SettingsError naming the table where a file's tables aren't what is read of them; `english`
    holds those of the en.toml that comes with firstcall.
    """
    needed = {*WORDS, *NAMED, *LISTS, *SINGLE}
    missing = sorted(needed - values.keys())
    unknown = sorted(values.keys() - needed - {"pieces", *OPTIONAL})
    if missing or unknown:
        wrong = f"lacks [{missing[0]}]" if missing else f"has the unknown table [{unknown[0]}]"
        raise refused(file, f"{wrong}; en.toml shows all tables")
    for name, table in values.items():
        if not isinstance(table, dict):
            raise refused(file, f"{name} is {table!r}; a table [{name}] is needed")
        if name in WORDS:
            _check_words(file, name, table)
        elif name in NAMED:
            _check_rules(file, name, table, english[name])
        elif name == "pieces" or name in SINGLE:
            _check_texts(file, name, list(table.values()))
        else:
            _check_texts(file, name, table.get("patterns"))
        if name in SINGLE and "pattern" not in table:
            raise refused(file, f"[{name}] lacks pattern")


def missing_groups(name: str, has: Collection[str]) -> str:
    """What the rule `table.rule` reads and a pattern with these groups lacks, in words."""
    lacking = [needed for needed in _NEEDED.get(name, ()) if not any(one in has for one in needed)]
    return " and ".join(f"@{min(needed)}" for needed in lacking)


def refused(file: Path, problem: str) -> SettingsError:
    """What is wrong with a phrase file, with the remedy."""
    return SettingsError(
        str(file), problem, remedy="See docs/languages.md, section The file", code="phrases"
    )


def _check_words(file: Path, name: str, table: Mapping[str, Any]) -> None:
    if not table:
        raise refused(file, f"[{name}] has no words")
    for word, value in table.items():
        low, high = int(name != "weekdays"), _HIGHEST[name]
        if type(value) is not int or not low <= value <= high:
            raise refused(file, f"{name}.{word} is {value!r}; a number from {low} to {high}")
        if word != word.lower():
            raise refused(file, f"{name}.{word}: words are in lower case")


def _check_rules(file: Path, name: str, table: Mapping[str, Any], known: Collection[str]) -> None:
    for rule, given in table.items():
        if rule not in known and name != "claims":
            rules = ", ".join(sorted(known))
            raise refused(file, f"{name}.{rule}: the rules of [{name}] are {rules}")
        _check_texts(file, f"{name}.{rule}", [given] if isinstance(given, str) else given)


def _check_texts(file: Path, name: str, texts: Any) -> None:
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise refused(file, f"{name} is {texts!r}; patterns in quotes are needed")
