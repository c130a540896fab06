"""One shard of work: some recordings' way through listening, or through understanding. No Prefect.

A shard is claimed, worked on and kept as a whole: its results and their `done` are one transaction.
So a killed run does the same shards again, in the same batches, and gets the same words.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from flows.hearing import hear
from flows.stages import Stages, understood_item
from flows.tools import Tools, redactor
from pipeline.errors import FirstcallError
from pipeline.listen.listen import ToHear
from pipeline.listen.transcript import with_roles
from pipeline.settings import Settings
from pipeline.store.claims import StageKey
from pipeline.store.owner import Owner
from pipeline.store.store import Store
from pipeline.types import Recording, RedactedTranscript, Role, Transcript
from pipeline.understand.due import working_days
from pipeline.understand.understand import understand_many
from pipeline.written import is_recording

LEASE_S = 4 * 3600
_UNDERSTAND_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFacts:
    """What a recording's metadata says that understanding needs."""

    roles: tuple[Role, ...] | None
    started_at: datetime | None
    """In the site's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a shard."""

    ok: int = 0
    failed: int = 0
    audio_s: float = 0.0

    def __add__(self, other: "Done") -> "Done":
        return Done(
            ok=self.ok + other.ok,
            failed=self.failed + other.failed,
            audio_s=self.audio_s + other.audio_s,
        )


def shards(recordings: Sequence[Recording], *, minutes: float) -> list[list[str]]:
    """Ids in shards of about so many minutes of audio; the same recordings give the same shards."""
    out: list[list[str]] = []
    seconds = 0.0
    for recording in sorted(recordings, key=lambda one: one.recording_id):
        if not out or seconds + recording.duration_s > minutes * 60:
            out.append([])
            seconds = 0.0
        out[-1].append(recording.recording_id)
        seconds += recording.duration_s
    return out


def listen_shard(store: Store, tools: Tools, stages: Stages, ids: Sequence[str]) -> Done:
    """Recognize and redact the recordings of a shard; raw words live in here only."""
    hide = redactor(tools.settings, store.secret)
    failures: dict[str, FirstcallError] = {}
    with claimed(store, stages.listen, ids) as (owner, taken):
        recordings = {one.recording_id: one for one in store.catalogue.recordings(taken)}
        facts = leg_facts(store, tools.settings)
        results = {
            transcript.recording_id: hide(transcript)
            for transcript in _hear([recordings[i] for i in taken], facts, tools, failures)
        }
        kept = keep(store, owner, stages.listen, results, failures, tools.settings)
    heard_s = sum(recordings[i].duration_s for i in kept)
    return Done(ok=len(kept), failed=len(failures), audio_s=heard_s)


def _hear(
    recordings: Sequence[Recording],
    facts: Mapping[str, LegFacts],
    tools: Tools,
    failures: dict[str, FirstcallError],
) -> Iterator[Transcript]:
    """Transcripts as they get ready; a recording that can't be used goes into `failures`."""
    listener = tools.listener()
    for recording in recordings:
        known = facts.get(recording.recording_id)
        item = ToHear(
            recording_id=recording.recording_id,
            channel_map=known.roles if known else None,
            map_source="metadata",
        )
        try:
            hear(listener, item, Path(recording.path), tools.settings.ingest)
        except FirstcallError as error:
            failures[recording.recording_id] = error
        yield from listener.take()
    listener.flush()
    yield from listener.take()


def understand_pending(store: Store, tools: Tools, stages: Stages) -> Done:
    """Understand every contact that was heard or read and isn't understood yet."""
    todo = understood_items(store, tools.settings, stages)
    store.ledger.enqueue(stages.understand, todo)
    pending = store.ledger.items(stages.understand, "pending")
    wanted = [item for item in pending if item in todo]
    done = Done()
    for start in range(0, len(wanted), _UNDERSTAND_AT_ONCE):
        part = wanted[start : start + _UNDERSTAND_AT_ONCE]
        done += _understand(store, tools, stages, {item: todo[item] for item in part})
    return done


