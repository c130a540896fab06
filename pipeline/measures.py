"""What measures.json holds: the numbers, each with numerator, denominator, window and interval.

The published schema (docs/measures.schema.json) is made from these classes. A section that is not
built yet is null: never zero, never made up. Nothing here depends on the run or on the site's
secret but `run_id` and the `generated_*` fields, so that two runs on the same data can be compared
byte by byte. Definitions: docs/measures.md.
"""

from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = "1.0"

Variant = Literal["same_issue", "any_contact"]
Merges = Literal["all", "ids_only"]
Dimension = Literal["all", "topic", "agent", "team", "queue", "week"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate with all that makes it honest. `rate`, `low`, `high` are None when nothing counts.

    `low` and `high` are the 95 % Wilson limits at `n_eff`, the sample size after allowing for
    customers with several threads; `small` says that n_eff is below the site's `min_n`.
    """

    numerator: int
    denominator: int
    rate: float | None
    low: float | None
    high: float | None
    n_eff: float
    small: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The rate with every undetermined outcome counted as failed, and as resolved."""

    if_failed: float | None
    if_resolved: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FcrRow:
    """First-contact resolution of one group of first contacts for one window.

    `fcr` counts closed first contacts with a determined outcome; `open` ones (their window ends
    after the horizon) are in neither term. `estimate`, which would use them, is not built yet.
    """

    variant: Variant
    merges: Merges
    window_days: float
    dimension: Dimension
    value: str
    fcr: Rate
    open: int
    undetermined: int
    bounds: Bounds
    estimate: None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatRow:
    """Repeats charged to the contact that caused them.

    `repeats.numerator` = closed index contacts, first or not, that a repeat within the window
    follows; its denominator = closed index contacts. `rate` is their repeat rate.
    """

    window_days: float
    dimension: Dimension
    value: str
    repeats: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many, and what they are."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the numbers are based on. It can't be overlooked: the report opens with it."""

    recordings: int
    recordings_heard: int
    recordings_quarantined: int
    recordings_pending: int
    audio_hours: float
    texts_read: int
    legs: int
    contacts: int
    contacts_with_key: int
    identity_coverage: float | None
    merged_by_id: int
    merged_by_inference: int
    transfers: int
    drops: int
    index_contacts: int
    left_out: tuple[Count, ...]
    topic_unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What the figures cover. Dates are local days, both included; moments are UTC ISO 8601."""

    first_day: str
    last_day: str
    timezone: str
    complete_from: str
    left_edge_until: str
    horizon: str
    lookback_days: float
    primary_window_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentRow:
    """Contacts by sentiment in one group."""

    dimension: Dimension
    value: str
    negative: int
    neutral: int
    positive: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadSummary:
    """Issue threads whose first contact lies in the period, and how many contacts they took."""

    threads: int
    contacts: int
    contacts_per_issue: float | None
    with_repeat: int
    by_size: tuple[Count, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """All of measures.json. Rows are sorted; absent sections are null."""

    schema_version: str
    run_id: str
    generated_at: str
    generated_by: str
    site: str
    definition: str
    period: Period
    coverage: Coverage
    why_no_fcr: str | None
    fcr: tuple[FcrRow, ...]
    repeats: tuple[RepeatRow, ...]
    threads: ThreadSummary
    sentiment: tuple[SentimentRow, ...]
    first_agent_resolution: Rate | None
    causes: None = None
    drivers: None = None
    process_or_person: None = None
    next_issue: None = None
    promises: None = None
    stated_against_behaved: None = None
    claimants: None = None
    change: None = None
    conversation: None = None
    voicemail: None = None
    cost: None = None
