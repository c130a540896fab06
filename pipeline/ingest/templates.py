"""A site's own file names: `{agent_id}_{customer_phone}_{started_at:%Y%m%d-%H%M%S}`."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import PurePath

from pipeline.errors import SettingsError
from pipeline.ingest.columns import ALIASES, field_of
from pipeline.ingest.files import AUDIO_EXTENSIONS

_PLACE = re.compile(r"\{(?P<name>[^{}:]*)(?::(?P<form>[^{}]*))?\}")
_IGNORED = ("", "_", "ignore")
_CODES = {
    **{"Y": r"\d{4}", "m": r"\d{2}", "d": r"\d{2}", "H": r"\d{2}", "M": r"\d{2}", "S": r"\d{2}"},
    **{"y": r"\d{2}", "I": r"\d{2}", "j": r"\d{3}", "f": r"\d{1,6}", "p": r"[APap][Mm]"},
    **{"b": r"[A-Za-z]{3}", "B": r"[A-Za-z]{3,9}", "z": r"(?:Z|[+-]\d{2}:?\d{2})", "%": "%"},
}


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template. `form` is the `strptime` form of `started_at`, None for any."""

    pattern: re.Pattern[str]
    names: tuple[str, ...]
    form: str | None
    depth: int

    def match(self, path: PurePath, *, timed: bool = True) -> dict[str, str] | None:
        """The texts by field name, None where the path is of another build.

        A date in a form of the site's own comes back in ISO 8601; raises `ValueError` where the
        name fits the template but its date is none.
        """
        tail = "/".join((*path.parent.parts[len(path.parent.parts) - self.depth :], path.stem))
        found = self.pattern.fullmatch(tail if self.depth else path.stem)
        if not found:
            return None
        texts = dict(zip(self.names, found.groups(), strict=True))
        if timed and self.form and "started_at" in texts:
            texts["started_at"] = _iso(texts["started_at"], self.form)
        return texts


def _iso(text: str, form: str) -> str:
    try:
        return datetime.strptime(text, form).isoformat(sep=" ")
    except ValueError as error:
        raise ValueError(f'started_at: "{text}" is no date that can be ({error})') from error


@lru_cache(maxsize=16)
def compile_template(template: str) -> Template:
    """Compile a template, matched against the end of a path without its extension.

    `{field}` stands for one of our fields (or a name that a column might have), `{started_at:...}`
    for a date in `strptime` codes, `{_}` for anything; `/` reaches into the folders above.

    Raises
    ------
    SettingsError
        It names an unknown field or date code, one field twice, or none at all.
    """
    extension = PurePath(template).suffix.lower()
    body = template[: -len(extension)] if extension in AUDIO_EXTENSIONS else template
    names: list[str] = []
    pattern, form, position = "", None, 0
    for place in _PLACE.finditer(body):
        pattern += re.escape(body[position : place.start()])
        position = place.end()
        name, place_form = place["name"].strip(), place["form"]
        if name in _IGNORED:
            pattern += r"[^/]*?"
            continue
        names.append(_field(template, name, names))
        if place_form:
            form = _only_for_start(template, names[-1], place_form)
        pattern += f"({_regex(template, place_form) if place_form else '[^/]+?'})"
    pattern += re.escape(body[position:])
    if not names or set("{}") & set(_PLACE.sub("", body)):
        raise _wrong(template, "names no field, or has a brace that doesn't close")
    compiled = re.compile(pattern, re.DOTALL)
    return Template(compiled, tuple(names), form, body.count("/"))


def _field(template: str, name: str, names: list[str]) -> str:
    field = field_of(name)
    if field is None or field == "recording":
        raise _wrong(template, f'names "{name}", which is none of {", ".join(ALIASES)}')
    if field in names:
        raise _wrong(template, f"names {field} twice")
    return field


def _only_for_start(template: str, field: str, form: str) -> str:
    if field != "started_at":
        raise _wrong(template, f'gives {field} a date form "{form}"; only started_at has one')
    return form


def _regex(template: str, form: str) -> str:
    """A date form as a regular expression of fixed widths, so that neighbours can't run into it."""
    pattern, position = "", 0
    for code in re.finditer(r"%(.?)", form):
        pattern += re.escape(form[position : code.start()])
        if code[1] not in _CODES:
            raise _wrong(template, f'has the date code "{code[0]}"; known: {" ".join(_CODES)}')
        pattern += _CODES[code[1]]
        position = code.end()
    return pattern + re.escape(form[position:])


def _wrong(template: str, problem: str) -> SettingsError:
    return SettingsError(
        f'ingest.filename_template = "{template}"',
        problem,
        remedy="An example: {agent_id}_{customer_phone}_{started_at:%Y%m%d-%H%M%S}",
        code="setting",
    )
