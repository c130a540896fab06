"""Contenders against each other: round by round, set by set, in a turning order, one at a time."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import psutil

from bench.peers.contender import Contender, Setup, decoded
from bench.peers.worker import Hearing, UnableError, Worker
from bench.speech import Take
from pipeline.ports import SAMPLE_RATE_HZ

Say = Callable[[str], None]

_WARM_UP_FILES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One set: its files in order, and how many seconds they hold."""

    name: str
    takes: tuple[Take, ...]
    audio_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One contender's way through one set.

    `run` is when the run began: turns of one run and one round can be compared in pairs.
    `others_cpu_s` is what all other processes, waiting contenders among them, used meanwhile.
    """

    contender: str
    speech: str
    run: str
    round: int
    took_s: float
    peak_bytes: int
    others_cpu_s: float
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """All turns; how each contender was set up; and who could not take part, with the reason."""

    turns: tuple[Turn, ...]
    configurations: Mapping[str, str]
    left_out: Mapping[str, str]


def speech(name: str, takes: Sequence[Take]) -> Speech:
    """A set with its length, which is counted from the decoded samples."""
    seconds = sum(len(decoded(take.path)) for take in takes) / SAMPLE_RATE_HZ
    return Speech(name=name, takes=tuple(takes), audio_s=seconds)


def race(
    contenders: Sequence[Contender],
    sets: Sequence[Speech],
    *,
    setup: Setup,
    rounds: int,
    slow_rounds: int,
    say: Say,
) -> Race:
    """Every contender through every set, `rounds` times, slow ones `slow_rounds` times."""
    run = datetime.now(UTC).isoformat(timespec="seconds")
    with ExitStack() as closing:
        workers, left_out = _workers(contenders, setup, closing, say)
        configurations = {w.contender.name: w.configuration for w in workers}
        _warm_up(workers, sets)
        turns: list[Turn] = []
        for number, one in product(range(rounds), sets):
            for worker in _turned(workers, number):
                if number >= slow_rounds and worker.contender.slow:
                    continue
                try:
                    hearing, others_s = _alone(worker, one)
                except UnableError as error:
                    left_out[worker.contender.name] = str(error)
                    workers.remove(worker)
                    say(f"left out from here on: {error}")
                    continue
                turns.append(_turn(worker, one, hearing, run, number, others_s))
                say(_told(turns[-1], one))
    return Race(turns=tuple(turns), configurations=configurations, left_out=left_out)


def _workers(
    contenders: Sequence[Contender], setup: Setup, closing: ExitStack, say: Say
) -> tuple[list[Worker], dict[str, str]]:
    workers: list[Worker] = []
    left_out: dict[str, str] = {}
    for contender in contenders:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="firstcall-asr-")))
        try:
            worker = Worker(contender, replace(setup, folder=folder))
        except UnableError as error:
            left_out[contender.name] = str(error)
            say(f"left out: {error}")
            continue
        closing.callback(worker.close)
        workers.append(worker)
        say(f"{contender.name}: {worker.configuration}")
    return workers, left_out


def _warm_up(workers: Sequence[Worker], sets: Sequence[Speech]) -> None:
    """A few short files, so that nobody's first call is timed."""
    files = [take.path for one in sets for take in one.takes]
    shortest = sorted(files, key=lambda path: path.stat().st_size)[:_WARM_UP_FILES]
    for worker in workers:
        worker.hear(shortest)


def _turned(workers: Sequence[Worker], number: int) -> list[Worker]:
    """Another contender begins each round."""
    at = number % len(workers) if workers else 0
    return [*workers[at:], *workers[:at]]


def _alone(worker: Worker, one: Speech) -> tuple[Hearing, float]:
    before_s = _busy_s() - worker.cpu_s()
    hearing = worker.hear([take.path for take in one.takes])
    return hearing, _busy_s() - worker.cpu_s() - before_s


def _busy_s() -> float:
    """Processor seconds the whole machine has worked, or, if it is virtual, been kept waiting."""
    times = psutil.cpu_times()._asdict()
    counted = ("user", "nice", "system", "irq", "softirq", "steal")
    return float(sum(times.get(name, 0.0) for name in counted))


def _turn(
    worker: Worker, one: Speech, hearing: Hearing, run: str, number: int, others_s: float
) -> Turn:
    return Turn(
        contender=worker.contender.name,
        speech=one.name,
        run=run,
        round=number,
        took_s=hearing.took_s,
        peak_bytes=hearing.peak_bytes,
        others_cpu_s=others_s,
        texts=hearing.texts,
    )


def _told(turn: Turn, one: Speech) -> str:
    speed = one.audio_s / turn.took_s
    busy = f"; OTHERS WERE BUSY: {turn.others_cpu_s:.1f} s" if _busy(turn) else ""
    return (
        f"round {turn.round + 1}, {turn.speech}, {turn.contender}: "
        f"{turn.took_s:.1f} s, {speed:.1f} times real time{busy}"
    )


def _busy(turn: Turn) -> bool:
    return turn.others_cpu_s > 0.05 * turn.took_s + 0.2
