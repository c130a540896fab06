"""A process for each contender, so that memory is its own; only one of them works at a time."""

import multiprocessing
import os
import resource
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

from bench.peers.contender import Contender, Setup

_PEAK = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What came of some files: words of each, seconds it took, most memory meanwhile in bytes."""

    texts: tuple[str, ...]
    took_s: float
    peak_bytes: int


class UnableError(Exception):
    """A contender could not be loaded or failed; the text says why."""


class Worker:
    """The parent's hold on one contender's process; loading is done when this returns.

    Raises
    ------
    UnableError
        The contender's library is missing, or its model can't be loaded.
    """

    def __init__(self, contender: Contender, setup: Setup) -> None:
        self.contender = contender
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, contender, setup), daemon=True)
        self._process.start()
        theirs.close()
        self.configuration: str = self._answer()

    def hear(self, paths: Sequence[Path]) -> Hearing:
        """Words of the files, timed within the contender's process."""
        self._pipe.send(tuple(paths))
        hearing: Hearing = self._answer()
        return hearing

    def cpu_s(self) -> float:
        """Processor seconds that the process has used."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    def close(self) -> None:
        """End the process."""
        self._pipe.close()
        self._process.join(timeout=10)
        if self._process.is_alive():
            self._process.terminate()

    def _answer(self) -> Any:
        try:
            answer = self._pipe.recv()
        except EOFError:
            raise UnableError(f"{self.contender.name}: its process ended") from None
        if isinstance(answer, UnableError):
            self._process.join(timeout=10)
            raise answer
        return answer


def _serve(pipe: Connection, contender: Contender, setup: Setup) -> None:
    """The child: load, then answer each list of files with a Hearing until the parent hangs up."""
    os.environ["OMP_NUM_THREADS"] = str(setup.threads)
    try:
        engine = contender.load(setup)
        pipe.send(engine.configuration)
        while True:
            paths = pipe.recv()
            _forget_peak()
            started = time.perf_counter()
            texts = engine.hear(paths)
            took_s = time.perf_counter() - started
            pipe.send(Hearing(texts=tuple(texts), took_s=took_s, peak_bytes=_peak_bytes()))
    except EOFError:
        return
    except Exception as error:
        traceback.print_exc()
        pipe.send(UnableError(f"{contender.name}: {error}"))


def _forget_peak() -> None:
    """Have Linux count the peak from here on; elsewhere it is the process's since its start."""
    if _RESET.exists():
        _RESET.write_text("5")


def _peak_bytes() -> int:
    """Most memory held since `_forget_peak`."""
    if _PEAK.exists():
        lines = dict(line.split(":", 1) for line in _PEAK.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024)
