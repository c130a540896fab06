"""How roused a voice is, against its own usual in the call, after Bone, Lee and Narayanan 2014.

"Robust unsupervised arousal rating: a rule-based framework with knowledge-inspired vocal features"
(IEEE TAFFC 5/2): pitch, energy and the spectrum above 500 Hz all rise with arousal, so that no
labelled voices are needed. Each stretch of speech is compared with the speaker's own median; a
feature that goes against the others in this call counts less. Only a customer's voice is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.ports import SAMPLE_RATE_HZ, Samples, VoiceFrames, VoiceMeter
from pipeline.types import Span, VoiceReading

SHORTEST_S, LONGEST_S = 0.5, 6.0
"""Shorter stretches tell nothing, longer ones are parted."""

USUAL = np.array([0.25, 4.0, 4.0])
"""How far a calm speaker's stretches lie apart: octaves of pitch, dB of energy and of HF500."""

PRIOR = np.array([0.4, 0.3, 0.3])
"""Weights of the features until a call has enough stretches to tell how they go together."""

ENOUGH = 8
"""Stretches from which weights come from the call itself, and confidence can be full."""

ENOUGH_VOICED_S = 1.0
FRAME_S = 0.02


@dataclass(frozen=True, slots=True)
class Stretch:
    """Medians over a stretch's voiced frames: octaves, dB, dB; and its voiced seconds."""

    start_s: float
    end_s: float
    medians: tuple[float, float, float]
    voiced_s: float


def stretches(frames: VoiceFrames, *, start_s: float, end_s: float) -> list[Stretch]:
    """What a span of speech holds, in parts of at most LONGEST_S; unvoiced parts are left out."""
    n, seconds = len(frames.pitch_octaves), end_s - start_s
    parts = max(1, int(np.ceil(seconds / LONGEST_S)))
    found = []
    for part in np.array_split(np.arange(n), parts):
        voiced = part[~np.isnan(frames.pitch_octaves[part])] if len(part) else part
        if len(voiced) * FRAME_S < SHORTEST_S / 2:
            continue
        medians = tuple(
            float(np.median(values[voiced]))
            for values in (frames.pitch_octaves, frames.energy_db, frames.high_db)
        )
        first = start_s + seconds * part[0] / n
        last = start_s + seconds * (part[-1] + 1) / n
        found.append(Stretch(first, last, (medians[0], medians[1], medians[2]),
                             len(voiced) * FRAME_S))  # fmt: skip
    return found


def measured(
    meter: VoiceMeter, audio: Samples, spans: Sequence[Span], *, from_s: float
) -> Iterator[Stretch]:
    """The stretches of a side's speech; `audio` starts at `from_s`, spans count from there."""
    for span in spans:
        first, last = (round(at_s * SAMPLE_RATE_HZ) for at_s in (span.start_s, span.end_s))
        frames = meter.frames(audio[first:last])
        yield from stretches(frames, start_s=from_s + span.start_s, end_s=from_s + span.end_s)


def readings(found: Sequence[Stretch], *, channel: int) -> tuple[VoiceReading, ...]:
    """The arousal of each stretch, -1 to 1, 0 the speaker's usual, in order of time.

    Parameters
    ----------
    found : Sequence[Stretch]
        All that one side said in a recording.
    channel : int
        That side.
    """
    if not found:
        return ()
    medians = np.array([one.medians for one in found])
    seconds = np.array([one.voiced_s for one in found])
    scores = np.tanh((medians - _usual(medians, seconds)) / (2 * USUAL))
    weights = _weights(scores)
    arousal = scores @ weights
    agreement = 1 - np.abs(scores - arousal[:, None]) @ weights / 2
    sure = np.minimum(1, seconds / ENOUGH_VOICED_S) * min(1.0, len(found) / ENOUGH) * agreement
    return tuple(
        VoiceReading(
            channel=channel,
            start_s=round(one.start_s, 3),
            end_s=round(one.end_s, 3),
            arousal=round(float(level), 4),
            confidence=round(float(confidence), 4),
        )
        for one, level, confidence in zip(found, arousal, sure, strict=True)
    )


def _usual(medians: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of each feature, stretches weighted by their voiced seconds."""
    usual = []
    for column in medians.T:
        order = np.argsort(column, kind="stable")
        share = np.cumsum(seconds[order]) / seconds.sum()
        usual.append(column[order][int(np.searchsorted(share, 0.5))])
    return np.array(usual)


def _weights(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """How well each feature goes with the mean of all, by rank; halfway to the prior."""
    if len(scores) < ENOUGH:
        return PRIOR
    ranks = np.argsort(np.argsort(scores, axis=0, kind="stable"), axis=0, kind="stable")
    mean_ranks = np.argsort(np.argsort(scores.mean(axis=1), kind="stable"), kind="stable")
    agreement = np.array([np.corrcoef(column, mean_ranks)[0, 1] for column in ranks.T])
    weights = PRIOR * (1 + np.clip(np.nan_to_num(agreement), 0, 1))
    mixed: NDArray[np.float64] = weights / weights.sum()
    return mixed
