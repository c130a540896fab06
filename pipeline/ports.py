"""What the pipeline needs of a model, as Protocols. `models/` fulfils them, tests check them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.types import Provenance, Word

Samples = NDArray[np.float32]
"""Mono audio, shape [n_samples], -1 to 1, at `SAMPLE_RATE_HZ`."""

Matrix = NDArray[np.float32]

SAMPLE_RATE_HZ = 16_000
"""What every model hears; ingest resamples to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWindow:
    """What a recognizer made of one window of audio; word times are seconds into the window.

    `mean_log_prob` is per token; `no_speech_prob` the model's own doubt that anybody spoke;
    `repeated` that decoding was stopped because it ran in a loop. `translated` are the words of an
    English translation, where one was wanted and the language isn't English, with the figures of
    its own decoding; its words stand at the sound that they translate.
    """

    words: tuple[Word, ...]
    language: str
    mean_log_prob: float
    no_speech_prob: float
    repeated: bool
    translated: tuple[Word, ...] = ()
    translated_mean_log_prob: float = 0.0
    translated_repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechWindow:
    """Speech of one side of one recording, packed for recognition.

    Windows of one `group` are in one language; `language` is its code, or None to find out: it is
    then that of the group's longest window. `translate` asks for a translation into English too.
    """

    samples: Samples
    group: str
    language: str | None
    translate: bool = False


class SpeechDetector(Protocol):
    """Says where somebody speaks."""

    frame_samples: int
    """Samples a probability stands for, at SAMPLE_RATE_HZ."""

    def speech_probabilities(self, samples: Samples) -> NDArray[np.float32]:
        """Probability of speech a frame, shape [ceil(n_samples / frame_samples)]."""


class Recognizer(Protocol):
    """Turns windows of speech into words. A window's words don't depend on its neighbours."""

    max_window_s: float
    provenance: Provenance

    def recognize(self, windows: Sequence[SpeechWindow]) -> list[HeardWindow]:
        """Words of each window, in the order given; every window at most `max_window_s` long.

        A window's words have times within the window and never go back.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """What one pass of the encoder makes of `texts`: in each matrix a row a text.

    `vectors` [n, dimensions], of length 1, are what the texts are about; `sounds` [n, m] how they
    sound, which heads read; m is 0 where no head wants it. `rich` [n, 3 dimensions] tells like
    texts apart better than `vectors`, its first third: trained topics read it.
    """

    texts: tuple[str, ...]
    vectors: Matrix
    sounds: Matrix
    rich: Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceFrames:
    """Features of a voice every 20 ms, each of shape [n_frames]: pitch in octaves (log2 Hz, nan
    where unvoiced), energy in dB, and energy from 500 Hz up against that below in dB.
    """

    pitch_octaves: Samples
    energy_db: Samples
    high_db: Samples


class VoiceMeter(Protocol):
    """Measures how somebody speaks, not what."""

    def frames(self, samples: Samples) -> VoiceFrames:
        """Features of speech of one side, mono at SAMPLE_RATE_HZ."""


class TextEncoder(Protocol):
    """Sentences to vectors of unit length."""

    provenance: Provenance
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Shape [len(texts), dimensions], rows of Euclidean length 1."""

    def read(self, texts: Sequence[str]) -> Encoded:
        """The same vectors and what the heads read, from one pass over each text."""


class Classifier(Protocol):
    """Labels of texts. A head on the encoder reads what its pass has made, other models the texts.

    Either just one label holds, or `several` may: then each is said from its threshold on, which
    stand in the order of `labels`.
    """

    labels: tuple[str, ...]
    several: bool
    thresholds: tuple[float, ...]
    provenance: Provenance

    def probabilities(self, encoded: Encoded) -> Matrix:
        """Shape [n, len(labels)]; rows sum to 1 unless `several`. No row depends on the others."""


class TopicReader(Protocol):
    """Topics that a site has trained, in the place of the likeness to example phrases."""

    topics: tuple[str, ...]

    def scores(self, encoded: Encoded) -> Matrix:
        """Shape [n, len(topics)], 0 to 1; all are low where a text is about something else."""
