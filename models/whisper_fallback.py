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
from whisper.utils import compression_ratio

from models import whisper_vocabulary
from models.whisper_limits import loop_length, token_limit
from models.word_times import from_timings, n_frames
from pipeline.listen.guard import (
    HOPELESS_LOG_PROB,
    LOW_LOG_PROB,
    NO_SPEECH_PROB,
    too_many,
)
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, SpeechWindow

_HIGH_COMPRESSION = 2.4  # English prose has 1 to 2

_TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0)
_BEAMS = _CANDIDATES = 5
_SEED = 0


def fails(heard: HeardWindow, *, length_s: float) -> bool:
    """Whether a window's words look wrong: unlikely, in circles, or too many for its length."""
    hasty = too_many(heard.words, speech_s=length_s)
    return hasty or heard.mean_log_prob < LOW_LOG_PROB or circles(heard)


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

        Words below the guard's last limit are noise too: free decoding makes likelier inventions of
        it. The first candidate that passes is taken; where none does, the likeliest of all that
        don't go in circles.
        """
        length_s = len(window.samples) / SAMPLE_RATE_HZ
        noise = heard.no_speech_prob > NO_SPEECH_PROB or heard.mean_log_prob < HOPELESS_LOG_PROB
        if not self._wanted or noise or not fails(heard, length_s=length_s):
            return heard
        best = heard
        for candidate in self._candidates(window, heard):
            if candidate.no_speech_prob > NO_SPEECH_PROB:
                return heard
            if not candidate.words or circles(candidate):
                continue
            if not fails(candidate, length_s=length_s):
                return candidate
            best = max(best, candidate, key=lambda one: (not circles(one), one.mean_log_prob))
        return best

    def _candidates(self, window: SpeechWindow, first: HeardWindow) -> Iterator[HeardWindow]:
        """What the decoder makes of a window, ever freer."""
        sound = torch.from_numpy(window.samples).to(self._model.device)
        mel = log_mel_spectrogram(sound, self._model.dims.n_mels, padding=N_SAMPLES)
        mel = pad_or_trim(mel, N_FRAMES)
        encoded = self._model.encoder(mel.unsqueeze(0))[0]
        for temperature in (0.0, *_TEMPERATURES):
            options = DecodingOptions(
                language=first.language,
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
            yield self._heard(window, mel, first, result)

    def _heard(
        self, window: SpeechWindow, mel: Tensor, first: HeardWindow, result: DecodingResult
    ) -> HeardWindow:
        """The window with other words; its translation stays the first hearing's."""
        tokenizer = whisper_vocabulary.tokenizer(self._model.dims.n_vocab, language=first.language)
        duration_s = len(window.samples) / SAMPLE_RATE_HZ
        tokens = [token for token in result.tokens if token < tokenizer.eot]
        timings = find_alignment(self._model, tokenizer, tokens, mel, 2 * n_frames(duration_s))
        for timing in timings:
            timing.start, timing.end = (
                min(float(at_s), duration_s) for at_s in (timing.start, timing.end)
            )
        return replace(
            first,
            words=from_timings(timings, tokenizer, window.samples),
            mean_log_prob=result.avg_logprob,
            no_speech_prob=result.no_speech_prob,
            repeated=any(loop_length(tokens[:end]) for end in range(len(tokens) + 1)),
        )


def _cards(model: Whisper) -> list[int]:
    """The graphics card whose chance is put back after a decoding, if the model is on one."""
    device = model.device
    return [device.index or 0] if device.type == "cuda" else []
