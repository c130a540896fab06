"""Half an hour in which nobody speaks, as a telephone line carries it, from numbered seeds.

Each kind of sound is a function of a random generator and a length that gives samples at 8 kHz;
`recordings` sends every kind through a telephone channel (300 to 3400 Hz, mu-law) at several
lengths. Frequencies and rhythms of the tones: ITU-T E.180 supplement 2, Q.23, T.30 and V.21.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
from nonspeech_music import music
from numpy.typing import NDArray
from scipy import signal

from pipeline.ports import SAMPLE_RATE_HZ, Samples

LINE_HZ = 8_000
"""What the telephone carries; recordings are given at 16 kHz, as ingest gives them."""

Line = NDArray[np.float64]
Maker = Callable[[np.random.Generator, float], Line]

_LENGTHS_S = (1.3, 2.6, 4.4, 8.0, 14.0, 26.0)
_DTMF_HZ = ((697, 770, 852, 941), (1209, 1336, 1477, 1633))


@dataclass(frozen=True, slots=True, kw_only=True)
class NonSpeech:
    """One recording without words: its kind, and one channel at 16 kHz."""

    kind: str
    samples: Samples

    @property
    def length_s(self) -> float:
        """Its length."""
        return len(self.samples) / SAMPLE_RATE_HZ


def recordings(*, lengths_s: Sequence[float] = _LENGTHS_S, seed: int = 0) -> Iterator[NonSpeech]:
    """Every kind at every length, each from a seed of its own; the same `seed` gives the same."""
    for at, (kind, make) in enumerate(KINDS.items()):
        for number, length_s in enumerate(lengths_s):
            rng = np.random.default_rng([seed, at, number])
            line = make(rng, length_s)
            level = 1.0 if kind in _QUIET else 10 ** rng.uniform(-0.7, 0.3)
            hiss = 0.0 if make is _silence else _hiss(rng, len(line))
            yield NonSpeech(kind=kind, samples=telephone(level * line + hiss))


def telephone(line: Line) -> Samples:
    """A line's samples as they arrive: band-limited, through mu-law's 256 steps, at 16 kHz."""
    heard = np.clip(signal.sosfilt(_band(300, 3400, order=4), line), -1, 1)
    squeezed = np.sign(heard) * np.log1p(255 * np.abs(heard)) / np.log(256)
    steps = np.round(squeezed * 127) / 127
    opened = np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255
    return np.clip(signal.resample_poly(opened, 2, 1), -1, 1).astype(np.float32)


@cache
def _band(low_hz: float, high_hz: float, *, order: int = 2) -> Line:
    return signal.butter(order, (low_hz, high_hz), "bandpass", fs=LINE_HZ, output="sos")


def _n(length_s: float) -> int:
    return round(length_s * LINE_HZ)


def _noise(rng: np.random.Generator, n: int, low_hz: float, high_hz: float) -> Line:
    return signal.sosfilt(_band(low_hz, high_hz), rng.normal(0, 1, n))


def _hiss(rng: np.random.Generator, n: int) -> Line:
    """What every line adds, about -70 dB; on some lines nothing."""
    return rng.choice([0.0, 3e-4]) * rng.normal(0, 1, n)


def _put(line: Line, at_s: float, sound: Line) -> None:
    """Add a sound to a line at a place, as far as it fits."""
    first = _n(at_s)
    part = sound[: max(0, len(line) - first)]
    line[first : first + len(part)] += part


def _tone(length_s: float, *tones_hz: float, level: float = 0.1) -> Line:
    t = np.arange(_n(length_s)) / LINE_HZ
    edge = np.minimum(1, np.minimum(t, t[::-1]) / 0.004) if len(t) else t
    return level * edge * sum(np.sin(2 * np.pi * f * t) for f in tones_hz)


def _fall(length_s: float, *, rise_s: float = 0.01, half_s: float = 0.08) -> Line:
    """An envelope that rises fast and falls away."""
    t = np.arange(_n(length_s)) / LINE_HZ
    return np.minimum(1, t / rise_s) * 0.5 ** (t / half_s)


def _moments(rng: np.random.Generator, length_s: float, *, a_second: float) -> list[float]:
    n = max(1, rng.poisson(length_s * a_second))
    return sorted(rng.uniform(0, length_s, n).tolist())


def cadence(*rhythm: float | tuple[float, ...]) -> Maker:
    """Tones and pauses in turn: a tuple is (seconds, frequency, ...), a number a pause."""

    def make(rng: np.random.Generator, length_s: float) -> Line:
        line, at_s = np.zeros(_n(length_s)), rng.uniform(0, 0.5)
        while at_s < length_s:
            for part in rhythm:
                if isinstance(part, tuple):
                    _put(line, at_s, _tone(part[0], *part[1:]))
                at_s += part[0] if isinstance(part, tuple) else part
        return line

    return make


def shaped(low_hz: float, high_hz: float, *, sigma: float, sway: float = 0.0) -> Maker:
    """Noise of one colour whose level (standard deviation) may sway, `sway` in natural logs."""

    def make(rng: np.random.Generator, length_s: float) -> Line:
        n = _n(length_s)
        return sigma * np.exp(sway * _walk(rng, n)) * _noise(rng, n, low_hz, high_hz)

    return make


def _walk(rng: np.random.Generator, n: int) -> Line:
    """Something that wanders between -2 and 2, a new step every quarter second."""
    steps = rng.normal(0, 1, n // 2000 + 2)
    walk = np.clip(signal.lfilter([0.5], [1, -0.8], steps), -2, 2)
    return np.interp(np.arange(n), 2000 * np.arange(len(walk)), walk)


def _silence(rng: np.random.Generator, length_s: float) -> Line:
    return np.zeros(_n(length_s))


def _comfort(rng: np.random.Generator, length_s: float) -> Line:
    """Noise made by the far end in place of silence, at a level set anew every half second."""
    levels = np.repeat(rng.uniform(0.001, 0.004, _n(length_s) // 4000 + 1), 4000)
    return levels[: _n(length_s)] * _noise(rng, _n(length_s), 100, 1500)


def _hum(rng: np.random.Generator, length_s: float) -> Line:
    """Mains hum, whose upper harmonics are what gets through."""
    t, mains_hz = np.arange(_n(length_s)) / LINE_HZ, rng.choice([50, 60])
    return sum(
        0.06 / k * np.sin(2 * np.pi * k * mains_hz * t + rng.uniform(0, 6)) for k in range(1, 24)
    )


def _bursts(
    rng: np.random.Generator, length_s: float, *, a_second: float, one: Callable[[], Line]
) -> Line:
    line = np.zeros(_n(length_s))
    for at_s in _moments(rng, length_s, a_second=a_second):
        _put(line, at_s, one())
    return line


def _clicks(rng: np.random.Generator, length_s: float) -> Line:
    def one() -> Line:
        return rng.uniform(0.05, 0.8) * rng.normal(0, 1, 80) * _fall(0.01, half_s=0.002)

    return _bursts(rng, length_s, a_second=rng.uniform(0.5, 6), one=one)


def _keyboard(rng: np.random.Generator, length_s: float) -> Line:
    """Keys in runs of some tens a word, each a press and a softer release."""
    line, at_s = np.zeros(_n(length_s)), 0.2
    while at_s < length_s:
        for strength in (0.15, 0.06):
            key = _noise(rng, _n(0.05), 900, 3300) * _fall(0.05, rise_s=0.001, half_s=0.006)
            _put(line, at_s, strength * rng.uniform(0.5, 1.5) * key)
            at_s += rng.uniform(0.05, 0.12)
        at_s += rng.uniform(0.02, 0.15) if rng.random() > 0.12 else rng.uniform(0.3, 2.0)
    return line


def _office(rng: np.random.Generator, length_s: float) -> Line:
    """A room's rumble and air, keys, doors, a telephone far away; nobody speaks."""

    def thump() -> Line:
        return 0.2 * _noise(rng, _n(0.3), 80, 500) * _fall(0.3, half_s=0.05)

    rumble = shaped(100, 900, sigma=0.008, sway=0.3)(rng, length_s)
    ring = cadence((1.0, 950, 1300), rng.uniform(2, 4))(rng, length_s)
    line = rumble + 0.4 * _keyboard(rng, length_s) + 0.1 * ring
    return line + _bursts(rng, length_s, a_second=0.15, one=thump)


