"""The words of a site's export, one cell at a time: yes and no, numbers, directions, channel maps.

Each reader takes a non-blank text and raises `ValueError` with a plain reason where it can't tell.
"""

import math
import re
from typing import TypeVar

from pipeline.types import Direction, Medium, Role

Word = TypeVar("Word", bound=str)

_BLANKS = frozenset({"", "-", "--", "n/a", "#n/a", "na", "null", "none", "nil", "nan", r"\n", "?"})
_NO_NUMBER = frozenset(
    {"anonymous", "anon", "withheld", "restricted", "private", "unknown", "unavailable"}
    | {"blocked", "blank", "hidden", "suppressed", "nonumber", "numberwithheld"}
    | {"nocallerid", "privatenumber", "unknownnumber"}
)
_YES = frozenset({"yes", "y", "true", "t", "1", "1.0", "x"})
_NO = frozenset({"no", "n", "false", "f", "0", "0.0"})

_DIRECTIONS: dict[str, Direction] = {
    **dict.fromkeys(("in", "inbound", "incoming", "received", "i"), "inbound"),
    **dict.fromkeys(("out", "outbound", "outgoing", "dialled", "dialed", "o"), "outbound"),
    **dict.fromkeys(("internal", "int"), "internal"),
    **dict.fromkeys(("unknown",), "unknown"),
}
_MEDIA: dict[str, Medium] = {
    **dict.fromkeys(("call", "phone", "phonecall", "voice", "telephone", "tel", "audio"), "call"),
    **dict.fromkeys(("voicemail", "vm", "voicemessage", "mailbox"), "voicemail"),
    **dict.fromkeys(("chat", "webchat", "livechat", "messaging", "message", "sms"), "chat"),
    **dict.fromkeys(("whatsapp", "messenger"), "chat"),
    **dict.fromkeys(("email", "mail"), "email"),
    **dict.fromkeys(("ticket", "case", "webform", "form"), "ticket"),
}
_ROLES: dict[str, Role] = {
    **dict.fromkeys(("agent", "rep", "employee", "advisor", "adviser", "operator"), "agent"),
    **dict.fromkeys(("customer", "cust", "caller", "client"), "customer"),
    **dict.fromkeys(("unknown", "mixed", "both", "none"), "unknown"),
}
_PLACES = {"l": 0, "left": 0, "r": 1, "right": 1}


def clean(text: str | None) -> str | None:
    """The text without outer blanks; None for the ways of writing that there is nothing.

    >>> clean(" N/A ") is None
    True
    """
    stripped = (text or "").strip().strip("\ufeff\x00").strip()
    return None if stripped.casefold() in _BLANKS else stripped


def boolean(text: str) -> bool:
    """Yes or no."""
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(f'"{text}" is neither yes nor no')


def number(text: str) -> float:
    """A finite number; a decimal comma is understood."""
    try:
        value = float(text.replace(",", "."))
    except ValueError as error:
        raise ValueError(f'"{text}" is no number') from error
    if not math.isfinite(value):
        raise ValueError(f'"{text}" is no number')
    return value


def direction(text: str) -> Direction:
    """Who called whom."""
    return _word(text, _DIRECTIONS, "direction: inbound, outbound or internal")


def medium(text: str) -> Medium:
    """The kind of contact."""
    return _word(text, _MEDIA, "medium: call, voicemail, chat, email or ticket")


def phone(text: str) -> str | None:
    """The telephone number as written; None where the caller withheld it."""
    return None if re.sub(r"[^a-z]", "", text.casefold()) in _NO_NUMBER else text


def language(text: str) -> str:
    """`en` of `en-US`, `en_GB.UTF-8` or `EN`; a name such as `English` stays, in lower case.

    >>> language("en-US")
    'en'
    """
    code = re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z0-9-]+(?:\..*)?)?", text.casefold())
    return code[1] if code else text.casefold()


def lower(text: str) -> str:
    """A label that is compared and counted: in lower case."""
    return text.casefold()


def identifier(text: str) -> str:
    """An id as written, but for the `.0` that a spreadsheet adds to whole numbers."""
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


def channel_map(text: str) -> tuple[Role, ...]:
    """Who is on which channel: `agent,customer`, `L=agent;R=customer`, `0:agent 1:customer`.

    Channels that aren't named lie between as "unknown".
    """
    parts = [part for part in re.split(r"[,;|/\s]+", re.sub(r"\s*[=:]\s*", "=", text)) if part]
    roles: dict[int, Role] = {}
    for index, part in enumerate(parts):
        place, _, word = part.rpartition("=")
        channel = _channel(place, index, text)
        if channel in roles:
            raise ValueError(f'"{text}" names channel {channel} twice')
        roles[channel] = _word(word, _ROLES, "side: agent, customer or unknown")
    if not roles:
        raise ValueError(f'"{text}" names no channel')
    return tuple(roles.get(channel, "unknown") for channel in range(max(roles) + 1))


def _channel(place: str, index: int, text: str) -> int:
    if not place:
        return index
    name = re.sub(r"^(channel|ch)", "", place.casefold())
    if name in _PLACES:
        return _PLACES[name]
    if name.isascii() and name.isdigit() and int(name) < 32:
        return int(name)
    raise ValueError(f'"{text}" names a channel "{place}"; left, right, 0, 1, ... are allowed')


def _word(text: str, words: dict[str, Word], what: str) -> Word:
    found = words.get(re.sub(r"[^a-z]", "", text.casefold()))
    if found is None:
        raise ValueError(f'"{text}" is no {what}')
    return found
