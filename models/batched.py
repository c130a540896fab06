"""What recognisers on other people's engines share: batches, languages, limits, loops, words.

An engine encodes, decodes and follows a batch with its library's own means; here stands what the
Recognizer port promises of it. Windows are given to the engine as 30 s of audio, the way Whisper
was trained, and as fast as the library makes that: our own engine is the fast one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from whisper.tokenizer import Tokenizer

from models import translation, whisper_vocabulary
from models.whisper_limits import MAX_REPEATS, loop_length, token_limit
from models.word_times import words
from pipeline.english import ENGLISH
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, SpeechWindow
from pipeline.types import Provenance

WINDOW_S = 30.0

Audio = NDArray[np.float32]
"""Windows padded with silence, shape [n_windows, 30 s of samples]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Tokens that an engine chose for one window, and its doubt that anybody spoke."""

    tokens: Sequence[int]
    no_speech_prob: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Where tokens lie in the audio: n_tokens + 1 starts, the last one the end; n_tokens doubts."""

    starts_s: Sequence[float]
    log_probs: Sequence[float]


Encoded = TypeVar("Encoded")


class Engine(Protocol[Encoded]):
    """Another library's Whisper."""

    n_vocabulary: int

    def encode(self, audio: Audio) -> Encoded:
        """The encoder's output for a batch of windows."""

    def language_probs(self, encoded: Encoded) -> list[dict[str, float]]:
        """For each window the probability of every language code; multilingual models only."""

    def pick(self, encoded: Encoded, rows: Sequence[int]) -> Encoded:
        """The encoder's output of some of the windows."""

    def decode(
        self, encoded: Encoded, prompts: Sequence[Sequence[int]], limits: Sequence[int]
    ) -> list[Said]:
        """Greedy tokens after each prompt; more than `limits` of a window may come back."""

    def follow(
        self,
        encoded: Encoded,
        prompts: Sequence[Sequence[int]],
        tokens: Sequence[Sequence[int]],
        durations_s: Sequence[float],
    ) -> list[Followed]:
        """Place tokens in the first `durations_s` of the audio; no window's tokens are empty."""


class BatchedRecognizer(Generic[Encoded]):
    """The Recognizer port on an engine.

    Parameters
    ----------
    engine : Engine
        What computes.
    provenance : Provenance
        What a transcript says of it.
    batch_windows : int
        Windows given to the engine at once; memory grows with it, words don't depend on it.
    languages : sequence of str
        Codes that language detection chooses from; empty for all that the model knows.
    """

    max_window_s = WINDOW_S

    def __init__(
        self,
        engine: Engine[Encoded],
        *,
        provenance: Provenance,
        batch_windows: int,
        languages: Sequence[str],
    ) -> None:
        self._engine, self.provenance = engine, provenance
        self._batch_windows = batch_windows
        plain = whisper_vocabulary.tokenizer(engine.n_vocabulary)
        self._languages = whisper_vocabulary.choices(plain, languages)

    def recognize(self, windows: Sequence[SpeechWindow]) -> list[HeardWindow]:
        """Words of each window, in the order given.

        Longest first, so that a group's language is settled by its longest window.
        """
        languages = {w.group: w.language for w in windows if w.language is not None}
        order = sorted(range(len(windows)), key=lambda i: -len(windows[i].samples))
        heard: dict[int, HeardWindow] = {}
        for start in range(0, len(order), self._batch_windows):
            batch = order[start : start + self._batch_windows]
            chosen = [windows[i] for i in batch]
            heard |= dict(zip(batch, self._batch(chosen, languages), strict=True))
        return [heard[i] for i in range(len(windows))]

    def _batch(
        self, windows: Sequence[SpeechWindow], languages: dict[str, str]
    ) -> list[HeardWindow]:
        encoded = self._engine.encode(_padded(windows))
        if any(window.group not in languages for window in windows):
            self._settle(windows, encoded, languages)
        spoken = [languages[window.group] for window in windows]
        heard = list(self._decoded(windows, encoded, spoken))
        rows = [
            i
            for i, window in enumerate(windows)
            if translation.wanted(window, self._tokenizer(spoken[i]))
        ]
        if rows:
            some = encoded if len(rows) == len(windows) else self._engine.pick(encoded, rows)
            chosen, theirs = [windows[i] for i in rows], [spoken[i] for i in rows]
            english = self._decoded(chosen, some, theirs, task="translate")
            for i, second in zip(rows, english, strict=True):
                heard[i] = translation.with_translation(heard[i], second)
        return heard

    def _decoded(
        self,
        windows: Sequence[SpeechWindow],
        encoded: Encoded,
        spoken: Sequence[str],
        *,
        task: str = "transcribe",
    ) -> Iterator[HeardWindow]:
        """What the engine makes of windows in the languages `spoken`, as one task or the other."""
        tokenizers = [self._tokenizer(language, task) for language in spoken]
        prompts = [list(t.sot_sequence_including_notimestamps) for t in tokenizers]
        if task == "translate":
            tokenizers = [self._tokenizer(ENGLISH)] * len(windows)
        limits = [token_limit(window) for window in windows]
        said = self._engine.decode(encoded, prompts, limits)
        cut = [_cut(one.tokens, limit) for one, limit in zip(said, limits, strict=True)]
        durations_s = [len(window.samples) / SAMPLE_RATE_HZ for window in windows]
        tokens = [kept or [tokenizers[0].eot] for kept, _ in cut]
        followed = self._engine.follow(encoded, prompts, tokens, durations_s)
        for i, (kept, repeated) in enumerate(cut):
            log_probs = followed[i].log_probs[: len(kept)]
            yield HeardWindow(
                words=words(
                    kept,
                    tokenizers[i],
                    log_probs=log_probs,
                    starts_s=followed[i].starts_s,
                    samples=windows[i].samples,
                ),
                language=spoken[i],
                mean_log_prob=sum(log_probs) / max(1, len(kept)),
                no_speech_prob=said[i].no_speech_prob,
                repeated=repeated,
            )

    def _settle(
        self, windows: Sequence[SpeechWindow], encoded: Encoded, languages: dict[str, str]
    ) -> None:
        """The language of groups that have none yet: that of their longest window, the first."""
        if self._languages == ("en",):
            languages |= {w.group: "en" for w in windows if w.group not in languages}
            return
        for window, found in zip(windows, self._engine.language_probs(encoded), strict=True):
            likeliest = max(self._languages, key=lambda code: found.get(code, 0.0))
            languages.setdefault(window.group, likeliest)

    def _tokenizer(self, language: str, task: str = "transcribe") -> Tokenizer:
        return whisper_vocabulary.tokenizer(self._engine.n_vocabulary, language=language, task=task)


def _padded(windows: Sequence[SpeechWindow]) -> Audio:
    audio = np.zeros((len(windows), int(WINDOW_S * SAMPLE_RATE_HZ)), dtype=np.float32)
    for row, window in zip(audio, windows, strict=True):
        row[: len(window.samples)] = window.samples
    return audio


def _cut(tokens: Sequence[int], limit: int) -> tuple[list[int], bool]:
    """Tokens up to the limit, or with one round of the first loop; and whether there was one."""
    kept = list(tokens[:limit])
    for end in range(MAX_REPEATS, len(kept) + 1):
        if length := loop_length(kept[:end]):
            return kept[: end - length * (MAX_REPEATS - 1)], True
    return kept, False
