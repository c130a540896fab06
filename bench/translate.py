"""What translation costs: speech heard with it and without, in turns, as a ratio of times.

The encoder's work is shared, so that a window's translation costs its second decoding and no more::

    python -m bench.translate [--rounds 3] [--language es] [--ours numeric_mode=float32]

On ../shared/data/speech/prompts, whose recorded telephone prompts are in English, Spanish and
Russian; the language is told to the recogniser, so that every window is translated. Prints also
translations of a few prompts beside what was said: a look at what they are worth.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench import hearing
from bench.speech import Take, listen, prompts
from flows.tools import Tools
from pipeline.types import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Seconds that a round took without translation and with it."""

    plain_s: float
    translated_s: float


def main() -> None:
    """Measure and print."""
    options = _options()
    takes = list(prompts(options.shared / "prompts", options.language))
    chosen = [*options.ours, ("language", options.language)]
    with_it, without = (hearing.tools([*chosen, ("translate", wanted)]) for wanted in (True, False))
    with_it.recognizer = without.recognizer  # the same weights, once in memory
    heard = [done for _, done in listen(takes, with_it)]
    turns = []
    for number in range(options.rounds):
        turns.append(Turn(plain_s=timed(takes, without), translated_s=timed(takes, with_it)))
        print(f"round {number + 1}: {turns[-1].plain_s:.1f} s, {turns[-1].translated_s:.1f} s")
    print(told(turns, heard))
    for take, done in list(zip(takes, heard, strict=True))[: options.show]:
        english = " ".join(u.text for u in done.translation)
        print(f"  {' '.join(take.said[0])}\n    {english or '-'}")


def timed(takes: Sequence[Take], tools: Tools) -> float:
    """Seconds to hear all takes, decoding of files included."""
    started = time.perf_counter()
    for _ in listen(takes, tools):
        pass
    return time.perf_counter() - started


def told(turns: Sequence[Turn], heard: Sequence[Transcript]) -> str:
    """The ratio in words."""
    ratios = sorted(turn.translated_s / turn.plain_s for turn in turns)
    plain_s, translated_s = (
        median(getattr(turn, name) for turn in turns) for name in ("plain_s", "translated_s")
    )
    spoken, english = (
        sum(len(u.words) for done in heard for u in getattr(done, name))
        for name in ("utterances", "translation")
    )
    seconds = sum(done.duration_s for done in heard)
    return (
        f"{len(heard)} prompts, {seconds:.0f} s: {plain_s:.1f} s without translation, "
        f"{translated_s:.1f} s with it: {median(ratios):.2f} times as long "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f} in {len(turns)} rounds); "
        f"{spoken} words spoken, {english} in English"
    )


def _options() -> argparse.Namespace:
    parser = hearing.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--language", default="es", help="of the prompts: es or ru")
    parser.add_argument("--show", type=int, default=8, help="translations to print")
    return parser.parse_args()


if __name__ == "__main__":
    main()
