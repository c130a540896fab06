"""A file of contacts to one object a contact: lines of JSON, one JSON document, rows of CSV."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import MetadataError
from pipeline.ingest.columns import normalise
from pipeline.ingest.json_text import loads
from pipeline.ingest.table import table, whole
from pipeline.ingest.text import read_text
from pipeline.ingest.text_records import TEXT
from pipeline.ingest.text_sources import CSV_EXTENSIONS, LINE_EXTENSIONS
from pipeline.types import Rejected

Objects = tuple[Sequence["TextObject"], Sequence[Rejected]]
"""The objects of a file, and its lines that are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextObject:
    """One contact as its file has it, and where it stands: "chats.jsonl line 12"."""

    item: str
    content: Any


def objects_of(path: Path, label: str) -> Objects:
    """All objects of a file; `label` is its name for people.

    Raises
    ------
    MetadataError
        Nothing of it can be read.
    """
    text, _ = read_text(path)
    suffix = path.suffix.lower()
    if suffix in CSV_EXTENSIONS:
        return _rows(path, label, text)
    return _lines(label, text) if suffix in LINE_EXTENSIONS else _whole(path, label, text)


def _rows(path: Path, label: str, text: str) -> Objects:
    header, lines, broken = table(path, text)
    lines, ragged = whole(lines, len(header))
    columns = ["text" if normalise(name) in TEXT else name for name in header]
    if "text" not in columns:
        raise MetadataError(
            str(path),
            f"has no column with the words; its columns are: {', '.join(header)}",
            remedy=f"Name it {' or '.join(TEXT)}",
            code="missing_column",
        )
    objects = [
        TextObject(
            item=line.item.replace(path.name, label, 1),
            content=dict(zip(columns, line.cells, strict=False)),
        )
        for line in lines
    ]
    return objects, (*broken, *ragged)


def _lines(label: str, text: str) -> Objects:
    objects, rejected = [], []
    for number, line in enumerate(text.split("\n"), 1):  # a line may hold U+2028 and the like
        if not line.strip():
            continue
        item = f"{label} line {number}"
        try:
            objects.append(TextObject(item=item, content=loads(line)))
        except (ValueError, RecursionError) as error:
            rejected.append(not_json(item, f"is no valid JSON ({_where(error)})"))
    return objects, rejected


def _whole(path: Path, label: str, text: str) -> Objects:
    """One object, a list of them, or lines after all."""
    try:
        content = loads(text)
    except (ValueError, RecursionError) as error:
        if str(error).startswith("Extra data"):
            return _lines(label, text)
        raise MetadataError(
            str(path),
            f"is no valid JSON ({_where(error)})",
            remedy="Export it again; JSON Lines need the extension .jsonl",
            code="bad_json",
        ) from error
    if not isinstance(content, list):
        return [TextObject(item=label, content=content)], ()
    return [
        TextObject(item=f"{label} contact {number}", content=one)
        for number, one in enumerate(content, 1)
    ], ()


def _where(error: Exception) -> str:
    """Where JSON breaks off; the text itself is what somebody said."""
    if isinstance(error, json.JSONDecodeError):
        line = f" of line {error.lineno}" if error.lineno > 1 else ""
        return f"{error.msg} at character {error.colno}{line}"
    return "nested too deep" if isinstance(error, RecursionError) else "a number is too long"


def not_json(item: str, reason: str) -> Rejected:
    """A contact that is no JSON object."""
    remedy = "Write one JSON object a contact; the rest of the file is used"
    return Rejected(item=item, code="bad_json", reason=reason, remedy=remedy)
