"""Windows whose first words are poor are heard again, by openai-whisper's own decoder.

That hears the window in 30 s of audio, as the model was trained to, first with beams, then with
more and more chance, until something passes the checks. It changes the model's modules while it
works (hooks, attention), so it mustn't run beside another decoding of the same model.
"""

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor
from whisper.audio import N_FRAMES, N_SAMPLES, log_mel_spectrogram, pad_or_trim
from whisper.decoding import DecodingOptions, DecodingResult, decode
from whisper.model import Whisper
from whisper.timing import find_alignment
from whisper.tokenizer import get_tokenizer
from whisper.utils import compression_ratio

from models.whisper_limits import loop_length, token_limit
from models.word_times import from_timings, n_frames
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, SpeechWindow

_LOW_LOG_PROB = -1.0
_HOPELESS_LOG_PROB = -1.8
"""Below it the first words are noise, out of which free decoding makes likelier inventions."""

_HIGH_COMPRESSION = 2.4  # English prose has 1 to 2
_MOST_WORDS_A_SECOND = 7.0
_FEWEST_WORDS_TO_RATE = 8
_NO_SPEECH_PROB = 0.6

_TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0)
_BEAMS = _CANDIDATES = 5
_SEED = 0


def fails(heard: HeardWindow, *, length_s: float) -> bool:
    """Whether a window's words look wrong: unlikely, in circles, or too many for its length."""
    too_many = len(heard.words) > max(_FEWEST_WORDS_TO_RATE - 1, _MOST_WORDS_A_SECOND * length_s)
    return too_many or heard.mean_log_prob < _LOW_LOG_PROB or circles(heard)


def circles(heard: HeardWindow) -> bool:
    """Whether a window's words go in circles."""
    text = " ".join(word.text for word in heard.words)
    return heard.repeated or (text != "" and compression_ratio(text) > _HIGH_COMPRESSION)


class Fallback:
    """Second hearings with a model, where wanted; the same window always gives the same words."""

    def __init__(self, model: Whisper, *, wanted: bool) -> None:
        self._model, self._wanted = model, wanted

    @torch.inference_mode()
    def better(self, window: SpeechWindow, heard: HeardWindow) -> HeardWindow:
        """The window's first words where they pass or nobody seems to speak, else better ones.

        The first candidate that passes is taken; where none does, the likeliest of all that don't
        go in circles.
        """
        length_s = len(window.samples) / SAMPLE_RATE_HZ
        noise = heard.no_speech_prob > _NO_SPEECH_PROB or heard.mean_log_prob < _HOPELESS_LOG_PROB
        if not self._wanted or noise or not fails(heard, length_s=length_s):
            return heard
        best = heard
        for found in self._candidates(window, heard.language):
            candidate = _with_translation_of(heard, found)
            if candidate.no_speech_prob > _NO_SPEECH_PROB:
                return heard
            if not candidate.words or circles(candidate):
                continue
            if not fails(candidate, length_s=length_s):
                return candidate
            best = max(best, candidate, key=lambda one: (not circles(one), one.mean_log_prob))
        return best

    def _candidates(self, window: SpeechWindow, language: str) -> Iterator[HeardWindow]:
        """What the decoder makes of a window, ever freer."""
        sound = torch.from_numpy(window.samples).to(self._model.device)
        mel = log_mel_spectrogram(sound, self._model.dims.n_mels, padding=N_SAMPLES)
        mel = pad_or_trim(mel, N_FRAMES)
        encoded = self._model.encoder(mel.unsqueeze(0))[0]
        for temperature in (0.0, *_TEMPERATURES):
            options = DecodingOptions(
                language=language,
                temperature=temperature,
                beam_size=None if temperature else _BEAMS,
                best_of=_CANDIDATES if temperature else None,
                sample_len=token_limit(window),
                without_timestamps=True,
                fp16=False,
            )
            with torch.random.fork_rng(devices=_cards(self._model)):
                torch.manual_seed(_SEED)
                result = decode(self._model, encoded, options)
            yield self._heard(window, mel, language, result)

    def _heard(
        self, window: SpeechWindow, mel: Tensor, language: str, result: DecodingResult
    ) -> HeardWindow:
        tokenizer = get_tokenizer(
            self._model.is_multilingual,
            num_languages=self._model.num_languages,
            language=language,
            task="transcribe",
        )
        duration_s = len(window.samples) / SAMPLE_RATE_HZ
        tokens = [token for token in result.tokens if token < tokenizer.eot]
        timings = find_alignment(self._model, tokenizer, tokens, mel, 2 * n_frames(duration_s))
        for timing in timings:
            timing.start, timing.end = (
                min(float(at_s), duration_s) for at_s in (timing.start, timing.end)
            )
        return HeardWindow(
            words=from_timings(timings, tokenizer, window.samples),
            language=language,
            mean_log_prob=result.avg_logprob,
            no_speech_prob=result.no_speech_prob,
            repeated=any(loop_length(tokens[:end]) for end in range(len(tokens) + 1)),
        )


def _with_translation_of(first: HeardWindow, found: HeardWindow) -> HeardWindow:
    """Translations aren't made a second time: the first hearing's stands."""
    return replace(
        found,
        translated=first.translated,
        translated_mean_log_prob=first.translated_mean_log_prob,
        translated_repeated=first.translated_repeated,
    )


def _cards(model: Whisper) -> list[int]:
    """The graphics card whose chance is put back after a decoding, if the model is on one."""
    device = model.device
    return [device.index or 0] if device.type == "cuda" else []