def _breaths(rng: np.random.Generator, length_s: float) -> Line:
    """Somebody breathes into the microphone: in, out, pause."""
    line, at_s = np.zeros(_n(length_s)), 0.1
    while at_s < length_s:
        for low_hz, high_hz in ((700, 3000), (400, 2000)):
            breath_s = rng.uniform(0.5, 1.3)
            air = _noise(rng, _n(breath_s), low_hz, high_hz) * np.hanning(_n(breath_s))
            _put(line, at_s, rng.uniform(0.02, 0.12) * air)
            at_s += breath_s + rng.uniform(0.05, 0.3)
        at_s += rng.uniform(0.2, 1.5)
    return line


def _coughs(rng: np.random.Generator, length_s: float) -> Line:
    """Two or three bursts of air in a row through a throat's resonances, partly voiced."""

    def one() -> Line:
        out = np.zeros(_n(1.2))
        for at_s in np.cumsum(rng.uniform(0.25, 0.4, rng.integers(1, 4))):
            n = _n(0.3)
            t = np.arange(n) / LINE_HZ
            voiced = signal.sawtooth(2 * np.pi * np.cumsum(rng.uniform(110, 260) - 150 * t) / 8000)
            air = _noise(rng, n, 500, 1400) + 0.7 * _noise(rng, n, 1500, 3000)
            _put(out, at_s - 0.25, 0.35 * (air + 0.4 * voiced) * _fall(0.3, half_s=0.06))
        return out

    return _bursts(rng, length_s, a_second=0.25, one=one)


