"""From what was understood to the report: whole tables, no models."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import polars as pl

from flows.corrections import corrected, read_corrections
from flows.shard import heard_as, leg_facts, understood_items, words_of
from flows.stages import Stages
from pipeline import intervals, tables
from pipeline.insights import ContactInsight
from pipeline.link.link import Linked, link, without_inferred_merges
from pipeline.masks import masked
from pipeline.measure.coverage import RecordingCounts, count_recordings
from pipeline.measure.files import to_json
from pipeline.measure.measures import measures
from pipeline.measures import Measures
from pipeline.report.report import folder_name, write_report
from pipeline.settings import Settings
from pipeline.store.store import Store
from pipeline.taxonomy.loader import load_topics
from pipeline.types import UNKNOWN_TOPIC, Quote, RedactedTranscript, SoundFinding
from pipeline.written import is_messages, is_recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """Where the report is, and its figures."""

    page: Path
    measures: Measures


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedBothWays:
    """All there is, linked with inferred merges and without, and what became of the recordings.

    `sound` is what is wrong with the sound of those that were heard, by recording id.
    """

    main: Linked
    ids_only: Linked
    recordings: RecordingCounts
    sound: Mapping[str, tuple[SoundFinding, ...]]


def link_all(store: Store, settings: Settings, stages: Stages) -> LinkedBothWays:
    """Contacts, links and threads of all there is, with the topics that people have corrected."""
    legs, insights = corrected(
        store.catalogue.legs_frame(stages.listen, stages.read),
        insights_frame(store, settings, stages),
        read_corrections(store.workspace.folder),
    )
    return LinkedBothWays(
        main=link(legs, insights, settings=settings),
        ids_only=link(legs, insights, settings=without_inferred_merges(settings)),
        recordings=count_recordings(legs, insights),
        sound=_sound(insights),
    )


def save_linked(store: Store, linked: Linked) -> None:
    """The tables of a link run in the place of the last one's."""
    store.linked.save(contacts=linked.contacts, links=linked.links, threads=linked.threads)


def report(
    store: Store,
    settings: Settings,
    stages: Stages,
    *,
    linked: LinkedBothWays,
    first_day: date | None = None,
    last_day: date | None = None,
    as_of: datetime | None = None,
    out: Path | None = None,
    run_id: str | None = None,
) -> Finished:
    """Measure a period and write its report; `out` defaults to reports/<from>_<to>."""
    main, ids_only = linked.main, linked.ids_only
    figures = measures(
        contacts=main.contacts,
        threads=main.threads,
        contacts_ids_only=ids_only.contacts,
        threads_ids_only=ids_only.threads,
        recordings=linked.recordings,
        settings=settings,
        run_id=run_id or uuid4().hex,
        generated_at=datetime.now(UTC).isoformat(timespec="seconds"),
        generated_by=f"firstcall {version('firstcall')}",
        first_day=first_day,
        last_day=last_day,
        as_of=as_of,
    )
    folder = out or store.workspace.reports / folder_name(figures.period)
    topics = load_topics(settings.understand.topics_file).topics
    page = write_report(
        figures,
        main.contacts,
        main.links,
        main.threads,
        measures_json=to_json(figures),
        rejected=[row.rejected for row in store.quarantined(stages.all)],
        out=folder,
        recordings=_names(store),
        sound=linked.sound,
        topic_labels={topic.id: topic.label for topic in topics},
    )
    return Finished(page=page, measures=figures)


def insights_frame(store: Store, settings: Settings, stages: Stages) -> pl.DataFrame:
    """`tables.INSIGHTS` of every contact that was heard or read, and understood."""
    items = understood_items(store, settings, stages)
    insights = {
        items[item]: insight
        for item, insight in store.results.read(stages.understand, ContactInsight, items)
    }
    facts = leg_facts(store, settings)
    heard = words_of(store, stages, insights)
    records = [_row(heard_as(text, facts.get(i)), insights[i]) for i, text in heard]
    return tables.rows(records, tables.INSIGHTS)


def _row(redacted: RedactedTranscript, insight: ContactInsight) -> dict[str, object]:
    transcript, best = redacted.transcript, next(iter(insight.topics), None)
    spoken = intervals.total_s(span for side in transcript.speech for span in side)
    return {
        "recording_id": insight.recording_id,
        "duration_s": None if is_messages(insight.recording_id) else transcript.duration_s,
        "speech_s": round(spoken, 3),
        "n_words": sum(len(utterance.words) for utterance in transcript.utterances),
        "language": insight.language,
        "topic": best.topic if best else UNKNOWN_TOPIC,
        "topic_score": best.score if best else 0.0,
        "topics": [topic.topic for topic in insight.topics],
        "topic_quote": _shown(best.quote) if best else None,
        "issue": _shown(insight.issue) if insight.issue else None,
        "issue_embedding": list(insight.issue_embedding),
        "entities": [{"kind": e.kind, "key": e.key} for e in redacted.entities],
        "claims": [
            {
                "quote": _shown(claim.quote),
                "phrase": claim.phrase,
                "days_ago_min": claim.days_ago_min,
                "days_ago_max": claim.days_ago_max,
            }
            for claim in insight.claims
        ],
        "says_transfer": insight.says_transfer,
        "says_goodbye": insight.says_goodbye,
        "sentiment": insight.sentiment,
        "sentiment_score": insight.sentiment_score,
        "sound": [asdict(finding) for finding in transcript.findings],
    }


def _sound(insights: pl.DataFrame) -> dict[str, tuple[SoundFinding, ...]]:
    """Findings of the recordings that have any."""
    told = insights.select("recording_id", "sound").filter(pl.col("sound").list.len() > 0)
    return {
        recording_id: tuple(SoundFinding(**finding) for finding in findings)
        for recording_id, findings in told.iter_rows()
    }


def _shown(quote: Quote) -> dict[str, object]:
    """A quote as people read it: a translation says that it is one."""
    row = asdict(quote)
    if row.pop("translated"):
        row["text"] += " (translated)"
    return row


def _names(store: Store) -> dict[str, str]:
    """Where words come from, as people may see it: a recording's name, a text's file and line."""
    told_in = store.catalogue.stored_legs().select("recording_id", "source").drop_nulls()
    texts = {one: masked(place) for one, place in told_in.iter_rows() if not is_recording(one)}
    heard_in = {r.recording_id: masked(Path(r.path).name) for r in store.catalogue.recordings()}
    return texts | heard_in
