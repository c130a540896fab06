"""Contact metadata from a recording's name: the names that well-known recorders give, or a site's.

A name that fits but whose date is none is an error with the file's name, never "now".
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from pipeline.ingest.clock import Clock, no_zone
from pipeline.ingest.fields import Reading, read_fields
from pipeline.ingest.templates import compile_template
from pipeline.ingest.times import NoZoneError
from pipeline.settings import Ingest
from pipeline.types import Rejected

Texts = Mapping[str, str]

_PBX = re.compile(
    r"(?P<kind>in|out|internal|external|exten|q|rg)-(?P<a>[^-]+)-(?P<b>[^-]+)"
    r"-(?P<date>\d{8})-(?P<time>\d{6})-(?P<unique>\d[\d.]*)"
)
_GUID = re.compile(
    r"[^_]+_(?P<guid>[^_]+)_\d+_(?P<side>AGENT|CUST)_(?P<who>.+)_DT_(?P<at>\d{4}-.+)",
    re.IGNORECASE,
)
_CONVO = re.compile(r"convo_(?P<id>[0-9a-f-]{36})_(?P<at>\d{4}-\d\d-\d\d .+)", re.IGNORECASE)
_TIMES = ("started_at", "ended_at", "date", "time")
_PBX_DIRECTIONS = {"out": "outbound", "internal": "internal", "exten": "internal"}


def freepbx(stem: str) -> Texts | None:
    """`in-<dst>-<src>-<YYYYMMDD>-<HHMMSS>-<uniqueid>`, as FreePBX names its files."""
    return _pbx(stem, source_first=False)


def issabel(stem: str) -> Texts | None:
    """As FreePBX, with the caller's number first. No name tells which: it is a setting."""
    return _pbx(stem, source_first=True)


def _pbx(stem: str, *, source_first: bool) -> Texts | None:
    found = _PBX.fullmatch(stem)
    if not found:
        return None
    caller, called = (found["a"], found["b"]) if source_first else (found["b"], found["a"])
    direction = _PBX_DIRECTIONS.get(found["kind"], "inbound")
    texts = {
        "contact_id": found["unique"],
        "direction": direction,
        "started_at": found["date"] + found["time"],
    }
    if direction == "inbound":
        texts["customer_phone"] = caller
    elif direction == "outbound":
        texts |= {"customer_phone": called, "agent_id": caller}
    return texts


def guid(stem: str) -> Texts | None:
    """`Auto1_<guid>_001_AGENT_<name>_DT_<date>T<time>`; with `_CUST_` the customer is named.

    Either names somebody who took part, not whose side was recorded.
    """
    found = _GUID.fullmatch(stem)
    if not found:
        return None
    is_agent = found["side"].upper() == "AGENT"
    return {
        "contact_id": found["guid"],
        "started_at": found["at"],
        "agent_name" if is_agent else "customer_id": found["who"],
    }


def convo(stem: str) -> Texts | None:
    """`convo_<uuid>_<YYYY-MM-DD HH_MM_SS>`."""
    found = _CONVO.fullmatch(stem)
    return {"contact_id": found["id"], "started_at": found["at"]} if found else None


_PRESETS: dict[str, tuple[Callable[[str], Texts | None], ...]] = {
    "none": (),
    "auto": (freepbx, guid, convo),
    "freepbx": (freepbx,),
    "issabel": (issabel,),
    "guid": (guid,),
    "convo": (convo,),
}


def read_filename(path: Path, settings: Ingest, *, clock: Clock, timed: bool = True) -> Reading:
    """What a recording's name says of its contact, by the site's template or else the preset.

    A date that isn't one rejects the name's metadata. Without `ingest.timezone` a preset that was
    only found out (`auto`) leaves its time out and notes it; one that was set is an error.
    With `timed=False` the time isn't read: something better has stated it.

    Raises
    ------
    SettingsError
        The template is wrong, or was set for names whose time needs `ingest.timezone`.
    """
    try:
        texts = _texts(path, settings, timed=timed)
    except ValueError as error:
        return Reading(stated=None, rejected=_bad_date(path, str(error)))
    if texts is None:
        return Reading(stated=None, rejected=None)
    try:
        return _named(path, read_fields(texts, source=str(path), clock=clock))
    except NoZoneError as error:
        if settings.filename_template or settings.filename_preset != "auto":
            raise no_zone(str(path)) from error
    rest = {name: text for name, text in texts.items() if name not in _TIMES}
    reading = read_fields(rest, source=str(path), clock=clock)
    return Reading(stated=reading.stated, rejected=None, notes=(*reading.notes, _unzoned(path)))


def _texts(path: Path, settings: Ingest, *, timed: bool) -> Texts | None:
    texts = _matched(path, settings, timed=timed)
    if texts is None or timed:
        return texts
    return {name: text for name, text in texts.items() if name not in _TIMES}


def _matched(path: Path, settings: Ingest, *, timed: bool) -> Texts | None:
    if settings.filename_template:
        return compile_template(settings.filename_template).match(path, timed=timed)
    matches = (preset(path.stem) for preset in _PRESETS[settings.filename_preset])
    return next((texts for texts in matches if texts), None)


def _named(path: Path, reading: Reading) -> Reading:
    if reading.rejected is None:
        return reading
    return Reading(stated=None, rejected=_bad_date(path, reading.rejected.reason))


def _bad_date(path: Path, reason: str) -> Rejected:
    return Rejected(
        item=str(path),
        code="bad_time",
        reason=f"its name: {reason}",
        remedy="Rename it, or give its time in the metadata; it is used without one",
    )


def _unzoned(path: Path) -> Rejected:
    return Rejected(
        item=str(path),
        code="timezone",
        reason="the time in its name states no zone, and ingest.timezone isn't set",
        remedy='Set ingest.timezone, such as "Europe/Sofia", to use the times in file names',
    )
