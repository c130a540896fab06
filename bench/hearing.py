"""The shared speech heard by firstcall itself, for measurements of what stands beside the words."""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench import speech
from flows.tools import Tools
from pipeline.settings import load
from pipeline.types import Transcript

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "speech"

SETS: Mapping[str, Callable[[Path], Iterable[speech.Take]]] = MappingProxyType(
    {
        "harpervalley": speech.harpervalley,
        "telephone": speech.telephone,
        "prompts": speech.prompts,
    }
)

_TELEPHONE_RATE_HZ = 8000


def parser(doc: str | None) -> argparse.ArgumentParser:
    """With the options `--ours` and `--shared`; `doc` is the command's docstring."""
    made = argparse.ArgumentParser(description=(doc or "").split("\n")[0])
    made.add_argument(
        "--ours",
        type=_setting,
        action="append",
        default=[],
        help="a setting: numeric_mode=float32, models.threads=2; numeric_mode is int8 by default",
    )
    made.add_argument("--shared", type=Path, default=SHARED, help="folder of shared speech")
    return made


def tools(changes: Sequence[tuple[str, Any]]) -> Tools:
    """The models, told that everybody speaks English; `changes` are settings by name."""
    told: dict[str, dict[str, Any]] = {
        "ingest": {"raw_rate_hz": _TELEPHONE_RATE_HZ},
        "listen": {"language": "en", "numeric_mode": "int8"},
    }
    for key, value in changes:
        section, _, name = key.rpartition(".")
        told.setdefault(section or "listen", {})[name] = value
    return Tools(load(None, told))


def heard(name: str, *, shared: Path, chosen: Tools) -> Iterator[tuple[speech.Take, Transcript]]:
    """The takes of a set and their transcripts; nothing, and a word about it, without the set."""
    if (shared / name).is_dir():
        yield from speech.listen(SETS[name](shared / name), chosen)
    else:
        print(f"{name}: left out, {shared / name} is not there")


def told(chosen: Tools) -> str:
    """What was measured, in words."""
    made = chosen.recognizer.provenance
    return f"{made.engine}, {made.model}, {made.numeric_mode}"


def _setting(text: str) -> tuple[str, Any]:
    """`key=value`; the value as JSON where it is such, else as it stands."""
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not key=value")
    try:
        return key, json.loads(value)
    except json.JSONDecodeError:
        return key, value
