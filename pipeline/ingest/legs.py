"""What a leg's metadata and its recording say about each other."""

from dataclasses import replace
from datetime import timedelta

from pipeline.ingest import remarks
from pipeline.types import ContactMetadata, Recording, Rejected, Role


def with_channels(
    leg: ContactMetadata, recording: Recording | None, default: tuple[Role, ...] | None
) -> tuple[ContactMetadata, tuple[Rejected, ...]]:
    """The leg with a channel map that fits its recording, or none; and a note where one doesn't.

    `default` is the site's setting, for recordings of which nothing is said.
    """
    if recording is None:
        return leg, ()
    n_channels = recording.n_channels
    if leg.channel_map is None and default and len(default) == n_channels:
        return replace(leg, channel_map=default), ()
    if leg.channel_map and len(leg.channel_map) != n_channels:
        return replace(leg, channel_map=None), (remarks.unfit_map(leg, recording),)
    return leg, ()


def with_times(leg: ContactMetadata, recording: Recording | None) -> ContactMetadata:
    """Start, end and duration filled in from each other; the audio's duration if none is stated."""
    started_at, ended_at, duration_s = leg.started_at, leg.ended_at, leg.duration_s
    if started_at and ended_at and ended_at < started_at:
        ended_at = None  # two sources that contradict each other: the start decides
    if duration_s is None and started_at and ended_at:
        duration_s = (ended_at - started_at).total_seconds()
    if duration_s is None and recording:
        duration_s = recording.duration_s
    if duration_s is not None and started_at and not ended_at:
        ended_at = started_at + timedelta(seconds=duration_s)
    if duration_s is not None and ended_at and not started_at:
        started_at = ended_at - timedelta(seconds=duration_s)
    return replace(leg, started_at=started_at, ended_at=ended_at, duration_s=duration_s)
