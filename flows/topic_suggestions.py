"""New topics among a workspace's contacts without one."""

from dataclasses import dataclass

import numpy as np

from flows.corrections import read_corrections
from flows.topic_labels import understood
from pipeline.settings import Settings
from pipeline.store.store import Store
from pipeline.taxonomy.loader import load_topics
from pipeline.types import UNKNOWN_TOPIC
from pipeline.understand.new_topics import MOST, NewTopic, as_toml, new_topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """Topics suggested, the redacted statements that they point into, entries for topics.toml."""

    topics: tuple[NewTopic, ...]
    statements: tuple[str, ...]
    entries: tuple[str, ...]
    n_unknown: int


def suggestions(store: Store, settings: Settings, *, smallest: int) -> Suggestions:
    """Of contacts whose topic neither people nor the site nor understanding knows."""
    legs = store.catalogue.stored_legs()
    stated = set(legs.drop_nulls("topic").filter(legs.drop_nulls("topic")["topic"] != "")["leg_id"])
    said = {c.contact_id: c.topic for c in read_corrections(store.workspace.folder).values()}
    unknown = [
        insight
        for leg_id, insight in understood(store, settings)
        if said.get(leg_id, UNKNOWN_TOPIC) == UNKNOWN_TOPIC
        and (leg_id in said or (leg_id not in stated and not insight.topics))
    ]
    told = [one for one in unknown if one.issue][-MOST:]
    statements = tuple(one.issue.text for one in told if one.issue)
    vectors = np.array([one.issue_embedding for one in told], dtype=np.float32)
    found = tuple(new_topics(statements, vectors, smallest=smallest))
    taken = [topic.id for topic in load_topics(settings.understand.topics_file).topics]
    entries = tuple(as_toml(topic, statements, taken=taken) for topic in found)
    return Suggestions(topics=found, statements=statements, entries=entries, n_unknown=len(unknown))
