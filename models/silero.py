"""Speech detection with Silero's weights, many frames at once.

silero-vad's own model takes 512 samples a call, in a Python loop: 23 s for 25 minutes of audio.
The same network with the same weights runs here over all frames of a block: convolutions in one
batch, the recurrent layer once over the sequence. (The safetensors file in the package holds an
earlier version's weights, so they are taken from the packaged model itself.)
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.weights import tensors_sha256
from pipeline.ports import Samples

_CONTEXT_SAMPLES = 64
_BATCH_FRAMES = 1024  # 33 s of audio: more do not stay in a processor's cache


class _Network(nn.Module):
    """The 16 kHz network: a short-time spectrum, four convolutions, one recurrent layer."""

    def __init__(self) -> None:
        super().__init__()
        self.stft_conv = nn.Conv1d(1, 258, kernel_size=256, stride=128, bias=False)
        self.conv1 = nn.Conv1d(129, 128, kernel_size=3, padding=1)
        self.conv2 = nn.Conv1d(128, 64, kernel_size=3, stride=2, padding=1)
        self.conv3 = nn.Conv1d(64, 64, kernel_size=3, stride=2, padding=1)
        self.conv4 = nn.Conv1d(64, 128, kernel_size=3, padding=1)
        self.lstm = nn.LSTM(128, 128, batch_first=True)
        self.final_conv = nn.Conv1d(128, 1, kernel_size=1)

    def encode(self, frames: torch.Tensor) -> torch.Tensor:
        """[n_frames, 64 + 512] samples to [n_frames, 128] features."""
        x = nn.functional.pad(frames.unsqueeze(1), (0, 64), mode="reflect")
        x = self.stft_conv(x)
        x = (x[:, :129] ** 2 + x[:, 129:] ** 2).sqrt()
        for layer in (self.conv1, self.conv2, self.conv3, self.conv4):
            x = layer(x).relu()
        return x.squeeze(-1)

    def decide(self, features: torch.Tensor) -> torch.Tensor:
        """[n_frames, 128] features to [n_frames] probabilities."""
        hidden, _ = self.lstm(features.unsqueeze(0))
        logits: torch.Tensor = self.final_conv(hidden.transpose(1, 2).relu())
        return logits.sigmoid().flatten()


class SileroDetector:
    """The SpeechDetector port on Silero's weights (16 kHz)."""

    frame_samples = 512

    def __init__(self) -> None:
        from silero_vad import load_silero_vad

        weights = _renamed(load_silero_vad()._model.state_dict())
        self.weights_sha256 = tensors_sha256(weights)
        self._network = _Network().eval()
        self._network.load_state_dict(weights)

    @torch.inference_mode()
    def speech_probabilities(self, samples: Samples) -> NDArray[np.float32]:
        """Probability of speech in each frame of 512 samples, shape [ceil(n_samples / 512)]."""
        n_frames = -(-len(samples) // self.frame_samples)
        if n_frames == 0:
            return np.zeros(0, dtype=np.float32)
        padded = np.zeros(_CONTEXT_SAMPLES + n_frames * self.frame_samples, dtype=np.float32)
        padded[_CONTEXT_SAMPLES : _CONTEXT_SAMPLES + len(samples)] = samples
        frames = torch.from_numpy(padded).unfold(
            0, _CONTEXT_SAMPLES + self.frame_samples, self.frame_samples
        )
        features = torch.cat([self._network.encode(part) for part in frames.split(_BATCH_FRAMES)])
        result: NDArray[np.float32] = self._network.decide(features).numpy()
        return result


_NAMES = {
    "stft.forward_basis_buffer": "stft_conv.weight",
    **{
        f"encoder.{i}.reparam_conv.{part}": f"conv{i + 1}.{part}"
        for i in range(4)
        for part in ("weight", "bias")
    },
    **{
        f"decoder.rnn.{part}": f"lstm.{part}_l0"
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    },
    "decoder.decoder.2.weight": "final_conv.weight",
    "decoder.decoder.2.bias": "final_conv.bias",
}


def _renamed(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The packaged model's tensors under the names of `_Network`."""
    return {ours: weights[theirs].clone() for theirs, ours in _NAMES.items()}
