"""How exact word times are: against HarperValley's own alignment, on each side of each call.

The reference was made by a machine too, on a grid of 30 ms::

    python -m bench.word_times [--ours numeric_mode=float32] [--worst 20]

Only words that everybody agrees on are compared: the recogniser, the machine that made the
reference, and the human transcript.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jiwer
import numpy as np

from bench import hearing
from bench.words import normalised

_LIMITS_S = {"median": 0.1, "95th percentile": 0.4}
_FAR_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A word with its times in seconds; `sure` where machine and human heard the same."""

    text: str
    start_s: float
    end_s: float
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Exactness:
    """Differences of one kind of edge, in seconds; `bias_s` is the median with its sign, negative
    where ours are early; `far` counts those over a second.
    """

    edge: str
    n: int
    bias_s: float
    median_s: float
    p95_s: float
    far: int


def main() -> None:
    """Measure and print."""
    options = _options()
    chosen = hearing.tools(options.ours)
    found: list[tuple[Timed, Timed]] = []
    for take, transcript in hearing.heard("harpervalley", shared=options.shared, chosen=chosen):
        file = options.shared / "harpervalley" / "transcript" / f"{take.path.stem}.json"
        wanted = list(reference(json.loads(file.read_text("utf-8")), role=take.path.parent.name))
        ours = [
            Timed(text=word.text, start_s=word.start_s, end_s=word.end_s)
            for utterance in transcript.utterances
            for word in utterance.words
        ]
        found += matched(wanted, ours)
    if found:
        print(hearing.told(chosen))
        _print(found, n_worst=options.worst)


def reference(segments: Sequence[Mapping[str, Any]], *, role: str) -> Iterator[Timed]:
    """One side's words with the reference's times, in the time of its own wav.

    Parameters
    ----------
    segments : sequence of mapping
        A call's, as HarperValley's transcript has them.
    """
    own = [segment for segment in segments if segment["speaker_role"] == role]
    for segment in sorted(own, key=lambda one: one["start_ms"]):
        yield from _words_of(segment)


def matched(wanted: Sequence[Timed], ours: Sequence[Timed]) -> list[tuple[Timed, Timed]]:
    """Pairs of a sure word and the same word heard, by edit distance over all of a side's words."""
    known = [(_unit(word.text), word) for word in wanted if _unit(word.text)]
    heard = [(_unit(word.text), word) for word in ours if _unit(word.text)]
    same = _equal([text for text, _ in known], [text for text, _ in heard])
    return [(known[i][1], heard[j][1]) for i, j in same if known[i][1].sure]


def exactness(edge: str, differences_s: Sequence[float]) -> Exactness:
    """Ours less the reference's, summed up."""
    signed = np.asarray(differences_s)
    return Exactness(
        edge=edge,
        n=len(signed),
        bias_s=float(np.median(signed)),
        median_s=float(np.median(np.abs(signed))),
        p95_s=float(np.percentile(np.abs(signed), 95)),
        far=int((np.abs(signed) > _FAR_S).sum()),
    )


def _words_of(segment: Mapping[str, Any]) -> Iterator[Timed]:
    """The times belong to the machine's own words."""
    machine = segment["transcript"].split()
    human = segment["human_transcript"].split()
    sure = {i for i, _ in _equal(machine, human)}
    places = zip(machine, segment["word_offsets_ms"], segment["word_durations_ms"], strict=True)
    for i, (text, offset_ms, long_ms) in enumerate(places):
        start_s = (segment["start_ms"] + offset_ms) / 1000
        yield Timed(text=text, start_s=start_s, end_s=start_s + long_ms / 1000, sure=i in sure)


def _unit(text: str) -> str:
    """What the normaliser makes of one word, as one: "I'm" becomes two words otherwise."""
    return normalised(text).replace(" ", "_")


def _equal(wanted: Sequence[str], heard: Sequence[str]) -> list[tuple[int, int]]:
    if not wanted or not heard:
        return []
    chunks = jiwer.process_words(" ".join(wanted), " ".join(heard)).alignments[0]
    return [
        (chunk.ref_start_idx + k, chunk.hyp_start_idx + k)
        for chunk in chunks
        if chunk.type == "equal"
        for k in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def _print(found: Sequence[tuple[Timed, Timed]], *, n_worst: int) -> None:
    edges = (
        exactness("start", [b.start_s - a.start_s for a, b in found]),
        exactness("end", [b.end_s - a.end_s for a, b in found]),
    )
    for one in edges:
        print(
            f"{one.edge:6} {one.n} words: median {1000 * one.median_s:.0f} ms, 95th percentile "
            f"{1000 * one.p95_s:.0f} ms, bias {1000 * one.bias_s:+.0f} ms, {one.far} over 1 s"
        )
    for one in edges:
        for name, value_s in (("median", one.median_s), ("95th percentile", one.p95_s)):
            verdict = "met" if value_s <= _LIMITS_S[name] else "MISSED"
            print(f"{verdict:7}{one.edge} {name} <= {1000 * _LIMITS_S[name]:.0f} ms")
    far = sorted(found, key=lambda p: -max(abs(p[0].start_s - p[1].start_s), _late(p)))
    for a, b in far[:n_worst]:
        print(f"  {a.text}: {a.start_s:.2f} to {a.end_s:.2f}, {b.start_s:.2f} to {b.end_s:.2f}")


def _late(pair: tuple[Timed, Timed]) -> float:
    return abs(pair[0].end_s - pair[1].end_s)


def _options() -> argparse.Namespace:
    parser = hearing.parser(__doc__)
    parser.add_argument("--worst", type=int, default=0, help="words furthest off to show")
    return parser.parse_args()


if __name__ == "__main__":
    main()
