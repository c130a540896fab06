"""E-mail addresses, written ("jane.smith@example.com") or spoken ("jane dot smith at ...").

A spoken one is found by its "at" before a domain; its name is what stands before, back to words
that no name holds. Where an e-mail was asked for, any last part of a domain will do.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence

from pipeline.understand.hits import Hit, Ref, hit
from pipeline.understand.number_words import word_set
from pipeline.understand.numbers import is_number_word
from pipeline.understand.streams import Stream

_TLD = word_set(
    "com co org net edu gov info biz io me eu uk us ca au nz ie de fr es it nl bg ru ch at "
    "be se no dk fi pl pt in jp tv app dev online email mail example scot wales cat cz sk "
    "hu ro gr tr ua lt lv ee hr si rs br mx ar cl za ng ke sg hk kr tw cn my ph id th vn il "
    "ae sa qa pk lk bd lu is"
)
_PROVIDERS = word_set(
    "gmail googlemail hotmail yahoo outlook icloud aol proton protonmail btinternet live gmx"
)
_DOTS = word_set("dot point")
_JOINS = _DOTS | word_set("underscore dash hyphen minus plus slash at")
_WRITTEN = re.compile(r"[\w.+-]+ ?@ ?[\w-]+(?: ?\. ?[\w-]+)*")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_CUE = re.compile(r"(?<![^ ])(?:e-?mail(?:s|'s|ed|ing)?|mail|gmail|at sign|inbox)(?![^ ])")
_STOPS = word_set(
    "is it's its email e-mail emails mail address addresses to on me us my yes yeah yep no that's "
    "be um uh sorry so okay have use using send contact you can we i'm name under was registered "
    "please him her reach at via or correct right of this our your that they not but are am go"
)
"""Words that end the name of an address, going back from its "at"."""

_NO_NAMES = word_set(
    "us me look it here online shop available website page store site visit find order see "
    "them you check call contact anything is was be are and or looking looked back"
)
_NO_DOMAIN = word_set("our your the www my this that a an his her their any all least")
_SPELLING = word_set("for as in")
_LEADS = word_set("and then for the")
MAX_NAME, MAX_CUED_NAME, MAX_DOMAIN = 8, 20, 4
"""Words of a name, of one that was announced, and of a domain before its dot, not counting letters
that are spelled."""

SPELLED, SPELLED_S = 4, 20.0
"""Letters spelled in a row that are part of an address, and seconds from where one is spoken of."""

CUE_WORDS = 30
"""Words after a mention of e-mail in which "dot" and any word make a domain."""


def emails(stream: Stream, others: Sequence[float] = ()) -> list[Hit]:
    """Every address of the stream, in order, none overlapping.

    `others` holds the moments in seconds at which the other side spoke of e-mail.
    """
    # Commas and full stops that Whisper puts after spelled parts would hide a spoken address.
    texts = [word.text.strip().lower().rstrip(".,;:?!").lstrip("(\"'") for word in stream.words]
    if not any("@" in text or text == "at" or text in _DOTS or "." in text for text in texts):
        return []
    spans = [*_written(texts), *_spoken(stream, texts, others)]
    found: list[Hit] = []
    end = -1
    for first, last in sorted(spans, key=lambda span: (span[0], -span[1])):
        if last > end:
            found.append(hit(stream, "email", max(first, end + 1), last))
            end = last
    return found


def spelled_names(
    stream: Stream, moments_s: Sequence[float], spoken_for: Collection[Ref]
) -> list[Hit]:
    """Letters spelled about the time when e-mail was spoken of: a name once more, or begun anew."""
    found: list[Hit] = []
    at = 0
    while at < len(stream.words):
        end = at
        turn = stream.refs[at][0]
        while (
            end < len(stream.words)
            and stream.refs[end][0] == turn
            and (stream.refs[end] not in spoken_for)
            and (
                (len(stream.bare[end]) == 1 and stream.bare[end].isalpha())
                or (stream.bare[end] in ("double", "triple") and end > at)
            )
        ):
            end += 1
        moment = stream.words[at].start_s
        near = stream.bare[max(0, at - 1) : at] + stream.bare[end : end + 1]
        code = any(word.isdigit() or is_number_word(word) for word in near)
        if (
            end - at >= SPELLED
            and not code
            and any(abs(moment - one_s) <= SPELLED_S for one_s in moments_s)
        ):
            found.append(hit(stream, "email", at, end - 1))
        at = max(end, at + 1)
    return found


def speaks_of_email(stream: Stream) -> list[float]:
    """Moments in seconds at which e-mail is mentioned."""
    return [
        word.end_s
        for word, text in zip(stream.words, stream.bare, strict=True)
        if _CUE.search(text) or text == "sign"
    ]


def _written(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    if not any("@" in text for text in texts):
        return
    starts = [0]
    for part in texts:
        starts.append(starts[-1] + len(part) + 1)
    for match in _WRITTEN.finditer(" ".join(texts)):
        first = bisect_right(starts, match.start()) - 1
        yield first, bisect_right(starts, match.end() - 1) - 1


def _spoken(
    stream: Stream, texts: Sequence[str], others: Sequence[float]
) -> Iterator[tuple[int, int]]:
    own = [at for at, text in enumerate(texts) if _CUE.search(text)]
    for at, text in enumerate(texts):
        cued = _cued(stream, at, own, others)
        if "@" in text:
            first = _name(stream, texts, at, cued=cued)
            partial = at > 0 and _partial(text.split("@")[0], texts[at - 1])
            whole = "." in text.split("@")[1]
            rate = 1 * (texts[at + 1 : at + 2] == ["rate"])
            end = at if whole else _domain(texts, at + 1 + rate, cued=True) or at
            yield (first if first is not None and partial else at), end
        elif text == "at" and at > 0:
            rate = 2 * (texts[at + 1 : at + 3] == ["the", "rate"])
            last = _domain(texts, at + 1 + rate, cued=cued)
            if last is not None:
                first = _name(stream, texts, at, cued=cued)
                if first is not None:
                    yield first, last
        elif cued and (text in _DOTS or _DOMAIN.fullmatch(text)):
            yield from _alone(texts, at)


def _partial(name: str, before: str) -> bool:
    """Whether a written name is the end of a spoken one: "skater dude triple nine@hotmail.com"."""
    small = not name or len(name) == 1 or name.isdigit() or is_number_word(name)
    return small or before in _JOINS | _SPELLING or name[0] in "._-" or name == "word"


def _cued(stream: Stream, at: int, own: Sequence[int], others: Sequence[float]) -> bool:
    moment = stream.words[at].start_s
    return any(0 < at - cue <= CUE_WORDS for cue in own) or any(
        0 <= moment - cue_s <= 25.0 for cue_s in others
    )


def _domain(texts: Sequence[str], first: int, *, cued: bool) -> int | None:
    """Last word of the domain that begins at a word, or None."""
    spoken = 0
    at = first
    while at < len(texts) and spoken < MAX_DOMAIN + 1:
        text = texts[at]
        if text == "at":
            return None
        if _DOMAIN.fullmatch(text) and (cued or text.rsplit(".", 1)[1] in _TLD):
            return _more(texts, at)
        if text in _DOTS and at > first and at + 1 < len(texts):
            ending = texts[at + 1].split(".")[-1]
            return _more(texts, at + 1) if cued or ending in _TLD else None
        if text.startswith(".") and at > first and text[1:].split(".")[-1] in _TLD:
            return _more(texts, at)
        if at == first and text in _NO_DOMAIN and not cued:
            return None
        spoken += len(text) > 1 and text not in _JOINS
        at += 1
    if first < len(texts) and texts[first] in _PROVIDERS:
        return first
    return first + 1 if texts[first : first + 2] == ["g", "mail"] else None


def _more(texts: Sequence[str], last: int) -> int:
    """Further parts of the domain: "dot co dot uk", "co uk"."""
    while last + 2 < len(texts) and texts[last + 1] in _DOTS:
        last += 2
    if last + 1 < len(texts) and texts[last + 1].lstrip(".") == "uk":
        last += 1
    return last


def _name(stream: Stream, texts: Sequence[str], at: int, *, cued: bool) -> int | None:
    """First word of the name before the "at" at a word, or None where it is no name."""
    first = at
    most = MAX_CUED_NAME if cued else MAX_NAME
    while first > 0 and sum(len(text) > 1 for text in texts[first:at]) < most:
        if not texts[first - 1] or _stops(texts, first - 1) or _sentence(stream, texts, first):
            break
        first -= 1
    while first + 1 < at and texts[first] in _LEADS:
        first += 1
    return None if first == at or texts[at - 1] in _NO_NAMES else first


def _stops(texts: Sequence[str], at: int) -> bool:
    text = texts[at]
    if text == "no" and texts[at + 1 : at + 2] in (["space"], ["spaces"], ["dots"], ["dot"]):
        return False
    if text == "i":
        near = [*texts[at - 1 : at], *texts[at + 1 : at + 2]]
        return not any(len(one) == 1 for one in near)
    return text in _STOPS


def _sentence(stream: Stream, texts: Sequence[str], first: int) -> bool:
    """Whether a sentence ends before word `first`; a stop amid spelled parts ends none."""
    before = stream.words[first - 1].text.rstrip()
    other_turn = stream.refs[first - 1][0] != stream.refs[first][0]
    if before.endswith(("?", "!")):
        return True
    if not before.endswith(".") and not other_turn:
        return False
    parts = (texts[first - 1], texts[first])
    return not any(
        part in _JOINS or len(part) == 1 or part.isdigit() or is_number_word(part) for part in parts
    )


def _alone(texts: Sequence[str], at: int) -> Iterator[tuple[int, int]]:
    """A domain by itself, in answer to "what comes after the at sign?"."""
    if texts[at] in _DOTS:
        if 0 < at < len(texts) - 1 and texts[at + 1] in _TLD and texts[at - 1] not in _STOPS:
            yield at - 1, _more(texts, at + 1)
    elif texts[at].rsplit(".", 1)[1] in _TLD:
        yield at, _more(texts, at)
