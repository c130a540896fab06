"""What redaction hides and what it leaves, on marked utterances, plain and after noise.

    python -m bench.understanding redaction
    python -m bench.understanding.redaction [--show] [--sealed FILE...]

The set is bench/understanding/sets/redaction.open.jsonl: turns of calls, written for this, in which
personal data and innocent numbers are marked. A marked value counts as hidden when none of its
telling words is left in what would be stored; telling is every word but `_TELL_NOTHING`. An
innocent mark counts as hidden when any of its telling words is gone; an order number that became
`[ORDER]` or `[CASE]` isn't, since it lives on as a keyed hash.
"""

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bench.rows import Row
from bench.understanding.marked_noise import Token, noisy
from models.heads.written import call_of
from pipeline.keys import keyed
from pipeline.types import Transcript, Utterance, Word
from pipeline.understand.number_words import word_set
from pipeline.understand.redact import redact

OPEN = Path(__file__).parent / "sets" / "redaction.open.jsonl"
TARGETS = {
    "card": 0.98, "code": 0.98, "account": 0.98, "email": 0.98,
    "phone": 0.95, "national_id": 0.95, "address": 0.95, "birth_date": 0.95,
}  # fmt: skip
INNOCENT_TARGET = 0.01
RATE_TARGET = 1200
"""Utterances a second on one core: a quarter of the time that all work on text may take, which is
600 a second on two cores, is then redaction's."""

SEED = 5
_MARK = re.compile(r"⟦(-?\w+):([^⟧]*)⟧")
_TELL_NOTHING = word_set(
    "a an all and area as at by code comma dash dot em er for from full in is it it's minus "
    "my no number of on one's or point slash sorry space stop that that's the then to uh um "
    "underscore with"
)
"""Words of a value that tell nothing of it by themselves."""


