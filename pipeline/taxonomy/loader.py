"""Reads topics.toml, and says plainly what is wrong with one."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import SettingsError
from pipeline.types import UNKNOWN_TOPIC

_FOLDER = Path(__file__).parent
DEFAULT_TOPICS = _FOLDER / "topics.toml"
_REMEDY = "Mend that entry; docs/topics.md shows one"
_FIELDS = {"id", "label", "description", "first_line", "phrases"}
_MAY_HAVE = {"parent"}
_ID = re.compile(r"[a-z][a-z0-9_]{0,47}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a contact can be about. `phrases` are sentences as customers say them.

    `first_line`: the first line can settle it; only such topics count in net FCR. `parent` is the
    topic or heading above it, None at the top; there are two levels.
    """

    id: str
    label: str
    description: str
    first_line: bool
    phrases: tuple[str, ...]
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """The site's topics, in the file's order."""

    topics: tuple[Topic, ...]

    def label(self, topic_id: str) -> str:
        """The label of a topic, "Unknown" for `unknown`, the id itself for one no longer listed."""
        labels = {topic.id: topic.label for topic in self.topics}
        return labels.get(topic_id, "Unknown" if topic_id == UNKNOWN_TOPIC else topic_id)

    def parent(self, topic_id: str) -> str:
        """What stands above a topic; at the top the topic itself."""
        above = {topic.id: topic.parent for topic in self.topics}
        return above.get(topic_id) or topic_id

    @property
    def first_line_ids(self) -> frozenset[str]:
        """Topics that the first line can settle."""
        return frozenset(topic.id for topic in self.topics if topic.first_line)


def load_topics(path: Path | None = None) -> Taxonomy:
    """The topics of a file, or those that come with firstcall.

    Raises
    ------
    SettingsError
        The file can't be read, or an entry isn't allowed; it names the entry and what is wrong.
    """
    file = path or DEFAULT_TOPICS
    entries = read_toml(file).get("topic")
    if not isinstance(entries, list) or not entries:
        raise refused(file, "has no [[topic]] entry; at least one is needed")
    topics = tuple(_topic(file, number, entry) for number, entry in enumerate(entries, start=1))
    seen: set[str] = set()
    for topic in topics:
        if topic.id in seen:
            raise refused(file, f'has the topic id "{topic.id}" twice; ids are unique')
        seen.add(topic.id)
    _check_levels(file, topics)
    return Taxonomy(topics=topics)


def read_toml(file: Path) -> dict[str, Any]:
    """A file of this folder's kind as plain values; SettingsError where it isn't valid TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            str(file),
            f"can't be read ({error.strerror})",
            remedy="Check its path in the settings, section understand",
            code="topics",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            str(file), f"is not valid TOML: {error}", remedy="Mend that line", code="topics"
        ) from error


def _check_levels(file: Path, topics: tuple[Topic, ...]) -> None:
    low = {topic.id for topic in topics if topic.parent}
    for topic in topics:
        if topic.parent in low or topic.parent == topic.id:
            raise refused(
                file,
                f'topic "{topic.id}" has the parent "{topic.parent}", which has a parent itself; '
                "there are two levels",
            )


def _topic(file: Path, number: int, entry: Any) -> Topic:
    if not isinstance(entry, dict):
        raise refused(file, f"topic {number} is {entry!r}; a table [[topic]] is needed")
    name = f"topic {number} ({entry.get('id', 'without id')})"
    unknown, missing = sorted(entry.keys() - _FIELDS - _MAY_HAVE), sorted(_FIELDS - entry.keys())
    if unknown or missing:
        wrong = "lacks " + ", ".join(missing) if missing else "has unknown " + ", ".join(unknown)
        raise refused(
            file,
            f"{name} {wrong}; its fields are {', '.join(sorted(_FIELDS))}"
            ", and parent where it has one",
        )
    if not isinstance(entry["id"], str) or not _ID.fullmatch(entry["id"]):
        raise refused(file, f"{name}: an id is up to 48 of a-z, 0-9 and _, a letter first")
    if entry["id"] == UNKNOWN_TOPIC:
        raise refused(file, f'{name}: "{UNKNOWN_TOPIC}" is kept for contacts without a topic')
    parent = entry.get("parent", "none")
    if not isinstance(parent, str) or not _ID.fullmatch(parent) or parent == UNKNOWN_TOPIC:
        raise refused(file, f"{name}: parent = {parent!r}; an id as those of topics is needed")
    for field in ("label", "description"):
        if not isinstance(entry[field], str) or not entry[field].strip():
            raise refused(file, f"{name}: {field} = {entry[field]!r}; a text is needed")
    if not isinstance(entry["first_line"], bool):
        raise refused(file, f"{name}: first_line = {entry['first_line']!r}; true or false")
    phrases = entry["phrases"]
    if not isinstance(phrases, list) or not all(isinstance(p, str) and p.strip() for p in phrases):
        raise refused(file, f"{name}: phrases is a list of sentences in quotes")
    if len(phrases) < 3:
        raise refused(file, f"{name}: {len(phrases)} phrases; at least 3 are needed")
    return Topic(**{**entry, "phrases": tuple(phrases)})


def refused(file: Path, problem: str) -> SettingsError:
    """What is wrong with a file, with the remedy."""
    return SettingsError(str(file), problem, remedy=_REMEDY, code="topics")
