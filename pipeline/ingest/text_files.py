"""Contacts that are text already, from files of several kinds: JSON Lines, JSON, vCon, CSV.

A contact that can't be used is a row with file, line and reason; the rest goes on.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import MetadataError
from pipeline.ingest import clock as clocks
from pipeline.ingest.clock import Clock
from pipeline.ingest.fields import Stated
from pipeline.ingest.filenames import read_filename
from pipeline.ingest.sidecar import texts_of
from pipeline.ingest.text_objects import TextObject, not_json, objects_of
from pipeline.ingest.text_records import ReadText, read_record, unknown_names
from pipeline.ingest.text_sources import text_sources
from pipeline.ingest.times import NoZoneError
from pipeline.ingest.turns import TextContact, kind_of
from pipeline.ingest.vcon import is_vcon, read_vcon
from pipeline.settings import Ingest
from pipeline.types import Rejected

_DATED = ("started_at", "ended_at", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsFound:
    """Contacts in the order of files and lines; what isn't used; what people should know.

    `examined` are the names under which the files' rows are rejected.
    """

    contacts: tuple[TextContact, ...]
    rejected: tuple[Rejected, ...]
    notes: tuple[Rejected, ...]
    examined: frozenset[str]


def read_texts(sources: Sequence[str], settings: Ingest) -> TextsFound:
    """Read all contacts of files, folders and patterns.

    Raises
    ------
    SettingsError
        Times state no zone and `ingest.timezone` isn't set.
    MetadataError
        A file's dates can be read two ways and `ingest.day_first` isn't set.
    """
    found = text_sources(sources)
    names = Counter(path.name for path in found.files)
    work = _Work(settings)
    work.rejected += found.rejected
    for path in found.files:
        work.read(path, path.name if names[path.name] == 1 else str(path))
    return TextsFound(
        contacts=tuple(work.contacts),
        rejected=tuple(work.rejected),
        notes=tuple(work.notes),
        examined=frozenset(work.examined),
    )


class _Work:
    """What accumulates over the files."""

    def __init__(self, settings: Ingest) -> None:
        self._settings = settings
        self._known: dict[str, TextContact] = {}
        self.contacts: list[TextContact] = []
        self.rejected: list[Rejected] = []
        self.notes: list[Rejected] = []
        self.examined: set[str] = set()

    def read(self, path: Path, label: str) -> None:
        """All contacts of one file."""
        self.examined |= {label, str(path)}
        try:
            objects, rejected = objects_of(path, label)
        except MetadataError as error:
            self.rejected.append(Rejected.by(error))
            return
        self.rejected += rejected
        clock = _clock(path, objects, self._settings)
        named = _name_of(path, objects, clock, self._settings)
        unused: set[str] = set()
        for one in objects:
            self._take(_read(one, clock, named))
            if isinstance(one.content, dict) and not is_vcon(one.content):
                unused |= unknown_names(one.content)
        if unused:
            self.notes.append(_unused(label, unused))

    def _take(self, read: ReadText) -> None:
        """Keep a contact, unless another has its id."""
        contact = read.contact
        if contact is None:
            if read.rejected:
                self.rejected.append(read.rejected)
            return
        key = contact.stated.metadata.contact_id or contact.content
        if first := self._known.get(key):
            self.rejected.append(_double(contact, first))
            return
        self._known[key] = contact
        self.contacts.append(contact)
        self.notes += read.notes


def _read(one: TextObject, clock: Clock, named: Stated | None) -> ReadText:
    content = one.content
    if not isinstance(content, dict):
        reason = f"is {kind_of(content)}, allowed: a JSON object"
        return ReadText(rejected=not_json(one.item, reason))
    try:
        if is_vcon(content):
            return read_vcon(content, source=one.item, clock=clock)
        return read_record(content, source=one.item, clock=clock, weaker=named)
    except NoZoneError as error:
        raise clocks.no_zone(one.item) from error


def _clock(path: Path, objects: Sequence[TextObject], settings: Ingest) -> Clock:
    clock = clocks.clock_of(settings)
    if clock.day_first is not None:
        return clock
    fields = (texts_of(one.content) for one in objects if isinstance(one.content, dict))
    values = (texts[name] for texts in fields for name in _DATED if name in texts)
    return replace(clock, day_first=clocks.decide_day_first(values, item=str(path)))


def _name_of(
    path: Path, objects: Sequence[TextObject], clock: Clock, settings: Ingest
) -> Stated | None:
    """What its name says of the one contact of a JSON file: often a recording's name."""
    one = objects[0].content if len(objects) == 1 else None
    if path.suffix.lower() != ".json" or not isinstance(one, Mapping):
        return None
    is_timed = "started_at" in texts_of(dict(one))
    return read_filename(path, settings, clock=clock, timed=not is_timed).stated


def _double(contact: TextContact, first: TextContact) -> Rejected:
    data, known = contact.stated.metadata, first.stated.metadata
    same = replace(data, source="") == replace(known, source="")
    if contact.content == first.content and same:
        reason = f"says the same as {known.source}"
        return Rejected(
            item=data.source, code="duplicate_row", reason=reason, remedy="Nothing to do"
        )
    reason = f"contact id {data.contact_id} stands in {known.source} already; that one is used"
    remedy = 'Give each contact once, all of its messages in its "turns"'
    return Rejected(item=data.source, code="double_id", reason=reason, remedy=remedy)


def _unused(label: str, names: set[str]) -> Rejected:
    return Rejected(
        item=label,
        code="unused",
        reason=f"has names that mean nothing here: {', '.join(sorted(names))}; not used",
        remedy="Nothing to do, or name them as docs/metadata.md lists them",
    )
