"""Which row of a contact list belongs to which recording."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

_MIN_ID_INSIDE_NAME = 4
"""A shorter id counts only as the whole name: "12" would be found in every date."""

_MAX_PARTS = 8
_FOLDS: tuple[Callable[[str], str], ...] = (str.casefold, str)


class Matcher:
    """Finds recordings by what a contact list says of them."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        self._by_stem: dict[str, list[Path]] = defaultdict(list)
        self._by_part: dict[str, list[Path]] = defaultdict(list)
        for path in sorted(paths):
            self._by_name[path.name.casefold()].append(path)
            self._by_stem[path.stem.casefold()].append(path)
            for part in _parts_of_name(path.stem.casefold()):
                self._by_part[part].append(path)

    def by_reference(self, reference: str) -> tuple[Path, ...]:
        """Recordings that a path, a relative path, a name or a stem means; several if unclear.

        The folders that are stated tell files of one name apart, as far as they fit: a list may
        carry the paths of another machine. Case counts only to choose between several.
        """
        wanted = PurePosixPath(reference.replace("\\", "/"))
        name = wanted.name.casefold()
        candidates = (
            self._by_name.get(name)
            or self._by_stem.get(name)
            or self._by_stem.get(PurePosixPath(name).stem)
            or []
        )
        return _fitting_best(candidates, wanted)

    def by_contact_id(self, contact_id: str) -> tuple[Path, ...]:
        """Recordings whose name is the contact id, or else has it as a part of its own."""
        key = contact_id.casefold()
        if whole := self._by_stem.get(key):
            return tuple(whole)
        return tuple(self._by_part.get(key, ())) if len(key) >= _MIN_ID_INSIDE_NAME else ()


def _fitting_best(candidates: list[Path], wanted: PurePosixPath) -> tuple[Path, ...]:
    for fold in _FOLDS:
        if len(candidates) > 1:
            folders = [_common_tail(path, wanted, fold) for path in candidates]
            best = max(folders)
            candidates = [path for path, n in zip(candidates, folders, strict=True) if n == best]
    if len(candidates) > 1:
        exact = [path for path in candidates if wanted.name in (path.name, path.stem)]
        candidates = exact or candidates
    return tuple(candidates)


def _common_tail(path: Path, wanted: PurePosixPath, fold: Callable[[str], str]) -> int:
    """How many folders, counted from the file upwards, are the same."""
    same = 0
    for ours, theirs in zip(path.parent.parts[::-1], wanted.parent.parts[::-1], strict=False):
        if fold(ours) != fold(theirs):
            break
        same += 1
    return same


def _parts_of_name(stem: str) -> set[str]:
    """Every stretch of a name between two places where letters or digits begin or end."""
    words = [(found.start(), found.end()) for found in re.finditer(r"[^\W_]+", stem)]
    return {
        stem[start:end]
        for i, (start, _) in enumerate(words)
        for _, end in words[i : i + _MAX_PARTS]
    }
