"""Channel faults made on purpose, of varied strength, on real speech."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy import signal

from bench.make_sample.telephone import hold_music
from bench.speakers.recordings import TELEPHONE_HZ, Samples, Sound, beside

Chance = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """A recording with a fault: its code, the side it is on (None: any will do), how strong."""

    sound: Sound
    code: str
    channel: int | None
    strength: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What faults are made from: calls, with two sides or one; wide recordings; music at 8 kHz."""

    calls: Sequence[Sound]
    wide: Sequence[Sound]
    music: Sequence[Samples]

    def call(self, chance: Chance, *, sides: int | None = None) -> Sound:
        """A call, with so many sides."""
        fit = [c for c in self.calls if sides is None or len(c.samples) == sides]
        return fit[int(chance.integers(len(fit)))]


def _db(value: float) -> float:
    return float(10 ** (value / 20))


def speech_rms(samples: Samples) -> float:
    """Of a side's loud tenths of a second: -1 to 1."""
    frames = samples[: len(samples) // 800 * 800].reshape(-1, 800)
    power = np.sort((frames**2).mean(axis=1))
    return float(np.sqrt(power[round(0.85 * len(power)) :].mean()))


def _side(chance: Chance, samples: Samples) -> int:
    """A side, of those that speak."""
    return int(chance.integers(len(samples)))


def _with(sound: Sound, samples: Samples, *, rate_hz: int | None = None) -> Sound:
    clipped = np.clip(samples, -1, 1).astype(np.float32)
    return Sound(name=sound.name, rate_hz=rate_hz or sound.rate_hz, samples=clipped)


def fake_stereo(stock: Stock, chance: Chance) -> Faulty:
    """One channel twice: at two levels, a little apart in time, with noise of their own."""
    call = stock.call(chance)
    both = call.samples.mean(axis=0)
    step_db, late, noise_db = chance.uniform(-8, 8), int(chance.integers(0, 25)), -45.0
    noise_db = float(chance.choice([-200.0, chance.uniform(-65, -45)]))
    second = np.roll(both, late) * _db(step_db)
    noise = chance.standard_normal((2, both.size)) * speech_rms(both) * _db(noise_db)
    return Faulty(
        sound=_with(call, np.stack([both, second]) + noise),
        code="fake_stereo",
        channel=None,
        strength=f"{step_db:+.1f} dB, {late} samples late, noise {noise_db:.0f} dB",
    )


def dead_side(stock: Stock, chance: Chance) -> Faulty:
    """A side with nothing, hiss or a faint hum on it."""
    call = stock.call(chance, sides=2)
    side, level_db = _side(chance, call.samples), chance.uniform(-85, -52)
    out, size = call.samples.copy(), call.samples.shape[1]
    kind = str(chance.choice(["nothing", "hiss", "hum"]))
    if kind == "nothing":
        out[side] = 0
    elif kind == "hiss":
        out[side] = chance.standard_normal(size) * _db(level_db)
    else:
        out[side] = _hum(chance, size, call.rate_hz)[0] * _db(level_db)
    return Faulty(
        sound=_with(call, out), code="dead_side", channel=side, strength=f"{kind}, {level_db:.0f}"
    )


def leak(stock: Stock, chance: Chance) -> Faulty:
    """The other side through a wall or a headset: fainter, later, band-limited, in a room."""
    call = stock.call(chance, sides=2)
    target, gain_db = _side(chance, call.samples), chance.uniform(-30, -6)
    late = int(chance.uniform(0, 0.25) * call.rate_hz)
    source = call.samples[1 - target]
    room = chance.standard_normal(round(0.1 * call.rate_hz))
    room *= np.exp(-np.arange(room.size) / (chance.uniform(0.005, 0.03) * call.rate_hz))
    room *= chance.uniform(0, 1) / np.sqrt((room**2).sum())
    room[0] = 1.0
    high = chance.uniform(1800, 3400)
    band = signal.butter(2, (200, high), "bandpass", fs=call.rate_hz, output="sos")
    heard = signal.sosfilt(band, signal.fftconvolve(source, room)[: source.size])
    heard *= speech_rms(source) / max(speech_rms(heard), 1e-9) * _db(gain_db)
    out = call.samples.copy()
    out[target, late:] += heard[: heard.size - late]
    return Faulty(
        sound=_with(call, out),
        code="leak",
        channel=target,
        strength=f"{gain_db:.0f} dB, {1000 * late / call.rate_hz:.0f} ms",
    )


def clipping(stock: Stock, chance: Chance) -> Faulty:
    """Tops cut off, and the whole made quieter afterwards."""
    call = stock.call(chance)
    side, share = _side(chance, call.samples), _log(chance, 0.003, 0.08)
    out = call.samples.copy()
    loud = np.abs(out[side])
    top = float(np.quantile(loud[loud > 0.1 * loud.max()], 1 - share))
    out[side] = np.clip(out[side], -top, top) / top * _db(chance.uniform(-9, 0))
    return Faulty(
        sound=_with(call, out), code="clipping", channel=side, strength=f"{100 * share:.1f} %"
    )


def dc(stock: Stock, chance: Chance) -> Faulty:
    """A constant offset."""
    call = stock.call(chance)
    side, share = _side(chance, call.samples), _log(chance, 0.006, 0.08)
    out = call.samples * 0.9
    out[side] += share * chance.choice([-1, 1])
    return Faulty(sound=_with(call, out), code="dc", channel=side, strength=f"{100 * share:.1f} %")


def hum(stock: Stock, chance: Chance) -> Faulty:
    """Mains and its multiples, each of a strength of its own."""
    call = stock.call(chance)
    side, below_db = _side(chance, call.samples), chance.uniform(-30, -8)
    tones, mains = _hum(chance, call.samples.shape[1], call.rate_hz)
    out = call.samples.copy()
    out[side] += tones * speech_rms(out[side]) * _db(below_db)
    return Faulty(
        sound=_with(call, out),
        code="hum",
        channel=side,
        strength=f"{below_db:.0f} dB beside speech, {mains} Hz",
    )


def _hum(chance: Chance, size: int, rate_hz: int) -> tuple[Samples, int]:
    """Of power 1, and its frequency; the mains are exact to 0.1 %."""
    mains = int(chance.choice([50, 60]))
    time_s = np.arange(size) / rate_hz * chance.uniform(0.999, 1.001)
    heights = chance.uniform(0, 1, 10) / np.arange(1, 11) ** chance.uniform(0, 1)
    tones = sum(
        height * np.sin(2 * np.pi * (mains * n * time_s + chance.random()))
        for n, height in enumerate(heights, 1)
    )
    return np.asarray(tones / np.sqrt((heights**2).sum() / 2)), mains


def narrow_band(stock: Stock, chance: Chance) -> Faulty:
    """Telephone sound in a file of a higher rate, and the hiss of another converter."""
    wide = chance.random() < 0.5
    source = stock.wide[int(chance.integers(len(stock.wide)))] if wide else stock.call(chance)
    rate = int(chance.choice([16_000, 22_050, 44_100, 48_000]))
    narrow = source.samples
    if source.rate_hz != TELEPHONE_HZ:
        narrow = signal.resample_poly(narrow, TELEPHONE_HZ, source.rate_hz, axis=1)
    out = signal.resample_poly(narrow, rate, TELEPHONE_HZ, axis=1)
    noise_db = chance.uniform(-80, -45)
    out = out + chance.standard_normal(out.shape) * speech_rms(out[0]) * _db(noise_db)
    return Faulty(
        sound=_with(source, out, rate_hz=rate),
        code="narrow_band",
        channel=None,
        strength=f"{rate} Hz, hiss {noise_db:.0f} dB",
    )


def too_quiet(stock: Stock, chance: Chance) -> Faulty:
    """A side hardly loud enough for 16 bits."""
    call = stock.call(chance)
    side, level = _side(chance, call.samples), chance.uniform(-62, -50)
    out = call.samples.copy()
    out[side] *= _db(level) / speech_rms(out[side])
    return Faulty(
        sound=_with(call, out), code="too_quiet", channel=side, strength=f"{level:.0f} dBFS"
    )


def too_loud(stock: Stock, chance: Chance) -> Faulty:
    """A side driven far into its limit."""
    call = stock.call(chance)
    side, level = _side(chance, call.samples), chance.uniform(-7, -3)
    out = call.samples.copy()
    out[side] *= _db(level) / speech_rms(out[side]) * 1.3
    return Faulty(
        sound=_with(call, out), code="too_loud", channel=side, strength=f"{level:.0f} dBFS"
    )


def drop_outs(stock: Stock, chance: Chance) -> Faulty:
    """Packets that got lost, alone and in bursts."""
    call = stock.call(chance)
    side, share = _side(chance, call.samples), _log(chance, 0.01, 0.1)
    packet = round(float(chance.choice([0.02, 0.03, 0.04, 0.06])) * call.rate_hz)
    out, burst = call.samples.copy(), chance.uniform(0, 0.4)
    lost = False
    for first in range(0, out.shape[1], packet):
        lost = bool(chance.random() < (burst if lost else share))
        if lost:
            out[side, first : first + packet] = 0
    return Faulty(
        sound=_with(call, out),
        code="drop_outs",
        channel=side,
        strength=f"{100 * share:.1f} % of {1000 * packet / call.rate_hz:.0f} ms",
    )


def music(stock: Stock, chance: Chance) -> Faulty:
    """A customer on hold: some seconds of music put between."""
    call = stock.call(chance)
    side, length_s = _side(chance, call.samples), chance.uniform(14, 45)
    size = round(length_s * TELEPHONE_HZ)
    if chance.random() < 0.7:
        source = stock.music[int(chance.integers(len(stock.music)))]
        first = int(chance.integers(0, max(1, source.size - size)))
        piece = source[first : first + size]
    else:
        piece = hold_music(length_s, str(chance.integers(1 << 30)))
    level_db = chance.uniform(-30, -14)
    piece = piece / speech_rms(piece) * _db(level_db)
    at = int(chance.integers(call.samples.shape[1]))
    out = np.insert(call.samples, [at], np.zeros((len(call.samples), 1), np.float32), axis=1)
    out = np.concatenate([out[:, :at], np.zeros((len(out), piece.size)), out[:, at:]], axis=1)
    out[side, at : at + piece.size] = piece
    return Faulty(
        sound=_with(call, out),
        code="music",
        channel=side,
        strength=f"{piece.size / TELEPHONE_HZ:.0f} s at {level_db:.0f} dBFS",
    )


def wrong_rate(stock: Stock, chance: Chance) -> Faulty:
    """8 kHz that say they are 16, or 16 kHz that say they are 8."""
    source = stock.call(chance)
    if chance.random() < 0.5:
        made = _with(source, source.samples, rate_hz=2 * source.rate_hz)
        return Faulty(sound=made, code="wrong_rate", channel=None, strength="twice too fast")
    twice = signal.resample_poly(source.samples, 2, 1, axis=1)
    made = _with(source, twice)
    return Faulty(sound=made, code="wrong_rate", channel=None, strength="half as fast")


def _log(chance: Chance, low: float, high: float) -> float:
    return float(np.exp(chance.uniform(np.log(low), np.log(high))))


MAKERS: Mapping[str, Callable[[Stock, Chance], Faulty]] = MappingProxyType(
    {
        maker.__name__: maker
        for maker in (
            fake_stereo,
            dead_side,
            leak,
            clipping,
            dc,
            hum,
            narrow_band,
            too_quiet,
            too_loud,
            drop_outs,
            music,
            wrong_rate,
        )
    }
)


def joined_call(utterances: Sequence[Sound], chance: Chance, *, name: str) -> Sound:
    """People's telephone utterances taken in turns on two sides, with pauses between."""
    sides: list[list[Samples]] = [[], []]
    for at, one in enumerate(utterances):
        pause = np.zeros(round(chance.uniform(0.2, 1.2) * one.rate_hz), np.float32)
        for side in (0, 1):
            mine = one.samples[0] if at % 2 == side else np.zeros_like(one.samples[0])
            sides[side] += [mine, pause]
    left, right = (np.concatenate(side)[None] for side in sides)
    return Sound(name=name, rate_hz=TELEPHONE_HZ, samples=beside(left, right))
