"""The channel doctor: 200 made-up faults found, false alarms on real recordings, and what it costs.

Faults are made from one half of the recordings with one seed to choose thresholds by, and from the
other half with another seed to report. Each faulty recording is written as a file (16-bit WAV,
mu-law WAV or MP3) and read as any recording is. A real recording is a false alarm if anything is
found that it hasn't got; what real ones do have is listed in `recordings.TRULY`.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.make_sample import encode
from bench.rows import Row
from bench.speakers.made_faults import MAKERS, Faulty, Stock, joined_call
from bench.speakers.recordings import TELEPHONE_HZ, TRULY, Half, Sound, real
from pipeline.ingest import doctor
from pipeline.settings import Ingest
from pipeline.types import SoundFinding

N_FAULTS = 200
SEEDS: dict[Half, int] = {"choose": 1, "report": 5}
CODECS = ("pcm", "ulaw", "mp3")

_CALL_S, _CUT_S = 25.0, 75.0
_UTTERANCES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A made-up fault as a file, and what was found in it."""

    faulty: Faulty
    codec: str
    findings: tuple[SoundFinding, ...]

    @property
    def found(self) -> bool:
        """Whether the fault is among the findings, on its side."""
        return any(
            one.code == self.faulty.code
            and (self.faulty.channel is None or one.channel == self.faulty.channel)
            for one in self.findings
        )


def measure(shared: Path) -> list[Row]:
    if not (shared / "data" / "speech").is_dir():
        sys.stdout.write(f"faults: left out, {shared / 'data' / 'speech'} is not here\n")
        return []
    sounds = list(real(shared))
    rows = []
    halves: tuple[Half, Half] = ("choose", "report")
    for half in halves:
        mine = [sound for of, sound in sounds if of == half]
        rows += _faults(half, list(tried(half, mine))) + _alarms(half, mine)
    return rows + _cost([sound for _, sound in sounds])


