"""openai-whisper's network and weights behind the Recognizer port, decoded in batches of our own.

Windows of many recordings go through together, longest first; a window sees only itself. Words get
their times from cross-attention, gathered while decoding (no second pass).
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from threading import Event

import torch
import whisper
from torch import Tensor
from whisper.tokenizer import Tokenizer

from models import translation, weights, whisper_vocabulary
from models.slots import Slots
from models.vocabulary import Vocabulary
from models.whisper_decoder import Decoder
from models.whisper_encoder import Encoder, n_frames
from models.whisper_fallback import Fallback
from models.whisper_greedy import Decoded
from models.whisper_limits import token_limit
from models.whisper_model import load
from models.whisper_second_look import decoding
from models.whisper_vocabulary import banned, choices
from models.word_times import n_frames as frames_of
from models.word_times import token_starts_s, words
from pipeline.english import ENGLISH
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, SpeechWindow
from pipeline.types import Provenance

VERSION = 3
"""Raised by hand when results change with the same weights and settings."""

_PROMPT_TOKENS = 4  # start, language, task, no timestamps


class WhisperRecognizer:
    """The Recognizer port on PyTorch.

    Parameters
    ----------
    found : weights.Found
        A folder with model.safetensors, or a `.pt` file of openai-whisper.
    numeric_mode : {"float32", "bfloat16", "float16", "int8"}
        How matrices are multiplied.
    batch_windows : int
        Windows decoded together; memory grows with it, words don't depend on it.
    languages : sequence of str
        Codes that language detection chooses from; empty for all that the model knows.
    device : {"cpu", "cuda"}
        Where the network runs.
    threads : int
        Streams of windows that are recognized side by side, each on a core of its own.
    fallback : bool
        Whether windows with poor words are heard again.
    vocabulary : sequence of str
        Names that are listened for.
    """

    max_window_s = 30.0

    def __init__(
        self,
        found: weights.Found,
        *,
        numeric_mode: str = "float32",
        batch_windows: int = 16,
        languages: Sequence[str] = (),
        device: str = "cpu",
        threads: int = 1,
        fallback: bool = False,
        vocabulary: Sequence[str] = (),
    ) -> None:
        self._model, sha256 = load(found)
        self._model.to(device)
        self._fallback = Fallback(self._model, wanted=fallback)
        self._batch_windows, self._threads = batch_windows, threads
        tokenizer = self.tokenizer("en")
        self.encoder = Encoder(self._model.encoder, mode=numeric_mode)
        self.decoder = Decoder(self._model, mode=numeric_mode, n_text=tokenizer.eot + 1)
        self._start, self.no_speech = tokenizer.sot, tokenizer.no_speech
        self._banned = banned(tokenizer).to(device)
        self._words = Vocabulary(vocabulary, tokenizer) if vocabulary else None
        self.languages = {
            code: _language_token(tokenizer, code) for code in choices(tokenizer, languages)
        }
        self.provenance = Provenance(
            stage="listen",
            engine=f"openai-whisper {whisper.__version__}",
            model=found.name,
            weights_sha256=sha256,
            numeric_mode=numeric_mode,
            version=VERSION,
        )

    def recognize(self, windows: Sequence[SpeechWindow]) -> list[HeardWindow]:
        """Words of each window, in the order given.

        A group's language is that of its longest window, so these are recognized first.
        """
        languages = {w.group: w.language for w in windows if w.language is not None}
        order = sorted(range(len(windows)), key=lambda i: -len(windows[i].samples))
        witnesses = {
            windows[i].group: i for i in reversed(order) if windows[i].group not in languages
        }
        first = [i for i in order if witnesses.get(windows[i].group) == i]
        heard = self._side_by_side(windows, first, languages)
        languages |= {windows[i].group: heard[i].language for i in first}
        heard |= self._side_by_side(windows, [i for i in order if i not in heard], languages)
        torch.set_num_threads(self._threads)  # of this thread: nothing runs beside it
        return [self._fallback.better(windows[i], heard[i]) for i in range(len(windows))]

    def _side_by_side(
        self, windows: Sequence[SpeechWindow], order: Sequence[int], languages: Mapping[str, str]
    ) -> dict[int, HeardWindow]:
        """Dealt out one by one: the same windows are always in the same company."""
        parts = [order[k :: self._threads] for k in range(self._threads)]
        heard: dict[int, HeardWindow] = {}
        stopped = Event()

        def stream(part: Sequence[int]) -> dict[int, HeardWindow]:
            return self._stream(windows, part, languages, stopped)

        with ThreadPoolExecutor(self._threads) as pool:
            try:
                for done in pool.map(stream, parts):
                    heard |= done
            except BaseException:  # Ctrl-C among them: the streams end with the window at hand
                stopped.set()
                raise
        return heard

    @torch.inference_mode()
    def _stream(
        self,
        windows: Sequence[SpeechWindow],
        order: Sequence[int],
        languages: Mapping[str, str],
        stopped: Event,
    ) -> dict[int, HeardWindow]:
        if not order:
            return {}
        torch.set_num_threads(1)
        longest = windows[order[0]]
        slots = self.decoder.slots(
            n_slots=min(self._batch_windows, len(order)),
            n_places=_PROMPT_TOKENS + token_limit(longest),
            n_frames=n_frames(len(longest.samples)),
        )
        feed = _Feed(self, windows, slots, languages)
        rows = decoding(
            self.decoder, slots, feed, start=self._start, banned=self._banned, words=self._words
        )
        ready = takewhile(lambda _: not stopped.is_set(), rows.decode(iter(order)))
        return {number: feed.heard(number, decoded) for number, decoded in ready}

    def tokenizer(self, language: str, task: str = "transcribe") -> Tokenizer:
        """The model's tokenizer for transcripts in a language, or translations from it."""
        return whisper_vocabulary.tokenizer(self._model.dims.n_vocab, language=language, task=task)


