"""The tables of docs/settings.md, made from pipeline/settings.py.

Run it with `.venv/bin/python tools/settings_page.py`. A test compares the page with what this
makes, so that a setting can't go undocumented.
"""

import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipeline.settings import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"

_LIMITS = (("minimum", "at least"), ("exclusiveMinimum", "over"), ("maximum", "at most"))
_TYPES = {"boolean": "true, false", "integer": "whole number", "number": "number", "string": "text"}
_FORMATS = {"path": "path", "date-time": "date and time"}


def table(section: str) -> str:
    """One section's table: name, default, what is allowed, what it does."""
    model: type[BaseModel] = type(getattr(Settings.model_construct(), section))
    properties: dict[str, Any] = model.model_json_schema()["properties"]
    rows = ["| Setting | Default | Allowed | What it does |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        default = _written(field.get_default(call_default_factory=True))
        allowed = _allowed(properties[name])
        rows.append(f"| `{name}` | {default} | {allowed} | {field.description or ''} |")
    return "\n".join(rows)


def page(text: str) -> str:
    """The page with its tables as they should be: each stands after `<!-- table: SECTION -->`."""
    for section in Settings.model_fields:
        place = re.compile(rf"(<!-- table: {section} -->\n)(\|[^\n]*\n)*")
        found = place.search(text)
        if found is None:
            raise ValueError(f"docs/settings.md has no line <!-- table: {section} -->")
        text = f"{text[: found.end(1)]}{table(section)}\n{text[found.end() :]}"
    return text


def _written(value: object) -> str:
    """A default as it stands in TOML."""
    if value is None:
        return "not set"
    if isinstance(value, Path):
        return f"`{value}`".replace(str(Path.home()), "~")
    return f"`{json.dumps(value)}`"


def _allowed(schema: dict[str, Any]) -> str:
    """What a field's JSON schema allows, in words."""
    if "anyOf" in schema:
        return _allowed(next(part for part in schema["anyOf"] if part.get("type") != "null"))
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(one)}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_allowed(schema['items'])}"
    if "minimum" in schema and "maximum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    if "minLength" in schema and schema["minLength"] == schema.get("maxLength"):
        return f"{schema['minLength']} letters"
    limits = [f"{words} {schema[key]:g}" for key, words in _LIMITS if key in schema]
    kind = _FORMATS.get(schema.get("format", "")) or _TYPES[schema["type"]]
    return ", ".join(limits) or kind


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