def tried(half: Half, sounds: Sequence[Sound]) -> Iterator[Tried]:
    """Every fault of a half, each kind in turn, and what the doctor says of it."""
    stock = stock_of(half, sounds)
    kinds = list(MAKERS)
    for number in range(N_FAULTS):
        chance = np.random.default_rng([SEEDS[half], number])
        faulty = MAKERS[kinds[number % len(kinds)]](stock, chance)
        telephone = faulty.sound.rate_hz == TELEPHONE_HZ
        codec = CODECS[number // len(kinds) % len(CODECS)] if telephone else "pcm"
        yield Tried(faulty=faulty, codec=codec, findings=findings_of(faulty.sound, codec))


def stock_of(half: Half, sounds: Sequence[Sound]) -> Stock:
    """Calls (what is long is cut, telephone utterances are joined), wide recordings, music."""
    chance = np.random.default_rng([SEEDS[half], 1 << 20])
    fit = [one for one in sounds if not TRULY.get(one.name, {}).keys() - {"drop_outs"}]
    calls = [cut for one in fit if one.rate_hz == TELEPHONE_HZ for cut in _cut(one)]
    short = [one for one in fit if one.name.startswith("telephone/")]
    order = chance.permutation(len(short))
    for first in range(0, len(order) - _UTTERANCES + 1, _UTTERANCES):
        told = [short[i] for i in order[first : first + _UTTERANCES]]
        calls.append(joined_call(told, chance, name=f"joined {first}"))
    wide = [one for one in fit if one.rate_hz > TELEPHONE_HZ and one.length_s >= _CALL_S]
    return Stock(calls=calls, wide=wide, music=[_music(half, sounds)])


def _cut(sound: Sound) -> Iterator[Sound]:
    """A recording in parts of at most _CUT_S; none if it is short."""
    size = round(_CUT_S * sound.rate_hz)
    for first in range(0, sound.samples.shape[1], size):
        part = sound.samples[:, first : first + size]
        if part.shape[1] >= _CALL_S * sound.rate_hz:
            yield Sound(name=f"{sound.name} {first}", rate_hz=sound.rate_hz, samples=part)


def _music(half: Half, sounds: Sequence[Sound]) -> np.ndarray:
    """Real music of this half, at 8 kHz."""
    for one in sounds:
        if one.name == "prompts/moh/macroform-cold_day":
            return one.samples[0]
        if one.name == "non_speech/musanmix":
            return one.samples[0, : 22 * one.rate_hz : one.rate_hz // TELEPHONE_HZ]
    raise LookupError(f"no music in the half {half}")


def findings_of(sound: Sound, codec: str) -> tuple[SoundFinding, ...]:
    """What the doctor says of a sound, once it is a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"recording.{'mp3' if codec == 'mp3' else 'wav'}"
        encode.write(path, sound.samples, codec, rate_hz=sound.rate_hz)
        return doctor.check(path, Ingest()).findings


def _faults(half: Half, found: Sequence[Tried]) -> list[Row]:
    how = f"half '{half}', seed {SEEDS[half]}"
    rows = [_share(f"faults found ({half})", found, ">= 0.95", 0.95, how)]
    for kind in MAKERS:
        mine = [one for one in found if one.faulty.code == kind]
        missed = [f"{one.faulty.strength} {one.codec}" for one in mine if not one.found]
        rows.append(_share(f"  {kind}", mine, "", None, "; missed: ".join(["", *missed])[2:]))
    for codec in CODECS:
        mine = [one for one in found if one.codec == codec]
        rows.append(_share(f"  as {codec}", mine, "", None, how))
    return rows


def _share(figure: str, found: Sequence[Tried], target: str, least: float | None, how: str) -> Row:
    share = sum(one.found for one in found) / max(1, len(found))
    return Row(
        section="faults",
        figure=figure,
        value=share,
        target=target,
        met=None if least is None else share >= least,
        n=len(found),
        how=how,
    )


def _alarms(half: Half, sounds: Sequence[Sound]) -> list[Row]:
    """Real recordings in which something is found that they haven't got."""
    false, seen = [], set()
    for sound in sounds:
        truly = TRULY.get(sound.name, {})
        for finding in findings_of(sound, "pcm"):
            if finding.code in truly:
                seen.add((sound.name, finding.code))
            else:
                false.append(f"{sound.name} {finding.code} {finding.value:g}")
    names = {one.split()[0] for one in false}
    owned = sum(len(TRULY.get(sound.name, {})) for sound in sounds)
    share = len(names) / len(sounds)
    return [
        Row(
            section="faults",
            figure=f"real recordings with a false alarm ({half})",
            value=share,
            target="<= 0.02",
            met=share <= 0.02,
            n=len(sounds),
            how="; ".join(false) or "none",
        ),
        Row(
            section="faults",
            figure=f"faults that real recordings have, found ({half})",
            value=len(seen) / max(1, owned),
            target="",
            met=None,
            n=owned,
            how="listed in bench/speakers/recordings.py",
        ),
    ]


def _cost(sounds: Sequence[Sound]) -> list[Row]:
    """Milliseconds of one core a second of audio, of recordings of half a minute and more."""
    rows = []
    for what, wanted in (("two channels", 2), ("one channel", 1)):
        mine = [s for s in sounds if len(s.samples) == wanted and s.length_s >= _CALL_S]
        spent_s = sum(_examined(sound) for sound in mine)
        value = 1000 * spent_s / sum(sound.length_s for sound in mine)
        rows.append(
            Row(
                section="faults",
                figure=f"ms of a core a second of audio, {what}",
                value=value,
                target="<= 1.5",
                met=value <= 1.5,
                n=len(mine),
                how="8 and 16 kHz, decoding not counted",
            )
        )
    return rows


def _examined(sound: Sound) -> float:
    """Seconds of the processor that examining takes."""
    started = time.process_time()
    examiner = doctor.Doctor()
    for first in range(0, sound.samples.shape[1], sound.rate_hz):
        examiner.feed(sound.rate_hz, sound.samples[:, first : first + sound.rate_hz])
    examiner.conclude()
    return time.process_time() - started
