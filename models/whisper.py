"""openai-whisper's network and weights behind the Recognizer port, decoded in batches of our own.

Windows of many recordings go through together, longest first; a window sees only itself. Words get
their times from cross-attention, gathered while decoding (no second pass).
"""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import torch
import whisper
from torch import Tensor
from torch.nn import functional
from whisper.audio import log_mel_spectrogram
from whisper.model import AudioEncoder, ModelDimensions, Whisper
from whisper.tokenizer import LANGUAGES, Tokenizer, get_tokenizer

from models import weights
from models.whisper_decoder import Decoded, Decoder
from models.whisper_words import timed_words
from pipeline.errors import ModelError
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, SpeechWindow
from pipeline.types import Provenance

VERSION = 1
"""Raised by hand when results change with the same weights and settings."""

_TOKENS_A_SECOND = 8  # fast speech has 4 words a second
_FEWEST_TOKENS = 16
_WIDTH_STEP_S = 5
_MARGIN_S = 2.0


class WhisperRecognizer:
    """The Recognizer port on PyTorch.

    Parameters
    ----------
    found : weights.Found
        A folder with model.safetensors, or a `.pt` file of openai-whisper.
    numeric_mode : {"float32", "bfloat16"}
        Precision of the encoder; the decoder is float32 in both.
    batch_windows : int
        Windows decoded together; memory grows with it, words don't depend on it.
    languages : sequence of str
        Codes that language detection chooses from; empty for all that the model knows.
    device : {"cpu", "cuda"}
        Where the network runs.
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
    ) -> None:
        self._model, sha256 = load(found)
        self._model.to(device).eval()
        self._encoder_type = torch.bfloat16 if numeric_mode == "bfloat16" else torch.float32
        self._batch_windows = batch_windows
        tokenizer = self._tokenizer("en")
        self._decoder = Decoder(self._model, sot=tokenizer.sot, n_text=tokenizer.eot + 1)
        self._no_speech = tokenizer.no_speech
        self._banned = _banned(tokenizer).to(device)
        self._languages = _choices(tokenizer, languages, multilingual=self._model.is_multilingual)
        self.provenance = Provenance(
            stage="listen",
            engine=f"openai-whisper {whisper.__version__}",
            model=found.name,
            weights_sha256=sha256,
            numeric_mode=numeric_mode,
            version=VERSION,
        )

    @torch.inference_mode()
    def recognize(self, windows: Sequence[SpeechWindow]) -> list[HeardWindow]:
        """Words of each window, in the order given."""
        languages = {w.group: w.language for w in windows if w.language is not None}
        heard: dict[int, HeardWindow] = {}
        for batch in self._batches(windows):
            heard |= self._recognize(windows, batch, languages)
        return [heard[i] for i in range(len(windows))]

    def _batches(self, windows: Sequence[SpeechWindow]) -> Iterator[list[int]]:
        """Longest first, so that a group's language is settled by its longest window.

        Windows of a batch have one width, which depends on the window alone: so do its words.
        """
        order = sorted(range(len(windows)), key=lambda i: -len(windows[i].samples))
        for _, same in groupby(order, key=lambda i: _width_s(windows[i])):
            widest = list(same)
            for start in range(0, len(widest), self._batch_windows):
                yield widest[start : start + self._batch_windows]

    def _recognize(
        self, windows: Sequence[SpeechWindow], batch: list[int], languages: dict[str, str]
    ) -> dict[int, HeardWindow]:
        chosen = [windows[i] for i in batch]
        limits = [_token_limit(window) for window in chosen]
        session = self._decoder.start(self._encode(chosen), most_tokens=max(limits))
        self._settle_languages(chosen, session.first_log_probs, languages)
        tokenizers = [self._tokenizer(languages[window.group]) for window in chosen]
        prompts = [t.sot_sequence_including_notimestamps[1:] for t in tokenizers]
        decoded = session.greedy(
            torch.tensor(prompts, device=self._model.device),
            limits=limits,
            banned=self._banned,
            no_speech=self._no_speech,
        )
        return {
            i: _heard(window, tokenizer, languages[window.group], result)
            for i, window, tokenizer, result in zip(batch, chosen, tokenizers, decoded, strict=True)
        }

    def _encode(self, windows: Sequence[SpeechWindow]) -> Tensor:
        """Encoded audio of windows of one width, shape [n_windows, n_frames, n_state]."""
        n_samples = _width_s(windows[0]) * SAMPLE_RATE_HZ
        padded = np.zeros((len(windows), n_samples), dtype=np.float32)
        for row, window in zip(padded, windows, strict=True):
            row[: len(window.samples)] = window.samples
        audio = torch.from_numpy(padded).to(self._model.device)
        # Row by row: the loudest point sets a spectrogram's floor, and must be the window's own.
        mels = torch.stack([log_mel_spectrogram(row, self._model.dims.n_mels) for row in audio])
        mixed = self._encoder_type != torch.float32
        with torch.autocast(self._model.device.type, self._encoder_type, enabled=mixed):
            encoded = _encoder(self._model.encoder, mels)
        return encoded.float()

    def _settle_languages(
        self, windows: Sequence[SpeechWindow], log_probs: Tensor, languages: dict[str, str]
    ) -> None:
        """The language of groups that have none yet: that of their longest window, the first."""
        codes = list(self._languages)
        likeliest = log_probs[:, list(self._languages.values())].argmax(dim=1).tolist()
        for window, choice in zip(windows, likeliest, strict=True):
            languages.setdefault(window.group, codes[choice])

    def _tokenizer(self, language: str) -> Tokenizer:
        return get_tokenizer(
            self._model.is_multilingual,
            num_languages=self._model.num_languages,
            language=language,
            task="transcribe",
        )


def load(found: weights.Found) -> tuple[Whisper, str]:
    """openai-whisper's model with the weights found, and the hash of its tensors.

    Raises
    ------
    ModelError
        The tensors don't fit together as a Whisper model.
    """
    tensors = weights.load_tensors(found.path)
    try:
        model = Whisper(_dimensions(tensors))
        model.load_state_dict(tensors)
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            str(found.path),
            f"does not hold a Whisper model's weights ({str(error).splitlines()[0]})",
            remedy="Set listen.model_path to openai-whisper's .pt file, or fetch the weights again",
            code="weights_shape",
        ) from error
    heads = whisper._ALIGNMENT_HEADS.get(found.name)
    if heads is not None:
        model.set_alignment_heads(heads)
    return model, weights.tensors_sha256(tensors)


def _dimensions(tensors: dict[str, Tensor]) -> ModelDimensions:
    """The model's dimensions, read off its tensors' shapes; heads are 64 wide in every size."""
    n_vocab, n_text_state = tensors["decoder.token_embedding.weight"].shape
    n_audio_state, n_mels, _ = tensors["encoder.conv1.weight"].shape
    return ModelDimensions(
        n_mels=n_mels,
        n_audio_ctx=len(tensors["encoder.positional_embedding"]),
        n_audio_state=n_audio_state,
        n_audio_head=n_audio_state // 64,
        n_audio_layer=sum(name.endswith("attn.out.bias") for name in tensors if "encoder" in name),
        n_vocab=n_vocab,
        n_text_ctx=len(tensors["decoder.positional_embedding"]),
        n_text_state=n_text_state,
        n_text_head=n_text_state // 64,
        n_text_layer=sum(name.endswith("cross_attn.out.bias") for name in tensors),
    )


def _width_s(window: SpeechWindow) -> int:
    """Seconds of audio the encoder is given: the window and a margin of silence, in steps.

    openai-whisper always gives it 30 s; most of that is silence for a short window.
    """
    needed_s = len(window.samples) / SAMPLE_RATE_HZ + _MARGIN_S
    return min(30, math.ceil(needed_s / _WIDTH_STEP_S) * _WIDTH_STEP_S)


def _encoder(encoder: AudioEncoder, mels: Tensor) -> Tensor:
    """openai-whisper's encoder on spectrograms of any length up to 30 s."""
    x = functional.gelu(encoder.conv1(mels))
    x = functional.gelu(encoder.conv2(x)).permute(0, 2, 1)
    x = x + encoder.positional_embedding[: x.shape[1]]
    for block in encoder.blocks:
        x = block(x)
    encoded: Tensor = encoder.ln_post(x)
    return encoded


