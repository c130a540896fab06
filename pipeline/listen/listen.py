"""Listening: audio of many recordings in, transcripts out.

Windows of many recordings are recognized together, so recordings are fed in one by one and
transcripts are taken out as they get ready. Audio comes in blocks: a recording of hours never lies
in memory at once; speech that a block's end cuts is carried over into the next block.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipeline.english import in_order
from pipeline.listen.arousal import measured, readings
from pipeline.listen.packing import Packed, pack
from pipeline.listen.sides import (
    Open,
    Side,
    ToHear,
    Waiting,
    keep,
    main_language,
    rounded,
)
from pipeline.listen.sift import ROUND_S, sure_seconds
from pipeline.listen.spans import speech_spans
from pipeline.listen.transcript import roles, utterances
from pipeline.ports import (
    SAMPLE_RATE_HZ,
    HeardWindow,
    Recognizer,
    SpeechDetector,
    SpeechWindow,
    VoiceMeter,
)
from pipeline.settings import Listen
from pipeline.types import RoleEvidence, Span, Transcript, Utterance, Word

__all__ = ["VERSION", "Channels", "Listener", "ToHear"]

VERSION = 4
"""Raised by hand when results change with the same settings and weights."""

_CARRY_S = 30.0
_QUIET_CARRY_S = 1.0
_HELD_S = 900.0
"""Speech that is recognized together, seconds: enough to keep the slots of a batch filled."""


Channels = NDArray[np.float32]
"""Shape [n_channels, n_samples] at 16 kHz, -1 to 1."""


class Listener:
    """Feeds windows of many recordings to one recognizer.

    With `ahead` the next windows are made while a batch is being recognized: faster where the
    recognizer has a device of its own, slower (by half) where both share the processor.

    >>> for item, blocks in todo:                       # doctest: +SKIP
    ...     listener.feed(item, blocks)
    ...     for transcript in listener.take():
    ...         save(transcript)
    >>> listener.flush()                                # doctest: +SKIP
    """

    def __init__(
        self,
        recognizer: Recognizer,
        detector: SpeechDetector,
        *,
        settings: Listen,
        voice: VoiceMeter | None = None,
        ahead: bool = False,
    ) -> None:
        self._recognizer, self._detector, self._settings = recognizer, detector, settings
        self._voice = voice
        self._open: list[Open] = []
        self._windows: list[Waiting] = []
        self._held_s = 0.0
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="recognizer") if ahead else None
        self._heard: tuple[list[Waiting], Future[list[HeardWindow]]] | None = None

    def feed(self, item: ToHear, blocks: Iterable[tuple[float, Channels]]) -> None:
        """Listen to one recording, given as (offset_s, samples) blocks in order.

        Whatever `blocks` raises is raised again; the recording is then forgotten, others stay.
        """
        opened = Open(item)
        self._open.append(opened)
        try:
            self._feed_blocks(opened, blocks)
        except BaseException:
            self._forget([opened])
            raise
        opened.fed = True

    def take(self) -> list[Transcript]:
        """Transcripts that are ready, in the order their recordings were fed."""
        if self._heard is not None and self._heard[1].done():
            self._collect()
        ready = [o for o in self._open if o.fed and o.waiting == 0]
        self._open = [o for o in self._open if not (o.fed and o.waiting == 0)]
        return [self._transcript(opened) for opened in ready]

    def flush(self) -> None:
        """Recognize what still waits for a full batch."""
        self._recognize()
        self._collect()

    def _recognize(self) -> None:
        """Begin with the windows held so far; one batch at a time."""
        self._collect()
        waiting, self._windows, self._held_s = self._windows, [], 0.0
        if not waiting:
            return
        for window in waiting:
            window.side.longest_s = max(window.side.longest_s, window.speech_s)
        windows = [self._speech_window(window) for window in waiting]
        recognize = partial(self._recognizer.recognize, windows)
        if self._beside is None:
            self._keep(waiting, recognize)
        else:
            self._heard = waiting, self._beside.submit(recognize)

    def _collect(self) -> None:
        """Wait for the words of the windows that are being recognized, and keep them."""
        if self._heard is not None:
            (waiting, heard), self._heard = self._heard, None
            self._keep(waiting, heard.result)

    def _keep(self, waiting: Sequence[Waiting], heard: Callable[[], list[HeardWindow]]) -> None:
        """Words to their sides; recordings whose words fail to come are forgotten."""
        try:
            found = heard()
        except BaseException:
            self._forget([window.owner for window in waiting])
            raise
        for window, words in zip(waiting, found, strict=True):
            keep(window, words)
            window.owner.waiting -= 1

    def _forget(self, lost: Sequence[Open]) -> None:
        gone = {id(one) for one in lost}
        self._windows = [w for w in self._windows if id(w.owner) not in gone]
        self._open = [o for o in self._open if id(o) not in gone]

    def _speech_window(self, window: Waiting) -> SpeechWindow:
        """Windows of one side are in one language, once found the same to the recording's end."""
        witness = window.owner.witness(window.channel)
        found = window.owner.sides[witness].language
        return SpeechWindow(
            samples=window.packed.samples,
            group=f"{window.owner.item.recording_id} {witness}",
            language=found if self._settings.language == "auto" else self._settings.language,
            translate=self._settings.translate,
        )

    def _feed_blocks(self, opened: Open, blocks: Iterable[tuple[float, Channels]]) -> None:
        """One block is held back, since the last one's speech has nowhere to be carried to."""
        held: tuple[float, Channels] | None = None
        for block in blocks:
            if held is not None:
                self._feed_block(opened, *held, last=False)
            held = block
        if held is not None:
            self._feed_block(opened, *held, last=True)

    def _feed_block(self, opened: Open, offset_s: float, samples: Channels, *, last: bool) -> None:
        while len(opened.sides) < len(samples):
            opened.sides.append(Side())
        opened.duration_s = offset_s + samples.shape[1] / SAMPLE_RATE_HZ
        sides = roles(len(samples), opened.item.channel_map, opened.item.map_source)
        for channel, audio in enumerate(samples):
            side, customer = opened.sides[channel], sides[channel].role == "customer"
            meter = self._voice if customer else None
            for packed, sure_s in self._windows_of(side, audio, offset_s, meter, last=last):
                self._windows.append(Waiting(opened, channel, packed, sure_s))
                opened.waiting += 1
                self._held_s += len(packed.samples) / SAMPLE_RATE_HZ
        if self._held_s >= _HELD_S:
            self._recognize()

    def _windows_of(
        self,
        side: Side,
        audio: NDArray[np.float32],
        offset_s: float,
        meter: VoiceMeter | None,
        *,
        last: bool,
    ) -> Iterator[tuple[Packed, tuple[float, ...]]]:
        """Windows, and for each of their pieces the seconds of sure speech in it."""
        start_s = offset_s - len(side.carried) / SAMPLE_RATE_HZ
        audio = np.concatenate([side.carried, audio])
        probabilities = self._detector.speech_probabilities(audio)
        frame_samples = self._detector.frame_samples
        spans: Sequence[Span] = speech_spans(
            probabilities,
            frame_samples=frame_samples,
            duration_s=len(audio) / SAMPLE_RATE_HZ,
            settings=self._settings,
        )
        side.carried = np.zeros(0, np.float32)
        if not last:
            spans, side.carried = _carry(spans, audio)
        side.speech += [
            Span(start_s=start_s + span.start_s, end_s=start_s + span.end_s) for span in spans
        ]
        if meter is not None:
            side.voice += measured(meter, audio, spans, from_s=start_s)
        longest_s = min(self._settings.max_window_s, self._recognizer.max_window_s)
        for packed in pack(audio, spans, offset_s=start_s, max_window_s=longest_s):
            sure_s = sure_seconds(
                packed, probabilities, frame_samples=frame_samples, from_s=start_s
            )
            yield packed, tuple(sure_s)

    def _transcript(self, opened: Open) -> Transcript:
        item = opened.item
        evidence = roles(len(opened.sides), item.channel_map, item.map_source)
        return Transcript(
            recording_id=item.recording_id,
            duration_s=round(opened.duration_s, ROUND_S),
            language=main_language(opened.sides),
            roles=evidence,
            utterances=self._utterances([side.words for side in opened.sides], evidence),
            speech=tuple(tuple(rounded(side.speech)) for side in opened.sides),
            dropped=tuple(d for side in opened.sides for d in side.dropped),
            provenance=self._recognizer.provenance,
            translation=self._utterances([side.translated for side in opened.sides], evidence),
            voice=tuple(
                reading
                for channel, side in enumerate(opened.sides)
                for reading in readings(side.voice, channel=channel)
            ),
            findings=item.findings,
        )

    def _utterances(
        self, words: Sequence[Sequence[tuple[Word, str]]], evidence: Sequence[RoleEvidence]
    ) -> tuple[Utterance, ...]:
        """Words of each channel as the recording's utterances."""
        return in_order(
            [
                utterance
                for channel, told in enumerate(words)
                for utterance in utterances(
                    _in_order(told),
                    channel=channel,
                    role=evidence[channel].role,
                    pause_s=self._settings.utterance_pause_s,
                )
            ]
        )


