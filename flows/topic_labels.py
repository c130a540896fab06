"""Examples to train topics on: labelled texts, labelled contacts, people's corrections."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.console import usage_error
from flows.corrections import read_corrections
from flows.shard import understood_items
from flows.stages import remembered
from pipeline.insights import ContactInsight
from pipeline.settings import Settings
from pipeline.store.store import Store
from pipeline.taxonomy.loader import Taxonomy
from pipeline.types import UNKNOWN_TOPIC, Rejected

LONGEST_TOPIC = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and its topic. `real`: a customer's words, no name or phrase of a topic."""

    text: str
    topic: str
    real: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Examples in order, and the labels that couldn't be used."""

    examples: tuple[Example, ...]
    rejected: tuple[Rejected, ...]


def labelled(
    labels: Path | None, workspace: Path | None, settings: Settings, taxonomy: Taxonomy
) -> Labelled:
    """All examples: of the file, of the workspace's corrections, and of the site's topics.

    A site's phrases are examples where any label is one of its topics; else the labels are a list
    of their own, and each one's name is one more example of it.
    """
    rows = list(_rows(labels)) if labels else []
    found = [Example(text=value, topic=topic) for kind, value, topic in rows if kind == "text"]
    contacts = {value: topic for kind, value, topic in rows if kind == "contact_id"}
    if workspace is not None:
        contacts |= {c.contact_id: c.topic for c in read_corrections(workspace).values()}
    elif contacts:
        raise usage_error(
            f"{labels}", "names contacts, and no workspace", "Add --workspace DIR that holds them"
        )
    known = {one: topic for one, topic in contacts.items() if topic != UNKNOWN_TOPIC}
    told = _statements(workspace, settings, known) if workspace and known else {}
    found += [Example(text=told[one], topic=topic) for one, topic in known.items() if one in told]
    rejected = [
        Rejected(
            item=one,
            reason="has no issue statement in this workspace",
            remedy="Check the id, or give its words as text in the labels",
            code="no_statement",
        )
        for one in known
        if one not in told
    ]
    found = [one for one in found if one.topic != UNKNOWN_TOPIC]
    return Labelled(examples=(*found, *_of_names(found, taxonomy)), rejected=tuple(rejected))


def _rows(file: Path) -> Iterator[tuple[str, str, str]]:
    """("text" or "contact_id", its value, topic) of each row that is filled in."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            names = table.fieldnames or ()
            kind = next((name for name in ("text", "contact_id") if name in names), None)
            if kind is None or "topic" not in names:
                raise usage_error(
                    str(file),
                    f"has the columns {', '.join(names) or 'none'}; text and topic are needed, or "
                    "contact_id and topic",
                    "Name them so in the first line",
                )
            for row in table:
                value, topic = (row.get(kind) or "").strip(), (row.get("topic") or "").strip()
                if value and topic:
                    yield kind, value, topic[:LONGEST_TOPIC]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise usage_error(
            str(file), f"can't be read ({error})", "Give a CSV file in UTF-8"
        ) from error


def _of_names(found: list[Example], taxonomy: Taxonomy) -> Iterator[Example]:
    topics = {example.topic for example in found}
    if not topics & {topic.id for topic in taxonomy.topics}:
        for topic in sorted(topics):
            yield Example(text=topic.replace("_", " "), topic=topic, real=False)
        return
    for one in taxonomy.topics:
        for text in (one.label, one.description, *one.phrases):
            yield Example(text=text, topic=one.id, real=False)


def _statements(workspace: Path, settings: Settings, wanted: Mapping[str, str]) -> dict[str, str]:
    """Contact id to the words of its issue, of those that have them."""
    with Store.open(workspace, settings, create=False) as store:
        return {
            leg_id: insight.issue.text
            for leg_id, insight in understood(store, settings)
            if leg_id in wanted and insight.issue
        }


def understood(store: Store, settings: Settings) -> list[tuple[str, ContactInsight]]:
    """Leg ids with what was understood of them, by start and id."""
    keys = remembered(store.workspace)
    items = understood_items(store, settings, keys)
    insights = {
        items[item]: insight
        for item, insight in store.results.read(keys.understand, ContactInsight, items)
    }
    legs = store.catalogue.stored_legs().sort("started_at", "leg_id", nulls_last=True)
    pairs = legs.select("leg_id", "recording_id").iter_rows()
    return [(leg, insights[recording]) for leg, recording in pairs if recording in insights]