def _understand(store: Store, tools: Tools, stages: Stages, todo: Mapping[str, str]) -> Done:
    with claimed(store, stages.understand, list(todo)) as (owner, taken):
        ids = {todo[item]: item for item in taken}
        facts = leg_facts(store, tools.settings)
        heard = dict(words_of(store, stages, ids))
        insights = understand_many(
            [heard_as(heard[i], facts.get(i)) for i in sorted(heard)],
            taxonomy=tools.taxonomy,
            encoder=tools.encoder,
            sentiment=tools.sentiment,
            emotions=tools.emotions,
            settings=tools.settings.understand,
            started_at=[facts[i].started_at if i in facts else None for i in sorted(heard)],
            days=working_days(tools.settings.site),
            trained=tools.topics,
        )
        results = {ids[insight.recording_id]: insight for insight in insights}
        kept = keep(store, owner, stages.understand, results, {}, tools.settings)
    return Done(ok=len(kept))


@contextmanager
def claimed(
    store: Store, key: StageKey, items: Sequence[str]
) -> Iterator[tuple[Owner, tuple[str, ...]]]:
    """A claim on a shard; an error nobody foresaw gives it back, so that a retry finds the work."""
    owner = Owner.of_this_process()
    taken = store.ledger.claim(owner, key, items=items, lease_s=LEASE_S)
    try:
        yield owner, taken
    except BaseException:
        store.ledger.release(owner)
        raise


def understood_items(store: Store, settings: Settings, stages: Stages) -> dict[str, str]:
    """Ledger item to recording id, of every recording that was heard and text that was read."""
    facts = leg_facts(store, settings)
    out = {}
    heard = store.ledger.items(stages.listen, "done")
    for recording_id in (*heard, *store.ledger.items(stages.read, "done")):
        known = facts.get(recording_id)
        item = understood_item(
            recording_id,
            heard=stages.words(recording_id),
            roles=known.roles if known else None,
            started_at=known.started_at if known else None,
        )
        out[item] = recording_id
    return out


def leg_facts(store: Store, settings: Settings) -> dict[str, LegFacts]:
    """Recording id to what its leg says."""
    zone = ZoneInfo(settings.site.timezone)
    legs = store.catalogue.stored_legs().drop_nulls("recording_id")
    columns = legs.select("recording_id", "channel_map", "started_at")
    return {
        recording_id: LegFacts(
            roles=(tuple(roles) if roles else settings.ingest.channel_map)
            if is_recording(recording_id)
            else None,
            started_at=started_at.astimezone(zone) if started_at else None,
        )
        for recording_id, roles, started_at in columns.iter_rows()
    }


def heard_as(redacted: RedactedTranscript, facts: LegFacts | None) -> RedactedTranscript:
    """The transcript with the roles that metadata gives its channels now; a text has its own."""
    if not is_recording(redacted.transcript.recording_id):
        return redacted
    roles = facts.roles if facts else None
    return RedactedTranscript(
        transcript=with_roles(redacted.transcript, roles, "metadata"),
        redactions=redacted.redactions,
        entities=redacted.entities,
    )


def words_of(
    store: Store, stages: Stages, ids: Collection[str]
) -> Iterator[tuple[str, RedactedTranscript]]:
    """The redacted words of contacts, of those that were heard, then of those that were read."""
    for key in (stages.listen, stages.read):
        mine = [one for one in ids if stages.words(one) == key]
        yield from store.results.read(key, RedactedTranscript, mine)


def keep(
    store: Store,
    owner: Owner,
    key: StageKey,
    results: Mapping[str, object],
    failures: Mapping[str, FirstcallError],
    settings: Settings,
) -> Collection[str]:
    """Keep a shard's results and failures; the items kept, none where the claim was lost."""
    kept = store.complete_all(owner, key, results)
    for item, error in failures.items():
        store.ledger.fail(
            owner,
            key,
            item,
            code=error.code,
            reason=error.problem,
            remedy=error.remedy,
            transient=error.transient,
            max_attempts=settings.run.max_attempts,
        )
    return results.keys() if kept else ()


def recordings_of_legs(store: Store, *, before: datetime | None = None) -> tuple[str, ...]:
    """Recordings that legs have, sorted; with `before`, of legs that start earlier or don't say."""
    legs = store.catalogue.stored_legs().drop_nulls("recording_id")
    if before is not None:
        legs = legs.filter(pl.col("started_at").is_null() | (pl.col("started_at") < before))
    return tuple(sorted(filter(is_recording, set(legs["recording_id"]))))
