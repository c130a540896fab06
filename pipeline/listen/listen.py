"""Listening: audio of many recordings in, transcripts out.

Windows of many recordings are recognized together, so recordings are fed in one by one and
transcripts are taken out as they get ready. Audio comes in blocks: a recording of hours never lies
in memory at once; speech that a block's end cuts is carried over into the next block.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.listen.packing import Packed, pack
from pipeline.listen.sift import ROUND_S, sift, sure_seconds
from pipeline.listen.spans import speech_spans
from pipeline.listen.transcript import roles, utterances
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, Recognizer, SpeechDetector, SpeechWindow
from pipeline.settings import Listen
from pipeline.types import DroppedSpan, Role, Span, Transcript, Word

VERSION = 3
"""Raised by hand when results change with the same settings and weights."""

_CARRY_S = 30.0
_QUIET_CARRY_S = 1.0
_HELD_BATCHES = 2

Channels = NDArray[np.float32]
"""Shape [n_channels, n_samples] at 16 kHz, -1 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToHear:
    """One recording to listen to, and who is on its channels, if somebody knows."""

    recording_id: str
    channel_map: tuple[Role, ...] | None = None
    map_source: str = "settings"


@dataclass(slots=True)
class _Side:
    """What one channel has so far."""

    words: list[tuple[Word, str]] = field(default_factory=list)
    speech: list[Span] = field(default_factory=list)
    dropped: list[DroppedSpan] = field(default_factory=list)
    carried: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    carried_from_s: float = 0.0


@dataclass(slots=True)
class _Open:
    """A recording on its way."""

    item: ToHear
    sides: list[_Side] = field(default_factory=list)
    duration_s: float = 0.0
    waiting: int = 0
    fed: bool = False


@dataclass(frozen=True, slots=True)
class _Waiting:
    owner: _Open
    channel: int
    packed: Packed
    sure_s: tuple[float, ...]


