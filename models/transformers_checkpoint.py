"""A Whisper checkpoint as transformers' network: its own files, or openai-whisper's tensors."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from models import checkpoints, weights
from models.whisper_vocabulary import tokenizer
from pipeline.errors import ModelError

if TYPE_CHECKING:
    from transformers import WhisperForConditionalGeneration

_NAMES = (
    (r"\bblocks\b", "layers"),
    (r"\bcross_attn_ln\b", "encoder_attn_layer_norm"),
    (r"\battn_ln\b", "self_attn_layer_norm"),
    (r"\bmlp_ln\b", "final_layer_norm"),
    (r"\bcross_attn\b", "encoder_attn"),
    (r"\battn\b", "self_attn"),
    (r"\b(q|k|v)(uery|ey|alue)\b", r"\1_proj"),
    (r"_attn\.out\b", "_attn.out_proj"),
    (r"\bmlp\.0\b", "fc1"),
    (r"\bmlp\.2\b", "fc2"),
    (r"\b(ln_post|ln)\b", "layer_norm"),
    (r"\btoken_embedding\b", "embed_tokens"),
    (r"\bpositional_embedding\b", "embed_positions.weight"),
)


def load(found: weights.Found) -> "WhisperForConditionalGeneration":
    """The network in float32, from files on this machine alone.

    Raises
    ------
    ModelError
        The weights are of another form, or no Whisper checkpoint.
    """
    form = checkpoints.form(found.path)
    if form == "openai":
        return from_openai(weights.load_tensors(found.path))
    if form == "ctranslate2":
        raise checkpoints.refuse(
            found.path, "transformers", wants="a folder of its own or openai-whisper's weights"
        )
    from transformers import WhisperForConditionalGeneration
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        return WhisperForConditionalGeneration.from_pretrained(
            found.path, local_files_only=True, dtype=torch.float32
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ModelError(
            str(found.path),
            f"can't be loaded as a Whisper checkpoint ({str(error).splitlines()[0]})",
            remedy="Set listen.model to a Whisper checkpoint's hub id, or listen.model_path to one",
            code="weights_shape",
        ) from error


def from_openai(tensors: Mapping[str, Tensor]) -> "WhisperForConditionalGeneration":
    """The network with openai-whisper's tensors; heads are 64 wide in every size."""
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    n_vocabulary, n_state = tensors["decoder.token_embedding.weight"].shape
    end = tokenizer(n_vocabulary).eot
    sizes = {
        f"{side}_{what}": value
        for side in ("encoder", "decoder")
        for what, value in {
            "layers": sum(
                n.startswith(f"{side}.blocks.") and n.endswith("mlp.0.bias") for n in tensors
            ),
            "attention_heads": n_state // 64,
            "ffn_dim": 4 * n_state,
        }.items()
    }
    config = WhisperConfig(
        vocab_size=n_vocabulary,
        d_model=n_state,
        num_mel_bins=tensors["encoder.conv1.weight"].shape[1],
        max_source_positions=len(tensors["encoder.positional_embedding"]),
        max_target_positions=len(tensors["decoder.positional_embedding"]),
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
        decoder_start_token_id=end + 1,
        **sizes,
    )
    with torch.device("meta"):
        network = WhisperForConditionalGeneration(config)
    named = {_their_name(name): tensor.float() for name, tensor in tensors.items()}
    named["proj_out.weight"] = named["model.decoder.embed_tokens.weight"]
    network.load_state_dict(named, assign=True)
    network.tie_weights()
    return network


def _their_name(name: str) -> str:
    for ours, theirs in _NAMES:
        name = re.sub(ours, theirs, name)
    return f"model.{name}"
