"""What a phrase file has to hold, so that one of a site's own fails at once and says where."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORDS = ("numbers", "weekdays", "months", "ordinals")
"""Tables of words and their values."""

NAMED: Mapping[str, frozenset[str] | None] = {
    "claims": None,
    "past": _names(
        "before_yesterday yesterday today just_now days weeks months few_days other_day few_weeks "
        "few_months last_weekday weekday dated last_week this_week last_month"
    ),
    "due": _names(
        "minutes half_hour hours working_days days weeks fortnight months week_from today tomorrow "
        "day_after_tomorrow week_after_weekday next_weekday weekday_range before_weekday weekday "
        "week_end weekend next_week_early next_week month_end next_month named_month_end "
        "before_dated dated"
    ),
    "clock": frozenset({"hour", "noon"}),
    "commits": _names("call send visit money look_into arrange"),
    "commits_dated": _names("call send visit money look_into arrange"),
    "ends": _names("solved relieved refused gives_up customer_must escalates no_issue transfers"),
    "cues": None,
}
"""Tables whose patterns are read by the rule of their name, and the rules there are; None: any."""

LISTS = (
    "transfer",
    "goodbye",
    "offers",
    "commits_not",
    "accepts",
    "clause",
    "abbreviations",
)  # fmt: skip
"""Tables with one list, `patterns`."""

ENGLISH_ONLY = ("greeting", "identification", "manners", "problem")
"""Lists that go with the models, which read English: no other language's are read."""

SINGLE = ("first_person", "reported")
"""Tables with one `pattern`."""

_HIGHEST = {"numbers": 999, "weekdays": 6, "months": 12, "ordinals": 31}

_COUNT = frozenset({"count", "upto", "one", "two"})
_GROUPS: Mapping[str, Collection[str]] = {
    **{f"past.{rule}": {"count", "one"} for rule in ("days", "weeks", "months")},
    **{f"past.{rule}": {"weekday"} for rule in ("weekday", "last_weekday")},
    **{
        f"due.{rule}": _COUNT
        for rule in ("minutes", "hours", "working_days", "days", "weeks", "months")
    },
    "due.week_from": {"count"},
    **{f"due.{rule}": {"weekday"} for rule in ("next_weekday", "before_weekday", "weekday")},
    "due.weekday_range": {"weekday"},
    "due.week_after_weekday": {"weekday", "until"},
    "due.named_month_end": {"month"},
    **{f"{table}.dated": {"day"} for table in ("past", "due")},
    "due.before_dated": {"day"},
    "clock.hour": {"count"},
}
"""Groups of which a rule's pattern needs one."""


def check(file: Path, values: Mapping[str, Any], *, english: bool) -> None:
    """SettingsError naming the table where a file's tables aren't what is read of them."""
    lists = (*LISTS, *ENGLISH_ONLY) if english else LISTS
    needed = {*WORDS, *NAMED, *lists, *SINGLE}
    missing = sorted(needed - values.keys())
    unknown = sorted(values.keys() - needed - {"pieces", *ENGLISH_ONLY})
    if missing or unknown:
        wrong = f"lacks [{missing[0]}]" if missing else f"has the unknown table [{unknown[0]}]"
        raise refused(file, f"{wrong}; en.toml shows all tables")
    for name, table in values.items():
        if not isinstance(table, dict):
            raise refused(file, f"{name} is {table!r}; a table [{name}] is needed")
        if name in WORDS:
            _check_words(file, name, table)
        elif name in NAMED:
            _check_rules(file, name, table)
        elif name == "pieces" or name in SINGLE:
            _check_texts(file, name, list(table.values()))
        else:
            _check_texts(file, name, table.get("patterns"))
        if name in SINGLE and "pattern" not in table:
            raise refused(file, f"[{name}] lacks pattern")


def missing_groups(name: str, has: Collection[str]) -> str:
    """The groups of which a pattern of the rule `table.rule` needs one and has none, in words."""
    needed = _GROUPS.get(name, ())
    if not needed or any(group in has for group in needed):
        return ""
    return "@" + " or @".join(sorted(set(needed) & {"count", "weekday", "month", "day", "until"}))


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


def _check_rules(file: Path, name: str, table: Mapping[str, Any]) -> None:
    known = NAMED[name]
    for rule, given in table.items():
        if known is not None and rule not in known:
            raise refused(
                file, f"{name}.{rule}: the rules of [{name}] are {', '.join(sorted(known))}"
            )
        _check_texts(file, f"{name}.{rule}", [given] if isinstance(given, str) else given)


def _check_texts(file: Path, name: str, texts: Any) -> None:
    if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
        raise refused(file, f"{name} is {texts!r}; patterns in quotes are needed")
