"""openai-whisper's network with the weights that were found, whatever file they come from."""

import whisper
from torch import Tensor
from whisper.model import ModelDimensions, Whisper

from models import weights
from pipeline.errors import ModelError


def load(found: weights.Found) -> tuple[Whisper, str]:
    """openai-whisper's model with the weights found, and the hash of its tensors.

    Raises
    ------
    ModelError
        The tensors don't fit together as a Whisper model.
    """
    tensors = weights.load_tensors(found.path)
    try:
        model = Whisper(_dimensions(tensors))
        model.load_state_dict(tensors)
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            str(found.path),
            f"does not hold a Whisper model's weights ({str(error).splitlines()[0]})",
            remedy="Set listen.model_path to openai-whisper's .pt file, or fetch the weights again",
            code="weights_shape",
        ) from error
    heads = whisper._ALIGNMENT_HEADS.get(found.name)
    if heads is not None:
        model.set_alignment_heads(heads)
    return model.eval().requires_grad_(False), weights.tensors_sha256(tensors)


def _dimensions(tensors: dict[str, Tensor]) -> ModelDimensions:
    """The model's dimensions, read off its tensors' shapes; heads are 64 wide in every size."""
    n_vocab, n_text_state = tensors["decoder.token_embedding.weight"].shape
    n_audio_state, n_mels, _ = tensors["encoder.conv1.weight"].shape
    return ModelDimensions(
        n_mels=n_mels,
        n_audio_ctx=len(tensors["encoder.positional_embedding"]),
        n_audio_state=n_audio_state,
        n_audio_head=n_audio_state // 64,
        n_audio_layer=sum(name.endswith("attn.out.bias") for name in tensors if "encoder" in name),
        n_vocab=n_vocab,
        n_text_ctx=len(tensors["decoder.positional_embedding"]),
        n_text_state=n_text_state,
        n_text_head=n_text_state // 64,
        n_text_layer=sum(name.endswith("cross_attn.out.bias") for name in tensors),
    )
