"""Text files of unknown encoding: read whole, with a plain statement of what was taken for what."""

import codecs
from pathlib import Path

from pipeline.errors import AudioError, MetadataError
from pipeline.ingest.files import open_regular

MAX_BYTES = 512 * 2**20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(path: Path, *, max_bytes: int = MAX_BYTES) -> tuple[str, str]:
    """The file's text and the name of the encoding: UTF-8, UTF-16 or, failing these, Windows-1252.

    Raises
    ------
    MetadataError
        It can't be read, is larger than `max_bytes`, is a workbook, or is no text in any of them.
    """
    content = _content(path, max_bytes)
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise MetadataError(
            str(path),
            "is a spreadsheet workbook, not text",
            remedy='Save it as "CSV UTF-8" and name that file',
            code="not_text",
        )
    for name in _candidates(content):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, name.removesuffix("-sig")
    raise MetadataError(
        str(path),
        "is no text in UTF-8, UTF-16 or Windows-1252",
        remedy='Save it as "CSV UTF-8"',
        code="encoding",
    )


def _content(path: Path, max_bytes: int) -> bytes:
    try:
        with open_regular(path) as handle:
            content = handle.read(max_bytes + 1)
    except (AudioError, OSError) as error:
        problem = error.problem if isinstance(error, AudioError) else f"can't be read ({error})"
        code = error.code if isinstance(error, AudioError) else "unreadable"
        raise MetadataError(str(path), problem, remedy="Check the path", code=code) from error
    if len(content) > max_bytes:
        problem = f"is larger than {max_bytes // 2**20} MB"
        raise MetadataError(str(path), problem, remedy="Split it", code="too_large")
    return content


def _candidates(content: bytes) -> tuple[str, ...]:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return (name,)
    head = content[:2000]
    if head[1::2].count(0) > len(head) // 4:
        return ("utf-16-le",)
    if head[0::2].count(0) > len(head) // 4:
        return ("utf-16-be",)
    return ("utf-8", "cp1252")