def _carry(
    spans: Sequence[Span], audio: NDArray[np.float32]
) -> tuple[tuple[Span, ...], NDArray[np.float32]]:
    """Speech that reaches the block's end goes whole into the next block; of speech without a pause
    that is too long for that, the last second does, so that no rest is too short to be heard.

    The silence at the end goes along too: it is what stands before the next block's first word,
    or holds the beginning of a word that is too short yet to count as speech.
    """
    end_s = len(audio) / SAMPLE_RATE_HZ
    if spans and spans[-1].end_s >= end_s - 0.05:
        final = spans[-1]
        if final.end_s - final.start_s > _CARRY_S:
            cut_s = end_s - _QUIET_CARRY_S
            heard = Span(start_s=final.start_s, end_s=cut_s)
            return (*spans[:-1], heard), audio[round(cut_s * SAMPLE_RATE_HZ) :].copy()
        return tuple(spans[:-1]), audio[round(final.start_s * SAMPLE_RATE_HZ) :].copy()
    from_s = max(spans[-1].end_s if spans else 0.0, end_s - _QUIET_CARRY_S)
    return tuple(spans), audio[round(from_s * SAMPLE_RATE_HZ) :].copy()


def _in_order(words: Sequence[tuple[Word, str]]) -> list[tuple[Word, str]]:
    return sorted(words, key=lambda pair: (pair[0].start_s, pair[0].end_s))
