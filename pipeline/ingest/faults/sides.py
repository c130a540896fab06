"""Two sides that are not apart: the same sound on both, or one heard faintly on the other.

Seconds of both sides are compared by their phases alone (generalised cross-correlation with phase
transform, Knapp and Carter 1976): sound that is on both sides, at whatever level and delay, gives a
peak of its share of the frequencies. Voices that are apart give none, whoever speaks at once.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from pipeline.ingest.faults.stretch import FLOOR_DB, Stretch, decibels
from pipeline.types import SoundFinding

SAME_PEAK, SAME_SPREAD_DB = 0.5, 2.0
"""One sound on both sides: the least peak, and how much the sides' levels may go apart."""

LEAK_PEAK, LEAK_ABOVE, LEAK_DB = 0.12, 12.0, -36.0
"""Of a leak: the least peak, how far it stands above chance, in standard deviations, and the least
level against its source: words are made of louder ones only."""

_SECOND = 1.0
_LONGEST_DELAY_S = 0.5
_ALL_UNTIL_S, _EVERY = 20.0, 2
_AT_MOST = 150
_LEAST_SECONDS = 3
_HEARD_DBFS, _BELOW_LOUDEST_DB = -55.0, 25.0
_DOMINATES_DB = 4.0
_FROM_HZ, _BIN_FLOOR = 150.0, 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """What `source` says is heard on `target` too: how loud against itself, and how much later."""

    source: int
    target: int
    gain_db: float
    delay_s: float


@dataclass(slots=True)
class _Pile:
    """Seconds of one kind, added up: their cross-spectrum, its phases alone, and the sides' power.

    `steps_db` is how much louder side 1 is than side 0 in each of them.
    """

    cross: NDArray[np.complex64] | None = None
    phases: NDArray[np.complex64] | None = None
    power: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    n_bins: int = 0
    steps_db: list[float] = field(default_factory=list)

    def add(self, cross: NDArray[np.complex64], phases: NDArray[np.complex64], level: Any) -> None:
        self.cross = cross if self.cross is None else self.cross + cross
        self.phases = phases if self.phases is None else self.phases + phases
        self.power = self.power + 10 ** (level / 10)
        self.n_bins += int(np.count_nonzero(phases))
        self.steps_db.append(float(level[1] - level[0]))


