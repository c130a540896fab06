"""Whisper's vocabulary in the forms that other libraries want, made from openai-whisper's own.

All Whisper checkpoints share one of three vocabularies (English only, 99 languages, 100), which the
number of tokens tells apart. Byte pairs are written as GPT-2's bytes_to_unicode does
(https://github.com/openai/gpt-2/blob/master/src/encoder.py).
"""

import base64
import gzip
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise, product

import numpy as np
import tokenizers
import torch
import whisper
from tokenizers import decoders, models, pre_tokenizers
from torch import Tensor
from whisper.tokenizer import LANGUAGES, Tokenizer, get_tokenizer

from pipeline.errors import ModelError

_ENGLISH_ONLY = 51_864
_BESIDE_LANGUAGES = 51_766
_TIMESTAMPS = 1_501


def tokenizer(
    n_vocabulary: int, *, language: str | None = None, task: str = "transcribe"
) -> Tokenizer:
    """openai-whisper's tokenizer of a model with so many tokens.

    Raises
    ------
    ModelError
        No Whisper vocabulary has that size.
    """
    if n_vocabulary == _ENGLISH_ONLY:
        return get_tokenizer(multilingual=False)
    n_languages = n_vocabulary - _BESIDE_LANGUAGES
    if n_languages not in (99, len(LANGUAGES)):
        raise ModelError(
            "listen.model",
            f"has a vocabulary of {n_vocabulary} tokens; Whisper's have 51864, 51865 or 51866",
            remedy="Choose a Whisper checkpoint with its own vocabulary",
            code="weights_shape",
        )
    return get_tokenizer(multilingual=True, num_languages=n_languages, language=language, task=task)


def tokens(tokenizer: Tokenizer) -> list[str]:
    """Every token by its id, special ones and timestamps included."""
    encoding = tokenizer.encoding
    named = {_written(raw): i for raw, i in encoding._mergeable_ranks.items()}
    named |= encoding._special_tokens
    return sorted(named, key=named.__getitem__)


def as_tokenizers(tokenizer: Tokenizer) -> tokenizers.Tokenizer:
    """The same vocabulary for Hugging Face's `tokenizers`."""
    ranks: dict[bytes, int] = tokenizer.encoding._mergeable_ranks
    merges = [
        (_written(first), _written(second))
        for raw in sorted(ranks, key=ranks.__getitem__)
        if len(raw) > 1
        for first, second in [_halves(raw, ranks)]
    ]
    made = tokenizers.Tokenizer(models.BPE({_written(r): i for r, i in ranks.items()}, merges))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = sorted(tokenizer.special_tokens.items(), key=lambda pair: pair[1])
    made.add_special_tokens([name for name, _ in special[:-_TIMESTAMPS]])
    made.add_tokens([name for name, _ in special[-_TIMESTAMPS:]])
    return made


def not_said(tokenizer: Tokenizer) -> list[int]:
    """Tokens that nobody says: signs of subtitles, tasks, the start, silence."""
    tasks = (
        tokenizer.transcribe,
        tokenizer.translate,
        tokenizer.sot,
        tokenizer.sot_prev,
        tokenizer.sot_lm,
        tokenizer.no_speech,
    )
    return sorted({*tokenizer.non_speech_tokens, *tasks})


def banned(tokenizer: Tokenizer) -> Tensor:
    """Added to the logits of text tokens and the end: minus infinity for what isn't speech."""
    added = torch.zeros(tokenizer.eot + 1)
    added[[t for t in tokenizer.non_speech_tokens if t < tokenizer.eot]] = -torch.inf
    return added


def choices(tokenizer: Tokenizer, languages: Sequence[str]) -> tuple[str, ...]:
    """Language codes to choose from.

    Raises
    ------
    ModelError
        `listen.languages` names one that the model doesn't know.
    """
    if tokenizer.language is None:
        return ("en",)
    known = tokenizer.all_language_codes
    wrong = [code for code in languages if code not in known]
    if wrong:
        raise ModelError(
            "listen.languages",
            f"{wrong[0]!r} is no language of this model; such are {', '.join(list(LANGUAGES)[:8])}",
            remedy="Use codes such as en, es, bg",
            code="language",
        )
    return tuple(languages) or tuple(known)


def alignment_heads(name: str | None, *, n_layers: int, n_heads: int) -> list[tuple[int, int]]:
    """(layer, head) of the attention heads that follow the audio: published, or the upper half."""
    dump: bytes | None = whisper._ALIGNMENT_HEADS.get(name)
    mask = np.frombuffer(gzip.decompress(base64.b85decode(dump)) if dump else b"", dtype=bool)
    if len(mask) != n_layers * n_heads:
        return list(product(range(n_layers // 2, n_layers), range(n_heads)))
    return [(int(at), int(head)) for at, head in np.argwhere(mask.reshape(n_layers, n_heads))]


def _halves(raw: bytes, ranks: Mapping[bytes, int]) -> tuple[bytes, bytes]:
    """The two tokens that a token was merged from: merge its bytes, lowest rank first, to two."""
    parts = [raw[i : i + 1] for i in range(len(raw))]
    while len(parts) > 2:
        joined = [ranks.get(a + b, len(ranks)) for a, b in pairwise(parts)]
        at = joined.index(min(joined))
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts[0], parts[1]


@cache
def _letters() -> dict[int, str]:
    """A printable character for each byte; those that print stand for themselves."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = {byte: chr(byte) for byte in plain}
    others = (byte for byte in range(256) if byte not in letters)
    return letters | {byte: chr(256 + i) for i, byte in enumerate(others)}


def _written(raw: bytes) -> str:
    letters = _letters()
    return "".join(letters[byte] for byte in raw)
