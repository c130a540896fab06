"""The only place that opens audio: who a recording is, what it holds, and its samples in blocks.

PyAV carries its own decoders, so that no system ffmpeg is needed. Channels are kept apart, never
mixed down: which voice is whose is evidence that can't be had back. A header's duration is not
believed: the samples are counted.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.ingest import checks, files
from pipeline.ingest.checks import Channels
from pipeline.ingest.files import identify
from pipeline.ports import SAMPLE_RATE_HZ
from pipeline.settings import Ingest
from pipeline.types import Recording

_FORMATS = "wav,w64,mp3,ogg,flac,mov,mp4,m4a,3gp,3g2,mj2,aac,amr,aiff,au,gsm,matroska,webm,caf,asf"
"""Containers that may be opened; playlists, which name other files, are not among them."""


__all__ = ["AudioBlock", "Probe", "blocks", "identify", "native", "probe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioBlock:
    """A stretch of a recording at `SAMPLE_RATE_HZ`.

    `offset_s` is where it starts in the recording; `samples` has shape [n_channels, n_samples].
    """

    offset_s: float
    samples: Channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What decoding a recording once has shown. `damage` says in words what was lost, if any."""

    recording: Recording
    damage: tuple[str, ...]


def probe(
    path: Path, settings: Ingest, *, watch: Callable[[int, Channels], None] | None = None
) -> Probe:
    """Identify a recording and decode it once: its true length, rate, channels and codec.

    `watch` is given all of it on the way, as (rate in Hz, samples), about a second at a time.

    Raises
    ------
    AudioError
        It can't be decoded at all, is shorter than `min_duration_s`, or silent throughout.
    """
    identity = identify(path)
    low, high = np.float32(np.inf), np.float32(-np.inf)
    with _Decoder(path, settings) as decoder:
        for chunk in decoder.chunks():
            rows = np.ascontiguousarray(chunk)  # channels often lie interleaved: slow to search
            low, high = np.minimum(low, rows.min(axis=1)), np.maximum(high, rows.max(axis=1))
            if watch is not None:
                watch(decoder.rate_hz, rows)
        duration_s = decoder.n_samples / decoder.rate_hz
        checks.refuse_unusable(path, duration_s, float(np.max(high - low)) / 2, settings)
        recording = Recording(
            recording_id=identity,
            path=str(path),
            size_bytes=path.stat().st_size,
            duration_s=duration_s,
            sample_rate_hz=decoder.rate_hz,
            n_channels=decoder.n_channels,
            codec=decoder.codec,
        )
        return Probe(recording=recording, damage=decoder.damage())


def blocks(
    path: Path, *, settings: Ingest, block_s: float = 600.0, speed: float = 1.0
) -> Iterator[AudioBlock]:
    """The recording at `SAMPLE_RATE_HZ` in blocks of `block_s` seconds, the last one shorter.

    Only one block is in memory at a time, however long the recording. One that runs too fast, by a
    wrong rate in its header, comes at its own `speed`: 2 is twice too fast.

    Raises
    ------
    AudioError
        Nothing of it can be decoded.
    """
    size = max(1, round(block_s * SAMPLE_RATE_HZ))
    offset, waiting, n_waiting = 0, [], 0
    for piece in _resampled(path, settings, speed):
        waiting.append(piece)
        n_waiting += piece.shape[1]
        while n_waiting >= size:
            joined = np.concatenate(waiting, axis=1)
            yield AudioBlock(offset_s=offset / SAMPLE_RATE_HZ, samples=joined[:, :size])
            offset, waiting, n_waiting = offset + size, [joined[:, size:]], n_waiting - size
    if n_waiting:
        joined = np.concatenate(waiting, axis=1)
        yield AudioBlock(offset_s=offset / SAMPLE_RATE_HZ, samples=joined)


def native(path: Path, *, settings: Ingest) -> Iterator[tuple[int, Channels]]:
    """The recording at its own rate, as (rate in Hz, samples), about a second at a time."""
    with _Decoder(path, settings) as decoder:
        for chunk in decoder.chunks():
            yield decoder.rate_hz, chunk


def _resampled(path: Path, settings: Ingest, speed: float) -> Iterator[Channels]:
    with _Decoder(path, settings) as decoder:
        chunks = decoder.chunks()
        first = next(chunks)
        resamplers = [_Resampler(round(decoder.rate_hz / speed)) for _ in first]
        yield np.stack([one.push(row) for one, row in zip(resamplers, first, strict=True)])
        for chunk in chunks:
            yield np.stack([one.push(row) for one, row in zip(resamplers, chunk, strict=True)])
        yield np.stack([one.flush() for one in resamplers])