def _rustle(rng: np.random.Generator, length_s: float) -> Line:
    """A telephone in a pocket: cloth, steps, knocks."""
    steps = cadence(rng.uniform(0.4, 0.6), (0.06, 140, 210))(rng, length_s)
    cloth = _noise(rng, _n(length_s), 400, 3300)
    gate = np.repeat(np.abs(rng.normal(0, 1, _n(length_s) // 400 + 1)) ** 3, 400)
    return 0.02 * cloth * gate[: len(cloth)] + 2 * steps + 0.3 * _clicks(rng, length_s)


def _car(rng: np.random.Generator, length_s: float) -> Line:
    """An engine whose speed changes, the road's noise."""
    turns_hz = 40 * np.exp(0.4 * _walk(rng, _n(length_s)))
    engine = signal.sawtooth(2 * np.pi * np.cumsum(turns_hz) / LINE_HZ)
    return 0.05 * engine + shaped(150, 1200, sigma=0.04, sway=0.3)(rng, length_s)


def _broken_line(rng: np.random.Generator, length_s: float) -> Line:
    """Lost packets: the last 20 ms said again and again, fading, or a hole."""
    line = shaped(200, 3000, sigma=0.03, sway=0.5)(rng, length_s)
    for at_s in _moments(rng, length_s, a_second=0.8):
        first, again = _n(at_s), rng.integers(3, 20)
        frame = line[first : first + 160]
        if len(frame) == 160:
            _put(line, at_s + 0.02, np.concatenate([6 * frame * 0.8**k for k in range(again)]))
    return line


def _keys(rng: np.random.Generator, length_s: float) -> Line:
    """Somebody dials through a menu."""
    line, at_s = np.zeros(_n(length_s)), 0.1
    while at_s < length_s:
        on_s = rng.uniform(0.06, 0.25)
        _put(line, at_s, _tone(on_s, *(rng.choice(row) for row in _DTMF_HZ), level=0.15))
        at_s += on_s + (rng.uniform(0.05, 0.3) if rng.random() > 0.15 else rng.uniform(1, 4))
    return line


def _fax(rng: np.random.Generator, length_s: float) -> Line:
    """A called fax machine: 2100 Hz, frames at 300 bit/s, then the picture's noise."""
    bits = np.repeat(rng.choice([1650.0, 1850.0], 400), LINE_HZ // 300)
    frames = 0.1 * np.sin(2 * np.pi * np.cumsum(bits) / LINE_HZ)
    picture = 0.08 * _noise(rng, _n(3.0), 600, 3000)
    call = np.concatenate([_tone(2.6, 2100), np.zeros(600), frames, np.zeros(900), picture])
    return np.tile(call, _n(length_s) // len(call) + 1)[: _n(length_s)]


def _beeps(rng: np.random.Generator, length_s: float) -> Line:
    pause_s, length = rng.uniform(0.6, 6), rng.uniform(0.1, 0.8)
    return cadence((length, rng.choice([440, 1000, 1400, 2000])), pause_s)(rng, length_s)


def _voicemail_tail(rng: np.random.Generator, length_s: float) -> Line:
    """Nobody speaks after the beep: the line, a knock, hanging up, the exchange's tones."""
    line = _breaths(rng, length_s) * rng.choice([0.0, 0.5]) + _rustle(rng, length_s) * 0.2
    hung_up_s = length_s * rng.uniform(0.3, 0.7)
    line[_n(hung_up_s) :] = 0
    _put(line, 0.0, _tone(0.4, 1000))
    _put(line, hung_up_s, 0.8 * rng.normal(0, 1, 160) * _fall(0.02, half_s=0.003))
    tones = (0.25, 480, 620) if rng.random() < 0.5 else (0.5, 425)
    rest_s = max(0.0, length_s - hung_up_s - 0.6)
    _put(line, hung_up_s + 0.6, cadence(tones, tones[0])(rng, rest_s))
    return line


KINDS: dict[str, Maker] = {
    "digital silence": _silence,
    "comfort noise": _comfort,
    "hiss": shaped(300, 3400, sigma=0.006),
    "loud hiss": shaped(300, 3400, sigma=0.05, sway=0.3),
    "hum": _hum,
    "wind": shaped(60, 600, sigma=0.2, sway=0.9),
    "car": _car,
    "office": _office,
    "keyboard": _keyboard,
    "clicks": _clicks,
    "rustle": _rustle,
    "broken line": _broken_line,
    "breaths": _breaths,
    "coughs": _coughs,
    "ring-back US": cadence((2.0, 440, 480), 4.0),
    "ring-back UK": cadence((0.4, 400, 450), 0.2, (0.4, 400, 450), 2.0),
    "ring-back Europe": cadence((1.0, 425), 4.0),
    "busy US": cadence((0.5, 480, 620), 0.5),
    "busy Europe": cadence((0.48, 425), 0.48),
    "fast busy": cadence((0.25, 480, 620), 0.25),
    "dial tone": cadence((60.0, 350, 440)),
    "information tones": cadence((0.33, 950), (0.33, 1400), (0.33, 1800), 1.0),
    "off-hook howl": cadence((0.1, 1400, 2060, 2450, 2600), 0.1),
    "keys": _keys,
    "fax calls": cadence((0.5, 1100), 3.0),
    "fax answers": _fax,
    "beeps": _beeps,
    "music, piano": partial(music, voice="piano"),
    "music, strings": partial(music, voice="strings"),
    "music, synthesiser": partial(music, voice="square"),
    "music, with drums": partial(music, voice="piano", drums=True),
    "voicemail's tail": _voicemail_tail,
}
"""Every kind, by name."""

_QUIET = frozenset({"digital silence", "comfort noise", "hiss"})
