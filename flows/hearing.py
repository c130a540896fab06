"""One recording's way to the listener: examined, its sound mended, its findings kept with it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.ingest import doctor
from pipeline.ingest.doctor import Checkup
from pipeline.ingest.mended import mended_blocks
from pipeline.listen.listen import Listener, ToHear
from pipeline.settings import Ingest
from pipeline.types import Redaction


def hear(listener: Listener, item: ToHear, path: Path, settings: Ingest) -> Checkup:
    """Examine a recording and feed it to a listener.

    Raises
    ------
    AudioError
        It can't be used; the listener has forgotten it then.
    """
    found = doctor.check(path, settings)
    blocks = mended_blocks(path, found.mending, settings=settings)
    listener.feed(
        replace(item, findings=found.findings),
        ((block.offset_s, block.samples) for block in blocks),
    )
    return found


def in_recording(hidden: Sequence[Redaction], found: Checkup) -> list[Redaction]:
    """Stretches of what was heard, where they lie in the recording itself.

    A recording that runs too fast has them sooner, and words that leak, or stand on two equal
    sides, are on every side.
    """
    speed, one_sound = found.mending.speed, found.mending.one_sound
    return [
        replace(one, channel=channel, start_s=one.start_s / speed, end_s=one.end_s / speed)
        for one in hidden
        for channel in (range(found.recording.n_channels) if one_sound else (one.channel,))
    ]
