"""CTranslate2's file becomes openai-whisper's state dict, number by number; damage is refused."""

import numpy as np
import pytest
import torch
from ct2bytes import STATE, model_bin, tiny_whisper, variables
from hypothesis import given
from hypothesis import strategies as st
from whisper.model import ModelDimensions, Whisper

from models.ctranslate2_format import variables as read_variables
from models.ctranslate2_format import whisper_state_dict
from pipeline.errors import ModelError


def test_every_variable_is_read_as_it_was_written() -> None:
    written = variables()
    read = dict(read_variables(model_bin(written)))
    assert read.keys() == written.keys()
    assert all(np.array_equal(read[name], written[name]) for name in written)


def test_openai_whisper_loads_the_result_without_a_missing_or_extra_tensor() -> None:
    dims = ModelDimensions(
        n_mels=80,
        n_audio_ctx=10,
        n_audio_state=STATE,
        n_audio_head=1,
        n_audio_layer=1,
        n_vocab=20,
        n_text_ctx=6,
        n_text_state=STATE,
        n_text_head=1,
        n_text_layer=1,
    )
    Whisper(dims).load_state_dict(whisper_state_dict(tiny_whisper()), strict=True)


def test_fused_projections_are_cut_in_the_order_query_key_value() -> None:
    written = variables()
    state = whisper_state_dict(tiny_whisper())
    fused = torch.from_numpy(written["encoder/layer_0/self_attention/linear_0/weight"])
    parts = [state[f"encoder.blocks.0.attn.{name}.weight"] for name in ("query", "key", "value")]
    assert torch.equal(torch.cat(parts), fused)
    crossed = torch.from_numpy(written["decoder/layer_0/attention/linear_1/weight"])
    parts = [state[f"decoder.blocks.0.cross_attn.{name}.weight"] for name in ("key", "value")]
    assert torch.equal(torch.cat(parts), crossed)
    assert "decoder.blocks.0.cross_attn.key.bias" not in state


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (model_bin(variables(), version=5), "version 5"),
        (model_bin(variables(), spec="TransformerSpec"), "TransformerSpec"),
        (model_bin({"encoder/conv1/weight": np.zeros((2, 2), np.float32)}), "it has no"),
    ],
)
def test_another_file_is_refused_with_what_it_is(data: bytes, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        whisper_state_dict(data)


@given(st.data())
def test_a_cut_file_is_refused_wherever_it_is_cut(data: st.DataObject) -> None:
    whole = tiny_whisper()
    end = data.draw(st.integers(0, len(whole) - 5))  # the last four bytes count the aliases
    with pytest.raises(ModelError):
        whisper_state_dict(whole[:end])
