"""What a vocabulary does for its own words, and to all others: `python -m bench.vocabulary`.

Three sets, each heard without a vocabulary, with the names that are said in it, and with 200 more
that aren't (bench/unsaid.txt)::

    python -m bench.vocabulary [--sets sample,harpervalley] [--threads 1] [--slips]

`telephone` is the set that the numbers in models/vocabulary.py were tuned on; its names are the
invented ones. `sample` is data/sample's English with every name in it; `harpervalley` its bank and
the first and last names that people give as theirs. A name counts as heard however it is
capitalised and wherever it has spaces, with or without an s.
"""

import argparse
import calendar
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jiwer
from rich.console import Console
from rich.table import Table

from bench import hearing, speech
from bench.speech import SHARED
from bench.words import normalised

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample"
UNSAID = Path(__file__).with_name("unsaid.txt")

_INVENTED = ("Onword", "ThinkEngine", "Wildfire", "Voyager")
_DAYS_AND_MONTHS = frozenset((*calendar.day_name, *calendar.month_name))
_CAPITALS = re.compile(r"(^|[.?!] )?\b([A-Z][a-z]+(?: [A-Z][a-z]+)*)")
_INTRODUCED = re.compile(r"\bmy name is ([a-z]+)(?: ([a-z]+))?")
_NOT_NAMES = frozenset(("how", "i", "and", "can", "may", "um", "uh", "the", "a", "is", "what"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A set, and the names that are said in it."""

    name: str
    takes: tuple[speech.Take, ...]
    names: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Count:
    """Names said and missed, other words said and wrong, and processor seconds."""

    names: int = 0
    missed: int = 0
    words: int = 0
    wrong: int = 0
    seconds: float = 0.0
    slips: list[str] = field(default_factory=list)


def trials(wanted: Sequence[str], shared: Path) -> Iterator[Trial]:
    """The sets asked for."""
    truth = json.loads((SAMPLE / "truth.json").read_text("utf-8"))
    if "telephone" in wanted:
        takes = tuple(speech.telephone(shared / "telephone"))
        yield Trial(name="telephone", takes=takes, names=_INVENTED)
    if "sample" in wanted:
        takes = tuple(one for one in speech.sample(SAMPLE, truth) if one.language == "en")
        found = {name for text in _texts(takes) for name in _named(text)}
        names = tuple(sorted(found.difference(_DAYS_AND_MONTHS)))
        yield Trial(name="sample", takes=takes, names=names)
    if "harpervalley" in wanted:
        takes = tuple(speech.harpervalley(shared / "harpervalley"))
        given = {name for text in _texts(takes) for name in _introduced(text)}
        yield Trial(name="harpervalley", takes=takes, names=("Harper Valley", *sorted(given)))


def _texts(takes: Sequence[speech.Take]) -> Iterator[str]:
    return (text for take in takes for side in take.said for text in side)


def _named(text: str) -> Iterator[str]:
    """Words with a capital that don't begin a sentence."""
    return (found[2] for found in _CAPITALS.finditer(text) if found[1] is None)


def _introduced(text: str) -> Iterator[str]:
    for given in _INTRODUCED.findall(text):
        for name in given:
            if not name or name in _NOT_NAMES:
                break
            yield name.title()


def unsaid(takes: Sequence[speech.Take]) -> tuple[str, ...]:
    """Plausible names that nobody says in these."""
    said = re.sub(r"\W", "", normalised(" ".join(_texts(takes))))
    names = UNSAID.read_text("utf-8").splitlines()
    heard = set(normalised(" ".join(_texts(takes))).split())
    return tuple(n for n in names if normalised(n) not in heard and n.lower() not in said)


def hear(trial: Trial, vocabulary: Sequence[str], *, threads: int) -> Count:
    """One set with one vocabulary."""
    tools = hearing.tools([("vocabulary", tuple(vocabulary)), ("models.threads", threads)])
    _ = tools.recognizer, tools.detector
    list(speech.listen(trial.takes[:3], tools))  # the first windows compile what they need
    started = time.process_time()
    heard = list(speech.listen(trial.takes, tools))
    count = Count(seconds=time.process_time() - started)
    patterns = _patterns(trial.names)
    for take, transcript in heard:
        for side in speech.sides(take, transcript):
            _charge(
                count, _words(" ".join(side.utterances), patterns), _words(side.heard, patterns)
            )
    return count


def _patterns(names: Sequence[str]) -> Mapping[str, re.Pattern[str]]:
    """A word that nobody says for each name, longest name first, and how the name is found."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return {
        f"vocabularyname{i}": re.compile(
            rf"\b{' ?'.join(re.sub(r'[^a-z0-9]', '', normalised(name)))}s?\b"
        )
        for i, name in enumerate(ordered)
    }


def _words(text: str, patterns: Mapping[str, re.Pattern[str]]) -> list[str]:
    plain = normalised(text)
    for stand_in, pattern in patterns.items():
        plain = pattern.sub(stand_in, plain)
    return plain.split()


def _charge(count: Count, said: Sequence[str], heard: Sequence[str]) -> None:
    """Words put in beside a missed name are what it was heard as: they count for none."""
    names = {i for i, word in enumerate(said) if word.startswith("vocabularyname")}
    count.names += len(names)
    count.words += len(said) - len(names)
    if not said:
        count.wrong += len(heard)
        return
    chunks = jiwer.process_words(" ".join(said), " ".join(heard)).alignments[0]
    kept = {i for c in chunks if c.type == "equal" for i in range(c.ref_start_idx, c.ref_end_idx)}
    missed = names - kept
    count.missed += len(missed)
    for chunk in chunks:
        if chunk.type == "equal":
            continue
        if chunk.type == "insert":
            beside = {chunk.ref_start_idx - 1, chunk.ref_start_idx} & missed
            wrong = 0 if beside else chunk.hyp_end_idx - chunk.hyp_start_idx
        else:
            wrong = len(set(range(chunk.ref_start_idx, chunk.ref_end_idx)) - names)
        count.wrong += wrong
        was = " ".join(said[chunk.ref_start_idx : chunk.ref_end_idx])
        got = " ".join(heard[chunk.hyp_start_idx : chunk.hyp_end_idx])
        count.slips.append(f"{was or '·'} -> {got or '·'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--sets", default="telephone,sample,harpervalley", help="with commas")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of shared speech")
    parser.add_argument("--slips", action="store_true", help="what changed")
    options = parser.parse_args()
    shown = Table("set", "vocabulary", "names said", "missed", "fewer", "other words", "wrong")
    shown.add_column("time")
    for trial in trials(options.sets.split(","), options.shared):
        others = unsaid(trial.takes)
        plain: Count | None = None
        for label, vocabulary in (
            ("none", ()),
            (f"its {len(trial.names)}", trial.names),
            (f"and {len(others)} unsaid", (*trial.names, *others)),
        ):
            count = hear(trial, vocabulary, threads=options.threads)
            print(f"{trial.name}, {label}: {count.missed} missed, {count.wrong} wrong", flush=True)
            plain = plain or count
            fewer = 100 * (1 - count.missed / max(1, plain.missed))
            wrong = 100 * count.wrong / count.words
            change = wrong - 100 * plain.wrong / plain.words
            shown.add_row(
                trial.name,
                label,
                str(count.names),
                str(count.missed),
                f"{fewer:.0f} %",
                str(count.words),
                f"{wrong:.2f} % ({change:+.2f})",
                f"x {count.seconds / plain.seconds:.2f}",
            )
            if options.slips:
                _differ(trial.name, label, plain, count)
    Console(width=120).print(shown)


def _differ(name: str, label: str, plain: Count, count: Count) -> None:
    for sign, one, other in (("-", plain, count), ("+", count, plain)):
        left = list(other.slips)
        for slip in one.slips:
            if slip in left:
                left.remove(slip)
            else:
                print(f"{name}, {label}: {sign} {slip}")


if __name__ == "__main__":
    main()
