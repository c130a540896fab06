"""The catalogue: which recordings and legs there are, and what could not be used."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine, and_, case, or_, select

from pipeline.store.claims import StageKey, of
from pipeline.store.engine import chunks, reading, upsert, writing
from pipeline.store.frames import from_rows, to_rows
from pipeline.store.quarantine import update_rejected
from pipeline.store.schema import STORED_LEGS, files, legs, recordings, work
from pipeline.tables import LEGS
from pipeline.types import Recording, Rejected
from pipeline.written import bare

_MAY_BE_ABSENT = ("source", "channel_map", "audio_path")
_STAYS_WITHOUT_NEWS = ("recording_id", "audio_path", "audio_refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file that was hashed: while size and time of change are these, its content is known."""

    path: str
    size_bytes: int
    mtime_ns: int
    recording_id: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What ingest found."""

    engine: Engine

    def save(
        self,
        *,
        recordings_found: Iterable[Recording] = (),
        files_found: Iterable[KnownFile] = (),
        legs_found: pl.DataFrame | None = None,
        rejected_now: Iterable[Rejected] = (),
        examined: Collection[str] = (),
        run_id: str | None = None,
        now: datetime | None = None,
    ) -> None:
        """Enter what ingest found, in one transaction.

        Parameters
        ----------
        recordings_found, files_found
            Entered, or brought up to date.
        legs_found : pl.DataFrame
            `tables.LEGS` (of `evidence` only "quarantined" counts, where ingest refused the leg's
            audio; the ledger knows the rest) and, where known, `source`, `channel_map` (list of
            roles) and `audio_path`. By `leg_id`; a leg keeps its recording when told of without it.
        rejected_now : Iterable[Rejected]
            What can't be used.
        examined : Collection[str]
            Folders and files looked through: what was refused in them before and isn't now is
            forgotten, as are earlier refusals of `files_found`.
        """
        with writing(self.engine) as connection:
            upsert(connection, recordings, [asdict(recording) for recording in recordings_found])
            known = [asdict(file) for file in files_found]
            upsert(connection, files, known)
            _drop_refused_legs(connection, [file["path"] for file in known])
            if legs_found is not None:
                _save_legs(connection, legs_found)
            update_rejected(
                connection,
                list(rejected_now),
                good={file["path"] for file in known},
                examined=examined,
                run_id=run_id,
                now=now or datetime.now(UTC),
            )

    def known_files(self) -> dict[str, KnownFile]:
        """Files by path."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(files).order_by(files.c.path)).mappings()
            return {row["path"]: KnownFile(**row) for row in rows}

    def recordings(self, ids: Iterable[str] | None = None) -> tuple[Recording, ...]:
        """All recordings, or those of the ids, by id."""
        query = select(recordings).order_by(recordings.c.recording_id)
        with reading(self.engine) as connection:
            if ids is None:
                return tuple(Recording(**row) for row in connection.execute(query).mappings())
            return tuple(
                Recording(**row)
                for part in chunks(ids)
                for row in connection.execute(
                    query.where(recordings.c.recording_id.in_(part))
                ).mappings()
            )

    def stored_legs(self) -> pl.DataFrame:
        """All legs by id, with `source`, `channel_map` and `audio_path`, without `evidence`."""
        with reading(self.engine) as connection:
            return from_rows(connection.execute(select(legs).order_by(legs.c.leg_id)), STORED_LEGS)

    def legs_frame(self, *keys: StageKey) -> pl.DataFrame:
        """All legs by id, as `tables.LEGS`.

        `evidence`: "heard" where one of the stages of `keys` is done with the recording or text,
        "quarantined" where it or ingest gave it up, "pending" where it is still to come, "none"
        without either.
        """
        names = [name for name in LEGS if name != "evidence"]
        stages = or_(*(and_(*of(key)) for key in keys))
        mine = (work.c.item == legs.c.recording_id) & stages
        query = select(*(legs.c[name] for name in names), _evidence())
        query = query.select_from(legs.outerjoin(work, mine)).order_by(legs.c.leg_id)
        with reading(self.engine) as connection:
            return from_rows(connection.execute(query), LEGS)


def _evidence() -> Any:
    return case(
        (legs.c.recording_id.is_(None) & legs.c.audio_refused.is_(True), "quarantined"),
        (legs.c.recording_id.is_(None), "none"),
        (work.c.state == "done", "heard"),
        (work.c.state == "quarantined", "quarantined"),
        else_="pending",
    ).label("evidence")


def _save_legs(connection: Connection, frame: pl.DataFrame) -> None:
    absent = [name for name in _MAY_BE_ABSENT if name not in frame.columns]
    refused = pl.when(pl.col("evidence") == "quarantined").then(True)
    complete = frame.with_columns(
        refused.alias("audio_refused"), *(pl.lit(None).alias(name) for name in absent)
    )
    rows = _without_displaced(connection, to_rows(complete, STORED_LEGS))
    upsert(connection, legs, rows, fill=_STAYS_WITHOUT_NEWS)


def _drop_refused_legs(connection: Connection, good_paths: list[str]) -> None:
    """A file that was refused (it was still being written) and is good now has another leg.

    Only where the old leg's id was made for want of the site's own.
    """
    made = legs.c.recording_id.is_(None) & legs.c.leg_id.startswith("rec-")
    for part in chunks(good_paths):
        connection.execute(legs.delete().where(made, legs.c.audio_path.in_(part)))


def _without_displaced(connection: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A leg named by the site takes the place of the one made from the recording alone.

    Whether metadata comes before, with or after the audio: a recording must not be two contacts.
    """
    with_audio = {row["recording_id"] for row in rows if row["recording_id"]}
    named = {row["recording_id"] for row in rows if row["leg_id"] != _made(row["recording_id"])}
    for part in chunks(with_audio):
        earlier = select(legs.c.leg_id, legs.c.recording_id).where(legs.c.recording_id.in_(part))
        named |= {
            recording for leg, recording in connection.execute(earlier) if leg != _made(recording)
        }
    for part in chunks(_made(recording) for recording in with_audio & named):
        connection.execute(legs.delete().where(legs.c.leg_id.in_(part)))
    displaced = {_made(recording) for recording in with_audio & named}
    return [row for row in rows if row["leg_id"] not in displaced]


def _made(recording_id: str | None) -> str:
    """The id of the leg of a recording that no metadata tells of: see `pipeline.tables`."""
    return f"rec-{bare(recording_id or '')[:12]}"
