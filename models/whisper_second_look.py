"""Greedy decoding that looks again where a site's own words may have been said.

When a window is decoded, its slot is wound back to each place that sounds like a phrase of the
vocabulary, and the phrase is fed instead of what was heard, with what follows it. Whichever the
decoder finds likelier stays, a bonus for the phrase counted in. The steps are the batch's: other
windows go on meanwhile. Nothing of a phrase is left where it loses, and the probabilities told are
the model's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from models.slots import Slots
from models.vocabulary import Suggestion, Vocabulary
from models.whisper_decoder import Decoder
from models.whisper_greedy import Feed, Greedy, Row

_FOLLOWING = 4
"""Tokens behind a phrase that are compared too: a wrong word makes the next ones unlikely."""


def decoding(
    decoder: Decoder,
    slots: Slots,
    feed: Feed,
    *,
    start: int,
    banned: Tensor,
    words: Vocabulary | None,
) -> Greedy:
    """Greedy's own where there is no vocabulary, else with a second look."""
    if words is None:
        return Greedy(decoder, slots, feed, start=start, banned=banned)
    return SecondLook(decoder, slots, feed, start=start, banned=banned, vocabulary=words)


class SecondLook(Greedy):
    """Greedy, and then each window's suggestions.

    Parameters
    ----------
    vocabulary : Vocabulary
        Suggests; the others are Greedy's own.
    """

    def __init__(
        self,
        decoder: Decoder,
        slots: Slots,
        feed: Feed,
        *,
        start: int,
        banned: Tensor,
        vocabulary: Vocabulary,
    ) -> None:
        super().__init__(decoder, slots, feed, start=start, banned=banned)
        self._vocabulary = vocabulary

    def _row(self, number: int, slot: int) -> "LookingRow":
        limit = self._feed.fill(number, slot)
        return LookingRow(
            number=number, limit=limit, start=self._start, vocabulary=self._vocabulary
        )

    def _step(self) -> None:
        super()._step()
        for slot, row in enumerate(self._rows):
            if isinstance(row, LookingRow) and row.wound_back_to is not None:
                self._slots.at[slot], row.wound_back_to = row.wound_back_to, None

    def _chosen(self, logits: Tensor, slots: Sequence[int]) -> tuple[Tensor, Tensor]:
        best, tokens = super()._chosen(logits, slots)
        for i, slot in enumerate(slots):
            row = self._rows[slot]
            if isinstance(row, LookingRow) and row.wanted is not None:
                tokens[i] = row.wanted
                best[i] = logits[i, row.wanted]
        return best, tokens


@dataclass(slots=True, kw_only=True)
class _Trial:
    """A suggestion that is being fed, and what the decoder says to it so far."""

    of: Suggestion
    tokens: list[int]
    needed: float
    log_probs: list[float] = field(default_factory=list)
    attention: list[Tensor] = field(default_factory=list)

    @property
    def lost(self) -> bool:
        """Whether it is too unlikely: log-probabilities only ever take away."""
        return sum(self.log_probs[: len(self.of.tokens) + _FOLLOWING]) < self.needed

    @property
    def fed(self) -> bool:
        """Whether the last token is known."""
        return len(self.log_probs) == len(self.tokens)


class LookingRow(Row):
    """A window's tokens; after the last one, its trials, last place first.

    That order keeps everything before the place in the slot's cache as it was.
    """

    def __init__(self, *, number: int, limit: int, start: int, vocabulary: Vocabulary) -> None:
        super().__init__(number=number, limit=limit, start=start)
        self._vocabulary, self._before = vocabulary, [start]
        self._trial: _Trial | None = None
        self._waiting: list[Suggestion] = []
        self._end: list[int] = []
        self._heard_log_prob: float | None = None
        self.wound_back_to: int | None = None

    @property
    def spoken(self) -> bool:
        """Whether there is a word before the next token."""
        if self._trial is None:
            return super().spoken
        return self._trial.of.start + len(self._trial.log_probs) > 0

    @property
    def wanted(self) -> int | None:
        """The token whose probability is asked for; None: the likeliest."""
        return None if self._trial is None else self._trial.tokens[len(self._trial.log_probs)]

    def _mean_log_prob(self) -> float:
        """That of what was heard first: a name is put in although it is the less likely."""
        heard = self._heard_log_prob
        return super()._mean_log_prob() if heard is None else heard

    def prompt(self, tokens: Sequence[int], no_speech_prob: float) -> None:
        """Feed these before the words."""
        super().prompt(tokens, no_speech_prob)
        self._before += tokens

    def note(self, token: int, log_prob: float, attention: Tensor, *, end: int) -> None:
        """Take the token that was chosen, or what the decoder says to the one that is tried."""
        if self._trial is not None:
            self._tried(self._trial, token, log_prob, attention)
            return
        super().note(token, log_prob, attention, end=end)
        if self.ended and not self._repeated:
            self._heard_log_prob = super()._mean_log_prob()
            # The end is compared like a word until all trials are over.
            if token == end:
                self._end = [end]
                self._log_probs.append(log_prob)
            self._waiting = self._vocabulary.suggestions(self._tokens)
            self._tokens += self._end
            self._next_trial()

    def _tried(self, trial: _Trial, token: int, log_prob: float, attention: Tensor) -> None:
        trial.log_probs.append(log_prob)
        trial.attention.append(attention)
        if trial.lost:
            self._next_trial()
        elif trial.fed:
            at = trial.of.start
            self._tokens[at:] = trial.tokens
            self._log_probs[at:] = trial.log_probs
            self._attention[at:] = trial.attention
            self._waiting = [one for one in self._waiting if one.end <= at]
            self._next_trial()
        else:
            self._to_feed = [token]

    def _next_trial(self) -> None:
        """Wind back for the next suggestion that has room; with none left, the window is ready."""
        self._trial, self.ended = None, True
        while self._waiting:
            one = self._waiting.pop(0)
            tokens = [*one.tokens, *self._tokens[one.end :]]
            if one.start + len(tokens) - len(self._end) > self._limit:
                continue
            heard = sum(self._log_probs[one.start : one.end + _FOLLOWING])
            self._trial = _Trial(of=one, tokens=tokens, needed=heard - one.bonus)
            place = len(self._before) + one.start - 1
            self.wound_back_to, self.ended = place, False
            self._to_feed = [[*self._before, *self._tokens][place]]
            return
        if self._end:
            self._tokens.pop()
            self._log_probs.pop()
