"""What is understood of one contact: the nouns that `pipeline.understand` makes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline.types import Provenance, Quote, Role

SentimentLabel = Literal["negative", "neutral", "positive"]
Emotion = Literal[
    "neutral", "satisfied", "grateful", "confused", "disappointed", "frustrated", "angry", "worried"
]
Quadrant = Literal["angry", "upset", "content", "excited"]
OutcomeLabel = Literal[
    "resolved",
    "promised_follow_up",
    "transferred",
    "escalated",
    "unresolved",
    "not_applicable",
    "unknown",
]
Ended = Literal["recovered", "lost", "steady"]
ReadFrom = Literal["speech", "translation", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionScore:
    """An emotion with its calibrated probability; several may hold at a time."""

    emotion: Emotion
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceSentiment:
    """Sentiment of `pipeline.english.in_english(transcript)[index]`, which are the utterances where
    nothing was translated; `score` from -1 (negative) to 1 (positive). `emotions`: those that are
    likely, best first.
    """

    index: int
    label: SentimentLabel
    score: float
    emotions: tuple[EmotionScore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicScore:
    """A topic of the taxonomy, its score (0 to 1), and the sentence that speaks for it."""

    topic: str
    score: float
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorContactClaim:
    """The speaker says that they were in touch before: "I called on Tuesday about this".

    `days_ago_min` and `days_ago_max` bound when, counted back from this contact's local date;
    None where the words don't say.
    """

    quote: Quote
    phrase: str
    days_ago_min: int | None
    days_ago_max: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the contact ended as its words say, how sure that is (0 to 1), and the words."""

    label: OutcomeLabel
    confidence: float
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A promise by one side. `due_at` is the last moment at which it would still be kept; None
    where no time was told. `phrase` names the rule, `due_words` are the words that tell the time.
    """

    role: Role
    quote: Quote
    phrase: str
    due_at: datetime | None
    due_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words that point to a cause or tell what happened: `kind` such as "no_authority",
    "system_down", "apology", "refusal", "hand_off"; docs/understanding.md lists them.
    """

    kind: str
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """The customer's mean sentiment and arousal (-1 to 1) in a quarter; None: said nothing."""

    sentiment: float | None
    arousal: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurningPoint:
    """Where the customer's sentiment turned, by how much (-2 to 2), and the words that did it."""

    at_s: float
    change: float
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The customer's mood over a call. `quadrant` joins the words' sentiment and the voice's
    arousal; None where either is missing or near its middle.
    """

    quarters: tuple[Quarter, Quarter, Quarter, Quarter]
    turning_points: tuple[TurningPoint, ...]
    ended: Ended
    quadrant: Quadrant | None
    quadrant_confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueEntity:
    """What tells issues apart, in the open: a product, an amount, a date, a kind of address.
    Numbers of orders and cases are `Entity`, hashed.
    """

    kind: Literal["product", "amount", "date", "address_kind"]
    value: str
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactInsight:
    """What was understood of one recording. `topics` is best first and empty for unknown.

    `read_from` is translation where any of the words that were read are the recognizer's
    translation: its slips are then added to those of hearing; text where they were written.
    """

    recording_id: str
    language: str
    sentiment: SentimentLabel
    sentiment_score: float
    utterance_sentiments: tuple[UtteranceSentiment, ...]
    topics: tuple[TopicScore, ...]
    issue: Quote | None
    issue_embedding: tuple[float, ...]
    claims: tuple[PriorContactClaim, ...]
    says_transfer: bool
    says_goodbye: bool
    provenance: Provenance
    read_from: ReadFrom = "speech"
    emotions: tuple[EmotionScore, ...] = ()
    course: Course | None = None
    outcome: Outcome | None = None
    commitments: tuple[Commitment, ...] = ()
    cues: tuple[Cue, ...] = ()
    issue_entities: tuple[IssueEntity, ...] = ()
