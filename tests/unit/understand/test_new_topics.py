"""New topics among statements: clusters, their names, and entries for topics.toml."""

import tomllib
from pathlib import Path

import numpy as np

from pipeline.taxonomy.loader import load_topics
from pipeline.understand.new_topics import as_toml, new_topics

SAID = [
    "My gym membership should end.",
    "Please end the gym membership.",
    "The gym membership goes on.",
    "The parrot won't eat.",
    "A parrot bit me.",
    'My parrot is ill, he said "hello".',
    "It rains.",
]
OWNER = [0, 0, 0, 1, 1, 1, 2]


def vectors() -> np.ndarray:
    noise = np.random.default_rng(0).normal(scale=0.05, size=(len(SAID), 8))
    made = np.eye(8)[OWNER] + noise
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def test_like_statements_are_one_topic_named_by_their_own_words() -> None:
    first, second = new_topics(SAID, vectors())
    assert sorted(first.members) == [0, 1, 2] and sorted(second.members) == [3, 4, 5]
    assert {"gym", "membership"} <= set(first.words) and second.words[0] == "parrot"
    assert 0.9 < first.cohesion <= 1


def test_few_statements_are_no_topic() -> None:
    assert new_topics(SAID, vectors(), smallest=4) == []
    assert new_topics(SAID[:1], vectors()[:1]) == [] == new_topics([], vectors()[:0])


def test_an_entry_is_one_that_topics_toml_takes(tmp_path: Path) -> None:
    topics = new_topics(SAID, vectors())
    file = tmp_path / "topics.toml"
    file.write_text("\n".join(as_toml(topic, SAID) for topic in topics))
    assert [topic.id for topic in load_topics(file).topics] == [topic.id for topic in topics]
    assert 'he said "hello"' in " ".join(tomllib.loads(file.read_text())["topic"][1]["phrases"])
    assert as_toml(topics[0], SAID, taken=[topics[0].id]).count(f'"{topics[0].id}_2"') == 1
