"""`truth.json`: what was said, meant and done, and the figures that follow (docs/sample.md)."""

import json
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.make_sample import fcr
from bench.make_sample.export import leg_start
from bench.make_sample.plan import Leg
from bench.make_sample.story import Contact, Person

Json = dict[str, Any]


def write_truth(path: Path, legs: list[Leg]) -> None:
    """Collect the truth of all contacts and write it."""
    groups: dict[str, list[Leg]] = {}
    for leg in legs:
        groups.setdefault(leg.contact_id, []).append(leg)
    threads = _threads(groups)
    visits = {
        name: [_visit(groups[i], groups, members) for i in members]
        for name, members in threads.items()
    }
    firsts = fcr.first_contacts(visits)
    document = {
        "about": "Truth of data/sample; every field is described in docs/sample.md.",
        "horizon": {
            "complete_from": _utc(fcr.COMPLETE_FROM),
            "complete_to": _utc(fcr.HORIZON),
            "lookback_days": fcr.LOOKBACK.days,
        },
        "contacts": [_contact(group, threads, firsts) for group in groups.values()],
        "threads": [_thread(name, members, groups) for name, members in threads.items()],
        **_links(threads, groups),
        "first_contacts": [_first(first) for first in firsts],
        "fcr": fcr.rates(firsts),
    }
    _check(document, groups)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _end(group: list[Leg]) -> datetime:
    """The last leg's end, to the second, as the export has it."""
    return leg_start(group[-1], group) + timedelta(seconds=round(group[-1].duration_s))


def _threads(groups: dict[str, list[Leg]]) -> dict[str, list[str]]:
    """Thread id -> contact ids in time order; one thread an issue."""
    by_issue: dict[str, list[str]] = {}
    for contact_id, group in groups.items():
        for issue, _ in group[0].contact.issues:
            by_issue.setdefault(issue, []).append(contact_id)
    return {f"T{n:02}": members for n, members in enumerate(by_issue.values(), start=1)}


def _visit(group: list[Leg], groups: dict[str, list[Leg]], members: list[str]) -> fcr.Visit:
    contact = group[0].contact
    called_back = any(groups[i][0].contact.index for i in members)
    return fcr.Visit(
        contact_id=group[0].contact_id,
        start=contact.at.astimezone(UTC),
        end=_end(group).astimezone(UTC),
        eligible=not _left_out(contact, group[0].customer),
        inbound=contact.direction == "inbound",
        chaser=contact.medium == "voicemail" and called_back,
    )


def _left_out(contact: Contact, customer: Person) -> str:
    """Why a contact cannot enter a denominator; blank if it can."""
    if contact.left_out:
        return contact.left_out
    if contact.direction == "outbound" and not contact.index:
        return "outbound"
    return "no_key" if customer.anonymous else ""


def _contact(
    group: list[Leg], threads: dict[str, list[str]], firsts: list[fcr.FirstContact]
) -> Json:
    leg, contact = group[0], group[0].contact
    opened = [first for first in firsts if first.contact_id == leg.contact_id]
    reason = _left_out(contact, leg.customer)
    if opened and all(first.left_edge for first in opened):
        reason = "left_edge"
    return {
        "contact_id": leg.contact_id,
        "story": contact.ref,
        "customer": contact.who,
        "customer_known": not leg.customer.anonymous,
        "medium": contact.medium,
        "direction": contact.direction,
        "language": contact.language,
        "started_at": _utc(contact.at),
        "ended_at": _utc(_end(group)),
        "agents": [one.agent.id for one in group if one.agent],
        "queues": [one.story.queue for one in group],
        "transfers": len(group) - 1,
        "issues": [
            {"thread_id": name, "topic": topic}
            for issue, topic in contact.issues
            for name in _thread_of(issue, group, threads)
        ],
        "topics": [topic for _, topic in contact.issues],
        "outcome": contact.outcome,
        "promise": contact.promise or None,
        "is_repeat": bool(contact.causes),
        "causes": list(contact.causes),
        "index": {
            "eligible": not reason,
            "left_out": reason or None,
            "opens": [first.thread_id for first in opened],
        },
        "secrets_spoken": list(contact.secrets),
        "recordings": [_recording(one, group) for one in group if one.file_name],
    }


