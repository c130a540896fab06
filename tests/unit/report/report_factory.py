"""A made-up centre's eight weeks: the frames as link makes them, and all that a report takes."""

import json
import random
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

import polars as pl
from report_counting import HORIZON, START, count_measures

from pipeline.measures import Measures
from pipeline.tables import CONTACTS, LINKS, THREADS, rows
from pipeline.types import Rejected

AGENTS = {
    "a1": ("Maria Petrova", "North"),
    "a2": ("Joe Carter", "North"),
    "a3": ("Anselm Okafor", "South"),
    "a4": ("Zoë Lindqvist", "South"),
}
ISSUES = {
    "late_delivery": [
        "My parcel was meant to be here on Monday and it still hasn't come.",
        "I called on Tuesday about the same parcel, and nobody has rung me back.",
        "This is now the third time that I'm asking where my order is.",
    ],
    "billing": [
        "I've been charged twice for September, and I'd like one of them back.",
        "You said the refund takes three days. It's been a week.",
    ],
    "password_reset": [
        "The link in the e-mail doesn't work, it says that it has expired.",
        "It's me again, the new link has expired as well.",
    ],
    "contract_change": ["I'd like to move to the smaller plan from next month."],
    "faulty_device": [
        "The set-top box keeps restarting in the middle of the evening.",
        "I did what your colleague told me, and it's still restarting.",
    ],
}
QUEUES = {"billing": "accounts", "contract_change": "accounts"}


@dataclass
class Made:
    """Everything `write_report` takes."""

    measures: Measures
    contacts: pl.DataFrame
    links: pl.DataFrame
    threads: pl.DataFrame
    recordings: dict[str, str]
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def measures_json(self) -> str:
        return json.dumps(asdict(self.measures), indent=2, sort_keys=True) + "\n"


def quote(recording_id: str, start_s: float, text: str, role: str = "customer") -> dict:
    return {
        "recording_id": recording_id,
        "start_s": start_s,
        "end_s": start_s + 4,
        "role": role,
        "text": text,
    }


def contact(number: int, started_at: datetime | None, **changes: object) -> dict[str, object]:
    """A contact's row; every field that isn't named is that of an ordinary call."""
    recording_id = f"{number:064x}"
    row: dict[str, object] = {
        "contact_id": f"c{number:03d}",
        "leg_ids": [f"c{number:03d}"],
        "recording_ids": [recording_id],
        "merged": "none",
        "started_at": started_at,
        "ended_at": None if started_at is None else started_at + timedelta(minutes=4),
        "medium": "call",
        "direction": "inbound",
        "customer_key": f"customer:{number:032x}",
        "agent_id": "a1",
        "agent_name": AGENTS["a1"][0],
        "team": "North",
        "queue": "service",
        "language": "en",
        "topic": "late_delivery",
        "topic_score": 0.71,
        "transfers": 0,
        "drops": 0,
        "handle_s": 240.0,
        "abandoned": False,
        "evidence": "heard",
        "left_out": None,
        "sentiment": "neutral",
        "sentiment_score": -0.1,
        "issue": quote(recording_id, 12.4, "My parcel hasn't come."),
    }
    return row | changes


def link(a: dict, b: dict, *, score: float = 0.78, **changes: object) -> dict[str, object]:
    parts = [
        ("topic", 1.0, 0.35, f"both are about {a['topic']}"),
        ("claim", 1.0, 0.3, "the later caller says that they called before"),
        ("similarity", 0.43, 0.3, "what was said is alike (cosine 0.43)"),
    ]
    row: dict[str, object] = {
        "contact_a": a["contact_id"],
        "contact_b": b["contact_id"],
        "score": score,
        "decided_by": "score",
        "same_issue": True,
        "parts": [
            {"name": n, "value": v, "weight": w, "points": v * w, "why": why}
            for n, v, w, why in parts
        ],
        "quote_a": a["issue"],
        "quote_b": b["issue"],
    }
    return row | changes


def thread(members: list[dict]) -> list[dict[str, object]]:
    first = members[0]
    return [
        {
            "thread_id": f"T-{first['contact_id']}",
            "contact_id": member["contact_id"],
            "position": position,
            "customer_key": first["customer_key"],
            "topic": first["topic"],
        }
        for position, member in enumerate(members)
    ]


def centre(seed: int = 4, issues: int = 52) -> Made:
    """The whole centre: about 75 contacts in `issues` threads, some left out, two bad files."""
    chance = random.Random(seed)
    contacts: list[dict] = []
    threads: list[list[dict]] = []
    for index in range(issues):
        topic = chance.choices(list(ISSUES), weights=[5, 3, 3, 2, 2])[0]
        start = START + timedelta(days=53 * index / issues, minutes=chance.randrange(480))
        members: list[dict] = []
        for said in ISSUES[topic]:
            members.append(_call(len(contacts) + 1, index, start, topic, said, chance))
            contacts.append(members[-1])
            start += timedelta(days=chance.uniform(0.05, 8), minutes=4)
            if start > HORIZON - timedelta(hours=1) or chance.random() > 0.6:
                break
        threads.append(members)
    links = [
        link(m[i], m[j], score=round(chance.uniform(0.55, 0.95), 2))
        for m in threads
        for j in range(1, len(m))
        for i in range(j)
    ]
    links.append(link(contacts[0], contacts[-1], score=0.2, same_issue=False))
    return made(contacts, links, threads, rejected=list(REJECTED))


def _call(n: int, person: int, at: datetime, topic: str, said: str, chance: random.Random) -> dict:
    agent = chance.choice(list(AGENTS))
    left_out = "left_edge" if at < START + timedelta(days=14) else None
    anonymous = chance.random() < 0.08
    recording_id = f"{n:064x}"
    return contact(
        n,
        at,
        customer_key=None if anonymous else f"customer:{person:032x}",
        agent_id=agent,
        agent_name=AGENTS[agent][0],
        team=AGENTS[agent][1],
        queue=QUEUES.get(topic, "service"),
        topic=topic,
        medium="voicemail" if chance.random() < 0.1 else "call",
        left_out="no_key" if anonymous else left_out,
        sentiment=chance.choices(["negative", "neutral", "positive"], weights=[3, 4, 2])[0],
        issue=quote(recording_id, chance.uniform(3, 95), said),
    )


REJECTED = (
    Rejected(
        item="in/in-0888123456-20251002-0914.wav",
        code="empty",
        reason="the file is empty (0 bytes)",
        remedy="Copy it again from the recorder, then: firstcall retry",
    ),
    Rejected(
        item="contacts.csv line 12",
        code="bad_time",
        reason='started_at is "31/02/2025", which is no date',
        remedy="Mend the line and run again",
    ),
)


def made(
    contacts: list[dict],
    links: list[dict],
    threads: list[list[dict]],
    *,
    rejected: list[Rejected] | None = None,
    why_no_fcr: str | None = None,
) -> Made:
    """Frames and measures of given rows."""
    return Made(
        measures=count_measures(contacts, threads, rejected or [], why_no_fcr),
        contacts=rows(contacts, CONTACTS),
        links=rows(links, LINKS),
        threads=rows([row for members in threads for row in thread(members)], THREADS),
        recordings={r: f"call-••••••{r[-2:]}.wav" for c in contacts for r in c["recording_ids"]},
        rejected=rejected or [],
    )
