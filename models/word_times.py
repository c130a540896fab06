"""Words with times and confidence, from tokens whose places in the audio are known.

Placing tokens by the attention of the heads that follow the audio is openai-whisper's
`find_alignment` (whisper/timing.py), whose warping, filter and punctuation rules are called here.
What attention gets wrong as a rule is put right: heads run ahead of the sound, and they know
nothing of pauses (models/word_edges.py).
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from whisper.timing import WordTiming, dtw, median_filter, merge_punctuations
from whisper.tokenizer import Tokenizer

from models.word_edges import fitted, sounding
from pipeline.ports import SAMPLE_RATE_HZ, Samples
from pipeline.types import Word

FRAME_S = 0.02
"""A frame of the encoder's output."""

_AHEAD_S = 0.06
"""How far attention goes to the next token ahead of its sound: measured in base, on calls against
their aligner's word times (43 to 82 ms among eight speakers) and on other recordings against
another aligner, pocketsphinx 5.1 (60 ms).
"""

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
    samples: Samples,
) -> tuple[Word, ...]:
    """Words of one window; times lie within it and never go back.

    A word's confidence is the geometric mean of its tokens' probabilities. `starts_s` has one
    number more than there are tokens: the end. `samples` is the window's audio.
    """
    if not tokens:
        return ()
    duration_s = len(samples) / SAMPLE_RATE_HZ
    heard_s = np.clip(np.asarray(starts_s) + _AHEAD_S, 0.0, duration_s)
    places_s = np.maximum.accumulate(heard_s).tolist()
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    timings, at = [], 0
    for text, group in zip(texts[:-1], groups[:-1], strict=True):
        end = at + len(group)
        probability = math.exp(sum(log_probs[at:end]) / len(group))
        timings.append(WordTiming(text, group, places_s[at], places_s[end], probability))
        at = end
    return from_timings(timings, tokenizer, samples)


def from_timings(
    timings: list[WordTiming], tokenizer: Tokenizer, samples: Samples
) -> tuple[Word, ...]:
    """openai-whisper's words, punctuation and word parts joined to what they belong to."""
    merge_punctuations(timings, _PREPENDED, _APPENDED)
    whole = _whole([t for t in timings if t.word.strip()], tokenizer)
    return fitted([_word(t) for t in whole], sounding(samples))


def _word(timing: WordTiming) -> Word:
    return Word(
        start_s=round(timing.start, 3),
        end_s=round(timing.end, 3),
        text=timing.word.strip(),
        confidence=min(1.0, max(_LEAST_CONFIDENCE, round(timing.probability, 4))),
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
