"""What a translation shows must go, taken to where it was said.

Cues are English. A question in English and its answer in Spanish meet only when the answer is read
in translation, so that what goes there goes from the speech as well.
"""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.english import together
from pipeline.types import Transcript, Utterance
from pipeline.understand.hits import Hit
from pipeline.understand.streams import words_of


def among(hits: Sequence[Hit], read: Sequence[Utterance], own: Sequence[Utterance]) -> list[Hit]:
    """The hits on utterances of `read` that are of `own`, by their places there."""
    places = {id(utterance): index for index, utterance in enumerate(own)}
    found = []
    for hit in hits:
        refs = tuple((places[id(read[i])], at) for i, at in hit.refs if id(read[i]) in places)
        if refs:
            found.append(replace(hit, refs=refs))
    return found


def beside(hits: Sequence[Hit], known: Sequence[Hit], transcript: Transcript) -> list[Hit]:
    """Words with digits that a side said while it said what its translation's hits stand for.

    A translation's times are rough, so all such words of the utterances go that it meets, unless
    something of the kind is `known` there already.
    """
    found = []
    for hit in hits:
        told = [transcript.translation[index] for index, _ in hit.refs]
        met = [
            index
            for index, spoken in enumerate(transcript.utterances)
            if any(together(spoken, one) for one in told)
        ]
        if any(one.kind == hit.kind and one.refs[0][0] in met for one in known):
            continue
        found += [
            Hit(kind=hit.kind, refs=((index, at),))
            for index in met
            for at, word in enumerate(words_of(transcript.utterances[index]))
            if any(character.isdigit() for character in word.text)
        ]
    return found
