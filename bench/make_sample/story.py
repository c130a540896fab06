"""What is said: the stories' own nouns, and how they are read from the TOML files."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
ZONE = ZoneInfo("Europe/London")
MUSIC = re.compile(r"\[music (\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An agent or a customer, with the voice that speaks for them."""

    key: str
    id: str
    engine: str
    factor: float
    tempo: float
    name: str = ""
    team: str = ""
    phones: tuple[str, ...] = ()

    @property
    def anonymous(self) -> bool:
        """Whether the centre knows neither an id nor a number of this caller."""
        return not self.id and not self.phones


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One thing heard: a spoken turn, hold music or a beep."""

    kind: str  # "agent" | "customer" | "music" | "beep"
    text: str = ""
    seconds: float = 0.0
    overlaps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LegStory:
    """What is heard in one recording of a contact; a transfer has two of them."""

    agent: str
    queue: str
    cues: tuple[Cue, ...]
    gap_s: int = 0
    linked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One contact as it truly was, with what the centre's export will say of it."""

    ref: str
    at: datetime
    who: str
    issues: tuple[tuple[str, str], ...]  # (issue, topic)
    outcome: str
    legs: tuple[LegStory, ...]
    medium: str = "call"
    direction: str = "inbound"
    language: str = "en"
    disposition: str = ""
    left_out: str = ""
    index: bool = False
    causes: tuple[str, ...] = ()
    promise: dict[str, str] = field(default_factory=dict)
    secrets: tuple[dict[str, str], ...] = ()
    ani: str | None = None
    phone: int = 0
    no_id: bool = False
    case: str = ""
    csat: str = ""
    codec: str = ""
    ring_s: float = 41.0


def load_cast() -> dict[str, Person]:
    """Everyone in cast.toml by their key."""
    table = tomllib.loads((HERE / "cast.toml").read_text("utf-8"))
    people: dict[str, Person] = {}
    for key, row in {**table["agents"], **table["customers"]}.items():
        engine, factor, tempo = row["voice"]
        people[key] = Person(
            key=key,
            id=row["id"],
            engine=engine,
            factor=factor,
            tempo=tempo,
            name=row.get("name", ""),
            team=row.get("team", ""),
            phones=tuple(row.get("phones", ())),
        )
    return people


def load_stories() -> list[Contact]:
    """All contacts of all weeks, by time."""
    rows = []
    for path in sorted((HERE / "stories").glob("*.toml")):
        rows += tomllib.loads(path.read_text("utf-8"))["contact"]
    contacts = sorted((_contact(row) for row in rows), key=lambda contact: contact.at)
    assert len({contact.ref for contact in contacts}) == len(contacts), "a ref is used twice"
    return contacts


def _contact(row: dict[str, Any]) -> Contact:
    row = dict(row)
    at = datetime.strptime(row.pop("at"), "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZONE)
    issues = tuple(tuple(issue.split(":")) for issue in row.pop("issues"))
    legs = _legs(row.pop("agent"), row.pop("queue"), row.pop("say"))
    row["causes"] = tuple(row.get("causes", ()))
    row["secrets"] = tuple(row.get("secrets", ()))
    return Contact(at=at, issues=issues, legs=legs, **row)


def _legs(agent: str, queue: str, say: str) -> tuple[LegStory, ...]:
    """Split a dialogue at its `[leg agent queue gap linked|separate]` lines."""
    legs: list[LegStory] = []
    gap_s, linked = 0, True
    cues: list[Cue] = []
    for line in say.strip().splitlines():
        if line.startswith("[leg "):
            legs.append(
                LegStory(agent=agent, queue=queue, cues=tuple(cues), gap_s=gap_s, linked=linked)
            )
            agent, queue, gap, link = line.strip("[]").split()[1:]
            gap_s, linked, cues = int(gap), link == "linked", []
        else:
            cues += _cues(line)
    legs.append(LegStory(agent=agent, queue=queue, cues=tuple(cues), gap_s=gap_s, linked=linked))
    return tuple(legs)


def _cues(line: str) -> list[Cue]:
    """`A: text` the agent, `C: text` the customer, `~` before it: starts over the last turn."""
    if line == "[beep]":
        return [Cue(kind="beep", seconds=0.6)]
    overlaps = line.startswith("~")
    side, text = line.lstrip("~").split(": ", 1)
    kind = {"A": "agent", "C": "customer"}[side]
    cues = []
    for number, part in enumerate(MUSIC.split(text)):
        if number % 2:
            cues.append(Cue(kind="music", seconds=float(part)))
        elif part.strip():
            cues.append(Cue(kind=kind, text=part.strip(), overlaps=overlaps))
    return cues
