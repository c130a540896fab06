"""Whisper's second task: speech in any language to English words.

The translation is a second decoding of the audio that a window's transcript was decoded from, so it
costs no encoding of its own.
"""

from dataclasses import replace

from whisper.tokenizer import Tokenizer

from pipeline.english import is_english
from pipeline.ports import HeardWindow, SpeechWindow


def wanted(window: SpeechWindow, spoken: Tokenizer) -> bool:
    """Whether a window is translated, given the tokenizer of the language that it is in.

    A model of English alone has no language, and no task but its one.
    """
    language = spoken.language
    return window.translate and language is not None and not is_english(language)


def with_translation(heard: HeardWindow, english: HeardWindow) -> HeardWindow:
    """A window's transcript with what the second decoding gave."""
    return replace(
        heard,
        translated=english.words,
        translated_mean_log_prob=english.mean_log_prob,
        translated_repeated=english.repeated,
    )
