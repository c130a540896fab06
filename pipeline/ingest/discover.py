"""Which files are recordings: from paths, folders, patterns and lists."""

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import AudioError
from pipeline.ingest.files import (
    AUDIO_EXTENSIONS,
    HEAD_BYTES,
    OTHER_EXTENSIONS,
    explain,
    looks_like_audio,
    open_regular,
)
from pipeline.types import Rejected

_LISTS = (".txt", ".lst")
_MAX_DEPTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """Files to try, sorted, each once, and sources that lead to none, with the reason."""

    files: tuple[Path, ...]
    rejected: tuple[Rejected, ...]


Found = Path | Rejected
Place = tuple[int, int]
"""Device and inode: the same folder, whatever the path."""


def discover(sources: Sequence[str]) -> Discovered:
    """Find recordings.

    Parameters
    ----------
    sources : sequence of str
        Files, folders (searched to the bottom; hidden files are skipped), patterns such as
        `calls/**/*.wav`, and lists of any of these: `@list`, or a .txt or .lst file.

    Returns
    -------
    Discovered
        A file that is named is always tried; in folders those are that have an extension of
        audio, or an unknown one and audio inside. Nothing here decodes.
    """
    files: set[Path] = set()
    rejected: dict[tuple[str, str], Rejected] = {}
    for source in sources:
        for found in _from_source(source, Path.cwd(), lists=True):
            found = found if isinstance(found, Rejected) else _named_in_text(found)
            if isinstance(found, Rejected):
                rejected.setdefault((found.item, found.code), found)
            else:
                files.add(found)
    return Discovered(
        files=tuple(sorted(files)), rejected=tuple(rejected[key] for key in sorted(rejected))
    )


def unique_stems(paths: Sequence[Path]) -> dict[Path, str]:
    """A name for what is written about each file: its stem, or with `-2`, `-3`, ... if taken.

    Names differ in more than case, as some file systems don't tell case apart, and hold no
    control characters.
    """
    own = {path: "".join(c if c.isprintable() else "_" for c in path.stem) for path in paths}
    reserved = {stem.casefold() for stem in own.values()}
    given: set[str] = set()
    names: dict[Path, str] = {}
    for path in sorted(own):
        name, number = own[path], 2
        while name.casefold() in given or (number > 2 and name.casefold() in reserved):
            name, number = f"{own[path]}-{number}", number + 1
        given.add(name.casefold())
        names[path] = name
    return names


def _from_source(source: str, base: Path, *, lists: bool) -> Iterator[Found]:
    if not source.strip("@ "):
        yield Rejected(
            item=repr(source),
            code="no_source",
            reason="names no file and no folder",
            remedy="Check the variable that it came from; for the current folder write .",
        )
        return
    path = Path(os.path.abspath(base / Path(source.removeprefix("@")).expanduser()))  # noqa: PTH100
    try:
        exists = path.exists() or path.is_symlink()
    except (OSError, ValueError) as error:
        yield explain(error, str(path))
        return
    if lists and (source.startswith("@") or path.suffix.lower() in _LISTS) and _is_list(path):
        yield from _from_list(path)
    elif _is_folder(path):
        yield from _from_folder(path)
    elif exists:
        yield path
    elif glob.has_magic(source):
        yield from _from_pattern(str(path))
    else:
        yield explain(FileNotFoundError(2, ""), str(path))


def _from_pattern(pattern: str) -> Iterator[Found]:
    matches = [Path(match) for match in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207
    chosen = [path for path in matches if path.suffix.lower() not in OTHER_EXTENSIONS]
    if not matches:
        yield Rejected(
            item=pattern,
            code="no_match",
            reason="matches no file",
            remedy="Check the pattern; ** reaches into folders below",
        )
    for path in chosen:
        yield from _from_folder(path) if _is_folder(path) else (path,)


def _is_list(path: Path) -> bool:
    """Whether it can be read as a list: a recording with a wrong extension is none."""
    return path.is_file() and not _holds_audio(path)


def _from_list(path: Path) -> Iterator[Found]:
    try:
        text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        yield explain(error, str(path))
        return
    entries = [line.strip() for line in text.splitlines()]
    entries = [entry for entry in entries if entry and not entry.startswith("#")]
    if not entries:
        yield Rejected(
            item=str(path),
            code="empty",
            reason="lists no recordings",
            remedy="Write one path, folder or pattern a line",
        )
    for entry in entries:
        yield from _from_source(entry, path.parent, lists=False)


def _from_folder(folder: Path) -> Iterator[Found]:
    n_found = 0
    for found in _walk(folder, above=frozenset(), seen=set()):
        n_found += 1
        yield found
    if not n_found:
        yield Rejected(
            item=str(folder),
            code="no_recordings",
            reason="is a folder with no recordings in it",
            remedy="Check the path; hidden files and files that aren't audio are passed over",
        )


def _walk(folder: Path, *, above: frozenset[Place], seen: set[Place]) -> Iterator[Found]:
    """Recordings in a folder and below; links are followed, but never round in a circle."""
    if len(above) > _MAX_DEPTH:
        yield _too_deep(folder)
        return
    try:
        status = folder.stat()
        place = (status.st_dev, status.st_ino)
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield explain(error, str(folder))
        return
    if place in above:
        yield _circle(folder)
    if place in seen:
        return
    seen.add(place)
    visible = [entry for entry in entries if not entry.name.startswith(".")]
    for entry in visible:
        if not _is_folder(entry):
            yield from _entry(entry)
    # Real folders before links to folders, so that a file is found under its own path.
    for entry in sorted(visible, key=lambda entry: (entry.is_symlink(), entry)):
        if _is_folder(entry):
            inside = list(_walk(entry, above=above | {place}, seen=seen))
            if not inside and entry.suffix.lower() in AUDIO_EXTENSIONS:
                yield _folder_named_as_audio(entry)
            yield from inside


def _is_folder(path: Path) -> bool:
    """False, too, where that may not be looked up: reading it then says why."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _entry(path: Path) -> Iterator[Found]:
    extension = path.suffix.lower()
    if extension in OTHER_EXTENSIONS:
        return
    if extension in AUDIO_EXTENSIONS or _holds_audio(path):
        yield path


def _holds_audio(path: Path) -> bool:
    try:
        with open_regular(path) as handle:
            return looks_like_audio(handle.read(HEAD_BYTES))
    except (AudioError, OSError):
        return False


def _named_in_text(path: Path) -> Found:
    """The path, if it can be written down: in a database, a report, a terminal."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return Rejected(
            item=str(path).encode(errors="backslashreplace").decode(),
            code="bad_name",
            reason="has a name that is not valid UTF-8",
            remedy="Rename it",
        )
    return path


def _too_deep(folder: Path) -> Rejected:
    return Rejected(
        item=str(folder),
        code="too_deep",
        reason=f"lies more than {_MAX_DEPTH} folders deep",
        remedy="Name this folder as a source of its own",
    )


def _circle(folder: Path) -> Rejected:
    return Rejected(
        item=str(folder),
        code="symlink_loop",
        reason="is a link to a folder that it lies in itself",
        remedy="Nothing to do: that folder is searched once",
    )


def _folder_named_as_audio(folder: Path) -> Rejected:
    return Rejected(
        item=str(folder),
        code="not_a_file",
        reason="is a folder with the name of a recording, and holds none",
        remedy="Remove it, or look for the recording that should be there",
    )
