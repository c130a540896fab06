"""What the words say of the contact's course: that it is passed on, that people part."""

from collections.abc import Sequence

from pipeline.taxonomy.phrases import Phrases
from pipeline.understand.sentences import Sentence

GOODBYE_S = 30.0
"""A goodbye counts in the last 30 s of speech only: "bye" may be said of something else."""


def says_transfer(sentences: Sequence[Sentence], phrases: Phrases) -> bool:
    """Somebody who isn't the customer announces that the contact is passed on."""
    return any(
        pattern.search(sentence.plain)
        for sentence in sentences
        if sentence.english and sentence.quote.role != "customer"
        for pattern in phrases.transfer
    )


def says_goodbye(sentences: Sequence[Sentence], phrases: Phrases) -> bool:
    """Either side says goodbye at the end; a contact without it may have been cut off."""
    last_s = max((sentence.quote.end_s for sentence in sentences), default=0.0)
    return any(
        pattern.search(sentence.plain)
        for sentence in sentences
        if sentence.english and sentence.quote.end_s >= last_s - GOODBYE_S
        for pattern in phrases.goodbye
    )
