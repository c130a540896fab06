"""Which files hold contacts that are text: from paths, folders and patterns."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.ingest.files import explain
from pipeline.types import Rejected

LINE_EXTENSIONS = (".jsonl", ".ndjson")
CSV_EXTENSIONS = (".csv", ".tsv")
_EXTENSIONS = (*LINE_EXTENSIONS, ".json", ".vcon", *CSV_EXTENSIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSources:
    """Files to read, sorted, each once, and sources that lead to none, with the reason."""

    files: tuple[Path, ...]
    rejected: tuple[Rejected, ...]


def text_sources(sources: Sequence[str]) -> TextSources:
    """Find files: named ones, those of a folder to its bottom (not hidden ones), and patterns."""
    files: set[Path] = set()
    rejected: dict[str, Rejected] = {}
    for source in sources:
        for found in _from_source(source):
            if isinstance(found, Rejected):
                rejected.setdefault(found.item, found)
            else:
                files.add(found)
    return TextSources(
        files=tuple(sorted(files)), rejected=tuple(rejected[item] for item in sorted(rejected))
    )


def _from_source(source: str) -> Iterator[Path | Rejected]:
    path = Path(os.path.abspath(Path(source).expanduser()))  # noqa: PTH100
    if path.is_dir():
        yield from _in_folder(path)
    elif path.is_file():
        known = path.suffix.lower() in _EXTENSIONS
        yield path if known else _refused(path, "unknown_kind", _extension(path))
    elif glob.has_magic(source):
        matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207
        if not matches:
            yield _refused(path, "no_match", "matches no file")
        for match in matches:
            yield from _from_source(match)
    else:
        yield explain(FileNotFoundError(2, ""), str(path))


def _in_folder(folder: Path) -> Iterator[Path | Rejected]:
    found: list[Path | Rejected] = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in _EXTENSIONS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    ]
    yield from found or [_refused(folder, "no_texts", "is a folder with no such file in it")]


def _extension(path: Path) -> str:
    found = f'has the extension "{path.suffix}"' if path.suffix else "has no extension"
    return f"{found}, allowed: {', '.join(_EXTENSIONS)}"


def _refused(path: Path, code: str, reason: str) -> Rejected:
    remedy = f"Name files of these kinds: {', '.join(_EXTENSIONS)}"
    return Rejected(item=str(path), code=code, reason=reason, remedy=remedy)
