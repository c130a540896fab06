"""The channel doctor: what is wrong with a recording's sound, before anybody listens to it.

One pass over the samples, in stretches; each family of faults keeps a few sums of its own. What it
finds is told to people (`SoundFinding`), and what can be done about it is done on the way to the
listener (`Mending`). What sound alone can't say is left out: who is the agent, whether sides are
swapped, and whether there is a third voice on a side.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pipeline.ingest import audio
from pipeline.ingest.checks import Channels
from pipeline.ingest.faults.band import Band, band_findings
from pipeline.ingest.faults.clipping import Amplitudes, clipping_findings
from pipeline.ingest.faults.gaps import Gaps, gap_findings
from pipeline.ingest.faults.hum import Hum, hum_findings
from pipeline.ingest.faults.levels import WANTED_DBFS, Levels, level_findings
from pipeline.ingest.faults.music import Music, music_findings
from pipeline.ingest.faults.sides import Sides, side_findings
from pipeline.ingest.faults.speed import Speed, speed_findings, true_speed
from pipeline.ingest.faults.stretch import LENGTH_S, Stretch
from pipeline.ingest.mended import Mending
from pipeline.settings import Ingest
from pipeline.types import Recording, SideSound, SoundFinding

_RATELESS = ("opus",)
"""Codecs that decode at one rate, whatever they were given: their files aren't wide on purpose."""

_LEAST_S = 0.1
_LEAST_RATE_HZ = 4000
"""Below this there is no speech to look into: levels alone are measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """A recording, what its sound is like, what is wrong with it and what is done about that."""

    recording: Recording
    damage: tuple[str, ...]
    sides: tuple[SideSound, ...]
    findings: tuple[SoundFinding, ...]
    mending: Mending


def check(path: Path, settings: Ingest) -> Checkup:
    """Identify, decode and examine a recording.

    Raises
    ------
    AudioError
        It can't be used at all; see `audio.probe`.
    """
    doctor = Doctor()
    found = audio.probe(path, settings, watch=doctor.feed)
    sides, findings, mending = doctor.conclude()
    if found.recording.codec in _RATELESS:
        findings = tuple(one for one in findings if one.code != "narrow_band")
    return Checkup(
        recording=found.recording,
        damage=found.damage,
        sides=sides,
        findings=findings,
        mending=mending,
    )


@dataclass(slots=True)
class _Families:
    """What each family of faults has seen."""

    levels: Levels
    amplitudes: Amplitudes
    gaps: Gaps
    hum: Hum
    band: Band
    sides: Sides
    music: Music
    speed: Speed


@dataclass(slots=True)
class Doctor:
    """Takes a recording bit by bit, at its own rate."""

    rate_hz: int = 0
    _waiting: list[Channels] = field(default_factory=list)
    _n_waiting: int = 0
    _start_s: float = 0.0
    _seen: _Families | None = None

    def feed(self, rate_hz: int, samples: Channels) -> None:
        """The next samples, shape [n_channels, n_samples]."""
        self.rate_hz = rate_hz
        self._waiting.append(samples)
        self._n_waiting += samples.shape[1]
        if self._n_waiting >= 1.5 * LENGTH_S * rate_hz:
            joined = np.concatenate(self._waiting, axis=1)
            size = round(LENGTH_S * rate_hz)
            self._examine(joined[:, :size])
            self._waiting, self._n_waiting = [joined[:, size:]], joined.shape[1] - size

    def conclude(
        self,
    ) -> tuple[tuple[SideSound, ...], tuple[SoundFinding, ...], Mending]:
        """Sides, findings in order of (code, channel), and what is to be done."""
        if self._waiting:
            self._examine(np.concatenate(self._waiting, axis=1))
            self._waiting, self._n_waiting = [], 0
        if self._seen is None:
            return (), (), Mending(offsets=(), gains_db=())
        seen = self._seen
        sides = tuple(seen.levels.side(channel) for channel in range(seen.levels.n_channels))
        told = [*level_findings(seen.levels, sides), *hum_findings(seen.hum, sides)]
        mending = _mending(seen, sides, told)
        found = _worth_telling([*told, *self._others(seen, sides, mending)], mending)
        found.sort(key=lambda one: (one.code, -1 if one.channel is None else one.channel))
        return sides, tuple(found), mending

    def _examine(self, samples: Channels) -> None:
        stretch = Stretch(self._start_s, self.rate_hz, samples)
        self._start_s += stretch.length_s
        if stretch.length_s < _LEAST_S:
            return
        seen = self._seen = self._seen or _new(len(samples), self.rate_hz)
        seen.levels.feed(stretch)
        seen.amplitudes.feed(samples)
        seen.gaps.feed(stretch)
        if self.rate_hz >= _LEAST_RATE_HZ:
            for family in (seen.hum, seen.band, seen.sides):
                family.feed(stretch)
            if not seen.music.feed(stretch):  # music has a pace of its own
                seen.speed.feed(stretch)

    def _others(
        self, seen: _Families, sides: tuple[SideSound, ...], mending: Mending
    ) -> list[SoundFinding]:
        """Findings of all families but levels and hum."""
        return [
            *clipping_findings(seen.amplitudes),
            *gap_findings(seen.gaps, sides),
            *band_findings(seen.band),
            *side_findings(seen.sides),
            *music_findings(seen.music),
            *speed_findings(mending.speed, self.rate_hz),
        ]


def _new(n_channels: int, rate_hz: int) -> _Families:
    return _Families(
        levels=Levels.of(n_channels),
        amplitudes=Amplitudes.of(n_channels),
        gaps=Gaps.of(n_channels),
        hum=Hum(),
        band=Band(rate_hz),
        sides=Sides(n_channels),
        music=Music.of(n_channels),
        speed=Speed(),
    )


def _mending(seen: _Families, sides: tuple[SideSound, ...], found: list[SoundFinding]) -> Mending:
    """What is to be done, by the findings of levels and hum, and by what is the same on sides."""
    told = {(one.code, one.channel): one.value for one in found}
    humming = any(one.code == "hum" for one in found)
    same = seen.sides.same() is not None
    loudest = max(sides, key=lambda side: (side.speech_dbfs, -side.channel)).channel
    return Mending(
        offsets=tuple(
            seen.levels.offset(c) if ("dc", c) in told else 0.0 for c in range(len(sides))
        ),
        gains_db=tuple(
            WANTED_DBFS - told["too_quiet", c] if ("too_quiet", c) in told else 0.0
            for c in range(len(sides))
        ),
        silenced=tuple(c for c in range(len(sides)) if ("dead_side", c) in told),
        leaks=() if same else seen.sides.leaks(),
        only_side=loudest if same else None,
        speed=1.0 if humming else true_speed(seen.speed),
    )


def _worth_telling(found: list[SoundFinding], mending: Mending) -> list[SoundFinding]:
    """Without what follows from another finding, or can't be told beside it.

    Of two equal sides one is told of; a hum holds its notes, as music does; sound that runs at half
    its speed has half its band.
    """
    humming = {one.channel for one in found if one.code == "hum"}
    return [
        one
        for one in found
        if (mending.only_side is None or one.channel in (None, mending.only_side))
        and not (one.code == "music" and one.channel in humming)
        and not (one.code == "narrow_band" and mending.speed != 1.0)
    ]
