"""How the recordings sound: which faults they have, how many have each, and what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.types import SoundFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundRow:
    """One kind of fault, and the recording in which it is told of: the first by name."""

    code: str
    recordings: int
    explanation: str
    remedy: str
    example: str


def sound_rows(
    findings: Mapping[str, Sequence[SoundFinding]], *, recordings: Mapping[str, str]
) -> tuple[SoundRow, ...]:
    """Kinds of faults, those of most recordings first.

    `findings` are by recording id; `recordings` leads from ids to the names that people may see.
    """
    by_code: dict[str, dict[str, SoundFinding]] = {}
    for recording_id, found in findings.items():
        for one in found:
            by_code.setdefault(one.code, {}).setdefault(recording_id, one)
    rows = [_row(code, found, recordings) for code, found in by_code.items()]
    return tuple(sorted(rows, key=lambda row: (-row.recordings, row.code)))


def _row(code: str, found: dict[str, SoundFinding], names: Mapping[str, str]) -> SoundRow:
    first = min(found, key=lambda one: (names.get(one, one), one))
    return SoundRow(
        code=code,
        recordings=len(found),
        explanation=found[first].explanation,
        remedy=found[first].remedy,
        example=names.get(first, first[:12]),
    )
