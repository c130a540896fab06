"""What the words say of the contact's course, and what points to a cause of coming back."""

from collections.abc import Sequence

from pipeline.insights import Cue
from pipeline.taxonomy.phrases import Spoken
from pipeline.understand.sentences import Sentence

GOODBYE_S = 30.0
"""A goodbye counts in the last 30 s of speech only: "bye" may be said of something else."""


def says_transfer(sentences: Sequence[Sentence], spoken: Spoken) -> bool:
    """Somebody who isn't the customer announces that the contact is passed on."""
    return any(
        pattern.search(sentence.plain)
        for sentence in sentences
        if sentence.language in spoken and sentence.quote.role != "customer"
        for pattern in spoken[sentence.language].transfer
    )


def says_goodbye(sentences: Sequence[Sentence], spoken: Spoken) -> bool:
    """Either side says goodbye at the end; a contact without it may have been cut off."""
    last_s = max((sentence.quote.end_s for sentence in sentences), default=0.0)
    return any(
        pattern.search(sentence.plain)
        for sentence in sentences
        if sentence.language in spoken and sentence.quote.end_s >= last_s - GOODBYE_S
        for pattern in spoken[sentence.language].goodbye
    )


MOST_A_KIND = 3
"""Cues of one kind kept of a contact, the first ones: evidence, not a count."""

_AGENTS = frozenset({"no_authority", "system_down", "apology", "refusal", "backlog"})
_CUSTOMERS = frozenset(
    {"broken_promise", "no_follow_up", "wrong_information", "next_step_unclear", "product_defect",
     "delivery", "billing"}
)  # fmt: skip


def cues(sentences: Sequence[Sentence], spoken: Spoken) -> tuple[Cue, ...]:
    """What points to a cause, in spoken order; each kind counts from the side that can tell it."""
    found: list[Cue] = []
    for sentence in sentences:
        phrases = spoken.get(sentence.language)
        if phrases is None:
            continue
        for kind, pattern in phrases.cues:
            others = _CUSTOMERS if sentence.quote.role == "agent" else _AGENTS
            deaf = sentence.quote.role != "unknown" and kind in others
            known = sum(cue.kind == kind for cue in found)
            if not deaf and known < MOST_A_KIND and pattern.search(sentence.plain):
                found.append(Cue(kind=kind, quote=sentence.quote))
    return tuple(found)
