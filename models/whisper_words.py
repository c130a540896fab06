"""From decoded tokens to words with times and confidence.

Times come from cross-attention by dynamic time warping, as in openai-whisper's `find_alignment`
(whisper/timing.py), whose warping, filter and punctuation rules are called here.
"""

import math

import numpy as np
import torch
from whisper.timing import WordTiming, dtw, median_filter, merge_punctuations
from whisper.tokenizer import Tokenizer

from models.whisper_decoder import Decoded
from pipeline.types import Word

WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Languages written without spaces: their words are joined as they stand."""

_SECONDS_A_FRAME = 0.02
_FILTER_FRAMES = 7
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"


def timed_words(decoded: Decoded, tokenizer: Tokenizer, *, duration_s: float) -> tuple[Word, ...]:
    """Words of one window; times lie within [0, duration_s] and never go back.

    A word's confidence is the geometric mean of its tokens' probabilities.
    """
    if not decoded.tokens:
        return ()
    starts_s = _token_starts(decoded, duration_s)
    words, groups = tokenizer.split_to_word_tokens([*decoded.tokens, tokenizer.eot])
    timings, at = [], 0
    for text, tokens in zip(words[:-1], groups[:-1], strict=True):
        end = at + len(tokens)
        log_prob = sum(decoded.log_probs[at:end]) / len(tokens)
        timings.append(WordTiming(text, tokens, starts_s[at], starts_s[end], math.exp(log_prob)))
        at = end
    merge_punctuations(timings, _PREPENDED, _APPENDED)
    return tuple(
        Word(
            start_s=round(t.start, 3),
            end_s=round(t.end, 3),
            text=t.word.strip(),
            confidence=round(t.probability, 4),
        )
        for t in _whole([t for t in timings if t.word.strip()], tokenizer)
    )


def _whole(timings: list[WordTiming], tokenizer: Tokenizer) -> list[WordTiming]:
    """Join what was split inside a word: "8" and ":15", "check" and "-out"."""
    if tokenizer.language in WITHOUT_SPACES:
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


def _token_starts(decoded: Decoded, duration_s: float) -> list[float]:
    """Second at which each token starts, and last the end: n_tokens + 1 numbers."""
    n_frames = max(1, math.ceil(duration_s / _SECONDS_A_FRAME))
    weights = decoded.attention.float()[:, :, :n_frames].transpose(0, 1)
    weights = weights / weights.sum(dim=-1, keepdim=True).clamp_min(1e-9)
    deviation, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
    weights = (weights - mean) / deviation.clamp_min(1e-9)
    matrix = median_filter(weights, _FILTER_FRAMES).mean(dim=0)
    tokens, frames = dtw(-matrix)
    first = np.searchsorted(tokens, np.arange(len(decoded.tokens) + 1))
    starts_s = frames[first] * _SECONDS_A_FRAME
    return [float(min(s, duration_s)) for s in starts_s]
