"""From a race's turns to figures: errors, speed and memory of each contender on each set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench import compare, speech
from bench.compare import Difference, Ratio, Spread
from bench.peers.contender import CONTENDERS, OURS
from bench.race import Speech, Turn
from bench.words import Errors, WordErrorRate, errors_of, rate

TOGETHER = "telephone sets together"
TELEPHONE_SETS = ("harpervalley", "telephone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contender on one set.

    `difference` is ours less theirs and `ratio` how many times as fast we are: None for ourselves.
    `rates` are the word error rates of single rounds where they differ: a contender that draws
    lots does not hear the same twice; `words` is then the first round's.
    """

    contender: str
    label: str
    speech: str
    words: WordErrorRate
    times_real_time: Spread
    peak_bytes: int
    difference: Difference | None = None
    ratio: Ratio | None = None
    rates: tuple[float, ...] = ()
    errors: tuple[Errors, ...] = field(default=(), repr=False)


def rows(turns: Sequence[Turn], sets: Mapping[str, Speech]) -> list[Row]:
    """A row for each contender and set that was run, in the order of sets, then contenders."""
    heard = {
        (turn.speech, turn.contender, turn.texts): _errors(turn.texts, sets[turn.speech])
        for turn in turns
    }
    found: list[Row] = []
    for one in sets.values():
        ours = [t for t in turns if t.speech == one.name and t.contender == OURS]
        own = heard[one.name, OURS, ours[0].texts] if ours else None
        for contender in CONTENDERS:
            own_turns = [t for t in turns if t.speech == one.name and t.contender == contender.name]
            if own_turns:
                found.append(_row(own_turns, heard, one, contender.label, ours, own))
    return found


def together(found: Sequence[Row], sets: Mapping[str, Speech]) -> list[Row]:
    """Rows for the telephone sets as one: errors pooled, and the time that all of it took."""
    if not set(TELEPHONE_SETS) <= sets.keys():
        return []
    by_name = {(row.contender, row.speech): row for row in found}
    pooled = []
    for contender in CONTENDERS:
        parts = [by_name.get((contender.name, name)) for name in TELEPHONE_SETS]
        both = [part for part in parts if part is not None]
        if len(both) == len(TELEPHONE_SETS):
            own = [by_name.get((OURS, name)) for name in TELEPHONE_SETS]
            pooled.append(_pooled(both, [r for r in own if r is not None], sets))
    return pooled


def _errors(texts: Sequence[str], one: Speech) -> tuple[Errors, ...]:
    pairs = zip(one.takes, texts, strict=True)
    return tuple(errors_of(speech.side(take, 0, text)) for take, text in pairs)


def _row(
    turns: Sequence[Turn],
    heard: Mapping[tuple[str, str, tuple[str, ...]], tuple[Errors, ...]],
    one: Speech,
    label: str,
    ours: Sequence[Turn],
    own: tuple[Errors, ...] | None,
) -> Row:
    name = turns[0].contender
    errors = [heard[one.name, name, turn.texts] for turn in turns]
    measured = [rate(one.name, each) for each in errors]
    rates = tuple(each.rate for each in measured)
    peer = own is not None and name != OURS
    return Row(
        contender=name,
        label=label,
        speech=one.name,
        words=measured[0],
        times_real_time=compare.spread([one.audio_s / turn.took_s for turn in turns]),
        peak_bytes=max(turn.peak_bytes for turn in turns),
        difference=compare.difference(own, errors[0]) if peer and own else None,
        ratio=compare.ratio(_by_round(ours), _by_round(turns)) if peer else None,
        rates=rates if len({turn.texts for turn in turns}) > 1 else (),
        errors=errors[0],
    )


def _by_round(turns: Sequence[Turn]) -> dict[str, float]:
    return {f"{turn.run} {turn.round}": turn.took_s for turn in turns}


def _pooled(parts: Sequence[Row], own: Sequence[Row], sets: Mapping[str, Speech]) -> Row:
    errors = tuple(e for part in parts for e in part.errors)
    speeds = [part.times_real_time for part in parts]
    lengths = [sets[part.speech].audio_s for part in parts]
    peer = len(own) == len(parts) and parts[0].contender != OURS
    ours = [e for part in own for e in part.errors]
    return Row(
        contender=parts[0].contender,
        label=parts[0].label,
        speech=TOGETHER,
        words=rate(TOGETHER, errors),
        times_real_time=Spread(
            middle=_pooled_speed(lengths, [speed.middle for speed in speeds]),
            low=_pooled_speed(lengths, [speed.low for speed in speeds]),
            high=_pooled_speed(lengths, [speed.high for speed in speeds]),
            n=min(speed.n for speed in speeds),
        ),
        peak_bytes=max(part.peak_bytes for part in parts),
        difference=compare.difference(ours, errors) if peer else None,
        errors=errors,
    )


def _pooled_speed(lengths_s: Sequence[float], speeds: Sequence[float]) -> float:
    took_s = sum(length / speed for length, speed in zip(lengths_s, speeds, strict=True))
    return sum(lengths_s) / took_s
