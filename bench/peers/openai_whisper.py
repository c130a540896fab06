"""openai-whisper: as its command line runs with nothing set, and greedy without fall-back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench.peers.contender import LANGUAGE, Setup, decoded
from models import weights, whisper_model

COMMAND_LINE: dict[str, Any] = {
    "beam_size": 5,
    "best_of": 5,
    "temperature": tuple(np.arange(0, 1.0 + 1e-6, 0.2)),
    "condition_on_previous_text": True,
}
"""What `whisper.transcribe.cli` passes on when nothing is set."""

GREEDY: dict[str, Any] = {"temperature": 0.0, "condition_on_previous_text": False}


class OpenAiWhisper:
    """One file after another, as the library does it; float32, since it has nothing else here."""

    def __init__(self, setup: Setup, *, greedy: bool) -> None:
        torch.set_num_threads(setup.threads)
        self._model, _ = whisper_model.load(weights.find(setup.model, cache=setup.cache))
        self._model.eval()
        self._options = GREEDY if greedy else COMMAND_LINE
        how = (
            "temperature 0, no fall-back, previous text not given"
            if greedy
            else "beam 5, fall-back to temperatures 0.2 to 1, previous text given"
        )
        self.configuration = f"float32, {how}, no word timestamps, {setup.threads} threads"

    def hear(self, paths: Sequence[Path]) -> list[str]:
        """The words of each file, in the order given."""
        return [
            self._model.transcribe(
                decoded(path), language=LANGUAGE, fp16=False, verbose=None, **self._options
            )["text"]
            for path in paths
        ]


def load(setup: Setup, *, greedy: bool) -> OpenAiWhisper:
    """The model on the processor."""
    return OpenAiWhisper(setup, greedy=greedy)
