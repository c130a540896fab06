"""The first stage of a run: find recordings and metadata, check them, enter them in the store."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import polars as pl

from pipeline.ingest.catalogue import Catalogue, Entry, assemble
from pipeline.ingest.discover import Discovered, discover
from pipeline.ingest.examine import Examined, examine
from pipeline.ingest.metadata import Metadata, read_csv
from pipeline.link.identity import pseudonymous
from pipeline.settings import Settings
from pipeline.store.catalogue import KnownFile
from pipeline.store.store import Store
from pipeline.tables import LEGS, schema_of
from pipeline.types import Recording

_FILES_AT_ONCE = 4

Progress = Callable[[int, int], None]
"""Takes how many files are done, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was found, before anything is entered."""

    discovered: Discovered
    metadata: Metadata | None
    catalogue: Catalogue


def gather(
    sources: Sequence[str],
    *,
    contacts: Path | None,
    settings: Settings,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Gathered:
    """Find and check everything; with a store, files that it knows are not read again.

    Raises
    ------
    MetadataError, SettingsError
        The contact list can't be used at all.
    """
    metadata = read_csv(contacts, settings.ingest) if contacts else None
    found = discover(sources)
    known = _known(store) if store else None
    examined: list[Examined] = []
    look = partial(examine, settings=settings.ingest, known=known)
    with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:
        for one in pool.map(look, found.files):
            examined.append(one)
            if progress:
                progress(len(examined), len(found.files))
    return Gathered(
        discovered=found,
        metadata=metadata,
        catalogue=assemble(examined, metadata, settings.ingest),
    )


def enter(gathered: Gathered, *, store: Store, settings: Settings, run_id: str) -> None:
    """Write what was found into the store, pseudonymous, in one transaction."""
    catalogue = gathered.catalogue
    recordings = {e.recording.recording_id: e.recording for e in catalogue.entries if e.recording}
    rejected = (*gathered.discovered.rejected, *catalogue.rejected, *catalogue.rejected_rows)
    examined = {str(file.path) for file in catalogue.examined}
    if gathered.metadata:
        examined.add(gathered.metadata.file)
    examined |= gone(store)
    store.catalogue.save(
        recordings_found=recordings.values(),
        files_found=[_known_file(f) for f in catalogue.examined if f.recording],
        legs_found=_legs(catalogue.entries, store.secret, settings.site.country),
        rejected_now=rejected,
        examined=examined,
        run_id=run_id,
    )


def gone(store: Store) -> set[str]:
    """Refused paths at which nothing lies any more: named again they are refused again."""
    refused = (row.rejected.item for row in store.quarantined() if row.stage == "ingest")
    return {item for item in refused if item.startswith("/") and not os.path.lexists(item)}


def _known(store: Store) -> Callable[[str, int, int], Recording | None]:
    files = store.catalogue.known_files()
    recordings = {one.recording_id: one for one in store.catalogue.recordings()}

    def known(path: str, size_bytes: int, mtime_ns: int) -> Recording | None:
        file = files.get(path)
        if file is None or (file.size_bytes, file.mtime_ns) != (size_bytes, mtime_ns):
            return None
        return recordings.get(file.recording_id)

    return known


def _known_file(file: Examined) -> KnownFile:
    assert file.recording is not None
    return KnownFile(
        path=str(file.path),
        size_bytes=file.size_bytes,
        mtime_ns=file.mtime_ns,
        recording_id=file.recording.recording_id,
    )


def _legs(entries: Sequence[Entry], secret: bytes, country: str) -> pl.DataFrame:
    return legs_of([leg_row(e, secret, country) for e in entries])


def legs_of(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of `leg_row` as the store takes them."""
    own = {"source": pl.String, "channel_map": pl.List(pl.String), "audio_path": pl.String}
    schema = schema_of({**LEGS, **own})
    return pl.DataFrame(rows, schema=schema, orient="row")


def leg_row(entry: Entry, secret: bytes, country: str) -> dict[str, object]:
    """One leg as it is stored: identifiers as keyed hashes."""
    stated = asdict(entry.leg)
    keys = pseudonymous(entry.leg, secret=secret, country=country)
    own = {name: stated[name] for name in LEGS if name in stated}
    return own | {
        "leg_id": entry.leg_id,
        "recording_id": entry.recording.recording_id if entry.recording else None,
        "identifiers": list(keys.identifiers),
        "case_key": keys.case_key,
        "order_key": keys.order_key,
        "evidence": entry.evidence,
        "source": entry.leg.source,
        "audio_path": entry.audio_path,
        "channel_map": list(entry.leg.channel_map) if entry.leg.channel_map else None,
    }
