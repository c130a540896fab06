"""The nouns that flow between the stages.

Frozen dataclasses, keyword-only, units in the names. Times inside a recording are seconds
from its first sample; moments are timezone-aware UTC `datetime`s. Whole-table nouns (legs,
contacts, links, threads) are polars frames whose columns `pipeline.tables` declares.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from pipeline.errors import FirstcallError

Role = Literal["agent", "customer", "unknown"]
Medium = Literal["call", "voicemail", "chat", "email", "ticket"]
Direction = Literal["inbound", "outbound", "internal", "unknown"]

UNKNOWN_TOPIC = "unknown"


# --- ingest ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One audio file, identified by its content: a copy under another name is the same one.

    `recording_id` is the SHA-256 of the file's bytes in hex. `path` is personal data (file names
    carry telephone numbers): it stays in the store and is masked wherever people read it.
    """

    recording_id: str
    path: str
    size_bytes: int
    duration_s: float
    sample_rate_hz: int
    n_channels: int
    codec: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Something that could not be used, with a plain reason. Nothing vanishes without one of these.

    `item` is a path, or a place in a file ("contacts.csv line 12"); `code` is a stable word to
    count by; `reason` says what is wrong, with the value; `remedy` what to do about it.
    """

    item: str
    code: str
    reason: str
    remedy: str

    @classmethod
    def by(cls, error: FirstcallError) -> Self:
        """What an error says."""
        return cls(item=error.item, code=error.code, reason=error.problem, remedy=error.remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFinding:
    """Something about a recording's sound that people should know; it is used all the same.

    `code` is a stable word to count by, `channel` the side (None: the whole recording), `value` how
    much of it there is, in `unit`; `explanation` says it in plain words, `remedy` what is done
    about it before anybody listens, if anything can be.
    """

    code: str
    channel: int | None
    value: float
    unit: str
    explanation: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSound:
    """What the sound alone says of one side; levels of speech and of pauses in dB to full scale.

    `loud_s` are the seconds well above the side's pauses; `dead`: nobody speaks here.
    """

    channel: int
    speech_dbfs: float
    noise_dbfs: float
    loud_s: float
    dead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMetadata:
    """What a CSV row, a sidecar or a file name says of one leg. Raw: in memory only."""

    source: str
    recording: str | None = None
    contact_id: str | None = None
    parent_id: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_s: float | None = None
    medium: Medium = "call"
    direction: Direction = "inbound"
    customer_id: str | None = None
    account_id: str | None = None
    customer_phone: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    team: str | None = None
    queue: str | None = None
    channel_map: tuple[Role, ...] | None = None
    language: str | None = None
    disposition: str | None = None
    call_type: str | None = None
    case_id: str | None = None
    order_id: str | None = None
    topic: str | None = None
    wait_s: float | None = None
    hold_s: float | None = None
    acw_s: float | None = None
    transferred: bool | None = None
    abandoned: bool | None = None
    dropped: bool | None = None
    survey_resolved: bool | None = None
    csat: float | None = None


# --- listen ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time in seconds, `end_s >= start_s`."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One spoken word with its times in the recording and the probability it was heard right."""

    start_s: float
    end_s: float
    text: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What one side said without a long pause. `text` is the words joined."""

    start_s: float
    end_s: float
    channel: int
    role: Role
    text: str
    confidence: float
    language: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEvidence:
    """Who is on a channel, how sure that is (0 to 1) and why: roles are evidence, not guesses."""

    channel: int
    role: Role
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedSpan:
    """A stretch whose words were thrown away as invented, with the reason."""

    start_s: float
    end_s: float
    channel: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What made a result: enough to make it again, or to see why two differ."""

    stage: str
    engine: str
    model: str
    weights_sha256: str
    numeric_mode: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceReading:
    """How roused a customer's voice is in a stretch, against that voice's own baseline in the call.

    `arousal` from -1 (calm) to 1 (roused), 0 the speaker's usual; `confidence` 0 to 1.
    """

    channel: int
    start_s: float
    end_s: float
    arousal: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """All that was said in one recording, utterances in order of (start_s, channel).

    `translation` is what was said in other languages than English, in English: utterances of their
    own, with the sides and times of the speech. Empty where nothing was translated. `voice` holds
    readings of sides that are the customer's: an agent's voice is never read. `findings` are what
    is wrong with the recording's sound, and what was done about it before listening.
    """

    recording_id: str
    duration_s: float
    language: str
    roles: tuple[RoleEvidence, ...]
    utterances: tuple[Utterance, ...]
    speech: tuple[tuple[Span, ...], ...]
    dropped: tuple[DroppedSpan, ...]
    provenance: Provenance
    translation: tuple[Utterance, ...] = ()
    voice: tuple[VoiceReading, ...] = ()
    findings: tuple[SoundFinding, ...] = ()


# --- understand -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words as evidence, redacted, with the second they were said; `translated`: in English only
    by the recognizer's translation.

    `message` is the number, from 1, of the message of a written contact; its `start_s` and `end_s`
    are counted in words and no times. None: spoken.
    """

    recording_id: str
    start_s: float
    end_s: float
    role: Role
    text: str
    translated: bool = False
    message: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A stretch whose words were replaced by a typed placeholder such as `[CARD]`."""

    kind: str
    start_s: float
    end_s: float
    channel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something that tells issues apart, as a keyed hash: `order:3f2a...`, never its digits."""

    kind: str
    key: str
    start_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedTranscript:
    """A transcript fit to be stored: personal data replaced, what linking needs kept as hashes."""

    transcript: Transcript
    redactions: tuple[Redaction, ...]
    entities: tuple[Entity, ...]
