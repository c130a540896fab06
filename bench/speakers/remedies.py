"""What mending is worth: words heard in two-sided calls with a fault, as they are and mended.

The words of the sound call are the measure: each word that a faulty one adds (counted twice, or
made of noise) or lacks is an error. HarperValley's calls, and 75 s of the support call.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType

import numpy as np

from bench.hearing import tools
from bench.make_sample import encode
from bench.rows import Row
from bench.speakers.made_faults import speech_rms
from bench.speakers.recordings import Samples, Sound, real
from bench.words import Said, errors_of
from flows.hearing import hear
from flows.tools import Tools
from pipeline.ingest import audio
from pipeline.listen.listen import ToHear
from pipeline.settings import Ingest
from pipeline.types import Transcript

_LONGEST_S = 75.0


def _leak(samples: Samples, rate_hz: int) -> Samples:
    """Each side on the other, 14 dB fainter and 60 ms later."""
    late = round(0.06 * rate_hz)
    return samples + np.pad(samples[::-1], ((0, 0), (late, 0)))[:, : samples.shape[1]] * 0.2


def _twice(samples: Samples, rate_hz: int) -> Samples:
    """Both sides mixed, on two channels."""
    return np.repeat(samples.mean(axis=0, keepdims=True), 2, axis=0)


def _quiet(samples: Samples, rate_hz: int) -> Samples:
    """Both sides at -60 dBFS."""
    return samples / np.array([[speech_rms(side)] for side in samples]) * 10 ** (-60 / 20)


def _offset(samples: Samples, rate_hz: int) -> Samples:
    """Both sides off the middle by a tenth."""
    return samples * 0.8 + 0.1


def _fast(samples: Samples, rate_hz: int) -> Samples:
    """As it is: the file will state twice its rate."""
    return samples


FAULTS: Mapping[str, Callable[[Samples, int], Samples]] = MappingProxyType(
    {"leak": _leak, "fake stereo": _twice, "too quiet": _quiet, "dc": _offset, "wrong rate": _fast}
)


def measure(shared: Path) -> list[Row]:
    calls = [
        Sound(name=s.name, rate_hz=s.rate_hz, samples=s.samples[:, : round(_LONGEST_S * s.rate_hz)])
        for _, s in real(shared)
        if s.name.startswith(("harpervalley", "support_call"))
    ]
    if not calls:
        sys.stdout.write(f"remedies: left out, {shared / 'data' / 'speech'} is not here\n")
        return []
    chosen = tools([])
    rows = []
    for fault, make in FAULTS.items():
        faulty = [
            Sound(
                name=call.name,
                rate_hz=call.rate_hz * (2 if make is _fast else 1),
                samples=np.clip(make(call.samples, call.rate_hz), -1, 1).astype(np.float32),
            )
            for call in calls
        ]
        # two equal sides are measured by what their mix says once
        whole = [_mixed(call) for call in calls] if make is _twice else calls
        truth = _words(whole, chosen, mend=True)
        for how, mend in (("as it is", False), ("mended", True)):
            rows.append(_row(f"{fault}: {how}", truth, _words(faulty, chosen, mend=mend)))
    return rows


def _mixed(call: Sound) -> Sound:
    mix = call.samples.mean(axis=0, keepdims=True)
    return Sound(name=call.name, rate_hz=call.rate_hz, samples=mix)


def _words(calls: Sequence[Sound], chosen: Tools, *, mend: bool) -> list[list[str]]:
    """What was heard in each call, a text a side."""
    listener, settings = chosen.listener(voice=False), Ingest()
    with tempfile.TemporaryDirectory() as folder:
        for number, call in enumerate(calls):
            path = Path(folder) / f"{number}.wav"
            encode.write(path, call.samples, "pcm", rate_hz=call.rate_hz)
            item = ToHear(recording_id=str(number))
            if mend:
                hear(listener, item, path, settings)
            else:
                blocks = audio.blocks(path, settings=settings)
                listener.feed(item, ((block.offset_s, block.samples) for block in blocks))
        listener.flush()
        heard = {int(one.recording_id): one for one in listener.take()}
    return [_sides(heard[number]) for number in range(len(calls))]


def _sides(heard: Transcript) -> list[str]:
    return [
        " ".join(u.text for u in heard.utterances if u.channel == channel)
        for channel in range(len(heard.roles))
    ]


def _row(figure: str, truth: list[list[str]], found: list[list[str]]) -> Row:
    """Errors beside the words of the sound call; a side too many has none of its own."""
    sides = [
        errors_of(Said(name=figure, utterances=(said,), heard=heard))
        for call, told in zip(truth, found, strict=True)
        for said, heard in zip_longest(call, told, fillvalue="")
    ]
    errors = sum(int(side.errors.sum()) for side in sides)
    words = sum(int(side.words.sum()) for side in sides)
    added = sum(side.inserted for side in sides)
    return Row(
        section="remedies",
        figure=f"word errors, {figure}",
        value=errors / max(1, words),
        target="",
        met=None,
        n=words,
        how=f"{added} words added, against the same calls without the fault",
    )