class Listener:
    """Feeds windows of many recordings to one recognizer.

    >>> for item, blocks in todo:                       # doctest: +SKIP
    ...     listener.feed(item, blocks)
    ...     for transcript in listener.take():
    ...         save(transcript)
    >>> listener.flush()                                # doctest: +SKIP
    """

    def __init__(
        self, recognizer: Recognizer, detector: SpeechDetector, *, settings: Listen
    ) -> None:
        self._recognizer, self._detector, self._settings = recognizer, detector, settings
        self._open: list[_Open] = []
        self._windows: list[_Waiting] = []

    def feed(self, item: ToHear, blocks: Iterable[tuple[float, Channels]]) -> None:
        """Listen to one recording, given as (offset_s, samples) blocks in order.

        Whatever `blocks` raises is raised again; the recording is then forgotten, others stay.
        """
        opened = _Open(item)
        self._open.append(opened)
        try:
            self._feed_blocks(opened, blocks)
        except BaseException:
            self._windows = [w for w in self._windows if w.owner is not opened]
            self._open = [other for other in self._open if other is not opened]
            raise
        opened.fed = True

    def take(self) -> list[Transcript]:
        """Transcripts that are ready, in the order their recordings were fed."""
        ready = [o for o in self._open if o.fed and o.waiting == 0]
        self._open = [o for o in self._open if not (o.fed and o.waiting == 0)]
        return [self._transcript(opened) for opened in ready]

    def flush(self) -> None:
        """Recognize what still waits for a full batch."""
        waiting, self._windows = self._windows, []
        if not waiting:
            return
        windows = [
            SpeechWindow(
                samples=w.packed.samples,
                group=w.owner.item.recording_id,
                language=None if self._settings.language == "auto" else self._settings.language,
            )
            for w in waiting
        ]
        for window, heard in zip(waiting, self._recognizer.recognize(windows), strict=True):
            self._keep(window, heard)
            window.owner.waiting -= 1

    def _feed_blocks(self, opened: _Open, blocks: Iterable[tuple[float, Channels]]) -> None:
        """One block is held back, since the last one's speech has nowhere to be carried to."""
        held: tuple[float, Channels] | None = None
        for block in blocks:
            if held is not None:
                self._feed_block(opened, *held, last=False)
            held = block
        if held is not None:
            self._feed_block(opened, *held, last=True)

    def _feed_block(self, opened: _Open, offset_s: float, samples: Channels, *, last: bool) -> None:
        while len(opened.sides) < len(samples):
            opened.sides.append(_Side())
        opened.duration_s = offset_s + samples.shape[1] / SAMPLE_RATE_HZ
        for channel, audio in enumerate(samples):
            side = opened.sides[channel]
            for packed, sure_s in self._windows_of(side, audio, offset_s, last=last):
                self._windows.append(_Waiting(opened, channel, packed, sure_s))
                opened.waiting += 1
        if len(self._windows) >= _HELD_BATCHES * self._settings.batch_windows:
            self.flush()

    def _windows_of(
        self, side: _Side, audio: NDArray[np.float32], offset_s: float, *, last: bool
    ) -> Iterator[tuple[Packed, tuple[float, ...]]]:
        start_s = offset_s - len(side.carried) / SAMPLE_RATE_HZ
        audio = np.concatenate([side.carried, audio])
        probabilities = self._detector.speech_probabilities(audio)
        frame_samples = self._detector.frame_samples
        spans = self._spans(probabilities, len(audio) / SAMPLE_RATE_HZ)
        side.carried = np.zeros(0, np.float32)
        if not last:
            spans, side.carried = _carry(spans, audio)
        side.speech += [
            Span(start_s=start_s + span.start_s, end_s=start_s + span.end_s) for span in spans
        ]
        longest_s = min(self._settings.max_window_s, self._recognizer.max_window_s)
        for packed in pack(audio, spans, offset_s=start_s, max_window_s=longest_s):
            sure_s = sure_seconds(
                packed, probabilities, frame_samples=frame_samples, from_s=start_s
            )
            yield packed, tuple(sure_s)

    def _spans(self, probabilities: NDArray[np.float32], duration_s: float) -> tuple[Span, ...]:
        return speech_spans(
            probabilities,
            frame_samples=self._detector.frame_samples,
            duration_s=duration_s,
            settings=self._settings,
        )

    def _keep(self, window: _Waiting, heard: HeardWindow) -> None:
        """Words go to their side, unless they were invented; then span and reason do."""
        side = window.owner.sides[window.channel]
        sifted = sift(heard, window.packed, channel=window.channel, sure_s=window.sure_s)
        side.words += [(word, heard.language) for word in sifted.words]
        side.dropped += sifted.dropped

    def _transcript(self, opened: _Open) -> Transcript:
        item = opened.item
        evidence = roles(len(opened.sides), item.channel_map, item.map_source)
        spoken = [
            utterance
            for channel, side in enumerate(opened.sides)
            for utterance in utterances(
                _in_order(side.words),
                channel=channel,
                role=evidence[channel].role,
                pause_s=self._settings.utterance_pause_s,
            )
        ]
        spoken.sort(key=lambda u: (u.start_s, u.channel, u.end_s))
        return Transcript(
            recording_id=item.recording_id,
            duration_s=round(opened.duration_s, ROUND_S),
            language=_main_language(opened.sides),
            roles=evidence,
            utterances=tuple(spoken),
            speech=tuple(tuple(_rounded(side.speech)) for side in opened.sides),
            dropped=tuple(d for side in opened.sides for d in side.dropped),
            provenance=self._recognizer.provenance,
        )


def _carry(
    spans: Sequence[Span], audio: NDArray[np.float32]
) -> tuple[tuple[Span, ...], NDArray[np.float32]]:
    """Speech that reaches the block's end goes whole into the next block, if it isn't too long.

    The silence at the end goes along too: it is what stands before the next block's first word,
    or holds the beginning of a word that is too short yet to count as speech.
    """
    end_s = len(audio) / SAMPLE_RATE_HZ
    if spans and spans[-1].end_s >= end_s - 0.05:
        final = spans[-1]
        if final.end_s - final.start_s > _CARRY_S:
            return tuple(spans), np.zeros(0, np.float32)
        return tuple(spans[:-1]), audio[round(final.start_s * SAMPLE_RATE_HZ) :].copy()
    from_s = max(spans[-1].end_s if spans else 0.0, end_s - _QUIET_CARRY_S)
    return tuple(spans), audio[round(from_s * SAMPLE_RATE_HZ) :].copy()


def _in_order(words: Sequence[tuple[Word, str]]) -> list[tuple[Word, str]]:
    return sorted(words, key=lambda pair: (pair[0].start_s, pair[0].end_s))


def _main_language(sides: Sequence[_Side]) -> str:
    """The language of most words; with no words "und", undetermined."""
    counts: dict[str, int] = {}
    for side in sides:
        for _, language in side.words:
            counts[language] = counts.get(language, 0) + 1
    if not counts:
        return "und"
    return max(sorted(counts), key=lambda code: counts[code])


def _rounded(spans: Iterable[Span]) -> Iterator[Span]:
    for span in spans:
        yield Span(start_s=round(span.start_s, ROUND_S), end_s=round(span.end_s, ROUND_S))
