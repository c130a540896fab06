"""The pieces of a vCon in the shapes that its writers use: encodings, words, parties' sides."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.ingest.json_text import loads
from pipeline.ingest.text_records import TEXT, TURNS, TurnError
from pipeline.ingest.turns import seconds, side_of
from pipeline.types import Role


def roles_of(parties: Sequence[Mapping[str, Any]]) -> list[Role]:
    """Each party's side as its `role` says; of two, the one beside an agent is the customer."""
    roles: list[Role] = [side_of(str(party.get("role", ""))) or "unknown" for party in parties]
    if sorted(roles) == ["agent", "unknown"]:
        return ["agent" if role == "agent" else "customer" for role in roles]
    return roles


def originator(dialog: Mapping[str, Any]) -> Any:
    """The party that sent or called: stated, or the first of the dialog's."""
    parties = dialog.get("parties")
    while isinstance(parties, list):
        parties = parties[0] if parties else None
    return dialog.get("originator", parties)


def segments_in(body: Any) -> list[Mapping[str, Any]] | None:
    """A transcript's parts with times, in the shapes that vendors use."""
    if isinstance(body, list):
        return objects(body)
    if isinstance(body, Mapping):
        for name in TURNS:
            if isinstance(body.get(name), list) and body[name]:
                return objects(body[name])
    return None


def words_in(body: Any) -> str:
    """The words of a part: a text, or an object that holds one."""
    for _ in range(3):
        if not isinstance(body, Mapping):
            break
        body = next((body[name] for name in TEXT if body.get(name)), "")
    return body if isinstance(body, str) else ""


def seconds_in(one: Mapping[str, Any], name: str, later_s: float) -> float | None:
    """Seconds under a name, so much later; None where there are none that can be."""
    try:
        value = seconds(one.get(name, one.get(f"{name}_s")))
    except ValueError:
        return None
    return None if value is None else value + later_s


def decoded(body: Any) -> str:
    """Text of a base64url body; plain base64, which many write, too."""
    try:
        raw = str(body).encode()
        return base64.urlsafe_b64decode(
            raw.translate(bytes.maketrans(b"+/", b"-_")) + b"=="
        ).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise TurnError("has a part that is no base64url of a text") from error


def parsed(text: str) -> Any:
    """The value of a body with the encoding "json"."""
    try:
        return loads(text)
    except (ValueError, RecursionError) as error:
        raise TurnError('has a part with the encoding "json" that is no valid JSON') from error


def objects(found: Any) -> list[Mapping[str, Any]]:
    """A list's objects; anything else in it is an empty one, so that the numbers stay."""
    if not isinstance(found, list):
        return []
    return [one if isinstance(one, Mapping) else {} for one in found]


def names_in(found: Any) -> Iterator[str]:
    """The texts of a list."""
    return (one for one in found if isinstance(one, str)) if isinstance(found, list) else iter(())


def without_scheme(value: Any, scheme: str) -> str | None:
    """The address of a URL whose scheme may be left out."""
    return value.removeprefix(scheme) if isinstance(value, str) else None
