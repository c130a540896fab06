"""The speech that accuracy is measured on, heard by the pipeline's own ingest and Listener."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bench.words import Said
from flows.hearing import hear
from flows.tools import Tools
from pipeline.listen.listen import ToHear
from pipeline.types import Transcript

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "speech"


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One file, and what was said on each of its channels (shape: channels, then utterances)."""

    path: Path
    said: tuple[tuple[str, ...], ...]
    groups: tuple[tuple[str, ...], ...]
    language: str = "en"
    names_uncounted: bool = False


def sample(folder: Path, truth: Mapping[str, Any]) -> Iterator[Take]:
    """Every recording of data/sample, its turns by channel."""
    for contact in truth["contacts"]:
        for recording in contact["recordings"]:
            turns = sorted(recording["turns"], key=lambda turn: turn["start_s"])
            channels = range(max(turn["channel"] for turn in turns) + 1)
            roles = [sorted({t["role"] for t in turns if t["channel"] == c}) for c in channels]
            mixed = recording["layout"]
            yield Take(
                path=folder / "recordings" / recording["file"],
                said=tuple(tuple(t["text"] for t in turns if t["channel"] == c) for c in channels),
                groups=tuple(
                    (f"{mixed}, {who[0]}" if len(channels) > 1 else mixed,) for who in roles
                ),
                language=contact["language"],
            )


def harpervalley(folder: Path) -> Iterator[Take]:
    """Each side of each call; the wav's own times, so nothing needs padding here."""
    for file in sorted((folder / "transcript").glob("*.json")):
        segments = sorted(json.loads(file.read_text("utf-8")), key=lambda one: one["start_ms"])
        for role in ("agent", "caller"):
            own = [s["human_transcript"] for s in segments if s["speaker_role"] == role]
            yield Take(
                path=folder / "audio" / role / f"{file.stem}.wav",
                said=(tuple(own),),
                groups=((role,),),
            )


def telephone(folder: Path) -> Iterator[Take]:
    """Headerless mu-law utterances; invented product names aren't counted."""
    with (folder / "utterances.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield Take(
                path=folder / row["path"],
                said=((row["transcript"],),),
                groups=((row["phone"],),),
                names_uncounted=True,
            )


def prompts(folder: Path, language: str = "en") -> Iterator[Take]:
    """Recorded telephone prompts; tones and dubious transcripts are left out."""
    with (folder / f"{language}.tsv").open(encoding="utf-8", newline="") as file:
        for path, transcript, _, kind in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if kind == "speech":
                yield Take(
                    path=folder / path,
                    said=((transcript,),),
                    groups=((),),
                    language=language,
                )


SETS: Mapping[str, Callable[[Path], Iterable[Take]]] = MappingProxyType(
    {"harpervalley": harpervalley, "telephone": telephone, "prompts": prompts}
)
"""The shared sets, all in English."""


def listen(takes: Iterable[Take], tools: Tools) -> Iterator[tuple[Take, Transcript]]:
    """Transcripts of the takes, as raw words, in their order."""
    listener = tools.listener(voice=False)
    by_id = {str(number): take for number, take in enumerate(takes)}
    for number, take in by_id.items():
        hear(listener, ToHear(recording_id=number), take.path, tools.settings.ingest)
        for done in listener.take():
            yield by_id[done.recording_id], done
    listener.flush()
    for done in listener.take():
        yield by_id[done.recording_id], done


def sides(take: Take, heard: Transcript) -> Iterator[Said]:
    """What was said and what was heard on each channel."""
    for channel in range(len(take.said)):
        own = [u.text for u in heard.utterances if u.channel == channel]
        yield side(take, channel, " ".join(own))


def side(take: Take, channel: int, heard: str) -> Said:
    """One channel, and the words that anybody heard on it."""
    return Said(
        name=f"{take.path.name} [{channel}]",
        utterances=take.said[channel],
        heard=heard,
        language=take.language,
        groups=take.groups[channel],
        names_uncounted=take.names_uncounted,
    )
