"""Results of the stages of one recording, keyed by all that they depend on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine, select

from pipeline.store.claims import StageKey
from pipeline.store.codec import decode
from pipeline.store.engine import reading
from pipeline.store.schema import results

T = TypeVar("T")

_AT_ONCE = 200
"""Results in memory at a time: a long transcript takes some megabytes."""


@dataclass(frozen=True, slots=True)
class Results:
    """What `Ledger.complete` kept."""

    engine: Engine

    def read(
        self, key: StageKey, kind: type[T], inputs: Iterable[str] | None = None
    ) -> Iterator[tuple[str, T]]:
        """Pairs of input and result, in order of input; of `inputs`, or all that there are.

        Inputs without a result of this stage and fingerprint are left out. Few are in memory at a
        time; `dict(results.read(...))` holds them all.
        """
        mine = (results.c.stage == key.stage, results.c.fingerprint == key.fingerprint)
        wanted = self._inputs(key) if inputs is None else sorted(set(inputs))
        for start in range(0, len(wanted), _AT_ONCE):
            here = results.c.input_key.in_(wanted[start : start + _AT_ONCE])
            query = select(results.c.input_key, results.c.payload).where(*mine, here)
            with reading(self.engine) as connection:
                found = connection.execute(query.order_by(results.c.input_key)).all()
            for input_key, payload in found:
                yield input_key, decode(kind, payload)

    def _inputs(self, key: StageKey) -> list[str]:
        mine = (results.c.stage == key.stage, results.c.fingerprint == key.fingerprint)
        query = select(results.c.input_key).where(*mine).order_by(results.c.input_key)
        with reading(self.engine) as connection:
            return list(connection.scalars(query))
