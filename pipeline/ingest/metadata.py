"""Contact metadata from a site's CSV export, as untidy as those are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import MetadataError
from pipeline.ingest import clock as clocks
from pipeline.ingest.clock import Clock
from pipeline.ingest.columns import ALIASES, ColumnMapping, map_columns
from pipeline.ingest.fields import Stated, read_fields
from pipeline.ingest.table import Line, rejected_row, table, whole
from pipeline.ingest.text import read_text
from pipeline.ingest.times import NoZoneError
from pipeline.settings import Ingest
from pipeline.types import ContactMetadata, Rejected

_DATED = ("started_at", "ended_at", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a metadata file holds.

    `stated` are the usable rows in the file's order, `rejected` the rows that aren't usable,
    `notes` single values left out of rows that are. `missing` are fields that no column feeds.
    """

    file: str
    encoding: str
    stated: tuple[Stated, ...]
    rejected: tuple[Rejected, ...]
    notes: tuple[Rejected, ...]
    mapping: tuple[ColumnMapping, ...]
    unused_columns: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def rows(self) -> tuple[ContactMetadata, ...]:
        """The usable rows."""
        return tuple(row.metadata for row in self.stated)


def read_csv(path: Path, settings: Ingest) -> Metadata:
    """Read a contact list: any common delimiter, encoding and naming of the columns.

    Rows that can't be used are in `rejected`, each with its line; the others are used.

    Raises
    ------
    MetadataError
        The file can't be read as a table, has neither a recording nor a contact id column, or
        its dates can be read two ways and `ingest.day_first` isn't set.
    SettingsError
        Its times state no zone and `ingest.timezone` isn't set.
    """
    text, encoding = read_text(path)
    header, lines, broken = table(path, text)
    mapping = _checked_mapping(path, header)
    lines, ragged = whole(lines, len(header))
    clock = _clock(path, lines, mapping, settings)
    stated, rejected, notes = _read(path, lines, mapping, clock)
    unique, doubles = _without_doubles(stated)
    used = {column.index for column in mapping}
    fed = {column.field for column in mapping} | ({"started_at"} if _has_date(mapping) else set())
    return Metadata(
        file=path.name,
        encoding=encoding,
        stated=unique,
        rejected=(*broken, *ragged, *rejected, *doubles),
        notes=notes,
        mapping=mapping,
        unused_columns=tuple(name for i, name in enumerate(header) if i not in used),
        missing=tuple(name for name in ALIASES if name not in fed | {"date", "time"}),
    )


def _has_date(mapping: Sequence[ColumnMapping]) -> bool:
    return any(column.field == "date" for column in mapping)


def _checked_mapping(path: Path, header: Sequence[str]) -> tuple[ColumnMapping, ...]:
    mapping = map_columns(header)
    if {column.field for column in mapping} & {"recording", "contact_id"}:
        return mapping
    accepted = (
        f"{name} (or {', '.join(ALIASES[name][:6])}, ...)" for name in ("recording", "contact_id")
    )
    raise MetadataError(
        str(path),
        f"has no column to match recordings by; its columns are: {', '.join(header)}",
        remedy=f"Name one of them {' or '.join(accepted)}",
        code="missing_column",
    )


def _clock(
    path: Path, lines: Sequence[Line], mapping: Sequence[ColumnMapping], settings: Ingest
) -> Clock:
    clock = clocks.clock_of(settings)
    if clock.day_first is not None:
        return clock
    places = [column.index for column in mapping if column.field in _DATED]
    values = (line.cells[place] for line in lines for place in places)
    return replace(clock, day_first=clocks.decide_day_first(values, item=str(path)))


def _read(
    path: Path, lines: Sequence[Line], mapping: Sequence[ColumnMapping], clock: Clock
) -> tuple[list[Stated], list[Rejected], tuple[Rejected, ...]]:
    stated: list[Stated] = []
    rejected: list[Rejected] = []
    notes: list[Rejected] = []
    for line in lines:
        texts = {column.field: line.cells[column.index] for column in mapping}
        try:
            reading = read_fields(texts, source=line.item, clock=clock)
        except NoZoneError as error:
            raise clocks.no_zone(line.item) from error
        notes.extend(reading.notes)
        if reading.rejected:
            rejected.append(reading.rejected)
        elif reading.stated and reading.stated.fields & {"recording", "contact_id"}:
            stated.append(reading.stated)
        else:
            why = "names neither a recording nor a contact id"
            rejected.append(rejected_row(line.item, "unmatched", why))
    return stated, rejected, tuple(notes)


def _without_doubles(rows: Sequence[Stated]) -> tuple[tuple[Stated, ...], tuple[Rejected, ...]]:
    """The first row of each contact and recording; others are said to be double.

    One contact may have several recordings (a transferred call): such rows are its legs, unless
    they contradict each other about the customer.
    """
    kept: dict[tuple[str | None, str | None], Stated] = {}
    first_of: dict[str, Stated] = {}
    doubles = []
    for row in rows:
        data = row.metadata
        key = (data.contact_id, data.recording)
        known = kept.get(key) or (data.contact_id and first_of.get(data.contact_id)) or None
        if known and (key in kept or not _is_leg_of(data, known.metadata)):
            doubles.append(_double(data, known.metadata))
            continue
        kept[key] = row
        if data.contact_id:
            first_of.setdefault(data.contact_id, row)
    return tuple(kept.values()), tuple(doubles)


def _is_leg_of(data: ContactMetadata, known: ContactMetadata) -> bool:
    if not data.recording or not known.recording:
        return False
    identities = ("customer_id", "account_id", "customer_phone")
    pairs = ((getattr(data, name), getattr(known, name)) for name in identities)
    return all(a == b for a, b in pairs if a is not None and b is not None)


def _double(data: ContactMetadata, known: ContactMetadata) -> Rejected:
    if replace(data, source="") == replace(known, source=""):
        return rejected_row(data.source, "duplicate_row", f"says the same as {known.source}")
    name = f"contact id {data.contact_id}" if data.contact_id else "its recording"
    problem = f"{name} stands in {known.source} already, with other values; that one is used"
    return rejected_row(data.source, "double_id", problem)
