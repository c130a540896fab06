"""Whisper checkpoints of Hugging Face's transformers behind the Recognizer port.

Any hub id or folder of that form: fine-tuned, distilled, large. openai-whisper's own weights are
put into transformers' network in memory, so that closed networks can use it too. Tokens come from
the library's `generate`; its token times depend on how long the batch's longest window ran, so
times come from a second pass over the chosen tokens.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from whisper.audio import log_mel_spectrogram

from models import checkpoints, weights
from models.batched import Audio, BatchedRecognizer, Followed, Said
from models.transformers_checkpoint import load
from models.whisper_limits import loop_length
from models.whisper_vocabulary import alignment_heads, not_said, tokenizer
from models.word_times import n_frames, token_starts_s
from pipeline.errors import ModelError
from pipeline.types import Provenance

if TYPE_CHECKING:
    from transformers import WhisperForConditionalGeneration

VERSION = 2
"""Raised by hand when results change with the same weights and settings."""

_TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def recognizer(
    found: weights.Found,
    *,
    numeric_mode: str,
    batch_windows: int,
    languages: Sequence[str],
    device: str,
) -> "BatchedRecognizer[_Encoded]":
    """A transformers checkpoint, or openai-whisper's weights in transformers' network.

    Parameters
    ----------
    found : weights.Found
        A folder with config.json, or openai-whisper's weights.
    numeric_mode : str
        float32, bfloat16, float16.
    device : {"cpu", "cuda"}
        Where the network runs.

    Raises
    ------
    ModelError
        The checkpoint isn't one of Whisper's, or the numeric mode isn't transformers'.
    """
    mode = _mode(numeric_mode)
    network = load(found)
    heads = getattr(network.generation_config, "alignment_heads", None)
    return BatchedRecognizer(
        _Transformers(network.to(device, _TYPES[mode]).eval(), heads or _heads(found, network)),
        provenance=Provenance(
            stage="listen",
            engine=f"transformers {version('transformers')}",
            model=found.name,
            weights_sha256=checkpoints.sha256(found.path),
            numeric_mode=mode,
            version=VERSION,
        ),
        batch_windows=batch_windows,
        languages=languages,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Encoded:
    """Encoder output [n_windows, 1500, n_state], and log-probabilities after the start token."""

    states: Tensor
    first: Tensor


class _Transformers:
    """Fulfils `models.batched.Engine`."""

    def __init__(
        self, network: "WhisperForConditionalGeneration", heads: Sequence[Sequence[int]]
    ) -> None:
        from transformers import GenerationConfig

        self._network = network
        self.n_vocabulary: int = network.config.vocab_size
        self._tokenizer = tokenizer(self.n_vocabulary)
        self._heads = {
            layer: [h for at, h in heads if at == layer] for layer in sorted({a for a, _ in heads})
        }
        end = self._tokenizer.eot
        # Nothing but text and the end: no timestamps, no tasks, no signs of subtitles.
        banned = sorted({*not_said(self._tokenizer), *range(end + 1, self.n_vocabulary)})
        network.generation_config = GenerationConfig(
            do_sample=False,
            num_beams=1,
            suppress_tokens=banned,
            begin_suppress_tokens=[*self._tokenizer.encoding.encode(" "), end],
            bos_token_id=end,
            eos_token_id=end,
            pad_token_id=end,
            decoder_start_token_id=self._tokenizer.sot,
        )

    @torch.inference_mode()
    def encode(self, audio: Audio) -> _Encoded:
        """Spectrograms row by row: a window's loudest point sets its floor."""
        network = self._network
        sound = torch.from_numpy(audio).to(network.device)
        mels = torch.stack([log_mel_spectrogram(row, network.config.num_mel_bins) for row in sound])
        states = network.get_encoder()(mels.to(network.dtype)).last_hidden_state
        start = torch.full((len(audio), 1), self._tokenizer.sot, device=network.device)
        logits = network(encoder_outputs=(states,), decoder_input_ids=start, use_cache=False).logits
        return _Encoded(states=states, first=logits[:, 0].float().log_softmax(dim=-1))

    def language_probs(self, encoded: _Encoded) -> list[dict[str, float]]:
        """The probability of every language code."""
        codes, tokens = self._tokenizer.all_language_codes, self._tokenizer.all_language_tokens
        probs = encoded.first[:, list(tokens)].exp().tolist()
        return [dict(zip(codes, row, strict=True)) for row in probs]

    @torch.inference_mode()
    def pick(self, encoded: _Encoded, rows: Sequence[int]) -> _Encoded:
        """The encoder's output of some of the windows."""
        chosen = list(rows)
        return _Encoded(states=encoded.states[chosen], first=encoded.first[chosen])

    @torch.inference_mode()
    def decode(
        self, encoded: _Encoded, prompts: Sequence[Sequence[int]], limits: Sequence[int]
    ) -> list[Said]:
        """Greedy; a window in a loop or at its limit stops."""
        from transformers import GenerationMixin, StoppingCriteriaList

        start = torch.tensor(prompts, device=self._network.device)
        # Whisper's own `generate` cuts long audio and sets prompts; windows need neither.
        chosen: Tensor = GenerationMixin.generate(
            self._network,
            encoder_outputs=_states(encoded.states),
            decoder_input_ids=start,
            decoder_attention_mask=torch.ones_like(start),
            max_new_tokens=max(limits),
            stopping_criteria=StoppingCriteriaList([_Stop(len(prompts[0]), limits)]),
        )
        silence = encoded.first[:, self._tokenizer.no_speech].exp().tolist()
        end = self._tokenizer.eot
        return [
            Said(tokens=list(takewhile(lambda t: t != end, row)), no_speech_prob=prob)
            for row, prob in zip(chosen[:, start.shape[1] :].tolist(), silence, strict=True)
        ]

    @torch.inference_mode()
    def follow(
        self,
        encoded: _Encoded,
        prompts: Sequence[Sequence[int]],
        tokens: Sequence[Sequence[int]],
        durations_s: Sequence[float],
    ) -> list[Followed]:
        """One pass over the chosen tokens: their probabilities, and what they attend to.

        Probabilities are among all tokens, as in openai-whisper's `find_alignment`: a word isn't
        surer for what was forbidden beside it.
        """
        end, first = self._tokenizer.eot, len(prompts[0]) - 1
        rows = [[*p, *t, end] for p, t in zip(prompts, tokens, strict=True)]
        longest = max(map(len, rows))
        padded = torch.tensor(
            [[*row, *[end] * (longest - len(row))] for row in rows], device=self._network.device
        )
        with _attention(self._network, self._heads) as seen:
            logits = self._network(
                encoder_outputs=(encoded.states,), decoder_input_ids=padded, use_cache=False
            ).logits
        log_probs = logits[:, first:-1].float().log_softmax(dim=-1)
        picked = log_probs.gather(2, padded[:, first + 1 :, None]).squeeze(2).tolist()
        attention = torch.cat(seen, dim=1).cpu()
        return [
            Followed(
                starts_s=token_starts_s(
                    attention[i, :, first : first + len(t) + 1, : n_frames(durations_s[i])]
                ),
                log_probs=picked[i][: len(t)],
            )
            for i, t in enumerate(tokens)
        ]


