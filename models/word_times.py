"""Words with times and confidence, from tokens whose places in the audio are known.

Placing tokens by the attention of the heads that follow the audio is openai-whisper's
`find_alignment` (whisper/timing.py), whose warping, filter and punctuation rules are called here.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from whisper.timing import WordTiming, dtw, median_filter, merge_punctuations
from whisper.tokenizer import Tokenizer

from pipeline.types import Word

FRAME_S = 0.02
"""A frame of the encoder's output."""

_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
_FILTER_FRAMES = 7
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"
_LEAST_CONFIDENCE = 0.0001


def n_frames(duration_s: float) -> int:
    """Frames of the encoder's output that a window's sound reaches into; wide enough to filter."""
    return min(1500, max(_FILTER_FRAMES + 1, math.ceil(duration_s / FRAME_S)))


def token_starts_s(attention: Tensor) -> list[float]:
    """Second at which each token starts, and last the end token.

    Parameters
    ----------
    attention : Tensor, shape [n_heads, n_tokens + 1, n_frames]
        Of the alignment heads, while each token, and then the end, was chosen.
    """
    weights = attention.float() / attention.float().sum(dim=-1, keepdim=True).clamp_min(1e-9)
    deviation, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
    weights = median_filter((weights - mean) / deviation.clamp_min(1e-9), _FILTER_FRAMES)
    tokens, frames = dtw(-weights.mean(dim=0))
    first = np.searchsorted(tokens, np.arange(attention.shape[1]))
    return [float(frame) * FRAME_S for frame in frames[first]]


def words(
    tokens: Sequence[int],
    tokenizer: Tokenizer,
    *,
    log_probs: Sequence[float],
    starts_s: Sequence[float],
    duration_s: float,
) -> tuple[Word, ...]:
    """Words of one window; times lie within [0, duration_s] and never go back.

    A word's confidence is the geometric mean of its tokens' probabilities. `starts_s` has one
    number more than there are tokens: the end.
    """
    if not tokens:
        return ()
    places_s = np.maximum.accumulate(np.clip(starts_s, 0.0, duration_s)).tolist()
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    timings, at = [], 0
    for text, group in zip(texts[:-1], groups[:-1], strict=True):
        end = at + len(group)
        probability = math.exp(sum(log_probs[at:end]) / len(group))
        timings.append(WordTiming(text, group, places_s[at], places_s[end], probability))
        at = end
    return from_timings(timings, tokenizer)


def from_timings(timings: list[WordTiming], tokenizer: Tokenizer) -> tuple[Word, ...]:
    """openai-whisper's words, punctuation and word parts joined to what they belong to."""
    merge_punctuations(timings, _PREPENDED, _APPENDED)
    return tuple(
        Word(
            start_s=round(t.start, 3),
            end_s=round(t.end, 3),
            text=t.word.strip(),
            confidence=min(1.0, max(_LEAST_CONFIDENCE, round(t.probability, 4))),
        )
        for t in _whole([t for t in timings if t.word.strip()], tokenizer)
    )


def _whole(timings: list[WordTiming], tokenizer: Tokenizer) -> list[WordTiming]:
    """Join what was split inside a word: "8" and ":15", "check" and "-out"."""
    if tokenizer.language in _WITHOUT_SPACES:
        return timings
    whole: list[WordTiming] = []
    for t in timings:
        if whole and not t.word.startswith(" "):
            last = whole[-1]
            probability = min(last.probability, t.probability)
            whole[-1] = WordTiming(
                last.word + t.word, [*last.tokens, *t.tokens], last.start, t.end, probability
            )
        else:
            whole.append(t)
    return whole
