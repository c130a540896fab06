"""Greedy decoding of a stream of windows: a slot that gets free takes the next window."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

import torch
from torch import Tensor

from models.slots import Slots
from models.whisper_decoder import Decoder
from models.whisper_limits import MAX_REPEATS, loop_length


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Tokens of one window, without prompt or end.

    `log_probs` has one number a token, `mean_log_prob` is that of what was heard first, before any
    name of the site's was put in; `attention` [n_tokens + 1, n_heads, n_frames] is the
    cross-attention of the alignment heads while each token, and then the end, was chosen.
    """

    tokens: tuple[int, ...]
    log_probs: tuple[float, ...]
    attention: Tensor
    mean_log_prob: float
    no_speech_prob: float
    repeated: bool
    second: "Decoded | None" = None
    """The same window decoded once more, with another prompt."""


class Feed(Protocol):
    """Where windows come from, by number."""

    def fill(self, number: int, slot: int) -> int:
        """Put a window's audio into a slot; the most tokens that it may have."""

    def prompt(self, number: int, log_probs: Tensor) -> tuple[Sequence[int], float]:
        """What is fed after the start token, and how likely it is that nobody speaks.

        `log_probs` [n_vocabulary] are those behind the start token: of languages, of silence.
        """

    def again(self, number: int) -> Sequence[int] | None:
        """What is fed after the start token for a second decoding of a window, if one is wanted."""


