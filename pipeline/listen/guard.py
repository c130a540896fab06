"""The guard against invented words.

A recognizer made for subtitles fills silence and noise with sentences it has seen. A window's words
are dropped, with span and reason, where the recognizer's own figures say so; a span's words, where
the speech detector was never sure there; and of words in a loop all but the first round.
"""

from collections.abc import Iterator, Sequence

from pipeline.ports import HeardWindow
from pipeline.types import Word

NO_SPEECH_PROB = 0.6
LOW_LOG_PROB = -1.0
HOPELESS_LOG_PROB = -1.8
_MOST_WORDS_A_SECOND = 7.0
_FEWEST_WORDS_TO_RATE = 8

SURE_PROB = 0.8
"""From this probability on the detector is sure; noise and tones seldom reach it, and briefly."""

_LEAST_SURE_S = 0.2  # "okay" alone has 0.26 s and more
_BELIEVED_CONFIDENCE = 0.6

_FEWEST_ROUNDS = 3
_FEWEST_LOOP_WORDS = 3
"""Different words in a loop: "no no no" and "bye bye now bye bye now" are things people say."""


def objection(heard: HeardWindow, *, speech_s: float) -> str | None:
    """Why the words of a window can't be believed, or None.

    Parameters
    ----------
    heard : HeardWindow
        The recognizer's words and figures for the window.
    speech_s : float
        Seconds of speech that were packed into the window.
    """
    if heard.no_speech_prob > NO_SPEECH_PROB and heard.mean_log_prob < LOW_LOG_PROB:
        return f"no speech ({heard.no_speech_prob:.2f}), words unlikely ({heard.mean_log_prob:.2f})"
    if heard.mean_log_prob < HOPELESS_LOG_PROB:
        return f"words too unlikely ({heard.mean_log_prob:.2f})"
    if too_many(heard.words, speech_s=speech_s):
        return f"{len(heard.words) / max(speech_s, 0.1):.0f} words a second of speech"
    if squeezed(heard.words):
        return "words without a place in the audio"
    return None


def too_many(words: Sequence[Word], *, speech_s: float) -> bool:
    """More words than anybody speaks in so much speech; a few are never too many."""
    rate = len(words) / max(speech_s, 0.1)
    return len(words) >= _FEWEST_WORDS_TO_RATE and rate > _MOST_WORDS_A_SECOND


def squeezed(words: Sequence[Word]) -> bool:
    """Words that all share one instant: the recognizer found no place for them in the audio."""
    return len(words) >= 3 and words[-1].end_s - words[0].start_s < 0.05 * len(words)


def doubt(words: Sequence[Word], *, sure_s: float) -> str | None:
    """Why the words of one span of speech can't be believed, or None.

    Parameters
    ----------
    words : sequence of Word
        What was heard in the span.
    sure_s : float
        Seconds of the span in which the detector's probability was `SURE_PROB` at least.
    """
    if not words or sure_s >= _LEAST_SURE_S:
        return None
    confidence = sum(word.confidence for word in words) / len(words)
    if confidence >= _BELIEVED_CONFIDENCE:
        return None
    return f"hardly any sure speech ({sure_s:.2f} s), words unlikely ({confidence:.2f})"


def surplus(words: Sequence[Word]) -> Iterator[tuple[range, int]]:
    """Places of words that only say again what stands before them, and the rounds there are.

    A loop is three different words or more, said three times in a row or more; all but its first
    round is surplus, a broken last round too.
    """
    plain = [word.text.casefold().strip(".,!?;:…\"'") for word in words]
    at = 0
    while at < len(plain):
        length, end = _loop(plain, at)
        if end:
            yield range(at + length, end), (end - at) // length
        at = max(at + 1, end)


def _loop(plain: Sequence[str], at: int) -> tuple[int, int]:
    """Words in a round of the loop that begins at a place, and the loop's end; 0 for none."""
    for length in range(_FEWEST_LOOP_WORDS, (len(plain) - at) // _FEWEST_ROUNDS + 1):
        end = at + length
        while end < len(plain) and plain[end] == plain[end - length]:
            end += 1
        different = len(set(plain[at : at + length]))
        if end - at >= length * _FEWEST_ROUNDS and different >= _FEWEST_LOOP_WORDS:
            return length, end
    return 0, 0
