"""The shared speech heard by firstcall itself, for measurements of what stands beside the words."""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench import speech
from flows.tools import Tools
from pipeline.settings import load
from pipeline.types import Transcript

_TELEPHONE_RATE_HZ = 8000


def parser(doc: str | None) -> argparse.ArgumentParser:
    """With the options `--ours` and `--shared`; `doc` is the command's docstring."""
    made = argparse.ArgumentParser(description=(doc or "").split("\n")[0])
    made.add_argument(
        "--ours",
        type=setting,
        action="append",
        default=[],
        help="a setting: numeric_mode=float32, models.threads=2; numeric_mode is int8 by default",
    )
    made.add_argument("--shared", type=Path, default=speech.SHARED, help="folder of shared speech")
    return made


def tools(changes: Sequence[tuple[str, Any]]) -> Tools:
    """The models, told that everybody speaks English; `changes` are settings by name."""
    told: dict[str, dict[str, Any]] = {
        "ingest": {"raw_rate_hz": _TELEPHONE_RATE_HZ},
        "listen": {"language": "en", "numeric_mode": "int8"},
    }
    for section, own in by_section(changes).items():
        told[section] = told.get(section, {}) | own
    return Tools(load(None, told))


def by_section(changes: Sequence[tuple[str, Any]]) -> dict[str, dict[str, Any]]:
    """Settings by section; a name without one is of `listen`."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in changes:
        section, _, name = key.rpartition(".")
        found.setdefault(section or "listen", {})[name] = value
    return found


def heard(name: str, *, shared: Path, chosen: Tools) -> Iterator[tuple[speech.Take, Transcript]]:
    """The takes of a set and their transcripts; nothing, and a word about it, without the set."""
    if (shared / name).is_dir():
        yield from speech.listen(speech.SETS[name](shared / name), chosen)
    else:
        print(f"{name}: left out, {shared / name} is not there")


def told(chosen: Tools) -> str:
    """What was measured, in words."""
    made = chosen.recognizer.provenance
    return f"{made.engine}, {made.model}, {made.numeric_mode}"


def setting(text: str) -> tuple[str, Any]:
    """`key=value`; the value as JSON where it is such, else as it stands."""
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not key=value")
    try:
        return key, json.loads(value)
    except json.JSONDecodeError:
        return key, value
