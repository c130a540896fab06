"""A CSV file as a table: any common delimiter, broken lines told apart from whole ones."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MetadataError
from pipeline.ingest.columns import field_of
from pipeline.types import Rejected

_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line and where it stands: "contacts.csv line 12"."""

    item: str
    cells: tuple[str, ...]


def table(path: Path, text: str) -> tuple[tuple[str, ...], list[Line], tuple[Rejected, ...]]:
    """The header, the lines under it, and a rejected row where the table breaks off."""
    text = re.sub(r"\Asep=.\r?\n", "", text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    lines: list[Line] = []
    broken: tuple[Rejected, ...] = ()
    last = 0
    try:
        for cells in reader:
            first, last = last + 1, reader.line_num
            where = f"line {first}" if first == last else f"lines {first}-{last}"
            if any(cell.strip() for cell in cells):
                lines.append(Line(item=f"{path.name} {where}", cells=tuple(cells)))
    except csv.Error as error:
        item = f"{path.name} from line {last + 1}"
        broken = (rejected_row(item, "ragged", f"can't be read as a table ({error})"),)
    if not lines:
        raise MetadataError(
            str(path), "holds no table", remedy="Export the contact list again", code="empty"
        )
    return tuple(name.strip() for name in lines[0].cells), lines[1:], broken


def _delimiter(text: str) -> str:
    """The delimiter under which the first line names most of our columns, then most columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def score(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([first], delimiter=delimiter), [])
        return sum(field_of(name) is not None for name in names), len(names)

    return max(_DELIMITERS, key=score)


def whole(lines: Sequence[Line], n_columns: int) -> tuple[list[Line], tuple[Rejected, ...]]:
    """Lines with as many cells as the header; more are fine where they are blank."""
    kept, ragged = [], []
    for line in lines:
        if len(line.cells) < n_columns or any(cell.strip() for cell in line.cells[n_columns:]):
            found = f"has {len(line.cells)} cells where the header has {n_columns}"
            ragged.append(rejected_row(line.item, "ragged", found))
        else:
            kept.append(line)
    return kept, tuple(ragged)


def rejected_row(item: str, code: str, reason: str) -> Rejected:
    """A row that can't be used."""
    remedies: dict[str, str] = {
        "ragged": "Look for a stray quote or delimiter there",
        "duplicate_row": "Nothing to do",
    }
    remedy = remedies.get(code, "Mend this row; the rest of the file is used")
    return Rejected(item=item, code=code, reason=reason, remedy=remedy)
