"""Recordings and metadata put together: the legs of contacts that the later stages work on.

A recording is its content: copies are one. What a contact list says counts before a sidecar, that
before the file's name. A contact whose recording can't be used is still a contact.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pipeline.ingest import remarks
from pipeline.ingest.clock import Clock, clock_of
from pipeline.ingest.examine import Examined, Known, examine
from pipeline.ingest.fields import Reading, Stated
from pipeline.ingest.filenames import read_filename
from pipeline.ingest.legs import with_channels, with_times
from pipeline.ingest.matching import Matcher
from pipeline.ingest.metadata import Metadata
from pipeline.ingest.sidecar import read_sidecar, sidecar_of
from pipeline.settings import Ingest
from pipeline.types import ContactMetadata, Recording, Rejected

Evidence = Literal["pending", "quarantined", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One leg of a contact. `evidence` is `tables.LEGS`': pending (to be heard), quarantined, none.

    `leg.started_at` and `leg.ended_at` are filled in from each other and the duration;
    `audio_path` is the leg's file, whether it could be used or not.
    """

    leg_id: str
    leg: ContactMetadata
    recording: Recording | None
    evidence: Evidence
    audio_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All legs, by start and id. Every input that isn't used has its row in one of the two lists.

    `rejected` are files, `rejected_rows` metadata; `notes` are things that were used, or left out
    without harm, in a way that people should know; `examined` is what a next run can be spared.
    """

    entries: tuple[Entry, ...]
    rejected: tuple[Rejected, ...]
    rejected_rows: tuple[Rejected, ...]
    notes: tuple[Rejected, ...]
    examined: tuple[Examined, ...]


@dataclass(slots=True)
class _Sound:
    """The files of one content, sorted, and what is said of it."""

    files: list[Examined]
    row: Stated | None = None
    said: Stated | None = None

    @property
    def recording(self) -> Recording | None:
        return self.files[0].recording


def catalogue(
    files: Sequence[Path],
    metadata: Metadata | None,
    settings: Ingest,
    *,
    known: Known | None = None,
) -> Catalogue:
    """Examine the files one after the other and put them together with the metadata.

    Parameters
    ----------
    files : sequence of Path
        As `discover` finds them.
    metadata : Metadata or None
        A contact list, as `read_csv` reads it.
    known : callable, optional
        Spares files that an earlier run has seen: see `examine`.

    Raises
    ------
    SettingsError
        Times in sidecars or names need a setting that isn't there.
    """
    return assemble([examine(path, settings, known=known) for path in files], metadata, settings)


def assemble(
    examined: Sequence[Examined], metadata: Metadata | None, settings: Ingest
) -> Catalogue:
    """Put examined files together with the metadata; see `catalogue`."""
    work = _Work(settings)
    sounds = work.sounds(examined)
    alone = work.match(sounds, metadata)
    for sound in sounds:
        work.say(sound)
        work.add(sound)
    for row in alone:
        work.add_alone(row)
    files = tuple(file.rejected for file in examined if file.rejected)
    rows = (*(metadata.rejected if metadata else ()), *work.rejected)
    notes = (*(metadata.notes if metadata else ()), *work.notes)
    notes += tuple(note for file in examined for note in file.notes)
    return Catalogue(
        entries=tuple(sorted(work.entries, key=_by_start)),
        rejected=tuple(sorted(files, key=_by_item)),
        rejected_rows=rows,
        notes=tuple(sorted(notes, key=_by_item)),
        examined=tuple(sorted(examined, key=lambda file: file.path)),
    )


def _by_item(row: Rejected) -> tuple[str, str, str]:
    return row.item, row.code, row.reason


def _by_start(entry: Entry) -> tuple[bool, float, str]:
    start = entry.leg.started_at
    return start is None, start.timestamp() if start else 0.0, entry.leg_id


class _Work:
    """What accumulates while a catalogue is put together."""

    def __init__(self, settings: Ingest) -> None:
        self._settings = settings
        self._clock: Clock = clock_of(settings)
        self._taken: set[str] = set()
        self.entries: list[Entry] = []
        self.rejected: list[Rejected] = []
        self.notes: list[Rejected] = []

    def sounds(self, examined: Sequence[Examined]) -> list[_Sound]:
        """Files grouped by content; a copy gets a note."""
        groups: dict[str, list[Examined]] = defaultdict(list)
        for file in sorted(examined, key=lambda file: file.path):
            groups[file.recording.recording_id if file.recording else str(file.path)].append(file)
        for first, *copies in groups.values():
            self.notes.extend(remarks.copy(copy, first) for copy in copies)
        return [_Sound(files) for files in groups.values()]

    def match(self, sounds: Sequence[_Sound], metadata: Metadata | None) -> list[Stated]:
        """Give each row its recordings; return the rows that have none.

        Rows that name their recording come first: an id may stand in a name by chance.
        """
        owner = {file.path: sound for sound in sounds for file in sound.files}
        matcher = Matcher(owner)
        alone = []
        for row in metadata.stated if metadata else ():
            named = _named(row.metadata, matcher, owner)
            if not named:
                alone.append(row)
            elif named.row is None:
                named.row = row
            else:
                self.rejected.append(remarks.second_row(row, named.row))
        alone = [row for row in alone if not _claim_by_id(row, matcher, owner)]
        self.notes.extend(
            remarks.not_found(row.metadata, len(matcher.by_reference(row.metadata.recording)))
            for row in alone
            if row.metadata.recording
        )
        return alone

    def say(self, sound: _Sound) -> None:
        """Join what row, sidecar and name say of a recording; each fills in what is missing."""
        sound.said = sound.row
        beside = next((found for file in sound.files if (found := sidecar_of(file.path))), None)
        if beside:
            self._hear(sound, read_sidecar(beside, clock=self._clock))
        is_timed = sound.said is not None and "started_at" in sound.said.fields
        name = sound.files[0].path
        self._hear(
            sound, read_filename(name, self._settings, clock=self._clock, timed=not is_timed)
        )

    def _hear(self, sound: _Sound, reading: Reading) -> None:
        self.notes.extend(reading.notes)
        if reading.rejected:
            self.rejected.append(reading.rejected)
        if reading.stated:
            sound.said = sound.said.over(reading.stated) if sound.said else reading.stated

    def add(self, sound: _Sound) -> None:
        """The leg of a recording; of one that can't be used only where something is said of it."""
        recording, path = sound.recording, sound.files[0].path
        if recording is None and sound.said is None:
            return
        said = sound.said.metadata if sound.said else ContactMetadata(source=str(path))
        key = recording.recording_id if recording else _hash(str(path))
        leg, unfit = with_channels(said, recording, self._settings.channel_map)
        self.notes.extend(unfit)
        evidence: Evidence = "pending" if recording else "quarantined"
        self._add(leg, key, recording, evidence, audio_path=str(path))

    def add_alone(self, row: Stated) -> None:
        """The leg of a row without a recording."""
        data = row.metadata
        self._add(data, _hash(f"{data.recording} {data.started_at}"), None, "none")

    def _add(
        self,
        leg: ContactMetadata,
        key: str,
        recording: Recording | None,
        evidence: Evidence,
        *,
        audio_path: str | None = None,
    ) -> None:
        wanted = leg.contact_id or f"rec-{key[:12]}"
        leg_id, number = wanted, 2
        while leg_id in self._taken:
            leg_id, number = f"{wanted}-{number}", number + 1
        self._taken.add(leg_id)
        if leg_id != wanted and leg.parent_id is None:
            leg = replace(leg, parent_id=wanted)
            self.notes.append(remarks.further_leg(leg, wanted, leg_id))
        leg = with_times(leg, recording)
        self.entries.append(
            Entry(
                leg_id=leg_id,
                leg=leg,
                recording=recording,
                evidence=evidence,
                audio_path=audio_path,
            )
        )


def _named(data: ContactMetadata, matcher: Matcher, owner: Mapping[Path, _Sound]) -> _Sound | None:
    """The one recording that a row names."""
    paths = matcher.by_reference(data.recording) if data.recording else ()
    found = {id(owner[path]): owner[path] for path in paths}
    return next(iter(found.values())) if len(found) == 1 else None


def _claim_by_id(row: Stated, matcher: Matcher, owner: Mapping[Path, _Sound]) -> bool:
    """Take the recordings that no row has and whose names hold the contact id."""
    contact_id = row.metadata.contact_id
    claimed = False
    for path in matcher.by_contact_id(contact_id) if contact_id else ():
        if owner[path].row is None:
            owner[path].row = row
            claimed = True
    return claimed


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
