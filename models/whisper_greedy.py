"""Greedy decoding of a stream of windows: a slot that gets free takes the next window."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from models.whisper_decoder import Decoder, Slots
from models.whisper_limits import MAX_REPEATS, loop_length


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Tokens of one window, without prompt or end.

    `log_probs` has one number a token; `attention` [n_tokens + 1, n_heads, n_frames] is the
    cross-attention of the alignment heads while each token, and then the end, was chosen.
    """

    tokens: tuple[int, ...]
    log_probs: tuple[float, ...]
    attention: Tensor
    no_speech_prob: float
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A window in its slot, its prompt fed.

    `hidden` [n_state] is the state before the first word, `attention` [n_heads, n_frames] where
    it looked; `limit` is the most tokens that the window may have.
    """

    hidden: Tensor
    attention: Tensor
    limit: int
    no_speech_prob: float


class Greedy:
    """The likeliest token each time, until the end token, a loop, or the window's limit.

    Parameters
    ----------
    begin : function of (number, slot)
        Puts window `number` into a slot and feeds its prompt.
    banned : Tensor, shape [n_text]
        Added to the logits: minus infinity for tokens that aren't speech.
    """

    def __init__(
        self,
        decoder: Decoder,
        slots: Slots,
        begin: Callable[[int, int], Begun],
        *,
        banned: Tensor,
    ) -> None:
        self._decoder, self._slots, self._begin, self._banned = decoder, slots, begin, banned
        self._not_the_end = banned.clone()
        self._not_the_end[-1] = -math.inf  # a window of speech doesn't begin with its end
        self._rows: list[_Row] = []

    def decode(self, waiting: Iterator[int]) -> Iterator[tuple[int, Decoded]]:
        """Windows by number and what they say, as they get ready."""
        for number in waiting:
            self._rows.append(self._row(number, len(self._rows)))
            if len(self._rows) == self._slots.n_slots:
                break
        while self._rows:
            self._step()
            for slot in reversed(range(len(self._rows))):
                if self._rows[slot].ended:
                    yield self._rows[slot].number, self._rows[slot].decoded()
                    self._replace(slot, next(waiting, None))

    def _row(self, number: int, slot: int) -> "_Row":
        begun = self._begin(number, slot)
        row = _Row(number=number, limit=begun.limit, no_speech_prob=begun.no_speech_prob)
        tokens, log_probs = self._best(begun.hidden.unsqueeze(0), self._not_the_end)
        row.note(tokens[0], log_probs[0], begun.attention, end=self._decoder.n_text - 1)
        return row

    def _step(self) -> None:
        fed = torch.tensor([row.last for row in self._rows], device=self._decoder.device)
        hidden, attention = self._decoder.step(self._slots, fed)
        tokens, log_probs = self._best(hidden, self._banned)
        end = self._decoder.n_text - 1
        for row, token, log_prob, seen in zip(
            self._rows, tokens, log_probs, attention, strict=True
        ):
            row.note(token, log_prob, seen, end=end)

    def _best(self, hidden: Tensor, banned: Tensor) -> tuple[list[int], list[float]]:
        logits = self._decoder.text_logits(hidden).add_(banned)
        best, tokens = logits.max(dim=-1)
        return tokens.tolist(), (best - logits.logsumexp(dim=-1)).tolist()

    def _replace(self, slot: int, number: int | None) -> None:
        """The next window takes the slot; with none left, the last row does, so that none gapes."""
        if number is not None:
            self._rows[slot] = self._row(number, slot)
            return
        last = self._rows.pop()
        if slot < len(self._rows):
            self._slots.move(len(self._rows), slot)
            self._rows[slot] = last


class _Row:
    """One window's tokens so far."""

    def __init__(self, *, number: int, limit: int, no_speech_prob: float) -> None:
        self.number, self._limit, self._no_speech_prob = number, limit, no_speech_prob
        self.ended, self._repeated, self.last = False, False, 0
        self._tokens: list[int] = []
        self._log_probs: list[float] = []
        self._attention: list[Tensor] = []

    def note(self, token: int, log_prob: float, attention: Tensor, *, end: int) -> None:
        """Take the token that was chosen, and where the decoder looked for it."""
        self._attention.append(attention)
        self.last = token
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

    def decoded(self) -> Decoded:
        """What was decoded; a row cut by its limit or a loop lacks the end's attention, so its
        last token's stands in.
        """
        seen = [*self._attention, self._attention[-1]][: len(self._tokens) + 1]
        n_frames = self._attention[0].shape[-1]
        return Decoded(
            tokens=tuple(self._tokens),
            log_probs=tuple(self._log_probs),
            attention=torch.stack([one[:, :n_frames] for one in seen]),
            no_speech_prob=self._no_speech_prob,
            repeated=self._repeated,
        )
