"""The names people know topics and agents by, for the ids that the measures hold."""

import re
from collections import Counter
from collections.abc import Callable, Mapping

import polars as pl

from pipeline.measures import Dimension
from pipeline.report.words import readable
from pipeline.types import UNKNOWN_TOPIC

UNKNOWN = "unknown"
"""What the measures put where a contact states no agent, team or queue."""


class Names:
    """From a value of a dimension to its name.

    Parameters
    ----------
    contacts : polars.DataFrame
        Knows the agents' names; an agent without one goes by the id, two of one name show both.
    topic_labels : Mapping[str, str]
        Topic id to label.
    """

    def __init__(self, contacts: pl.DataFrame, *, topic_labels: Mapping[str, str]) -> None:
        known = contacts.select("agent_id", "agent_name").drop_nulls().unique().sort(pl.all())
        named = dict(known.iter_rows())
        shared = Counter(named.values())
        self._agents = {
            agent: f"{name} ({agent})" if shared[name] > 1 else name
            for agent, name in named.items()
        }
        self._topics = dict(topic_labels)
        seen = sorted(
            {*contacts["topic"].drop_nulls()} - {"", UNKNOWN_TOPIC},
            key=lambda topic: (-len(topic), topic),
        )
        self._seen = re.compile("|".join(rf"\b{re.escape(topic)}\b" for topic in seen) or r"(?!)")

    def topic(self, value: str | None) -> str:
        """A topic's label."""
        if value in (None, "", UNKNOWN_TOPIC):
            return "Topic unknown"
        return self._topics.get(str(value)) or readable(value)

    def in_words(self, text: str) -> str:
        """A sentence with the ids of topics replaced by their labels."""
        return self._seen.sub(lambda found: self.topic(found[0]).lower(), text)

    def agent(self, value: str | None) -> str:
        """An agent's name."""
        return self._agents.get(value or "") or _stated(value)

    def of(self, dimension: Dimension) -> Callable[[str], str]:
        """How values of a dimension are named; teams and queues are names already."""
        if dimension == "topic":
            return self.topic
        return self.agent if dimension == "agent" else _stated


def _stated(value: str | None) -> str:
    return "Not stated" if value in (None, "", UNKNOWN) else str(value)
