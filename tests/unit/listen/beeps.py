"""Audio whose words are known: each burst of a steady level is one word, named by its level.

The detector and the recognizer here fulfil the ports for such audio exactly, so that what Listener
does with spans, windows, blocks and times can be checked against the truth without weights.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, Samples, SpeechWindow
from pipeline.types import Provenance, Word

STEP = 1 / 1024
FRAME = 512
FOREIGN = 500


def beeps(*bursts: tuple[float, float, int], duration_s: float) -> NDArray[np.float32]:
    """One channel: (start_s, length_s, number) bursts in silence."""
    audio = np.zeros(round(duration_s * SAMPLE_RATE_HZ), dtype=np.float32)
    for start_s, length_s, number in bursts:
        first = round(start_s * SAMPLE_RATE_HZ)
        audio[first : first + round(length_s * SAMPLE_RATE_HZ)] = number * STEP
    return audio


class BeepDetector:
    """Speech is any frame with something in it."""

    frame_samples = FRAME

    def speech_probabilities(self, samples: Samples) -> NDArray[np.float32]:
        frames = np.zeros(-(-len(samples) // FRAME) * FRAME, dtype=np.float32)
        frames[: len(samples)] = samples
        return frames.reshape(-1, FRAME).any(axis=1).astype(np.float32)


class BeepRecognizer:
    """Hears one word a burst, at its place; keeps count of the windows of each call."""

    max_window_s = 30.0
    provenance = Provenance(
        stage="listen", engine="beeps", model="", weights_sha256="", numeric_mode="", version=1
    )

    def __init__(self) -> None:
        self.calls: list[int] = []

    def recognize(self, windows: Sequence[SpeechWindow]) -> list[HeardWindow]:
        self.calls.append(len(windows))
        return [self._heard(window) for window in windows]

    def _heard(self, window: SpeechWindow) -> HeardWindow:
        assert 0 < len(window.samples) <= self.max_window_s * SAMPLE_RATE_HZ
        return HeardWindow(
            words=tuple(bursts_in(window.samples)),
            language="en",
            mean_log_prob=-0.1,
            no_speech_prob=0.0,
            repeated=False,
        )


class TwoTongues(BeepRecognizer):
    """Bursts from FOREIGN on are Spanish; a translation is the number with "en" before it.

    As a recognizer must, it has one language for a group: that of its longest window.
    """

    def __init__(self, *, translated_mean_log_prob: float = -0.1) -> None:
        super().__init__()
        self._log_prob = translated_mean_log_prob

    def recognize(self, windows: Sequence[SpeechWindow]) -> list[HeardWindow]:
        self.calls.append(len(windows))
        by_length = sorted(windows, key=lambda window: len(window.samples))
        found = {w.group: self._language(w) for w in by_length}
        return [self._told(window, found[window.group]) for window in windows]

    def _language(self, window: SpeechWindow) -> str:
        first = int(bursts_in(window.samples)[0].text)
        return window.language or ("es" if first >= FOREIGN else "en")

    def _told(self, window: SpeechWindow, language: str) -> HeardWindow:
        heard = replace(self._heard(window), language=language)
        if not window.translate or language == "en":
            return heard
        return replace(
            heard,
            translated=tuple(replace(word, text=f"en{word.text}") for word in heard.words),
            translated_mean_log_prob=self._log_prob,
        )


def bursts_in(samples: Samples) -> list[Word]:
    """The bursts of a stretch of audio as words, times in seconds into it."""
    edges = np.flatnonzero(np.diff(samples, prepend=np.float32(0), append=np.float32(0)))
    return [
        Word(
            start_s=first / SAMPLE_RATE_HZ,
            end_s=end / SAMPLE_RATE_HZ,
            text=str(round(float(samples[first]) / STEP)),
            confidence=1.0,
        )
        for first, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        if samples[first] != 0
    ]
