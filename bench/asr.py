"""Recognition beside its peers: words, speed and memory on the same files, weights and cores.

On ../shared/data/speech: harpervalley (sides of calls), telephone (short utterances) and prompts
(shorter ones, clean), in English, which everybody is told::

    pip install faster-whisper pywhispercpp
    python -m bench.asr [--rounds 3] [--out FILE] [--chart docs/speed.svg] [--markdown]
    python -m bench.asr --sets telephone --only ours,faster-batched --ours numeric_mode=bfloat16
    python -m bench.asr --linear

All contenders are loaded, each in a process of its own, and take turns; only one works at a time.
Slow ones run `--slow-rounds`. A long comparison can be run in parts, each with `--out`, and put
together: `--rounds 0 --with part1.json part2.json` measures nothing and prints the tables again.
bench/peers/ says how each is set up and why.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.console import Console

from bench import chart, figures, linear, record, tables
from bench.hearing import by_section, setting
from bench.peers.contender import CONTENDERS, Contender, Setup
from bench.race import Race, Speech, race
from bench.race import speech as with_length
from bench.speech import SETS, SHARED
from bench.verdicts import verdicts
from pipeline.settings import load


def main() -> None:
    """Measure, print, and write what was asked for."""
    options = _options()
    say = _say if options.rounds else lambda _: None
    if options.linear:
        sets = _sets(figures.TELEPHONE_SETS, options.shared)
        setup = _setup(options)
        print(linear.told(linear.measure(sets, setup=setup, rounds=options.rounds, say=say)))
        return
    found = _race(options, say)
    wanted = {turn.speech for turn in found.turns}
    sets_by_name = {
        one.name: one for one in _sets([n for n in SETS if n in wanted], options.shared)
    }
    rows = figures.rows(found.turns, sets_by_name)
    rows += figures.together(rows, sets_by_name)
    judged = verdicts(rows)
    tables.show(rows, judged, Console(width=None if os.isatty(1) else 180))
    for name, configuration in {**found.configurations, **found.left_out}.items():
        print(f"{name}: {configuration}")
    if options.out:
        record.save(options.out, found, rows, judged)
    if options.markdown:
        print(f"\n{tables.markdown(rows, judged)}")
    if options.chart:
        chart.draw(rows, options.chart)


def _race(options: argparse.Namespace, say: Callable[[str], None]) -> Race:
    found = Race(turns=(), configurations={}, left_out={})
    if options.rounds:
        found = race(
            _chosen(options.only),
            _sets(options.sets, options.shared),
            setup=_setup(options),
            rounds=options.rounds,
            slow_rounds=options.slow_rounds,
            say=say,
        )
    for file in options.earlier:
        found = record.add(found, file)
    return found


def _chosen(names: Sequence[str]) -> list[Contender]:
    return [one for one in CONTENDERS if not names or one.name in names]


def _sets(names: Sequence[str], shared: Path) -> list[Speech]:
    return [with_length(name, tuple(SETS[name](shared / name))) for name in names]


def _setup(options: argparse.Namespace) -> Setup:
    return Setup(
        model=options.model,
        cache=load(None).models.cache_dir,
        threads=options.threads,
        folder=Path(),
        ours=by_section(options.ours),
    )


def _say(line: str) -> None:
    print(line, flush=True)


def _names(allowed: Iterable[str]) -> Callable[[str], list[str]]:
    known = list(allowed)

    def split(text: str) -> list[str]:
        names = text.split(",")
        wrong = [name for name in names if name not in known]
        if wrong:
            raise argparse.ArgumentTypeError(f"{wrong[0]!r} is none of {', '.join(known)}")
        return names

    return split


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    only = _names(one.name for one in CONTENDERS)
    parser.add_argument("--only", type=only, default=[], help="contenders by name, with commas")
    parser.add_argument("--sets", type=_names(SETS), default=list(SETS), help="with commas")
    parser.add_argument("--rounds", type=int, default=3, help="0: only what --with holds")
    parser.add_argument("--slow-rounds", type=int, default=1, help="rounds of the slow ones")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parser.add_argument("--threads", type=int, default=cores or 1, help="for each; default: all")
    parser.add_argument("--model", default="base", help="weights by name")
    parser.add_argument(
        "--ours", type=setting, action="append", default=[], help="a setting: numeric_mode=..."
    )
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of shared speech")
    parser.add_argument("--out", type=Path, help="JSON, with the words that each heard")
    parser.add_argument(
        "--with", dest="earlier", type=Path, nargs="+", default=[], help="--out files to add"
    )
    parser.add_argument("--chart", type=Path, help="SVG")
    parser.add_argument("--markdown", action="store_true", help="also the tables for the docs")
    parser.add_argument("--linear", action="store_true", help="ours on 1x and 10x the audio")
    return parser.parse_args()


if __name__ == "__main__":
    main()
