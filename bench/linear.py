"""Whether cost grows as the audio does: firstcall on some speech once, and on ten times as much."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from bench.peers.contender import CONTENDERS, OURS, Setup
from bench.peers.worker import Hearing, Worker
from bench.race import Speech

TIMES = 10
LIMIT = 10.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Seconds and peak bytes of the audio once and ten times; every round."""

    audio_s: float
    once: tuple[Hearing, ...]
    ten_times: tuple[Hearing, ...]

    @property
    def ratio(self) -> float:
        """How many times as long ten times the audio takes, by the medians."""
        return median(h.took_s for h in self.ten_times) / median(h.took_s for h in self.once)

    @property
    def met(self) -> bool:
        """Whether that is at most `LIMIT`."""
        return self.ratio <= LIMIT


def measure(
    sets: Sequence[Speech], *, setup: Setup, rounds: int, say: Callable[[str], None]
) -> Linear:
    """All files through one Listener, then ten times all files, each time under other ids."""
    paths = [take.path for one in sets for take in one.takes]
    ours = next(one for one in CONTENDERS if one.name == OURS)
    once: list[Hearing] = []
    ten_times: list[Hearing] = []
    with tempfile.TemporaryDirectory(prefix="firstcall-asr-") as folder:
        worker = Worker(ours, replace(setup, folder=Path(folder)))
        try:
            say(f"{ours.name}: {worker.configuration}")
            worker.hear(paths)
            for number in range(rounds):
                once.append(worker.hear(paths))
                ten_times.append(worker.hear(paths * TIMES))
                say(f"round {number + 1}: {once[-1].took_s:.1f} s, {ten_times[-1].took_s:.1f} s")
        finally:
            worker.close()
    return Linear(
        audio_s=sum(one.audio_s for one in sets), once=tuple(once), ten_times=tuple(ten_times)
    )


def told(found: Linear) -> str:
    """The verdict in words."""
    word = "met    " if found.met else "NOT MET"
    peaks = [max(h.peak_bytes for h in hs) / 2**20 for hs in (found.once, found.ten_times)]
    times = [median(h.took_s for h in hs) for hs in (found.once, found.ten_times)]
    return (
        f"{word} {TIMES} times the audio takes at most {LIMIT} times as long: "
        f"{found.audio_s:.0f} s of audio in {times[0]:.1f} s, {TIMES} times that in "
        f"{times[1]:.1f} s, {found.ratio:.2f} times as long (medians of {len(found.once)} rounds); "
        f"peak memory {peaks[0]:.0f} MiB and {peaks[1]:.0f} MiB"
    )