@dataclass(frozen=True, slots=True)
class Item:
    """Turns as (side, words); `kinds[mark]` is what a mark holds, a minus before innocent ones."""

    name: str
    turns: tuple[tuple[str, tuple[Token, ...]], ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mark: `hidden` as defined above, `said` as the recogniser wrote it."""

    item: str
    kind: str
    hidden: bool
    said: str
    stored: str


def measure(shared: Path) -> list[Row]:
    """Rows of the open set; `shared` isn't used, the set is our own."""
    return _rows([OPEN])


def read(files: Sequence[Path]) -> list[Item]:
    """Items of files in the format of the open set."""
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [_item(json.loads(line)) for line in lines if line.strip()]


def with_noise(items: Sequence[Item], seed: int = SEED) -> list[Item]:
    """The items as a recogniser might have heard them."""
    words = (token.text for item in items for _, told in item.turns for token in told)
    vocabulary = sorted({re.sub(r"[^\w']", "", word).lower() for word in words} - {""})
    rng = random.Random(seed)
    return [
        replace(
            item,
            turns=tuple(
                (side, tuple(noisy(told, item.kinds, vocabulary, rng))) for side, told in item.turns
            ),
        )
        for item in items
    ]


def verdicts(item: Item) -> list[Verdict]:
    """What redaction made of each mark."""
    said = transcript(item)
    clean = redact(said, keyed=partial(keyed, b"bench"), country="GB").transcript
    spoken = [turn for turn in item.turns if turn[1]]
    found = []
    for mark, kind in enumerate(item.kinds):
        fates = [
            (word.text, _fate(word, after))
            for before, after, (_, tokens) in zip(
                said.utterances, clean.utterances, spoken, strict=True
            )
            for word, token in zip(before.words, tokens, strict=True)
            if token.mark == mark
        ]
        telling = [fate for text, fate in fates if _tells(text)] or [fate for _, fate in fates]
        if kind.startswith("-"):
            fine = ("", "[ORDER]", "[CASE]") if kind == "-order" else ("",)
            hidden = any(fate not in fine for fate in telling)
        else:
            hidden = all(telling)
        stored = " / ".join(utterance.text for utterance in clean.utterances)
        found.append(Verdict(item.name, kind, hidden, " ".join(t for t, _ in fates), stored))
    return found


def transcript(item: Item) -> Transcript:
    """The item as a call."""
    turns = [(side, " ".join(token.text for token in tokens)) for side, tokens in item.turns]
    return call_of(turns, item.name)


def _fate(word: Word, after: Utterance) -> str:
    """The placeholder that stands where the word was, or an empty string where it still is."""
    for kept in after.words:
        if kept.start_s <= word.start_s < kept.end_s:
            return "" if kept == word else kept.text.rstrip(".?!")
    return "[gone]"


def _tells(text: str) -> bool:
    return re.sub(r"^\W+|\W+$", "", text.lower()) not in _TELL_NOTHING


def _item(line: Mapping[str, Any]) -> Item:
    kinds: list[str] = []
    turns = []
    for turn in line["turns"]:
        tokens: list[Token] = []
        at = 0
        glued = False
        text = turn["text"]
        for match in [*_MARK.finditer(text), None]:
            plain = text[at : match.start()] if match else text[at:]
            _add(tokens, plain, None, glued)
            glued = bool(tokens) and not plain[-1:].isspace() if plain else glued
            if match:
                kinds.append(match[1])
                _add(tokens, match[2], len(kinds) - 1, glued)
                at, glued = match.end(), True
        turns.append((turn["side"], tuple(tokens)))
    return Item(str(line["id"]), tuple(turns), tuple(kinds))


def _add(tokens: list[Token], text: str, mark: int | None, glued: bool) -> None:
    """Words of a text; a first one that no space parts from the token before becomes part of it."""
    parts = text.split()
    if glued and parts and not text[0].isspace():
        last = tokens.pop()
        tokens.append(Token(last.text + parts[0], last.mark if last.mark is not None else mark))
        parts = parts[1:]
    tokens += [Token(part, mark) for part in parts]


def _rows(files: Sequence[Path]) -> list[Row]:
    items = read(files)
    how = f"python -m bench.understanding.redaction, {', '.join(file.name for file in files)}"
    rows = []
    for name, told in (("plain", items), ("noise", with_noise(items))):
        found = [verdict for item in told for verdict in verdicts(item)]
        for kind, target in TARGETS.items():
            of_kind = [v.hidden for v in found if v.kind == kind]
            if of_kind:
                share = sum(of_kind) / len(of_kind)
                rows.append(_row(f"{kind} hidden, {name}", share, target, len(of_kind), how))
        innocent = [v.hidden for v in found if v.kind.startswith("-")]
        share = sum(innocent) / max(len(innocent), 1)
        rows.append(_row(f"innocent hidden, {name}", share, -INNOCENT_TARGET, len(innocent), how))
    rows.append(_speed("utterances a second, this set", items))
    return [*rows, _speed("utterances a second, without marks", _unmarked(items))]


def _row(figure: str, value: float, target: float, n: int, how: str) -> Row:
    """`target` negative: at most that."""
    met = value >= target if target >= 0 else value <= -target
    told = f">= {target:.0%}" if target >= 0 else f"<= {-target:.0%}"
    return Row(section="redaction", figure=figure, value=value, target=told, met=met, n=n, how=how)


def _speed(figure: str, items: Sequence[Item]) -> Row:
    """Utterances a second of redaction alone, on one core."""
    told = [transcript(item) for item in items]
    n = sum(len(one.utterances) for one in told)
    started = time.perf_counter()
    for one in told:
        redact(one, keyed=partial(keyed, b"bench"), country="GB")
    rate = n / (time.perf_counter() - started)
    return Row(
        section="redaction", figure=figure, value=rate, target=f">= {RATE_TARGET}",
        met=rate >= RATE_TARGET, n=n, how="redaction alone, one core, in short calls",
    )  # fmt: skip


def _unmarked(items: Sequence[Item]) -> list[Item]:
    """The items without their marked words: talk as most of it is, with few numbers."""
    return [
        replace(
            item,
            turns=tuple((s, tuple(t for t in told if t.mark is None)) for s, told in item.turns),
        )
        for item in items
    ]


def _wrong(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        for verdict in verdicts(item):
            if verdict.hidden == verdict.kind.startswith("-"):
                yield f"{verdict.item} {verdict.kind}: {verdict.said}\n    {verdict.stored}"


def main() -> None:
    """Print the figures; with --show also what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sealed", nargs="+", type=Path, help="measure these files instead")
    parser.add_argument("--show", action="store_true", help="print each error")
    parser.add_argument("--seed", type=int, default=SEED, help="of the noise shown by --show")
    options = parser.parse_args()
    files = options.sealed or [OPEN]
    if options.show:
        items = read(files)
        for name, told in (("plain", items), ("noise", with_noise(items, options.seed))):
            wrong = list(_wrong(told))
            kinds = Counter(line.split()[1].rstrip(":") for line in wrong)
            print(f"--- {name}: {len(wrong)} wrong {dict(kinds)}", *wrong, sep="\n")
    for row in _rows(files):
        met = {True: "yes", False: "NO", None: ""}[row.met]
        print(f"{row.figure:36} {row.value:9.3f}  {row.target:9} {met:4} n={row.n}")


if __name__ == "__main__":
    main()
