"""Hostile recordings and contact lists, each with the reason that a person must be told."""

import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness import SAMPLE, wav

GOOD = "call-0075.mp3"
_NOISE = random.Random(5).randbytes(4000)


@dataclass(frozen=True)
class Hostile:
    """A file of this name; `make` writes it; its row must have one of the codes and the words."""

    name: str
    make: Callable[[Path], object]
    code: str
    words: str


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _start_of(name: str, size: int) -> Callable[[Path], object]:
    return lambda path: path.write_bytes((SAMPLE / "recordings" / name).read_bytes()[:size])


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("call.wav", wav(seconds=2, level=900))


def _locked(path: Path) -> None:
    path.write_bytes(wav(seconds=2, level=900))
    path.chmod(0)


HOSTILE: tuple[Hostile, ...] = (
    Hostile("empty.wav", _bytes(b""), "empty", "is empty (0 bytes)"),
    Hostile("header-only.wav", _bytes(wav(seconds=2)[:30]), "undecodable", "damaged or cut off"),
    Hostile("cut.flac", _start_of("call-0026.flac", 60), "undecodable", "can't be"),
    Hostile("cut.m4a", _start_of("call-0021.m4a", 200), "undecodable", "can't be opened"),
    Hostile("cut.opus", _start_of("call-0035.opus", 30), "undecodable", "can't be"),
    Hostile("text.wav", _bytes(b"This is a memo, not a call.\n" * 90), "not_audio", "text"),
    Hostile("page.mp3", _bytes(b"<html><body>Login</body></html>"), "not_audio", "text"),
    Hostile("picture.wav", _bytes(b"\x89PNG\r\n\x1a\n" + _NOISE), "not_audio", "no audio format"),
    Hostile("zeros.mp3", _bytes(bytes(4000)), "not_audio", "no audio format"),
    Hostile("archive.m4a", _zip, "not_audio", "no audio format"),
    Hostile("ogg-noise.ogg", _bytes(b"OggS" + _NOISE), "undecodable", "can't be"),
    Hostile("short.wav", _bytes(wav(seconds=0.4, level=900)), "too_short", "less than 1 s"),
    Hostile("silent.wav", _bytes(wav(seconds=3)), "silent", "silent"),
    Hostile(
        "rate.wav", _bytes(wav(seconds=2, level=900, rate_claimed_hz=1)), "undecodable", "at 1 Hz"
    ),
    Hostile("bare.raw", _bytes(_NOISE), "headerless", "headerless"),
    Hostile("bare.sln", _bytes(_NOISE), "headerless", "headerless"),
    Hostile("folder.wav", Path.mkdir, "not_a_file", "is a folder"),
    Hostile("pipe.wav", os.mkfifo, "not_a_file", "is a pipe"),
    Hostile("loop.wav", lambda p: p.symlink_to(p.name), "symlink_loop", "leads back to itself"),
    Hostile("circle", lambda p: p.symlink_to(p.parent), "symlink_loop", "lies in itself"),
    Hostile("gone.wav", lambda p: p.symlink_to("nowhere"), "broken_link", "isn't there"),
    Hostile("two\nlines.wav", _bytes(b"hello\n" * 50), "not_audio", "text"),
    Hostile("[red]shout[b].wav", _bytes(b"hello\n" * 50), "not_audio", "text"),
    Hostile("=cmd()|x.wav", _bytes(b"hello\n" * 50), "not_audio", "text"),
    Hostile(os.fsdecode(b"caf\xe9.wav"), _bytes(wav(seconds=2, level=900)), "bad_name", "UTF-8"),
    Hostile("in-02079460123.wav", _bytes(b"hello\n" * 50), "not_audio", "text"),
)

if os.geteuid():  # root may read everything
    HOSTILE += (Hostile("locked.wav", _locked, "unreadable", "may not be read"),)

HEADER = "contact_id,started_at,duration,phone,recording\n"
ROWS = (
    (f"G-1,2026-10-20 10:00,12,+44 7700 900101,{GOOD}", None, ""),
    ("B-2,31/02/2026 10:00,12,+44 7700 900102,", "bad_time", "31/02/2026"),
    ("B-3,yesterday,12,+44 7700 900103,", "bad_time", "yesterday"),
    (f"G-1,2026-10-21 09:00,12,+44 7700 900104,{GOOD}", "double_id", "G-1"),
    ("B-5,2026-10-20 10:00", "ragged", "2 cells"),
    (",2026-10-20 10:00,12,+44 7700 900106,", "unmatched", "neither"),
    ("G-7,2026-10-20 12:00,12,+44 7700 900107,empty.wav", None, ""),
)
"""Lines of a contact list, and the code and words of the row's refusal, if it is one."""


def make_hostile(folder: Path) -> Path:
    """The folder `calls` with all hostile files, one good call, its copy; beside it the list."""
    calls = folder / "calls"
    calls.mkdir()
    for hostile in HOSTILE:
        hostile.make(calls / hostile.name)
    shutil.copyfile(SAMPLE / "recordings" / GOOD, calls / GOOD)
    shutil.copyfile(calls / GOOD, calls / "copy-of-the-good-one.wav")
    (calls / "call-0075.json").write_text(json.dumps({"queue": "billing"})[:-3])
    lines = HEADER + "".join(line + "\n" for line, *_ in ROWS)
    (folder / "list.csv").write_text(lines)
    return calls
