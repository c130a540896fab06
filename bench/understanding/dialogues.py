"""Outcome, promises and "called before" on dialogues written for it by people without the rules.

`sets/dialogues.open.jsonl` was looked at while building; `sets/dialogues.sealed.jsonl` was opened
when the rules stood. A promise is right where the side and the due date are, within two turns.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bench.rows import Row
from bench.understanding.told import insights
from pipeline.insights import ContactInsight

SETS = Path(__file__).parent / "sets"
TURNS_APART = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """A contact in turns with what is true of it."""

    id: str
    started_at: datetime
    turns: tuple[tuple[str, str], ...]
    outcome: str
    promises: tuple[tuple[str, int, date | None], ...]
    called_before: bool


def read(file: Path) -> list[Dialogue]:
    """The dialogues of a file, a JSON object a line."""
    return [_dialogue(json.loads(line)) for line in file.read_text("utf-8").splitlines() if line]


def _dialogue(values: Mapping[str, Any]) -> Dialogue:
    promises = [
        (one["side"], one["turn"], date.fromisoformat(one["due"]) if one["due"] else None)
        for one in values["promises"]
    ]
    return Dialogue(
        id=values["id"],
        started_at=datetime.fromisoformat(values["started_at"]),
        turns=tuple((turn["side"], turn["text"]) for turn in values["turns"]),
        outcome=values["outcome"],
        promises=tuple(promises),
        called_before=values["called_before"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found of a dialogue; promises as (side, turn, due date)."""

    outcome: str
    promises: tuple[tuple[str, int, date | None], ...]
    called_before: bool


def verdict(insight: ContactInsight, one: Dialogue, turn_starts_s: Sequence[float]) -> Verdict:
    """An insight in the terms of the labels."""
    zone = one.started_at.tzinfo
    found = tuple(
        (
            promise.role,
            sum(start_s <= promise.quote.start_s + 1e-6 for start_s in turn_starts_s) - 1,
            promise.due_at.astimezone(zone).date() if promise.due_at else None,
        )
        for promise in insight.commitments
    )
    outcome = insight.outcome.label if insight.outcome else "unknown"
    return Verdict(outcome=outcome, promises=found, called_before=bool(insight.claims))


def matched(found: Verdict, one: Dialogue) -> int:
    """Promises that are right, each label taken once."""
    left = list(one.promises)
    right = 0
    for side, turn, due in found.promises:
        fits = [
            label
            for label in left
            if label[0] == side and label[2] == due and abs(label[1] - turn) <= TURNS_APART
        ]
        if fits:
            left.remove(min(fits, key=lambda label: abs(label[1] - turn)))
            right += 1
    return right


def measure(shared: Path) -> list[Row]:
    """Figures of the open set and of the sealed one."""
    return [
        row
        for name in ("open", "sealed")
        if (SETS / f"dialogues.{name}.jsonl").exists()
        for row in figures(name, read(SETS / f"dialogues.{name}.jsonl"))
    ]


def figures(name: str, dialogues: Sequence[Dialogue]) -> list[Row]:
    """The figures of a set."""
    heard = insights([one.turns for one in dialogues], [one.started_at for one in dialogues])
    pairs = [
        (verdict(insight, one, [u.start_s for u in told.utterances]), one)
        for (insight, told), one in zip(heard, dialogues, strict=True)
    ]
    return [*_outcomes(name, pairs), *_promises(name, pairs), *_before(name, pairs)]


def _outcomes(name: str, pairs: Sequence[tuple[Verdict, Dialogue]]) -> Iterator[Row]:
    labels = sorted({one.outcome for _, one in pairs})
    scores = []
    for label in labels:
        both = sum(v.outcome == label == one.outcome for v, one in pairs)
        either = sum((v.outcome == label) + (one.outcome == label) for v, one in pairs)
        scores.append(2 * both / either)
    right = sum(v.outcome == one.outcome for v, one in pairs) / len(pairs)
    macro = sum(scores) / len(scores)
    yield _row(name, "outcome, micro F1 (share right)", right, 0.9, len(pairs))
    yield _row(name, "outcome, macro F1", macro, 0.9, len(pairs))


def _promises(name: str, pairs: Sequence[tuple[Verdict, Dialogue]]) -> Iterator[Row]:
    right = sum(matched(v, one) for v, one in pairs)
    found = sum(len(v.promises) for v, _ in pairs)
    wanted = sum(len(one.promises) for _, one in pairs)
    f1 = 2 * right / max(found + wanted, 1)
    yield _row(name, "promises with the right due date, F1", f1, 0.9, wanted)


def _before(name: str, pairs: Sequence[tuple[Verdict, Dialogue]]) -> Iterator[Row]:
    right = sum(v.called_before and one.called_before for v, one in pairs)
    found = sum(v.called_before for v, _ in pairs)
    wanted = sum(one.called_before for _, one in pairs)
    yield _row(name, "called before, precision", right / max(found, 1), 0.95, found)
    yield _row(name, "called before, recall", right / max(wanted, 1), None, wanted)


def _row(name: str, figure: str, value: float, target: float | None, n: int) -> Row:
    return Row(
        section="dialogues",
        figure=f"{name}: {figure}",
        value=round(value, 4),
        target=f">= {target}" if target else "",
        met=value >= target if target else None,
        n=n,
        how="100 dialogues a half, written by people who had not read the rules",
    )
