"""What a file is, told from its first bytes and its directory entry, before anybody decodes it."""

import errno
import hashlib
import os
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import AudioError
from pipeline.settings import Ingest
from pipeline.types import Rejected

HEADERLESS = {".ulaw": "mulaw", ".mulaw": "mulaw", ".ul": "mulaw", ".alaw": "alaw", ".al": "alaw"}
"""Extensions of headerless G.711 and the name that FFmpeg gives the format."""

UNDECLARED = frozenset({".raw", ".pcm", ".sln"})
"""Headerless audio whose coding the extension doesn't tell."""

AUDIO_EXTENSIONS = frozenset(
    {".wav", ".wave", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".m4a", ".mp4", ".m4b", ".aac"}
    | {".3gp", ".amr", ".aif", ".aiff", ".au", ".gsm", ".w64", ".caf", ".wma", ".webm", ".mka"}
    | {".mkv", ".mov"}
    | HEADERLESS.keys()
    | UNDECLARED
)

OTHER_EXTENSIONS = frozenset(
    {".csv", ".tsv", ".json", ".txt", ".lst", ".xml", ".toml", ".yaml", ".yml", ".md", ".html"}
    | {".srt", ".vtt", ".rttm", ".ctm", ".log", ".pdf", ".xls", ".xlsx", ".zip", ".gz", ".db"}
    | {".sqlite", ".parquet", ".png", ".jpg", ".jpeg", ".py", ".ini", ".part", ".tmp"}
)
"""Found in folders of recordings, never taken for one unless named outright."""

HEAD_BYTES = 512
_PIECE_BYTES = 2**20
_OPEN_ENDED = 0x7FFFF000
"""From here on a wav's length means "to the end": a recorder that couldn't go back wrote it."""

_STARTS = (b"OggS", b"fLaC", b"ID3", b"caff", b"#!AMR", b".snd", b"\x1aE\xdf\xa3", b"0&\xb2u")
_PRINTABLE = frozenset(range(32, 127)) | {9, 10, 13}


@dataclass(frozen=True, slots=True, kw_only=True)
class WavLength:
    """Bytes of sound that a header states, bytes that follow it, and whether sound goes on."""

    stated_bytes: int
    present_bytes: int
    goes_on: bool


def looks_like_audio(head: bytes) -> bool:
    """Whether a file that starts with `head` may hold audio: a container, or bare MPEG frames."""
    mpeg_sync = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] != 0xFF
    return mpeg_sync or has_container(head)


def has_container(head: bytes) -> bool:
    """Whether `head` starts a container of audio beyond doubt.

    Bare MPEG frames start with eleven set bits, and so does silence in headerless mu-law.
    """
    if head[:4] in (b"RIFF", b"RF64"):
        return head[8:12] == b"WAVE"
    if head[:4] == b"FORM":
        return head[8:12] in (b"AIFF", b"AIFC")
    return head.startswith(_STARTS) or head[4:8] in (b"ftyp", b"moov")


def looks_like_text(head: bytes) -> bool:
    """Whether every byte of `head` is printable: real G.711 speech never is."""
    return bool(head) and all(byte in _PRINTABLE for byte in head)


def open_regular(path: Path) -> BinaryIO:
    """The file, opened for reading; pipes, devices and folders are refused without opening.

    Raises
    ------
    AudioError
        The path leads to nothing, to no regular file, or can't be read; or the file is empty.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _refusal(path, "not_a_file", f"is {_kind(status.st_mode)}, not a file")
        if status.st_size == 0:
            raise _refusal(path, "empty", "is empty (0 bytes)")
        # Non-blocking: should the file be exchanged for a pipe just now, nothing hangs.
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb")
    except (OSError, ValueError) as error:
        reason = explain(error, str(path))
        raise AudioError(
            reason.item, reason.reason, remedy=reason.remedy, code=reason.code
        ) from error


def identify(path: Path) -> str:
    """SHA-256 of the file's content in hex, read in pieces.

    Raises
    ------
    AudioError
        The path is no readable, non-empty regular file.
    """
    digest = hashlib.sha256()
    with open_regular(path) as handle:
        while piece := handle.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def explain(error: OSError | ValueError, item: str) -> Rejected:
    """What the operating system's refusal means, in plain words."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOENT, errno.ENOTDIR):
        if Path(item).is_symlink():
            return _rejected(item, "broken_link", "is a link to a file that isn't there")
        return _rejected(item, "not_found", "isn't there")
    if number == errno.ELOOP:
        return _rejected(item, "symlink_loop", "is a link that leads back to itself")
    if number in (errno.EACCES, errno.EPERM):
        return Rejected(
            item=item,
            code="unreadable",
            reason="may not be read by this user",
            remedy="Give the user that runs firstcall the right to read it",
        )
    why = error.strerror if isinstance(error, OSError) else str(error)
    return _rejected(item, "unreadable", f"can't be read ({why})")


