"""E-mail addresses, written ("jane.smith@example.com") or spoken ("jane dot smith at ...")."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from pipeline.understand.hits import Hit, hit
from pipeline.understand.numbers import word_set
from pipeline.understand.streams import Stream

_TLD = (
    r"(?:com|co|org|net|edu|gov|info|biz|io|me|eu|uk|us|ca|au|nz|ie|de|fr|es|it|nl|bg|ru|ch|at|be|"
    r"se|no|dk|fi|pl|pt|in|jp|tv|app|dev|online|email|mail)"
)
_DOT = r"(?: ?(?:\.|dot|point) ?)"
_PART = r"[\w+-]+"
_JOIN = r"(?:\.| ?(?:\.|dot|point|underscore|dash|hyphen|minus|_|-) ?)"
_SPELLED = r"(?:(?:[a-z](?:-[a-z])*|\d+) )*"
_PROVIDERS = r"(?:gmail|g mail|googlemail|hotmail|yahoo|outlook|icloud|aol|live|proton|protonmail)"

_WRITTEN = re.compile(r"[\w.+-]+ ?@ ?[\w-]+(?: ?\. ?[\w-]+)*")
_SPOKEN = re.compile(
    rf"(?<!\S){_SPELLED}{_PART}(?:{_JOIN}{_PART})* at "
    rf"(?:(?!our |your |the |www|my |this |that )[\w-]+ ?){{1,2}}{_DOT}{_TLD}(?:{_DOT}?{_TLD})?\b"
    rf"|(?<!\S){_SPELLED}{_PART}(?:{_JOIN}{_PART})* at {_PROVIDERS}\b(?:{_DOT}?{_TLD})?"
)
_CUED = re.compile(
    r"e-?mail(?: address)?(?: is| it's| to| for \w+ is)?,? "
    r"(?:it's |is |that's |yes |to |me |us |at |um |uh )*"
    rf"(?P<address>(?:[\w.+@-]+ ){{0,9}}?(?:[\w-]+{_DOT}{_TLD}(?:{_DOT}{_TLD})?|{_PROVIDERS}))\b"
)
_NO_NAMES = word_set(
    "us me look it here online shop available website page store site visit find order see us "
    "them you check call contact anything is was be are and or"
)


def emails(stream: Stream) -> list[Hit]:
    """Every address of the stream, in order, none overlapping."""
    # Commas and full stops that Whisper puts after spelled parts would hide a spoken address.
    texts = [word.text.strip().lower().rstrip(".,;:?!") for word in stream.words]
    starts = [0]
    for part in texts:
        starts.append(starts[-1] + len(part) + 1)
    found: list[Hit] = []
    end = -1
    for span in sorted(_spans(" ".join(texts)), key=lambda span: (span[0], -span[1])):
        first, last = bisect_right(starts, span[0]) - 1, bisect_right(starts, span[1] - 1) - 1
        if first > end:
            found.append(hit(stream, "email", first, last))
            end = last
    return found


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for match in _WRITTEN.finditer(text):
        yield match.span()
    for match in _CUED.finditer(text):
        yield match.span("address")
    for match in _SPOKEN.finditer(text):
        name = re.split(r"[ .]", match.group().split(" at ")[0])[0]
        if name not in _NO_NAMES:
            yield match.span()
