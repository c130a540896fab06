"""What was understood and linked of the sample, against truth.json: topics, links, FCR, roles.

Contacts are compared by the interaction ids of their legs, so that a wrong merge shows as one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl

from flows import finish, stages
from pipeline.link.link import Linked
from pipeline.measure.fcr import first_contacts, judge
from pipeline.measure.outcomes import outcomes
from pipeline.measure.scope import in_period, scope
from pipeline.settings import Settings
from pipeline.store.store import Store
from pipeline.types import RedactedTranscript, Transcript

Truth = Mapping[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of how many, with the ones that aren't right in words."""

    name: str
    right: int
    of: int
    wrong: tuple[str, ...] = ()

    @property
    def rate(self) -> float | None:
        """`right / of`; None of nothing."""
        return self.right / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFcr:
    """FCR of one window beside the truth's; `differ` lists first contacts judged otherwise."""

    window_days: float
    numerator: int
    denominator: int
    true_numerator: int
    true_denominator: int
    differ: tuple[str, ...]

    @property
    def error_points(self) -> float:
        """Measured less true rate, in percentage points."""
        ours = self.numerator / max(self.denominator, 1)
        return 100 * (ours - self.true_numerator / max(self.true_denominator, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """All that is measured on a workspace in which the sample has been run."""

    topics: Share
    link_precision: Share
    link_recall: Share
    fcr: tuple[WindowFcr, ...]
    roles: Share
    languages: Share
    merges: Share


def compare(store: Store, settings: Settings, truth: Truth) -> Centre:
    """Link the workspace's results as the code does now, and compare them with the truth."""
    keys = stages.remembered(store.workspace)
    linked = finish.link_all(store, settings, keys).main
    heard = [text.transcript for _, text in store.results.read(keys.listen, RedactedTranscript)]
    legs = store.catalogue.legs_frame(keys.listen)
    leg_of = dict(legs.drop_nulls("recording_id").select("recording_id", "leg_id").iter_rows())
    transcripts = {leg_of[one.recording_id]: one for one in heard if one.recording_id in leg_of}
    precision, recall = link_shares(linked, truth)
    return Centre(
        topics=topic_share(linked.contacts, truth),
        link_precision=precision,
        link_recall=recall,
        fcr=tuple(fcr_windows(linked, settings, truth)),
        roles=role_share(transcripts, truth),
        languages=language_share(transcripts, truth),
        merges=merge_share(linked.contacts, truth),
    )


def topic_share(contacts: pl.DataFrame, truth: Truth) -> Share:
    """Contacts whose first topic is one of their true ones; without a true one: unknown."""
    ours = {
        leg: (topic, score)
        for legs, topic, score in contacts.select("leg_ids", "topic", "topic_score").iter_rows()
        for leg in legs
    }
    spoken = [c for c in truth["contacts"] if c["recordings"]]
    wrong = []
    for contact in spoken:
        topic, score = ours.get(contact["contact_id"], ("(no contact)", None))
        if topic not in (contact["topics"] or ["unknown"]):
            wanted = " or ".join(contact["topics"]) or "unknown"
            wrong.append(f"{contact['contact_id']} is {wanted}, found {topic} ({score or 0:.2f})")
    return Share(
        name="topic accuracy", right=len(spoken) - len(wrong), of=len(spoken), wrong=tuple(wrong)
    )


def link_shares(linked: Linked, truth: Truth) -> tuple[Share, Share]:
    """Precision and recall over pairs of contacts in one thread."""
    members: dict[str, set[str]] = defaultdict(set)
    true_ids = _true_ids(linked.contacts, truth)
    for thread, contact in linked.threads.select("thread_id", "contact_id").iter_rows():
        members[thread] |= true_ids[contact]
    ours = {pair for ids in members.values() for pair in combinations(sorted(ids), 2)}
    real = {_pair(*sorted(pair)) for pair in truth["same_issue_links"]}
    evidence = _evidence(linked.links)
    false = [f"{a} {b}: linked, {evidence.get((a, b), 'no row')}" for a, b in sorted(ours - real)]
    missed = [f"{a} {b}: missed, {evidence.get((a, b), 'no row')}" for a, b in sorted(real - ours)]
    both = len(ours & real)
    return (
        Share(name="link precision", right=both, of=len(ours), wrong=tuple(false)),
        Share(name="link recall", right=both, of=len(real), wrong=tuple(missed)),
    )


def fcr_windows(linked: Linked, settings: Settings, truth: Truth) -> Iterable[WindowFcr]:
    """FCR for each window that both have, and the first contacts that make the difference."""
    looked_at = scope(linked.contacts, settings=settings, first_day=None, last_day=None, as_of=None)
    assert looked_at.horizon is not None, "the sample's contacts have times"
    found = outcomes(linked.contacts, linked.threads, scope=looked_at).filter(in_period(looked_at))
    true_ids = _true_ids(linked.contacts, truth)
    for row in truth["fcr"]:
        days = row["window_days"]
        if days not in looked_at.windows_days:
            continue
        judged = judge(
            first_contacts(found),
            variant="same_issue",
            window_days=days,
            horizon=looked_at.horizon,
        )
        ours = Counter(
            (min(true_ids[contact]), state)
            for contact, state in judged.select("contact_id", "state").iter_rows()
        )
        real = Counter(
            (first["contact_id"], first["windows"][str(days)])
            for first in truth["first_contacts"]
            if not first["left_edge"]
        )
        states = Counter(state for _, state in ours.elements())
        yield WindowFcr(
            window_days=days,
            numerator=states["resolved"],
            denominator=states["resolved"] + states["failed"],
            true_numerator=row["numerator"],
            true_denominator=row["denominator"],
            differ=tuple(_differences(ours, real)),
        )


def role_share(transcripts: Mapping[str, Transcript], truth: Truth) -> Share:
    """Channels of two-channel calls whose role is the true one."""
    right, wrong = 0, []
    for _, recording, heard in _heard(transcripts, truth):
        for channel in range(len(heard.roles) if recording["layout"] == "stereo" else 0):
            real = {t["role"] for t in recording["turns"] if t["channel"] == channel}
            found = heard.roles[channel].role
            if real == {found}:
                right += 1
            else:
                real_name = "/".join(sorted(real)) or "nobody"
                wrong.append(f"{recording['file']} [{channel}] is {real_name}, found {found}")
    return Share(name="roles", right=right, of=right + len(wrong), wrong=tuple(wrong))


def language_share(transcripts: Mapping[str, Transcript], truth: Truth) -> Share:
    """Recordings whose main language is the true one."""
    heard = list(_heard(transcripts, truth))
    wrong = tuple(
        f"{recording['file']} is {contact['language']}, found {found.language}"
        for contact, recording, found in heard
        if found.language != contact["language"]
    )
    return Share(name="languages", right=len(heard) - len(wrong), of=len(heard), wrong=wrong)


def merge_share(contacts: pl.DataFrame, truth: Truth) -> Share:
    """True contacts whose legs are together and with no others."""
    ours = {frozenset(legs) for legs in contacts["leg_ids"].to_list()}
    wrong = []
    for contact in truth["contacts"]:
        legs = frozenset(_legs(contact))
        if legs not in ours:
            found = [sorted(one) for one in ours if one & legs]
            wrong.append(f"{sorted(legs)} is one contact, found {sorted(found)}")
    n = len(truth["contacts"])
    return Share(name="legs merged", right=n - len(wrong), of=n, wrong=tuple(wrong))


def _true_ids(contacts: pl.DataFrame, truth: Truth) -> dict[str, set[str]]:
    """Our contact to the true contacts whose legs it holds."""
    real = {leg: one["contact_id"] for one in truth["contacts"] for leg in _legs(one)}
    return {
        contact: {real[leg] for leg in legs if leg in real} or {contact}
        for contact, legs in contacts.select("contact_id", "leg_ids").iter_rows()
    }


def _legs(contact: Mapping[str, Any]) -> list[str]:
    return [r["interaction_id"] for r in contact["recordings"]] or [contact["contact_id"]]


def _evidence(links: pl.DataFrame) -> dict[Pair, str]:
    """What speaks for and against each pair, in one line."""
    found = {}
    for row in links.iter_rows(named=True):
        parts = ", ".join(f"{p['name']} {p['points']:+.2f} ({p['why']})" for p in row["parts"])
        pair = _pair(*sorted((row["contact_a"], row["contact_b"])))
        found[pair] = f"score {row['score']:.2f} by {row['decided_by']}: {parts}"
    return found


def _pair(first: str, second: str) -> Pair:
    return first, second


def _differences(ours: Counter[Pair], real: Counter[Pair]) -> Iterable[str]:
    for contact, state in sorted((ours - real).elements()):
        yield f"{contact}: found {state}"
    for contact, state in sorted((real - ours).elements()):
        yield f"{contact}: is {state}"


def _heard(
    transcripts: Mapping[str, Transcript], truth: Truth
) -> Iterable[tuple[Mapping[str, Any], Mapping[str, Any], Transcript]]:
    for contact in truth["contacts"]:
        for recording in contact["recordings"]:
            if recording["interaction_id"] in transcripts:
                yield contact, recording, transcripts[recording["interaction_id"]]
