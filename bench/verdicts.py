"""The bars that firstcall must pass beside its peers, and whether it does. None is hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.compare import Difference
from bench.figures import TOGETHER, Row
from bench.peers.contender import BATCHED, COMMAND_LINE, OURS

TIMES_THE_FASTEST = {"harpervalley": 2.0, "telephone": 4.0, "prompts": 4.0}
TIMES_THE_COMMAND_LINE = 12.0
FEWER_ERRORS_PERCENT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One bar: what is asked, what was measured, and whether it is met."""

    asked: str
    measured: str
    met: bool


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """Every bar for which both sides were measured."""
    names = list(dict.fromkeys(row.speech for row in rows))
    by_name = {(row.speech, row.contender): row for row in rows}
    found: list[Verdict] = []
    for name in names:
        ours = by_name.get((name, OURS))
        peers = [r for r in rows if r.speech == name and r.ratio is not None]
        if ours is not None and peers:
            fastest = max(peers, key=lambda row: row.times_real_time.middle)
            found += _beside_the_fastest(ours, fastest)
            found += _speed(by_name.get((name, COMMAND_LINE)), TIMES_THE_COMMAND_LINE)
    found += _fewer_errors(by_name.get((TOGETHER, BATCHED)))
    return found


def told(difference: Difference) -> str:
    """The difference in points with its interval; one that may be 0 is called none."""
    interval = f"{difference.points:+.1f} points [{difference.low:+.1f}, {difference.high:+.1f}]"
    return f"none ({interval})" if difference.none else interval


def _beside_the_fastest(ours: Row, fastest: Row) -> Iterator[Verdict]:
    yield from _speed(fastest, TIMES_THE_FASTEST.get(ours.speech, 2.0), " (the fastest peer)")
    if fastest.difference is not None:
        yield Verdict(
            asked=f"{ours.speech}: no more word errors than {fastest.label}",
            measured=f"{ours.words.rate:.1f} % beside {fastest.words.rate:.1f} %, "
            f"difference {told(fastest.difference)}",
            met=ours.words.rate <= fastest.words.rate,
        )


def _speed(peer: Row | None, limit: float, what: str = "") -> Iterator[Verdict]:
    if peer is None or peer.ratio is None:
        return
    times = peer.ratio.spread
    how = f"{times.n} rounds" if peer.ratio.paired else "not in the same rounds"
    yield Verdict(
        asked=f"{peer.speech}: at least {limit:g} times as fast as {peer.label}{what}",
        measured=f"{times.middle:.1f} times [{times.low:.1f}, {times.high:.1f}; {how}]",
        met=times.middle >= limit,
    )


def _fewer_errors(batched: Row | None) -> Iterator[Verdict]:
    if batched is None or batched.difference is None:
        return
    difference = batched.difference
    yield Verdict(
        asked=f"{TOGETHER}: word errors at least {FEWER_ERRORS_PERCENT:g} % below {batched.label}",
        measured=f"{difference.relative:+.1f} % [{difference.relative_low:+.1f}, "
        f"{difference.relative_high:+.1f}], difference {told(difference)}",
        met=difference.relative <= -FEWER_ERRORS_PERCENT,
    )
