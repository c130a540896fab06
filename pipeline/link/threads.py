"""Threads: the contacts of one customer about one issue, in the order they came.

In (start, id) order a contact joins the thread of its customer with the highest mean score over
the members within reach, if that reaches the threshold; ties go to the thread heard of last. A pair
that isn't decided by its score (an equal case id, a call-back) joins whatever the scores.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from pipeline.tables import THREADS

Scores = Mapping[str, Mapping[str, tuple[float, bool]]]
"""For a contact, each earlier one within reach: the pair's score, and whether it is decided."""


def threads(contacts: pl.DataFrame, links: pl.DataFrame, *, threshold: float) -> pl.DataFrame:
    """`THREADS`: every contact in exactly one thread, sorted by thread and position.

    Contacts without a customer or a time are threads of one.
    """
    order = ["started_at", "contact_id"]
    placed = contacts.filter(
        pl.col("customer_key").is_not_null() & pl.col("started_at").is_not_null()
    ).sort("customer_key", *order)
    alone = contacts.join(placed, on="contact_id", how="anti").sort("contact_id")
    scores = _by_later_contact(links)
    members: list[list[str]] = [[contact] for contact in alone["contact_id"]]
    for ids in _runs(placed["customer_key"], placed["contact_id"]):
        members.extend(joined(ids, scores, threshold=threshold))
    return _frame(members, contacts)


def joined(ids: Sequence[str], scores: Scores, *, threshold: float) -> list[list[str]]:
    """The threads of one customer's contacts, which come in (start, id) order.

    >>> joined(["a", "b", "c"], {"c": {"a": (0.9, False), "b": (0.2, False)}}, threshold=0.5)
    [['a', 'c'], ['b']]
    """
    threads: list[list[str]] = []
    last: list[int] = []
    for place, contact in enumerate(ids):
        near = scores.get(contact, {})
        best: tuple[bool, float, int] | None = None
        chosen = -1
        for number, thread in enumerate(threads):
            pairs = [near[member] for member in thread if member in near]
            if not pairs:
                continue
            mean = round(sum(score for score, _ in pairs) / len(pairs), 9)
            rank = (any(decided for _, decided in pairs), mean, last[number])
            if (rank[0] or mean >= threshold) and (best is None or rank > best):
                best, chosen = rank, number
        if best is None:
            threads.append([contact])
            last.append(place)
        else:
            threads[chosen].append(contact)
            last[chosen] = place
    return threads


def _by_later_contact(links: pl.DataFrame) -> Scores:
    found: dict[str, dict[str, tuple[float, bool]]] = defaultdict(dict)
    columns = links.select("contact_a", "contact_b", "score", pl.col("decided_by") != "score")
    for earlier, later, score, decided in columns.iter_rows():
        found[later][earlier] = (score, decided)
    return found


def _runs(keys: Iterable[str], ids: Iterable[str]) -> Iterable[list[str]]:
    """Ids of each customer; the rows come sorted by customer."""
    run: list[str] = []
    current: str | None = None
    for key, contact in zip(keys, ids, strict=True):
        if key != current and run:
            yield run
            run = []
        current = key
        run.append(contact)
    if run:
        yield run


def _frame(members: list[list[str]], contacts: pl.DataFrame) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "thread_id": [f"T-{thread[0]}" for thread in members for _ in thread],
            "contact_id": [contact for thread in members for contact in thread],
            "position": [place for thread in members for place in range(len(thread))],
        },
        schema={"thread_id": pl.String, "contact_id": pl.String, "position": pl.Int64},
    ).sort("thread_id", "position")
    of_contact = contacts.select("contact_id", "customer_key", "topic")
    frame = frame.join(of_contact, on="contact_id", how="left", maintain_order="left")
    known = pl.col("topic").filter(pl.col("topic") != "unknown").first().over("thread_id")
    topic = pl.coalesce(known, pl.lit("unknown"))
    return frame.with_columns(topic=topic).select(THREADS.names())
