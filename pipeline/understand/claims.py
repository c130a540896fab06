"""Customers saying that they were in touch before, and when: "I called yesterday about this".

Evidence for linking. The phrases are in pipeline/taxonomy/phrases; when it was is in the same
sentence or the next of the same side.
"""

from collections.abc import Sequence
from datetime import date

from pipeline.taxonomy.loader import Phrases
from pipeline.types import PriorContactClaim
from pipeline.understand.sentences import Sentence
from pipeline.understand.when import days_ago

_NEXT_WORDS = 8
"""A next sentence up to this long may hold the time: "I called about this. On Tuesday." """


def prior_contact_claims(
    sentences: Sequence[Sentence], phrases: Phrases, started_on: date | None
) -> tuple[PriorContactClaim, ...]:
    """One claim a sentence at most, in order; the agents' sentences make none."""
    found = []
    for at, sentence in enumerate(sentences):
        if not sentence.english or sentence.quote.role == "agent":
            continue
        name = next((n for n, pattern in phrases.claims if pattern.search(sentence.plain)), None)
        if name is None:
            continue
        bounds = days_ago(sentence.plain, started_on=started_on)
        if bounds is None:
            bounds = days_ago(_next(sentences, at), started_on=started_on)
        low, high = bounds or (None, None)
        found.append(
            PriorContactClaim(
                quote=sentence.quote, phrase=name, days_ago_min=low, days_ago_max=high
            )
        )
    return tuple(found)


def _next(sentences: Sequence[Sentence], at: int) -> str:
    side = sentences[at].quote.role
    after = sentences[at + 1] if at + 1 < len(sentences) else None
    near = after is not None and after.quote.role == side and after.n_words <= _NEXT_WORDS
    return after.plain if after is not None and near else ""
