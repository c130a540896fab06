"""One contact's redacted words to what they mean. The models see redacted text only.

All sentences of many contacts go through the encoder in one pass; every head and rule reads from
that. They read English: of words in other languages the translation is read where there is one, and
the insight says so; where there is none, the language is recorded and the rest stays unknown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.english import in_english
from pipeline.insights import ContactInsight, ReadFrom
from pipeline.ports import Classifier, Matrix, TextEncoder
from pipeline.settings import Understand
from pipeline.taxonomy.loader import Taxonomy
from pipeline.taxonomy.phrases import Phrases, load_phrases
from pipeline.types import RedactedTranscript
from pipeline.understand.claims import prior_contact_claims
from pipeline.understand.commitments import commitments
from pipeline.understand.course import course
from pipeline.understand.cues import cues, says_goodbye, says_transfer
from pipeline.understand.due import WorkingDays
from pipeline.understand.issue import find_issue
from pipeline.understand.outcome import outcome
from pipeline.understand.sentences import Sentence, sentences
from pipeline.understand.sentiment import contact_sentiment, is_manners, utterance_sentiments
from pipeline.understand.topics import TopicIndex, contact_topics, likeness, topic_index
from pipeline.written import is_messages

VERSION = 3
"""Raised by hand when results change: part of the stage's fingerprint."""


_WEEKDAYS = WorkingDays()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    """What every contact of a pass is read with."""

    index: TopicIndex
    encoder: TextEncoder
    sentiment: Classifier
    settings: Understand
    phrases: Phrases
    days: WorkingDays


def understand(
    redacted: RedactedTranscript,
    *,
    taxonomy: Taxonomy,
    encoder: TextEncoder,
    sentiment: Classifier,
    settings: Understand,
    started_at: datetime | None,
) -> ContactInsight:
    """What one recording is about; see `understand_many`, which is faster for several."""
    return understand_many(
        [redacted],
        taxonomy=taxonomy,
        encoder=encoder,
        sentiment=sentiment,
        settings=settings,
        started_at=[started_at],
    )[0]


def understand_many(
    contacts: Sequence[RedactedTranscript],
    *,
    taxonomy: Taxonomy,
    encoder: TextEncoder,
    sentiment: Classifier,
    settings: Understand,
    started_at: Sequence[datetime | None],
    days: WorkingDays = _WEEKDAYS,
) -> list[ContactInsight]:
    """What each recording is about, in the order given, with one pass of the encoder.

    Parameters
    ----------
    contacts : Sequence[RedactedTranscript]
        One a recording.
    started_at : Sequence[datetime | None]
        Each contact's start in the site's zone, of the same length: "last Tuesday" and "within 48
        hours" are counted from it.
    days : WorkingDays
        The site's calendar.
    """
    told = [sentences(contact) for contact in contacts]
    texts = sorted({s.meaning for one in told for s in one if s.english})
    rows = {text: row for row, text in enumerate(texts)}
    vectors = encoder.encode(texts)
    phrases = load_phrases("en")
    assert phrases is not None, "en.toml comes with the package"
    tools = _Tools(
        index=topic_index(taxonomy, encoder),
        encoder=encoder,
        sentiment=sentiment,
        settings=settings,
        phrases=phrases,
        days=days,
    )
    return [
        _insight(contact, said, vectors[[rows[s.meaning] for s in said]], moment, tools)
        for contact, found, moment in zip(contacts, told, started_at, strict=True)
        for said in ([s for s in found if s.english],)
    ]


def _insight(
    redacted: RedactedTranscript,
    said: list[Sentence],
    embeddings: Matrix,
    started_at: datetime | None,
    tools: _Tools,
) -> ContactInsight:
    """One contact; `embeddings[i]` is the vector of the English sentence `said[i]`."""
    transcript = redacted.transcript
    likenesses = likeness(embeddings, tools.index)
    seconds, phrases = transcript.duration_s, tools.phrases
    by_utterance = utterance_sentiments(said, embeddings, tools.sentiment)
    utterances = in_english(transcript)
    label, score = contact_sentiment(utterances, by_utterance, duration_s=seconds, phrases=phrases)
    moods = [one for one in by_utterance if not is_manners(utterances[one.index], phrases)]
    promises = commitments(said, phrases=phrases, now=started_at, days=tools.days)
    issue = find_issue(said, embeddings, likenesses, duration_s=seconds, phrases=phrases)
    return ContactInsight(
        recording_id=transcript.recording_id,
        language=transcript.language,
        sentiment=label,
        sentiment_score=score,
        utterance_sentiments=by_utterance,
        topics=contact_topics(
            said,
            likenesses,
            tools.index,
            duration_s=seconds,
            threshold=tools.settings.topic_threshold,
            phrases=phrases,
        ),
        issue=issue.quote if issue else None,
        issue_embedding=issue.embedding if issue else (),
        claims=prior_contact_claims(said, phrases, started_at.date() if started_at else None),
        says_transfer=says_transfer(said, phrases),
        says_goodbye=says_goodbye(said, phrases),
        course=course(utterances, moods, transcript, contact_score=score),
        outcome=outcome(said, promises, phrases=phrases),
        commitments=promises,
        cues=cues(said, phrases),
        provenance=replace(tools.encoder.provenance, stage="understand", version=VERSION),
        read_from=_read_from(transcript.recording_id, said),
    )


def _read_from(recording_id: str, said: Sequence[Sentence]) -> ReadFrom:
    if is_messages(recording_id):
        return "text"
    return "translation" if any(sentence.quote.translated for sentence in said) else "speech"