@contextmanager
def _attention(
    network: "WhisperForConditionalGeneration", heads: Mapping[int, list[int]]
) -> Iterator[list[Tensor]]:
    """Collects the given heads' attention [n_windows, n_heads, n_tokens, n_frames] a layer.

    Only transformers' plain attention tells what it attends to, so it is in force meanwhile.
    """
    seen: list[Tensor] = []
    before = network.config._attn_implementation

    def keep(chosen: list[int]) -> Callable[..., None]:
        return lambda _module, _inputs, output: seen.append(output[1][:, chosen])

    layers = network.get_decoder().layers
    hooks = [layers[i].encoder_attn.register_forward_hook(keep(h)) for i, h in heads.items()]
    network.set_attn_implementation("eager")
    try:
        yield seen
    finally:
        network.set_attn_implementation(before)
        for hook in hooks:
            hook.remove()


def _states(states: Tensor) -> Any:
    from transformers.modeling_outputs import BaseModelOutput

    return BaseModelOutput(last_hidden_state=states)


@dataclass(frozen=True, slots=True)
class _Stop:
    """Which rows run in a loop, or have said all they may, counted from behind the prompt."""

    n_prompt: int
    limits: Sequence[int]

    def __call__(self, input_ids: Tensor, scores: Tensor, **kwargs: Any) -> Tensor:
        said = input_ids[:, self.n_prompt :].tolist()
        ended = [
            len(row) >= limit or loop_length(row) > 0
            for row, limit in zip(said, self.limits, strict=True)
        ]
        return torch.tensor(ended, device=input_ids.device)


def _mode(numeric_mode: str) -> str:
    if numeric_mode not in _TYPES:
        raise ModelError(
            "listen.numeric_mode",
            f"transformers can't compute in {numeric_mode}; it can in {', '.join(_TYPES)}",
            remedy="Set listen.numeric_mode to float32, or listen.engine to whisper",
            code="numeric_mode",
        )
    return numeric_mode


def _heads(
    found: weights.Found, network: "WhisperForConditionalGeneration"
) -> list[tuple[int, int]]:
    config = network.config
    return alignment_heads(
        found.name, n_layers=config.decoder_layers, n_heads=config.decoder_attention_heads
    )
