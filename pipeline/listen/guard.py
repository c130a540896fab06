"""The guard against invented words.

A recognizer made for subtitles fills silence and noise with sentences it has seen. A window's words
are dropped, with span and reason, where the recognizer's own figures say so.
"""

from collections.abc import Sequence

from pipeline.ports import HeardWindow
from pipeline.types import Word

_NO_SPEECH_PROB = 0.6
_LOW_LOG_PROB = -1.0
_HOPELESS_LOG_PROB = -1.8
_MOST_WORDS_A_SECOND = 7.0
_FEWEST_WORDS_TO_RATE = 8


def objection(heard: HeardWindow, *, speech_s: float) -> str | None:
    """Why the words of a window can't be believed, or None.

    Parameters
    ----------
    heard : HeardWindow
        The recognizer's words and figures for the window.
    speech_s : float
        Seconds of speech that were packed into the window.
    """
    if heard.no_speech_prob > _NO_SPEECH_PROB and heard.mean_log_prob < _LOW_LOG_PROB:
        return f"no speech ({heard.no_speech_prob:.2f}), words unlikely ({heard.mean_log_prob:.2f})"
    if heard.mean_log_prob < _HOPELESS_LOG_PROB:
        return f"words too unlikely ({heard.mean_log_prob:.2f})"
    rate = len(heard.words) / max(speech_s, 0.1)
    if len(heard.words) >= _FEWEST_WORDS_TO_RATE and rate > _MOST_WORDS_A_SECOND:
        return f"{rate:.0f} words a second of speech"
    return None


def squeezed(words: Sequence[Word]) -> bool:
    """Words that all share one instant: the recognizer found no place for them in the audio."""
    return len(words) >= 3 and words[-1].end_s - words[0].start_s < 0.05 * len(words)