class Greedy:
    """The likeliest token each time, until the end token, a loop, or the window's limit.

    A window's prompt is fed along with the other windows' words, so that it costs no step of its
    own. A second decoding of a window follows the first in the same slot: its audio is there yet.

    Parameters
    ----------
    feed : Feed
        Gives windows and their prompts.
    start : int
        The token that every prompt begins with.
    banned : Tensor, shape [n_text]
        Added to the logits: minus infinity for tokens that aren't speech.
    """

    def __init__(
        self, decoder: Decoder, slots: Slots, feed: Feed, *, start: int, banned: Tensor
    ) -> None:
        self._decoder, self._slots, self._feed, self._start = decoder, slots, feed, start
        self._banned = banned
        self._rows: list[Row] = []

    def decode(self, waiting: Iterator[int]) -> Iterator[tuple[int, Decoded]]:
        """Windows by number and what they say, as they get ready."""
        for number in islice(waiting, self._slots.n_slots):
            self._rows.append(self._row(number, len(self._rows)))
        while self._rows:
            self._step()
            for slot in reversed(range(len(self._rows))):
                if self._rows[slot].ended and not self._over(slot):
                    yield self._rows[slot].number, self._rows[slot].decoded()
                    self._replace(slot, next(waiting, None))

    def _row(self, number: int, slot: int) -> "Row":
        return Row(number=number, limit=self._feed.fill(number, slot), start=self._start)

    def _step(self) -> None:
        fed = torch.tensor([row.next() for row in self._rows], device=self._decoder.device)
        hidden, attention = self._decoder.step(self._slots, fed)
        for row, state in zip(self._rows, hidden, strict=True):
            if row.started:
                log_probs = self._decoder.all_logits(state.unsqueeze(0))[0].log_softmax(dim=-1)
                row.prompt(*self._feed.prompt(row.number, log_probs))
        speaking = [slot for slot, row in enumerate(self._rows) if row.speaks]
        if speaking:
            chosen = hidden if len(speaking) == len(hidden) else hidden[speaking]
            for slot, token, log_prob in self._best(chosen, speaking):
                self._rows[slot].note(
                    token, log_prob, attention[slot], end=self._decoder.n_text - 1
                )

    def _best(self, hidden: Tensor, slots: Sequence[int]) -> Iterator[tuple[int, int, float]]:
        """The likeliest token of each slot; a window of speech doesn't begin with its end."""
        logits = self._decoder.text_logits(hidden).add_(self._banned)
        logits[[not self._rows[slot].spoken for slot in slots], -1] = -math.inf
        best, tokens = self._chosen(logits, slots)
        return zip(slots, tokens.tolist(), (best - logits.logsumexp(dim=-1)).tolist(), strict=True)

    def _over(self, slot: int) -> bool:
        """Start a window over in its slot, if a second decoding of it is still to come."""
        row = self._rows[slot]
        prompt = None if row.first else self._feed.again(row.number)
        if prompt is None:
            return False
        self._slots.at[slot] = 0
        self._rows[slot] = row.over([self._start, *prompt])
        return True

    def _chosen(self, logits: Tensor, slots: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Logit and token that each slot goes on with."""
        best, tokens = logits.max(dim=-1)
        return best, tokens

    def _replace(self, slot: int, number: int | None) -> None:
        """The next window takes the slot; with none left, the last row does, so that none gapes."""
        if number is not None:
            self._rows[slot] = self._row(number, slot)
            return
        last = self._rows.pop()
        if slot < len(self._rows):
            self._slots.move(len(self._rows), slot)
            self._rows[slot] = last


class Row:
    """One window's tokens so far."""

    def __init__(self, *, number: int, limit: int, start: int) -> None:
        self.number, self._limit, self._no_speech_prob = number, limit, 0.0
        self.ended, self._repeated = False, False
        self._n_fed, self._to_feed = 0, [start]
        self.first: Decoded | None = None
        self._tokens: list[int] = []
        self._log_probs: list[float] = []
        self._attention: list[Tensor] = []

    def next(self) -> int:
        """The token to feed."""
        self._n_fed += 1
        return self._to_feed.pop(0)

    def over(self, prompt: Sequence[int]) -> "Row":
        """The row of the window's second decoding, whose whole prompt is known."""
        row = Row(number=self.number, limit=self._limit, start=prompt[0])
        row.first, row._to_feed = self.decoded(), list(prompt)
        row._no_speech_prob = self._no_speech_prob
        return row

    @property
    def started(self) -> bool:
        """Whether the start token, and nothing else, was fed: language and silence show then."""
        return self._n_fed == 1 and self.first is None

    @property
    def speaks(self) -> bool:
        """Whether the prompt was fed: what comes next are words."""
        return not self._to_feed

    @property
    def spoken(self) -> bool:
        """Whether there is a word already."""
        return bool(self._tokens)

    def prompt(self, tokens: Sequence[int], no_speech_prob: float) -> None:
        """Feed these before the words."""
        self._to_feed, self._no_speech_prob = list(tokens), no_speech_prob

    def note(self, token: int, log_prob: float, attention: Tensor, *, end: int) -> None:
        """Take the token that was chosen, and where the decoder looked for it."""
        self._attention.append(attention)
        self._to_feed = [token]
        if token == end:
            self.ended = True
            return
        self._tokens.append(token)
        self._log_probs.append(log_prob)
        loop = loop_length(self._tokens)
        if loop:
            surplus = loop * (MAX_REPEATS - 1)
            del self._tokens[-surplus:], self._log_probs[-surplus:], self._attention[-surplus:]
            self._repeated = self.ended = True
        elif len(self._tokens) >= self._limit:
            self.ended = True

    def _mean_log_prob(self) -> float:
        return sum(self._log_probs) / max(1, len(self._log_probs))

    def decoded(self) -> Decoded:
        """What was decoded; a row cut by its limit or a loop lacks the end's attention, so its
        last token's stands in.
        """
        seen = [*self._attention, self._attention[-1]][: len(self._tokens) + 1]
        n_frames = min(one.shape[-1] for one in seen)
        decoded = Decoded(
            tokens=tuple(self._tokens),
            log_probs=tuple(self._log_probs),
            attention=torch.stack([one[:, :n_frames] for one in seen]),
            mean_log_prob=self._mean_log_prob(),
            no_speech_prob=self._no_speech_prob,
            repeated=self._repeated,
        )
        return decoded if self.first is None else replace(self.first, second=decoded)
