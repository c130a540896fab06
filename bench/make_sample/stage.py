"""Put a leg's cues on one or two channels of a telephone line."""

import random

import numpy as np

from bench.make_sample import telephone
from bench.make_sample.plan import Leg, Turn
from bench.make_sample.story import Cue
from bench.make_sample.voices import RATE_HZ, Voices

__all__ = ["RATE_HZ", "perform"]

OVERLAP_S = 0.7


def perform(leg: Leg, voices: Voices) -> tuple[np.ndarray, tuple[Turn, ...]]:
    """Play the leg. Returns float32 [n_channels, n_samples] and the turns as they fell."""
    chance = random.Random(f"stage {leg.contact.ref} {leg.number}")
    at_s = chance.uniform(0.35, 0.8)
    sounds: list[tuple[int, float, np.ndarray]] = []
    turns: list[Turn] = []
    for cue in leg.story.cues:
        sound, channel = _sound(cue, leg, voices)
        start_s = round(at_s - (OVERLAP_S if cue.overlaps else 0.0), 2)
        end_s = round(start_s + len(sound) / RATE_HZ, 2)
        sounds.append((channel, start_s, sound))
        if cue.text:
            turns.append(
                Turn(role=cue.kind, channel=channel, start_s=start_s, end_s=end_s, text=cue.text)
            )
        at_s = max(at_s, end_s) + chance.uniform(0.2, 0.5)
    samples = _mix(sounds, at_s + 0.2, 2 if leg.layout == "stereo" else 1)
    return telephone.line(samples, seed=f"{leg.contact.ref} {leg.number}"), tuple(turns)


def _sound(cue: Cue, leg: Leg, voices: Voices) -> tuple[np.ndarray, int]:
    """The cue's sound and its channel: music and beep come from the centre's side."""
    customer_side = 1 - leg.agent_channel if leg.layout == "stereo" else 0
    if cue.kind == "music":
        return telephone.hold_music(cue.seconds, leg.contact.ref), leg.agent_channel
    if cue.kind == "beep":
        return telephone.beep(cue.seconds), 0
    if cue.kind == "customer":
        return voices.say(cue.text, leg.customer), customer_side
    assert leg.agent is not None, f"{leg.contact.ref}: an agent speaks, but none is named"
    return voices.say(cue.text, leg.agent), leg.agent_channel


def _mix(sounds: list[tuple[int, float, np.ndarray]], length_s: float, channels: int) -> np.ndarray:
    out = np.zeros((channels, int(length_s * RATE_HZ)), np.float32)
    for channel, start_s, sound in sounds:
        first = int(start_s * RATE_HZ)
        part = sound[: out.shape[1] - first]
        out[channel, first : first + len(part)] += part
    return out
