"""What is kept: tables, ledger, workspace. The only place that knows SQL."""

from pipeline.store.catalogue import Catalogue, KnownFile
from pipeline.store.claims import StageKey, State
from pipeline.store.ledger import Counts, Ledger
from pipeline.store.linked import Linked
from pipeline.store.owner import Owner
from pipeline.store.private import private_file, private_folder, private_umask
from pipeline.store.quarantine import Quarantined
from pipeline.store.results import Results
from pipeline.store.runs import RunRecord, Runs
from pipeline.store.store import Store
from pipeline.store.workspace import Workspace

__all__ = [
    "Catalogue",
    "Counts",
    "KnownFile",
    "Ledger",
    "Linked",
    "Owner",
    "Quarantined",
    "Results",
    "RunRecord",
    "Runs",
    "StageKey",
    "State",
    "Store",
    "Workspace",
    "private_file",
    "private_folder",
    "private_umask",
]
