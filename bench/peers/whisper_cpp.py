"""whisper.cpp through pywhispercpp, greedy, with weights made of ours.

Tried on a third of the telephone set with two cores: q8_0 4.4 times real time, f16 4.2, q5_0 3.6
at more errors. Its `audio_ctx`, which cuts the encoder's 30 s window to the audio, is called
experimental there: with it short recordings go 2.5 to 3 times as fast and lose words, the fewest
with 5 s to spare (`cut`). Its speech filter needs a model file of its own and is not used.
"""

import math
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from bench.peers import ggml
from bench.peers.contender import LANGUAGE, Setup, decoded
from models import weights
from pipeline.ports import SAMPLE_RATE_HZ, Samples

_FRAMES_A_SECOND = 50
_SPARE_FRAMES = 256
_WHOLE_WINDOW = 1500


class WhisperCpp:
    """One file after another; `kind` is one of `ggml.KINDS`."""

    def __init__(self, setup: Setup, *, kind: str, cut: bool) -> None:
        import _pywhispercpp
        from pywhispercpp.model import Model

        file = setup.folder / f"ggml-{kind}.bin"
        tensors = weights.load_tensors(weights.find(setup.model, cache=setup.cache).path)
        ggml.save({name: t.float().numpy() for name, t in tensors.items()}, file, kind=kind)
        self._cut = cut
        self._model = Model(
            str(file),
            redirect_whispercpp_logs_to=None,
            n_threads=setup.threads,
            language=LANGUAGE,
            greedy={"best_of": 1},
            temperature_inc=0.0,
            print_progress=False,
            print_realtime=False,
        )
        built = _pywhispercpp.whisper_print_system_info()
        code = "AVX-512" if "AVX512 = 1" in built else "AVX2 (the wheel has no AVX-512)"
        window = "windows cut to the audio" if cut else "windows of 30 s"
        self.configuration = (
            f"pywhispercpp {version('pywhispercpp')}, {kind}, {window}, greedy, no fall-back, "
            f"flash attention, {code}, {setup.threads} threads"
        )

    def hear(self, paths: Sequence[Path]) -> list[str]:
        """The words of each file, in the order given."""
        return [self._hear(decoded(path)) for path in paths]

    def _hear(self, samples: Samples) -> str:
        needed = math.ceil(len(samples) / SAMPLE_RATE_HZ * _FRAMES_A_SECOND) + _SPARE_FRAMES
        frames = needed if self._cut and needed < _WHOLE_WINDOW else 0
        segments = self._model.transcribe(samples, audio_ctx=frames)
        return " ".join(segment.text for segment in segments)


def load(setup: Setup, *, kind: str = "f16", cut: bool = False) -> WhisperCpp:
    """The model on the processor."""
    return WhisperCpp(setup, kind=kind, cut=cut)