def _banned(tokenizer: Tokenizer) -> Tensor:
    """Added to the logits of text tokens and the end: minus infinity for what isn't speech."""
    banned = torch.zeros(tokenizer.eot + 1)
    banned[[t for t in tokenizer.non_speech_tokens if t < tokenizer.eot]] = -torch.inf
    return banned


def _choices(
    tokenizer: Tokenizer, languages: Sequence[str], *, multilingual: bool
) -> dict[str, int]:
    """Language codes to choose from and their tokens."""
    if not multilingual:
        return {"en": tokenizer.sot}
    known = dict(zip(tokenizer.all_language_codes, tokenizer.all_language_tokens, strict=True))
    wrong = [code for code in languages if code not in known]
    if wrong:
        raise ModelError(
            "listen.languages",
            f"{wrong[0]!r} is no language of this model; such are {', '.join(list(LANGUAGES)[:8])}",
            remedy="Use codes such as en, es, bg",
            code="language",
        )
    return {code: known[code] for code in languages or known}


def _token_limit(window: SpeechWindow) -> int:
    seconds = len(window.samples) / SAMPLE_RATE_HZ
    return min(220, _FEWEST_TOKENS + int(seconds * _TOKENS_A_SECOND))


def _heard(
    window: SpeechWindow, tokenizer: Tokenizer, language: str, decoded: Decoded
) -> HeardWindow:
    duration_s = len(window.samples) / SAMPLE_RATE_HZ
    n = max(1, len(decoded.tokens))
    return HeardWindow(
        words=timed_words(decoded, tokenizer, duration_s=duration_s),
        language=language,
        mean_log_prob=sum(decoded.log_probs) / n,
        no_speech_prob=decoded.no_speech_prob,
        repeated=decoded.repeated,
    )