class _Feed:
    """Windows for the decoder: their audio, their prompts, and what became of them."""

    def __init__(
        self,
        recognizer: WhisperRecognizer,
        windows: Sequence[SpeechWindow],
        slots: Slots,
        languages: Mapping[str, str],
    ) -> None:
        self._of, self._windows, self._slots = recognizer, windows, slots
        self._languages = languages
        self._spoken: dict[int, str] = {}

    def fill(self, number: int, slot: int) -> int:
        """Encode a window into a slot; the most tokens that it may have."""
        window = self._windows[number]
        self._slots.fill(slot, self._of.decoder.audio(self._of.encoder(window.samples)))
        return token_limit(window)

    def prompt(self, number: int, log_probs: Tensor) -> tuple[Sequence[int], float]:
        """Language (the likeliest, where none is given) and task."""
        language = self._languages.get(self._windows[number].group)
        if language is None:
            codes, tokens = list(self._of.languages), list(self._of.languages.values())
            language = codes[int(log_probs[tokens].argmax())]
        self._spoken[number] = language
        rest = self._of.tokenizer(language).sot_sequence_including_notimestamps[1:]
        return rest, float(log_probs[self._of.no_speech].exp())

    def again(self, number: int) -> Sequence[int] | None:
        """The prompt of a translation, where one is wanted and possible."""
        tokenizer = self._of.tokenizer(self._spoken[number], "translate")
        if not translation.wanted(self._windows[number], tokenizer):
            return None
        return tokenizer.sot_sequence_including_notimestamps[1:]

    def heard(self, number: int, decoded: Decoded) -> HeardWindow:
        """The window's words, and their translation."""
        window, language = self._windows[number], self._spoken[number]
        heard = _heard(window, self._of.tokenizer(language), language, decoded)
        if decoded.second is None:
            return heard
        second = _heard(window, self._of.tokenizer(ENGLISH), ENGLISH, decoded.second)
        return translation.with_translation(heard, second)


def _language_token(tokenizer: Tokenizer, code: str) -> int:
    """A model of English alone has no token for it and is given none: any will do."""
    return tokenizer.sot if tokenizer.language is None else tokenizer.to_language_token(code)


def _heard(
    window: SpeechWindow, tokenizer: Tokenizer, language: str, decoded: Decoded
) -> HeardWindow:
    duration_s = len(window.samples) / SAMPLE_RATE_HZ
    attention = decoded.attention.transpose(0, 1)[:, :, : frames_of(duration_s)]
    return HeardWindow(
        words=words(
            decoded.tokens,
            tokenizer,
            log_probs=decoded.log_probs,
            starts_s=token_starts_s(attention) if decoded.tokens else (),
            samples=window.samples,
        ),
        language=language,
        mean_log_prob=decoded.mean_log_prob,
        no_speech_prob=decoded.no_speech_prob,
        repeated=decoded.repeated,
    )
