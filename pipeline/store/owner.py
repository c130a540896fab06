"""Who holds a claim, and whether it still lives."""

import hashlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_MACHINE_ID = Path("/etc/machine-id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A process that works on claims.

    `started` tells a process from a later one of the same `pid`: clock ticks since boot on Linux
    (an adjusted clock doesn't move them), seconds since 1970 elsewhere. `boot` tells the boots of
    a host apart where `started` doesn't.
    """

    host: str
    pid: int
    started: float
    boot: str

    @classmethod
    def of_this_process(cls, *, host_id: str | None = None) -> "Owner":
        """The calling process; `host_id` where the host's name isn't unique among the workers."""
        pid = os.getpid()
        started = _started(pid)
        if started is None:  # a process always sees itself, unless /proc is hidden altogether
            raise ProcessLookupError(f"process {pid} can't see itself; is /proc mounted?")
        return cls(host=host_id or _host(), pid=pid, started=started, boot=_boot())

    def seems_alive(self, *, here: "Owner") -> bool | None:
        """Whether the process lives, as seen by `here`; None for a process of another host."""
        if self.host != here.host:
            return None
        if self.boot != here.boot:
            return False
        started = _started(self.pid)
        return started is not None and abs(started - self.started) < 1


def _started(pid: int) -> float | None:
    """When the process started; None when it is gone or only waits to be reaped."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return _started_elsewhere(pid)
    state, *fields = stat.rpartition(")")[2].split()  # a name may hold spaces and brackets
    return None if state in "ZX" else float(fields[18])  # proc(5): 3 is state, 22 starttime


def _started_elsewhere(pid: int) -> float | None:
    if _BOOT_ID.exists():
        return None
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None


def _boot() -> str:
    """The boot's id on Linux; elsewhere `started` says it already."""
    return _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.exists() else ""


def _host() -> str:
    """The host's name, and a mark of the machine: many machines are called "localhost"."""
    machine = _MACHINE_ID.read_bytes() if _MACHINE_ID.exists() else b""
    return f"{socket.gethostname()}/{hashlib.sha256(b'firstcall' + machine).hexdigest()[:8]}"
