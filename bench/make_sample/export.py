"""`contacts.csv` with the untidiness of a real export (docs/sample.md lists it)."""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

from bench.make_sample.plan import Leg

COLUMNS = (
    "interaction_id",
    "parent_call_id",
    "StartTime",
    "duration",
    "channel",
    "direction",
    "ANI",
    "ClientId",
    "agent",
    "agent_name",
    "team",
    "skill",
    "outcome",
    "wait_s",
    "hold_s",
    "acw_s",
    "transferred",
    "abandoned",
    "csat",
    "survey_resolved",
    "locale",
    "case_id",
    "recording",
    "channel_map",
    "legacy_flag_2",
)
DISPOSITIONS = {
    "resolved": ("Resolved", "resolved", "RESOLVED", "Resolved "),
    "promised_follow_up": ("Follow Up", "follow up", "Callback"),
    "unresolved": ("Unresolved",),
    "escalated": ("Escalated",),
    "not_applicable": ("",),
}


def write_contacts(path: Path, legs: list[Leg]) -> None:
    """Write one row a leg, in no order of time, with a byte order mark."""
    rows = [_row(leg, number, legs) for number, leg in enumerate(legs)]
    random.Random("export order").shuffle(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def _row(leg: Leg, number: int, legs: list[Leg]) -> dict[str, str]:
    contact, chance = leg.contact, random.Random(f"export {leg.interaction_id}")
    voicemail = contact.medium == "voicemail"
    return {
        "interaction_id": leg.interaction_id + (" " if number % 13 == 7 else ""),
        "parent_call_id": _parent(leg),
        "StartTime": f"{contact.at + timedelta(seconds=_offset_s(leg, legs)):%d/%m/%Y %H:%M:%S}",
        "duration": str(round(leg.duration_s)),
        "channel": "Voicemail" if voicemail else ("Voice", "voice", "VOICE")[number % 3],
        "direction": {"inbound": ("Inbound", "IN", "inbound")[number % 3], "outbound": "Outbound"}[
            contact.direction
        ],
        "ANI": _ani(leg, number),
        "ClientId": "" if contact.no_id else leg.customer.id,
        "agent": leg.agent.id if leg.agent else "",
        "agent_name": _agent_name(leg, number),
        "team": leg.agent.team if leg.agent else "",
        "skill": leg.story.queue if number % 4 else leg.story.queue.capitalize(),
        "outcome": _disposition(leg, number),
        "wait_s": str(chance.randint(3, 95)),
        "hold_s": str(round(sum(c.seconds for c in leg.story.cues if c.kind == "music"))),
        "acw_s": "" if voicemail or not leg.agent else str(chance.randint(10, 80)),
        "transferred": _transferred(leg),
        "abandoned": "Y" if contact.left_out == "abandoned" else "",
        "csat": contact.csat,
        "survey_resolved": {"": "", "5": "yes", "4": "Yes", "3": "no"}[contact.csat],
        "locale": contact.language if contact.language != "en" else ("en-GB", "en-gb")[number % 2],
        "case_id": contact.case,
        "recording": leg.file_name,
        "channel_map": _channel_map(leg),
        "legacy_flag_2": ("", "0", "N/A")[number % 3],
    }


def _offset_s(leg: Leg, legs: list[Leg]) -> int:
    """Seconds from the contact's start to this leg's: earlier legs and the gaps between."""
    earlier = [
        other for other in legs if other.contact_id == leg.contact_id and other.number < leg.number
    ]
    return round(sum(other.duration_s for other in earlier)) + leg.story.gap_s


def leg_start(leg: Leg, legs: list[Leg]) -> datetime:
    """The moment at which this leg starts."""
    return leg.contact.at + timedelta(seconds=_offset_s(leg, legs))


def _parent(leg: Leg) -> str:
    return leg.contact_id if leg.number and leg.story.linked else ""


def _transferred(leg: Leg) -> str:
    """The system marks the linked transfer; of the other only the words tell."""
    following = leg.contact.legs[leg.number + 1 :]
    return "1" if following and following[0].linked else "0"


def _channel_map(leg: Leg) -> str:
    """Who is on which channel, first channel first; blank where there is only one."""
    if leg.layout != "stereo" or not leg.file_name:
        return ""
    return "customer,agent" if leg.agent_channel else "agent,customer"


def _agent_name(leg: Leg, number: int) -> str:
    if leg.agent is None:
        return ""
    return leg.agent.name.upper() if number % 10 == 3 else leg.agent.name


def _disposition(leg: Leg, number: int) -> str:
    contact = leg.contact
    if leg.number + 1 < len(contact.legs):
        return "Transferred" if contact.legs[leg.number + 1].linked else ""
    if contact.left_out == "abandoned":
        return "ABANDONED"
    if contact.disposition:
        return contact.disposition
    words = DISPOSITIONS[contact.outcome]
    return words[number % len(words)] if number % 12 != 5 else ""


def _ani(leg: Leg, number: int) -> str:
    """The number in one of the notations that systems write, or what stands for none."""
    if leg.contact.ani is not None:
        return leg.contact.ani
    plain = leg.customer.phones[leg.contact.phone]
    area, first, last = (
        ("020", plain[3:7], plain[7:])
        if plain.startswith("020")
        else (plain[:5], plain[5:8], plain[8:])
    )
    return (
        f"+44 {area[1:]} {first} {last}",
        f"{area} {first} {last}",
        f"0044{plain[1:]}",
        f"({area}) {first} {last}",
        plain,
        f"+44{plain[1:]}",
        f"{area} {first} {last} ",
        f"0044 {area[1:]} {first}{last}",
    )[number % 8]
