"""Contact metadata from a JSON file beside its recording, nested as deep as its system likes."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import MetadataError
from pipeline.ingest.clock import Clock, no_zone
from pipeline.ingest.columns import field_of
from pipeline.ingest.fields import Reading, read_fields
from pipeline.ingest.text import read_text
from pipeline.ingest.times import NoZoneError
from pipeline.types import Rejected

_MAX_BYTES = 4 * 2**20
_OURS = "utterances"
"""A transcript that `firstcall transcribe` wrote beside the recording says nothing new of it."""


def sidecar_of(path: Path) -> Path | None:
    """The JSON file that belongs to a recording: `call.wav.json`, `call.json`, or `_metadata`."""
    names = (f"{name}{tail}" for tail in (".json", "_metadata.json") for name in _names(path))
    paths = (path.with_name(name) for name in names)
    # Unlike Path.is_file this never raises, whatever may not be looked up.
    return next((path for path in paths if os.path.isfile(path)), None)  # noqa: PTH113


def _names(path: Path) -> tuple[str, str]:
    return path.name, path.stem


def read_sidecar(path: Path, *, clock: Clock) -> Reading:
    """Read one recording's metadata from a JSON file.

    Names are compared as a CSV's columns are: the whole dotted path first, then its last part.
    Of two for one field the one nearest the top counts. Lists other than of plain words are not
    looked into: nothing tells whose they are.

    Raises
    ------
    SettingsError
        A time states no zone and `ingest.timezone` isn't set.
    """
    try:
        text, _ = read_text(path, max_bytes=_MAX_BYTES)
        content = json.loads(text)
    except MetadataError as error:
        return _refused(path, error.code, error.problem)
    except (ValueError, RecursionError) as error:
        return _refused(path, "bad_sidecar", f"is no valid JSON ({error})")
    if not isinstance(content, dict):
        return _refused(path, "bad_sidecar", "holds no JSON object")
    if _OURS in content:
        return Reading(stated=None, rejected=None)
    try:
        return read_fields(texts_of(content), source=str(path), clock=clock)
    except NoZoneError as error:
        raise no_zone(str(path)) from error


def texts_of(content: dict[str, Any]) -> dict[str, str]:
    """Texts by our field names of an object of any depth; a recording's name is none of them."""
    texts: dict[str, str] = {}
    leaves = sorted(_leaves(content), key=lambda leaf: leaf[0].count("."))
    for whole_name in (True, False):
        for name, text in leaves:
            field = field_of(name if whole_name else name.rpartition(".")[2])
            if field and field != "recording":
                texts.setdefault(field, text)
    return texts


def _leaves(content: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in content.items():
        path = f"{above}{name}"
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}.")
        elif isinstance(value, list):
            if value and all(isinstance(word, str) for word in value):
                yield path, ",".join(value)
        elif value is not None:
            yield path, str(value)


def _refused(path: Path, code: str, reason: str) -> Reading:
    remedy = "Mend or remove it; the recording is used without it"
    return Reading(
        stated=None, rejected=Rejected(item=str(path), code=code, reason=reason, remedy=remedy)
    )
