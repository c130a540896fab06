"""One contact's redacted words to what they mean. The models see redacted text only.

All sentences of many contacts go through the encoder in one pass; every head reads from that. Heads
read English: of words in other languages the translation where there is one, and the insight says
so; where there is none, what they tell stays unknown. Rules read the words as they were spoken in
each language that has a phrase file, and the translation of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.english import ENGLISH, in_english
from pipeline.insights import ContactInsight, ReadFrom
from pipeline.ports import Classifier, Matrix, TextEncoder, TopicReader
from pipeline.settings import Understand
from pipeline.taxonomy.loader import Taxonomy
from pipeline.taxonomy.phrases import Spoken, all_phrases
from pipeline.types import RedactedTranscript
from pipeline.understand.claims import prior_contact_claims
from pipeline.understand.commitments import commitments
from pipeline.understand.course import course
from pipeline.understand.cues import cues, says_goodbye, says_transfer
from pipeline.understand.due import WorkingDays
from pipeline.understand.emotions import contact_emotions
from pipeline.understand.issue import find_issue
from pipeline.understand.issue_entities import issue_entities
from pipeline.understand.outcome import outcome
from pipeline.understand.sentences import Sentence, sentences
from pipeline.understand.sentiment import (
    Feelings,
    contact_sentiment,
    counted,
    feelings,
    utterance_sentiments,
)
from pipeline.understand.topics import contact_topics, read_topics
from pipeline.written import is_messages

VERSION = 5
"""Raised by hand when results change: part of the stage's fingerprint."""


_WEEKDAYS = WorkingDays()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    """What every contact of a pass is read with."""

    topics: tuple[str, ...]
    encoder: TextEncoder
    settings: Understand
    spoken: Spoken
    days: WorkingDays


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A contact's sentences: those that models read, and those that rules read as they were said.

    A language without a phrase file is read in translation by both.
    """

    english: list[Sentence]
    heard: list[Sentence]


def understand(
    redacted: RedactedTranscript,
    *,
    taxonomy: Taxonomy,
    encoder: TextEncoder,
    sentiment: Classifier,
    emotions: Classifier,
    settings: Understand,
    started_at: datetime | None,
) -> ContactInsight:
    """What one recording is about; see `understand_many`, which is faster for several."""
    return understand_many(
        [redacted],
        taxonomy=taxonomy,
        encoder=encoder,
        sentiment=sentiment,
        emotions=emotions,
        settings=settings,
        started_at=[started_at],
    )[0]


def understand_many(
    contacts: Sequence[RedactedTranscript],
    *,
    taxonomy: Taxonomy,
    encoder: TextEncoder,
    sentiment: Classifier,
    emotions: Classifier,
    settings: Understand,
    started_at: Sequence[datetime | None],
    days: WorkingDays = _WEEKDAYS,
    trained: TopicReader | None = None,
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
    trained : TopicReader or None
        A site's trained topics; they stand in the place of the taxonomy's.
    """
    spoken = all_phrases(settings.phrases_dir)
    told = [_told(contact, spoken) for contact in contacts]
    texts = sorted({sentence.meaning for one in told for sentence in one.english})
    rows = {text: row for row, text in enumerate(texts)}
    encoded = encoder.read(texts)
    topics, likenesses = read_topics(encoded, taxonomy, encoder, trained)
    felt = feelings(encoded, sentiment=sentiment, emotions=emotions)
    tools = _Tools(
        topics=topics,
        encoder=encoder,
        settings=settings,
        spoken=spoken,
        days=days,
    )
    return [
        _insight(
            contact,
            one,
            encoded.vectors[places],
            likenesses[places],
            felt.of(places),
            moment,
            tools,
        )
        for contact, one, moment in zip(contacts, told, started_at, strict=True)
        for places in ([rows[sentence.meaning] for sentence in one.english],)
    ]


def _told(contact: RedactedTranscript, spoken: Spoken) -> _Told:
    """Of what was translated, the models read the translation and the rules what was spoken."""
    heard = sentences(contact, spoken)
    translated = bool(contact.transcript.translation)
    said = sentences(contact, {ENGLISH: spoken[ENGLISH]}) if translated else heard
    return _Told(
        english=[sentence for sentence in said if sentence.english],
        heard=[sentence for sentence in heard if sentence.language in spoken],
    )


def _insight(
    redacted: RedactedTranscript,
    told: _Told,
    embeddings: Matrix,
    likenesses: Matrix,
    felt: Feelings,
    started_at: datetime | None,
    tools: _Tools,
) -> ContactInsight:
    """One contact; `embeddings[i]` is the vector of the sentence `told.english[i]`,
    `likenesses[i]` how like it is to each topic, and `felt` how it sounds.
    """
    transcript, spoken, said, heard = redacted.transcript, tools.spoken, told.english, told.heard
    seconds, phrases = transcript.duration_s, spoken[ENGLISH]
    by_utterance, utterances = utterance_sentiments(said, felt), in_english(transcript)
    moods = counted(utterances, by_utterance, phrases)
    label, score = contact_sentiment(utterances, moods, duration_s=seconds)
    promises = commitments(heard, spoken=spoken, now=started_at, days=tools.days)
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
            tools.topics,
            duration_s=seconds,
            threshold=tools.settings.topic_threshold,
            phrases=phrases,
        ),
        issue=issue.quote if issue else None,
        issue_embedding=issue.embedding if issue else (),
        claims=prior_contact_claims(heard, spoken, started_at.date() if started_at else None),
        says_transfer=says_transfer(heard, spoken),
        says_goodbye=says_goodbye(heard, spoken),
        course=course(utterances, moods, transcript, contact_score=score),
        outcome=outcome(heard, promises, spoken=spoken),
        commitments=promises,
        cues=cues(heard, spoken),
        provenance=replace(tools.encoder.provenance, stage="understand", version=VERSION),
        emotions=contact_emotions(moods),
        issue_entities=issue_entities(
            said,
            phrases=phrases,
            started_on=started_at.date() if started_at else None,
            products=tools.settings.products,
        ),
        read_from=_read_from(transcript.recording_id, [*said, *heard]),
    )


def _read_from(recording_id: str, said: Sequence[Sentence]) -> ReadFrom:
    if is_messages(recording_id):
        return "text"
    return "translation" if any(sentence.quote.translated for sentence in said) else "speech"
