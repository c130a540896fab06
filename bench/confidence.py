"""Whether confidence means what it says: of words with 0.8, are 8 in 10 right?

On ../shared/data/speech: harpervalley and telephone together, and prompts apart, since clean
prompts are easier than calls::

    python -m bench.confidence [--ours numeric_mode=float32]

A word is right if the alignment that word error rates are counted on finds it in the reference.
An utterance's confidence, the mean of its words, is held against its share of right words. Words
that were left out can't have a confidence and don't count. "By chance" is the error that perfect
confidence would show on so few words; "logistic" is what a fitted curve would make of it, each
recording judged by a curve that was fitted on the others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench import hearing, speech
from bench.calibration import (
    Bin,
    Numbers,
    bins,
    calibrated_elsewhere,
    error_by_chance,
    expected_error,
    roc_area,
)
from bench.rightness import rightness
from pipeline.types import Transcript, Utterance

_LIMIT = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A word or an utterance: its confidence, and the share of it that is right.

    `recording` tells recordings apart: a call's two sides are one.
    """

    kind: str
    recording: str
    confidence: float
    right: float


def main() -> None:
    """Measure and print."""
    options = hearing.parser(__doc__).parse_args()
    chosen = hearing.tools(options.ours)
    by_set = {
        name: list(_judged_set(hearing.heard(name, shared=options.shared, chosen=chosen), name))
        for name in speech.SETS
    }
    if any(by_set.values()):
        print(hearing.told(chosen))
    calls = [*by_set["harpervalley"], *by_set["telephone"]]
    for title, items in (("calls and telephone", calls), *by_set.items()):
        for kind in ("words", "utterances"):
            own = [one for one in items if one.kind == kind]
            if own:
                _print(f"{title}, {kind}", own, target=items is calls)


def judged(take: speech.Take, transcript: Transcript, *, recording: str) -> Iterator[Judged]:
    """Words and utterances of every channel, those that count."""
    for channel in range(len(take.said)):
        own = [u for u in transcript.utterances if u.channel == channel]
        texts = [word.text for utterance in own for word in utterance.words]
        marks = iter(rightness(speech.side(take, channel, " ".join(texts)), texts))
        for utterance in own:
            yield from _judged(utterance, [next(marks) for _ in utterance.words], recording)


def _judged(utterance: Utterance, marks: Sequence[bool | None], recording: str) -> Iterator[Judged]:
    for word, mark in zip(utterance.words, marks, strict=True):
        if mark is not None:
            yield Judged(
                kind="words",
                recording=recording,
                confidence=word.confidence,
                right=float(mark),
            )
    counted = [mark for mark in marks if mark is not None]
    if counted:
        yield Judged(
            kind="utterances",
            recording=recording,
            confidence=utterance.confidence,
            right=sum(counted) / len(counted),
        )


def _judged_set(heard: Iterable[tuple[speech.Take, Transcript]], name: str) -> Iterator[Judged]:
    for take, transcript in heard:
        yield from judged(take, transcript, recording=f"{name}/{take.path.stem}")


def _print(title: str, items: Sequence[Judged], *, target: bool) -> None:
    confidence = np.array([one.confidence for one in items])
    right = np.array([one.right for one in items])
    width, mass = (bins(confidence, right, kind=kind) for kind in ("width", "mass"))
    print(f"\n{title}: {len(items)}, {right.mean():.3f} right, confidence {confidence.mean():.3f}")
    print(f"  calibration error {_errors(confidence, right)} (bins of equal width, equal mass)")
    if items[0].kind == "words":
        chance = (error_by_chance(confidence, kind=kind) for kind in ("width", "mass"))
        print("  by chance         {:.3f}, {:.3f}".format(*chance))
        fitted = calibrated_elsewhere(confidence, right, [one.recording for one in items])
        print(f"  logistic          {_errors(fitted, right)}, each recording by the others' curve")
        print(f"  area under ROC    {roc_area(confidence, right == 1):.3f}, wrong words told")
    if target:
        for name, found in (("width", width), ("mass", mass)):
            verdict = "met" if expected_error(found) <= _LIMIT else "MISSED"
            print(f"  {verdict:6}bins of equal {name}: calibration error <= {_LIMIT:g}")
    _print_table(width)
    _print_table(mass)


def _errors(confidence: Numbers, right: Numbers) -> str:
    return ", ".join(
        f"{expected_error(bins(confidence, right, kind=kind)):.3f}" for kind in ("width", "mass")
    )


def _print_table(found: Sequence[Bin]) -> None:
    print("       n  confidence  right")
    for one in found:
        print(f"  {one.n:6}  {one.confidence:10.3f}  {one.right:5.3f}")


if __name__ == "__main__":
    main()
