"""One door to all that is kept: `with Store.open(folder, settings) as store: ...`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from pipeline.settings import Settings
from pipeline.store.catalogue import Catalogue
from pipeline.store.claims import StageKey
from pipeline.store.codec import encode
from pipeline.store.ledger import Ledger
from pipeline.store.linked import Linked
from pipeline.store.owner import Owner
from pipeline.store.quarantine import Quarantined, quarantined
from pipeline.store.results import Results
from pipeline.store.runs import Runs
from pipeline.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Store:
    """An open workspace and what is in it. Every process opens its own."""

    workspace: Workspace

    @classmethod
    def open(cls, path: Path, settings: Settings, *, create: bool = True) -> "Store":
        """Open the workspace in a folder; see `Workspace.open`."""
        return cls(Workspace.open(path, settings, create=create))

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.workspace.engine.dispose()

    @property
    def secret(self) -> bytes:
        """The site's secret, for keyed hashes."""
        return self.workspace.secret

    @property
    def ledger(self) -> Ledger:
        """Claims and their outcomes."""
        return Ledger(self.workspace.engine)

    @property
    def catalogue(self) -> Catalogue:
        """Recordings and legs."""
        return Catalogue(self.workspace.engine)

    @property
    def results(self) -> Results:
        """What the stages made of each recording."""
        return Results(self.workspace.engine)

    @property
    def linked(self) -> Linked:
        """Contacts, links and threads."""
        return Linked(self.workspace.engine)

    @property
    def runs(self) -> Runs:
        """Runs and watermarks."""
        return Runs(self.workspace.engine)

    def complete(self, owner: Owner, key: StageKey, item: str, result: object) -> bool:
        """Keep a stage's result (a dataclass of `types`) and mark its item done, both or neither.

        False when the claim was lost: see `Ledger.complete`.
        """
        return self.ledger.complete(owner, key, item, encode(result))

    def complete_all(self, owner: Owner, key: StageKey, found: Mapping[str, object]) -> bool:
        """Keep a shard's results by item, all or none; False when one of the claims was lost."""
        payloads = {item: encode(result) for item, result in found.items()}
        return self.ledger.complete_all(owner, key, payloads)

    def quarantined(self, keys: Collection[StageKey] = ()) -> tuple[Quarantined, ...]:
        """What could not be used, by ingest and in the stages of `keys` (default: all)."""
        return quarantined(self.workspace.engine, keys)