@dataclass(slots=True)
class Sides:
    """The seconds of a two-channel recording that were compared so far.

    `piles` are of all of them, and of those that side 0, or 1, dominates.
    """

    n_channels: int
    loudest_dbfs: float = _HEARD_DBFS
    rate_hz: float = 0.0
    piles: tuple[_Pile, _Pile, _Pile] = field(default_factory=lambda: (_Pile(), _Pile(), _Pile()))

    def feed(self, stretch: Stretch) -> None:
        """Compare seconds of a stretch: all at first, later one in two, and at last none."""
        if self.n_channels != 2:
            return
        self.rate_hz = stretch.low_rate_hz
        size = round(_SECOND * self.rate_hz)
        step = size * (1 if stretch.start_s < _ALL_UNTIL_S else _EVERY)
        for first in range(0, stretch.low.shape[1] - size + 1, step):
            if len(self.piles[0].steps_db) < _AT_MOST:
                self._compare(stretch.low[:, first : first + size])

    def _compare(self, second: NDArray[np.float32]) -> None:
        level = decibels(np.einsum("cs,cs->c", second, second) / second.shape[1])
        self.loudest_dbfs = max(self.loudest_dbfs, float(level.max()))
        if level.max() < max(_HEARD_DBFS, self.loudest_dbfs - _BELOW_LOUDEST_DB):
            return
        cross, phases = self._cross(second)
        self.piles[0].add(cross, phases, level)
        if abs(level[1] - level[0]) >= _DOMINATES_DB:
            self.piles[1 if level[1] < level[0] else 2].add(cross, phases, level)

    def _cross(
        self, second: NDArray[np.float32]
    ) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
        """The cross-spectrum, and its phases, 0 where either side has next to nothing."""
        size = second.shape[1]
        half = (size + round(_LONGEST_DELAY_S * self.rate_hz)) // 2 + 1
        padded = 2 * fft.next_fast_len(half, real=True)
        spectra = fft.rfft(second * np.hanning(size).astype(np.float32), padded)
        sizes = np.abs(spectra)
        there = (sizes > _BIN_FLOOR * sizes.max(axis=1, keepdims=True)).all(axis=0)
        there[: round(_FROM_HZ * padded / self.rate_hz)] = False
        cross = spectra[1] * spectra[0].conj()
        out: NDArray[np.complex64] = np.zeros_like(cross)
        np.divide(cross, sizes[0] * sizes[1], out=out, where=there)
        return cross, out

    def same(self) -> float | None:
        """How far the sides' levels go apart, in dB, if both hold one sound; else None."""
        peak, above, _ = self._peak(self.piles[0])
        if peak < SAME_PEAK or above < LEAK_ABOVE:
            return None
        steps = np.array(self.piles[0].steps_db)
        spread = float(np.quantile(np.abs(steps - np.median(steps)), 0.9))
        return round(spread, 2) if spread <= SAME_SPREAD_DB else None

    def leaks(self) -> tuple[Leak, ...]:
        """Sides that are heard on the other one."""
        found = []
        for source in (0, 1):
            pile = self.piles[1 + source]
            peak, above, lag_s = self._peak(pile)
            if peak >= LEAK_PEAK and above >= LEAK_ABOVE and self._gain_db(source) >= LEAK_DB:
                gain_db = -abs(float(np.median(pile.steps_db)))
                delay_s = lag_s if source == 0 else -lag_s
                found.append(
                    Leak(source=source, target=1 - source, gain_db=gain_db, delay_s=delay_s)
                )
        return tuple(found)

    def _gain_db(self, source: int) -> float:
        """Level of what both sides share, against the source: noise on the target isn't in it."""
        pile = self.piles[1 + source]
        if pile.cross is None:
            return FLOOR_DB
        size = 2 * (len(pile.cross) - 1)
        shared = float(np.abs(fft.irfft(pile.cross, size)).max())
        # a Hann window keeps 3/8 of the power
        own = 0.375 * _SECOND * self.rate_hz * float(pile.power[source])
        return float(2 * decibels(shared / max(own, 1e-9)))

    def _peak(self, pile: _Pile) -> tuple[float, float, float]:
        """Height of the highest peak (1: all frequencies agree), above chance, and its seconds."""
        if pile.phases is None or len(pile.steps_db) < _LEAST_SECONDS or not pile.n_bins:
            return 0.0, 0.0, 0.0
        size = 2 * (len(pile.phases) - 1)
        curve: Any = fft.irfft(pile.phases, size) * (size / 2 / pile.n_bins)
        longest = round(_LONGEST_DELAY_S * self.rate_hz)
        near = np.abs(np.r_[curve[-longest:], curve[:longest]])
        at = int(near.argmax())
        above = float(near[at] / max(float(np.median(near)) / 0.6745, 1e-9))
        return float(near[at]), above, (at - longest) / self.rate_hz


def side_findings(sides: Sides) -> list[SoundFinding]:
    """The same sound on both sides, or leaks."""
    apart_db = sides.same()
    if apart_db is None:
        return [_leak(leak) for leak in sides.leaks()]
    return [
        SoundFinding(
            code="fake_stereo",
            channel=None,
            value=apart_db,
            unit="dB apart",
            explanation="Both sides hold the same sound: this is one channel, recorded twice",
            remedy="It is heard once, as one channel with both voices in it; a channel map"
            " doesn't hold for it",
        )
    ]


def _leak(leak: Leak) -> SoundFinding:
    return SoundFinding(
        code="leak",
        channel=leak.target,
        value=round(leak.gain_db, 1),
        unit="dB",
        explanation=f"The other side is heard on this one, {-leak.gain_db:.0f} dB fainter and"
        f" {1000 * leak.delay_s:.0f} ms later",
        remedy="Where it is only the other side's echo this side is silenced before listening,"
        " so that its words are counted once",
    )
