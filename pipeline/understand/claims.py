"""Customers saying that they were in touch before, and when: "I called yesterday about this".

Evidence for linking. The phrases are in pipeline/taxonomy/phrases; when it was is in the same
sentence or the next of the same side.
"""

import re
from collections.abc import Sequence
from datetime import date

from pipeline.insights import PriorContactClaim
from pipeline.taxonomy.phrases import Phrases, Spoken
from pipeline.understand.sentences import Sentence
from pipeline.understand.when import days_ago

_TELLING, _ACTING = "was_told", "acted_before"
"""Claims with a rule of their own on their time; see phrases/en.toml."""

_BY_PRONOUN = ("was_told", "you_said", "promised")
"""Claims that may be about whoever was spoken of in the sentence before."""

_NEXT_WORDS = 8
"""A next sentence up to this long may hold the time: "I called about this. On Tuesday." """


def prior_contact_claims(
    sentences: Sequence[Sentence], spoken: Spoken, started_on: date | None
) -> tuple[PriorContactClaim, ...]:
    """One claim a sentence at most, in order; the agents' sentences make none."""
    found = []
    of_others = False
    for at, sentence in enumerate(sentences):
        phrases = spoken.get(sentence.language)
        if phrases is None or sentence.quote.role == "agent":
            continue
        after_others, of_others = of_others, _of_others(sentence, phrases)
        if of_others:
            continue
        matches = ((n, pattern.search(sentence.plain)) for n, pattern in phrases.claims)
        name, match = next(((n, m) for n, m in matches if m), (None, None))
        if name is None or match is None or (after_others and name in _BY_PRONOUN):
            continue
        bounds = days_ago(_timed(name, match, phrases), phrases=phrases, started_on=started_on)
        if bounds is None and name != _TELLING:
            bounds = days_ago(_next(sentences, at), phrases=phrases, started_on=started_on)
        if bounds is None and name == _ACTING:
            continue
        low, high = bounds or (None, None)
        found.append(
            PriorContactClaim(
                quote=sentence.quote, phrase=name, days_ago_min=low, days_ago_max=high
            )
        )
    return tuple(found)


def _of_others(sentence: Sentence, phrases: Phrases) -> bool:
    """Whether the speaker tells of a call to somebody else, or that this is the first one."""
    return any(pattern.search(sentence.plain) for pattern in phrases.claims_not)


def _timed(name: str, match: re.Match[str], phrases: Phrases) -> str:
    """The part of the sentence whose time is the earlier contact's, not that of what was told."""
    if name != _TELLING:
        return match.string
    told = phrases.reported.search(match.string, match.end())
    return match.string[: told.start() if told else None]


def _next(sentences: Sequence[Sentence], at: int) -> str:
    side = sentences[at].quote.role
    after = sentences[at + 1] if at + 1 < len(sentences) else None
    near = after is not None and after.quote.role == side and after.n_words <= _NEXT_WORDS
    return after.plain if after is not None and near else ""
