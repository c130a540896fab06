"""Passwords and memorable words: told after "my password is", or in answer to the question."""

import re
from collections.abc import Sequence

from pipeline.types import Transcript, Utterance
from pipeline.understand.hits import Hit
from pipeline.understand.numbers import bare, word_set
from pipeline.understand.streams import words_of

MAX_WORDS = 8
ANSWER_WORDS = 6
ANSWER_S = 10.0

_SECRET = (
    r"(?:passwords?|pass ?phrase|maiden name"
    r"|(?:memorable|security|secret|safe) (?:word|answer|phrase))"
)
_TOLD = re.compile(
    rf"(?<!\w){_SECRET}(?: for \w+(?: \w+)?)?(?:(?: (?:i think|so))?(?: it)?(?: is| was|'s)(?: set to)?"
    r"| to| as) (?!\w*n't)"
)
_ASKED = re.compile(
    r"(?:what(?:'s| is| was)|what are|what|which|tell me|give me|confirm|say|provide|have|need|for"
    r"|your|the|a)"
    rf" (?:\w+ ){{0,8}}?{_SECRET}(?!\w)"
)
_NO_SECRET = word_set(
    "not wrong incorrect expired locked invalid still never being always too required now the no "
    "working blocked reset gone lost missing correct right different because saying asking so what "
    "yes yeah nope i i'm i've i'd ok okay sure hold one just um uh well why how which can could do "
    "does my a an about to going supposed already written fine sorry please"
)
_PREAMBLE = word_set(
    "it's its it is that's thats that yes yeah yep sure okay ok um uh er erm em so can i have i'd like "
    "make let's go with we'll oh well use put think should be ah right we'd love"
)


def passwords(transcript: Transcript) -> list[Hit]:
    """Words that give a secret away."""
    found: list[Hit] = []
    utterances = transcript.utterances
    for index, utterance in enumerate(utterances):
        texts = [bare(word.text) for word in words_of(utterance)]
        text = " ".join(texts) + " "
        told = [len(text[: match.end()].split()) for match in _TOLD.finditer(text)]
        for first in told:
            found += _secret(index, utterance, texts, first)
        if not told and _ASKED.search(text):
            found += _answer(utterances, index)
    return found


def _answer(utterances: Sequence[Utterance], asked: int) -> list[Hit]:
    """The short reply to a question for a secret, less its "it's"."""
    sides = {utterance.channel for utterance in utterances}
    for index in range(asked + 1, len(utterances)):
        reply = utterances[index]
        if reply.start_s - utterances[asked].end_s > ANSWER_S:
            break
        if len(sides) > 1 and reply.channel == utterances[asked].channel:
            continue
        texts = [bare(word.text) for word in words_of(reply)]
        first = next((i for i, text in enumerate(texts) if text not in _PREAMBLE), len(texts))
        if len(texts) - first > ANSWER_WORDS:
            break
        return _secret(index, reply, texts, first)
    return []


def _secret(index: int, utterance: Utterance, texts: list[str], first: int) -> list[Hit]:
    if first >= len(texts) or texts[first] in _NO_SECRET:
        return []
    words = words_of(utterance)
    last = first
    while (
        last + 1 < len(texts)
        and last - first + 1 < MAX_WORDS
        and not words[last].text.rstrip().endswith((".", "?", "!"))
    ):
        last += 1
    return [Hit(kind="code", refs=tuple((index, at) for at in range(first, last + 1)))]
