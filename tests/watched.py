"""A `firstcall run` whose phases are watched from outside, and that can be killed in each."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from harness import COMMAND, environment

PHASES = {
    "start": "",
    "ingest": "Looking for recordings",
    "listen": "Listening to",
    "finish": "Understanding, linking",
}
"""Phase to the first words of the line that a run begins it with."""


class Watched:
    """A running command; its lines are read as they come."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._lines: list[str] = []
        self.began = {"start": time.monotonic()}
        self._ended: float | None = None
        self._readers = [
            threading.Thread(target=self._read, args=(stream,), daemon=True)
            for stream in (process.stdout, process.stderr)
            if stream is not None
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: Iterable[str]) -> None:
        for line in stream:
            self._lines.append(line)
            for phase, words in PHASES.items():
                if words and line.startswith(words):
                    self.began.setdefault(phase, time.monotonic())

    @property
    def text(self) -> str:
        return "".join(self._lines)

    @property
    def phase(self) -> str:
        return list(self.began)[-1]

    @property
    def returncode(self) -> int | None:
        return self._process.poll()

    def lasted(self, phase: str) -> float:
        """Seconds from a phase's beginning to the next one's, or to the end."""
        assert self._ended is not None
        begun = [*self.began.values(), self._ended]
        place = list(self.began).index(phase)
        return begun[place + 1] - begun[place]

    def wait(self) -> None:
        self._process.wait()
        self._ended = time.monotonic()
        for reader in self._readers:
            reader.join()

    def kill_in(
        self, phase: str, after_s: float, *, once: Callable[[], bool] = lambda: True
    ) -> bool:
        """kill -9 so many seconds into a phase and once something holds, or when the phase ends;
        False: the run ended before.
        """
        wanted = list(PHASES)[list(PHASES).index(phase) :]
        while self.returncode is None:
            reached = [name for name in wanted if name in self.began]
            gone_on = len(reached) > 1 or phase not in reached
            if reached and (
                gone_on or (time.monotonic() >= self.began[phase] + after_s and once())
            ):
                break
            time.sleep(0.01)
        else:
            self.wait()
            return False
        os.killpg(self._process.pid, signal.SIGKILL)
        self.wait()
        return True


def watch(arguments: list[str], *, cwd: Path, env: Mapping[str, str]) -> Watched:
    """Start the command in a process group of its own."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return Watched(process)
