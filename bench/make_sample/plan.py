"""Decide what a story leaves open: ids, layout, format and file name of each recording."""

import random
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.make_sample.story import Contact, LegStory, Person

CODECS = {
    "stereo": (
        "opus",
        "mp3",
        "opus",
        "m4a",
        "opus",
        "mp3",
        "opus",
        "ulaw",
        "mp3",
        "flac",
        "opus",
        "m4a",
        "opus",
        "mp3",
        "opus",
        "pcm",
    ),
    "mono": (
        "mp3",
        "opus",
        "ulaw",
        "opus",
        "gsm",
        "mp3",
        "pcm",
        "opus",
        "alaw",
        "raw",
        "mp3",
        "flac",
        "opus",
        "m4a",
        "gsm",
        "opus",
        "mp3",
        "alaw",
        "opus",
    ),
    "voicemail": ("gsm", "mp3", "ulaw"),
}
SUFFIX = {"pcm": "wav", "ulaw": "wav", "alaw": "wav", "gsm": "wav", "raw": "ulaw"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A spoken turn where it lies in the finished recording."""

    role: str
    channel: int
    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One row of the export, and the recording that it names (none if the caller hung up)."""

    contact: Contact
    story: LegStory
    number: int
    interaction_id: str
    contact_id: str
    layout: str
    agent_channel: int
    codec: str
    file_name: str
    agent: Person | None
    customer: Person
    turns: tuple[Turn, ...] = ()
    duration_s: float = 0.0
    started_at: datetime | None = None


def plan_legs(contacts: Iterable[Contact], cast: dict[str, Person]) -> list[Leg]:
    """One leg a recording, in time order, with running ids."""
    legs: list[Leg] = []
    used: Counter[str] = Counter()
    for contact in contacts:
        contact_id = f"HH-{1001 + len(legs)}"
        for number, story in enumerate(contact.legs):
            legs.append(_leg(contact, story, number, contact_id, len(legs), used, cast))
    return legs


def _leg(
    contact: Contact,
    story: LegStory,
    number: int,
    contact_id: str,
    count: int,
    used: Counter[str],
    cast: dict[str, Person],
) -> Leg:
    agent, customer = cast.get(story.agent), cast[contact.who]
    layout = _layout(contact, agent, customer, used)
    codec = contact.codec or CODECS[layout][used[layout] % len(CODECS[layout])]
    used[layout] += 1
    agent_channel = random.Random(f"side {contact.ref}").choice((0, 0, 1)) if agent else 0
    return Leg(
        contact=contact,
        story=story,
        number=number,
        interaction_id=f"HH-{1001 + count}",
        contact_id=contact_id,
        layout=layout,
        codec=codec,
        agent=agent,
        customer=customer,
        agent_channel=agent_channel if layout == "stereo" else 0,
        file_name=_file_name(contact, customer, story, codec, count) if story.cues else "",
    )


def _layout(contact: Contact, agent: Person | None, customer: Person, used: Counter[str]) -> str:
    """Mono only where two different voices speak, so that a listener can tell them apart."""
    if contact.medium == "voicemail":
        return "voicemail"
    same_voice = agent is not None and agent.engine == customer.engine
    talks_over = any(cue.overlaps for leg in contact.legs for cue in leg.cues)
    if same_voice or talks_over or used["stereo"] < used["mono"] - 6:
        return "stereo"
    return "mono"


def _file_name(contact: Contact, customer: Person, story: LegStory, codec: str, count: int) -> str:
    """Most names are plain; some follow what recorders write (FIELD.md)."""
    suffix = SUFFIX.get(codec, codec)
    at = contact.at + timedelta(seconds=story.gap_s)
    if count % 9 == 4 and contact.direction == "inbound" and contact.ani is None:
        unique = f"{int(at.timestamp())}.{100 + count}"
        source = customer.phones[contact.phone]
        return f"{at:%Y/%m/%d}/in-4402-{source}-{at:%Y%m%d-%H%M%S}-{unique}.{suffix}"
    if count % 11 == 6 and story.agent:
        agent = story.agent.capitalize()
        return f"Auto1_GUID_{count:03}_AGENT_{agent}_DT_{at:%Y-%m-%dT%H-%M-%S}.{suffix}"
    if count % 23 == 9:
        name = uuid.uuid5(uuid.NAMESPACE_URL, contact.ref)
        return f"convo_{name}_{at:%Y-%m-%d %H_%M_%S}.{suffix}"
    return f"{'vm' if contact.medium == 'voicemail' else 'call'}-{count + 1:04}.{suffix}"