class _Resampler:
    """One channel to `SAMPLE_RATE_HZ`. A channel each, as layouts of many channels have no name."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE_HZ)

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._rate_hz == SAMPLE_RATE_HZ:
            return samples
        row = np.ascontiguousarray(samples[None, :])
        frame = av.AudioFrame.from_ndarray(row, format="fltp", layout="mono")
        frame.sample_rate = self._rate_hz
        return self._join(self._resampler.resample(frame))

    def flush(self) -> NDArray[np.float32]:
        return self._join(self._resampler.resample(None))

    @staticmethod
    def _join(frames: list[Any]) -> NDArray[np.float32]:
        rows = [frame.to_ndarray()[0] for frame in frames]
        joined = np.concatenate(rows) if rows else np.zeros(0, np.float32)
        return np.clip(joined, -1, 1).astype(np.float32, copy=False)


class _Source:
    """What FFmpeg reads from. It learns no name, so that only the content decides what it is."""

    name = "recording"

    def __init__(self, handle: BinaryIO) -> None:
        self.read, self.seek, self.tell = handle.read, handle.seek, handle.tell


class _Decoder:
    """One pass over a recording. Rate, channels and codec are known once the first chunk is out."""

    def __init__(self, path: Path, settings: Ingest) -> None:
        self._path = path
        self._handle = files.open_regular(path)
        self._container: Any = None
        self.rate_hz = self.n_channels = self.n_samples = self._bad_packets = 0
        self.codec, self._format_changes = "", False
        try:
            self._container = self._open(settings)
        except BaseException:
            self._handle.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()
        self._handle.close()

    def _open(self, settings: Ingest) -> Any:
        size_bytes = self._path.stat().st_size
        options = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
        head = self._handle.read(files.HEAD_BYTES)
        if name := files.headerless_format(self._path, head, settings):
            options = {"sample_rate": str(settings.raw_rate_hz)}
        elif (length := files.wav_length(self._handle, size_bytes)) and length.goes_on:
            options["ignore_length"] = "1"
        self._handle.seek(0)
        try:
            return av.open(_Source(self._handle), format=name, options=options)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise files.not_audio(self._path, head) from error

    def chunks(self) -> Iterator[Channels]:
        """All that decodes, about a second at a time, at the recording's own rate."""
        if not self._container.streams.audio:
            raise checks.no_stream(self._path)
        # A queue in C: some codecs have 50 frames a second, each too small for numpy to be cheap.
        fifo = av.AudioFifo()
        for frame in self._frames():
            frame.pts = None
            fifo.write(frame)
            if fifo.samples >= self.rate_hz:
                yield self._take(fifo.read(0, partial=True))
        if fifo.samples:
            yield self._take(fifo.read(0, partial=True))
        if not self.n_samples:
            raise checks.no_sound(self._path, self._bad_packets)

    def _frames(self) -> Iterator[Any]:
        shape = None
        for frame in self._decoded():
            this = (frame.sample_rate, frame.layout.nb_channels, frame.format.name)
            if shape is None:
                shape = this
                self._learn(frame)
            if this != shape:
                self._format_changes = True
                return
            yield frame

    def _decoded(self) -> Iterator[Any]:
        """Frames of every packet that decodes; the others are counted."""
        try:
            for packet in self._container.demux(self._container.streams.audio[0]):
                try:
                    yield from packet.decode()
                except (av.FFmpegError, ValueError):
                    self._bad_packets += 1
        except (av.FFmpegError, OSError, ValueError):
            self._bad_packets += 1

    def _learn(self, frame: Any) -> None:
        self.rate_hz, self.n_channels = frame.sample_rate, frame.layout.nb_channels
        self.codec = str(self._container.streams.audio[0].codec_context.name)
        checks.refuse_odd_header(self._path, self.rate_hz, self.n_channels)

    def _take(self, frame: Any) -> Channels:
        try:
            samples = frame.to_ndarray()
        except ValueError as error:
            raise checks.odd_samples(self._path, frame.format.name) from error
        if not frame.format.is_planar:
            samples = samples.reshape(-1, self.n_channels).T
        self.n_samples += samples.shape[1]
        return checks.as_float(samples, frame.format.name.removesuffix("p"))

    def damage(self) -> tuple[str, ...]:
        """What was lost or found wrong on the way, in words, once all chunks are out."""
        container = self._container.format.name
        claimed_s = (self._container.duration or 0) / av.time_base
        held_s = self.n_samples / self.rate_hz
        length = files.wav_length(self._handle, self._path.stat().st_size)
        if container == "wav" and length:
            claimed_s = held_s * length.stated_bytes / length.present_bytes
        return checks.damage(
            held_s=held_s,
            claimed_s=claimed_s,
            container=container,
            bad_packets=self._bad_packets,
            format_changes=self._format_changes,
        )