def _thread_of(issue: str, group: list[Leg], threads: dict[str, list[str]]) -> list[str]:
    """The thread whose place among this contact's threads is the issue's place."""
    mine = [name for name, members in threads.items() if group[0].contact_id in members]
    names = [name for name, _ in group[0].contact.issues]
    return [mine[names.index(issue)]]


def _recording(leg: Leg, group: list[Leg]) -> Json:
    return {
        "file": leg.file_name,
        "interaction_id": leg.interaction_id,
        "layout": leg.layout,
        "format": leg.codec,
        "started_at": _utc(leg_start(leg, group)),
        "duration_s": round(leg.duration_s, 2),
        "agent": leg.agent.id if leg.agent else None,
        "music_s": sum(cue.seconds for cue in leg.story.cues if cue.kind == "music"),
        "turns": [
            {
                "role": t.role,
                "channel": t.channel,
                "start_s": t.start_s,
                "end_s": t.end_s,
                "text": t.text,
            }
            for t in leg.turns
        ],
    }


def _thread(name: str, members: list[str], groups: dict[str, list[Leg]]) -> Json:
    customer = groups[members[0]][0].customer
    return {
        "thread_id": name,
        "customer": customer.key,
        "knowable": not customer.anonymous,
        "contact_ids": members,
    }


def _links(threads: dict[str, list[str]], groups: dict[str, list[Leg]]) -> Json:
    """All pairs of one customer: the same issue, not knowable, or another issue."""
    same = {pair for members in threads.values() for pair in combinations(members, 2)}
    known, hidden, different = [], [], []
    for first, second in combinations(groups, 2):
        one, two = groups[first][0], groups[second][0]
        if one.contact.who != two.contact.who or not (one.contact.issues and two.contact.issues):
            continue
        if (first, second) not in same:
            different.append((first, second, one.contact.issues, two.contact.issues))
        elif one.customer.anonymous:
            hidden.append([first, second])
        else:
            known.append([first, second])
    return {
        "same_issue_links": known,
        "unknowable_links": hidden,
        "different_issue_pairs": [
            {
                "pair": [a, b],
                "same_topic": bool({t for _, t in x} & {t for _, t in y}),
                "within_lookback": groups[b][0].contact.at - _end(groups[a]) <= fcr.LOOKBACK,
            }
            for a, b, x, y in different
        ],
    }


def _first(first: fcr.FirstContact) -> Json:
    return {
        "contact_id": first.contact_id,
        "thread_id": first.thread_id,
        "ended_at": _utc(first.end),
        "left_edge": first.left_edge,
        "next_event": _utc(first.next_event) if first.next_event else None,
        "windows": {
            str(days): "open"
            if not first.closed(days)
            else "failed"
            if first.failed(days)
            else "resolved"
            for days in fcr.WINDOWS_DAYS
        },
    }


def _check(document: Json, groups: dict[str, list[Leg]]) -> None:
    """What must hold, whatever the stories say."""
    for pair in document["same_issue_links"]:
        earlier, later = (groups[i] for i in pair)
        assert later[0].contact.at > _end(earlier), f"{pair} overlap"
    for contact in document["contacts"]:
        repeat = any(contact["contact_id"] in t["contact_ids"][1:] for t in document["threads"])
        called_back = contact["direction"] == "outbound"
        assert repeat == contact["is_repeat"] or called_back, f"{contact['story']}: causes"
        for recording in contact["recordings"]:
            for turn in recording["turns"]:
                assert 0 <= turn["start_s"] < turn["end_s"] <= recording["duration_s"], turn