def headerless_format(path: Path, head: bytes, settings: Ingest) -> str | None:
    """FFmpeg's name for the headerless coding that the extension states; None for none such.

    Raises
    ------
    AudioError
        The extension leaves the coding open, or no rate is declared (`ingest.raw_rate_hz`).
    """
    extension = path.suffix.lower()
    if has_container(head) or looks_like_text(head):
        return None
    if extension in UNDECLARED:
        raise AudioError(
            str(path),
            f"is headerless: nothing in a {extension} file tells how its sound is coded",
            remedy="Name it .ulaw or .alaw if it is G.711, or convert it to wav",
            code="headerless",
        )
    if extension not in HEADERLESS:
        return None
    if settings.raw_rate_hz is None:
        raise AudioError(
            str(path),
            f"is headerless: a {extension} file doesn't tell its sample rate",
            remedy="Set ingest.raw_rate_hz (telephone recordings: 8000)",
            code="headerless",
        )
    return HEADERLESS[extension]


def not_audio(path: Path, head: bytes) -> AudioError:
    """Why FFmpeg won't open a file that starts with `head`."""
    found = "text" if looks_like_text(head) else "no audio format that is known here"
    if looks_like_audio(head):
        return AudioError(
            str(path),
            "starts as audio but can't be opened: its header is damaged or cut off",
            remedy="Export the recording again",
            code="undecodable",
        )
    return AudioError(
        str(path),
        f"is not audio: its content is {found}",
        remedy="Leave it out, or export the recording as wav, mp3, opus, flac or m4a",
        code="not_audio",
    )


def wav_length(handle: BinaryIO, size_bytes: int) -> WavLength | None:
    """What a wav's header says of its length, against what is there; None for anything else.

    A recorder that was cut off, or that rewrites its header now and then, leaves headers that count
    too little: what follows the data chunk then doesn't start as another chunk would.
    """
    handle.seek(0)
    if handle.read(12)[:4] != b"RIFF":
        return None
    position = 12
    while position + 8 <= size_bytes:
        handle.seek(position)
        name, stated = struct.unpack("<4sI", handle.read(8))
        start, position = position + 8, position + 8 + stated + stated % 2
        if name == b"data":
            goes_on = stated > 0 and position + 8 < size_bytes and not _chunk_at(handle, position)
            is_open = stated == 0 or stated >= _OPEN_ENDED
            present = size_bytes - start
            return WavLength(
                stated_bytes=present if is_open else stated, present_bytes=present, goes_on=goes_on
            )
    return None


def _chunk_at(handle: BinaryIO, position: int) -> bool:
    """Whether four printable bytes, a chunk's name, stand there (or one further, unpadded)."""
    handle.seek(position - 1)
    start = handle.read(5)
    return any(looks_like_text(name) for name in (start[:4], start[1:]))


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((name for is_kind, name in kinds if is_kind(mode)), "a device")


def _rejected(item: str, code: str, reason: str) -> Rejected:
    return Rejected(item=item, code=code, reason=reason, remedy="Check the path")


def _refusal(path: Path, code: str, problem: str) -> AudioError:
    remedies = {
        "empty": "Export the recording again, or leave it out",
        "not_a_file": "Name the recordings themselves, or the folder they lie in",
    }
    return AudioError(str(path), problem, remedy=remedies[code], code=code)
