"""One figure of the table that `python -m bench.understanding` prints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure, what it should be, whether it is (None: no target), on how many, and how."""

    section: str
    figure: str
    value: float
    target: str
    met: bool | None
    n: int
    how: str
