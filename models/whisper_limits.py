"""Where decoding stops on its own: too many tokens for the sound, or the same ones in a circle."""

from collections.abc import Sequence

from pipeline.ports import SAMPLE_RATE_HZ, SpeechWindow

MAX_REPEATS = 4
"""A group of tokens said this often in a row is a loop, not speech."""

_LONGEST_LOOP = 12
_TOKENS_A_SECOND = 8  # fast speech has 4 words a second
_FEWEST_TOKENS, _MOST_TOKENS = 16, 220


def token_limit(window: SpeechWindow) -> int:
    """The most tokens that a window may have."""
    seconds = len(window.samples) / SAMPLE_RATE_HZ
    return min(_MOST_TOKENS, _FEWEST_TOKENS + int(seconds * _TOKENS_A_SECOND))


def loop_length(tokens: Sequence[int]) -> int:
    """Length of the group of tokens that stands MAX_REPEATS times at the end, or 0."""
    for n in range(1, min(_LONGEST_LOOP, len(tokens) // MAX_REPEATS) + 1):
        needed = n * MAX_REPEATS
        if tokens[-needed:-n] == tokens[len(tokens) - needed + n :]:
            return n
    return 0
