"""A measured figure, as every section gives it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure: what was reached, on how many, against what, and how it was measured.

    `met` is None where nothing was aimed at.
    """

    section: str
    figure: str
    value: float
    target: str
    met: bool | None
    n: int
    how: str
