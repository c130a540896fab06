"""What people are told about recordings and rows that were put together in an unusual way."""

from pipeline.ingest.examine import Examined
from pipeline.ingest.fields import Stated
from pipeline.types import ContactMetadata, Recording, Rejected


def copy(copy: Examined, first: Examined) -> Rejected:
    """A file of the same content as another."""
    return Rejected(
        item=str(copy.path),
        code="duplicate",
        reason=f"has the same content as {first.path}: they are one recording",
        remedy="Nothing to do",
    )


def second_row(row: Stated, first: Stated) -> Rejected:
    """A row for a recording that has one."""
    return Rejected(
        item=row.metadata.source,
        code="second_row",
        reason=f"belongs to a recording that {first.metadata.source} has already",
        remedy="Mend one of the two rows; the first is used",
    )


def not_found(data: ContactMetadata, n_fitting: int) -> Rejected:
    """A reference that means no recording, or several."""
    if n_fitting:
        return Rejected(
            item=data.source,
            code="unclear_recording",
            reason=f'"{data.recording}" fits {n_fitting} different recordings',
            remedy="Name its folder too; the contact counts without its recording",
        )
    return Rejected(
        item=data.source,
        code="recording_missing",
        reason=f'"{data.recording}" is not among the recordings',
        remedy="Add it to the sources; the contact counts without its recording",
    )


def further_leg(leg: ContactMetadata, contact_id: str, leg_id: str) -> Rejected:
    """A second recording of one contact."""
    return Rejected(
        item=leg.source,
        code="several_legs",
        reason=f"is a further leg of contact {contact_id}, kept as {leg_id}",
        remedy="Nothing to do if it is one call in several recordings",
    )


def unfit_map(leg: ContactMetadata, recording: Recording) -> Rejected:
    """A channel map for another number of channels."""
    named = len(leg.channel_map or ())
    return Rejected(
        item=leg.source,
        code="channel_map",
        reason=f"names {named} channels; its recording has {recording.n_channels}",
        remedy="Mend the channel map; the recording is used without one",
    )
