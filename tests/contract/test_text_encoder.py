"""What every TextEncoder keeps, and every head on one."""

import os
from pathlib import Path

import numpy as np
import pytest

from models.head import SENTIMENT, LinearHead
from models.text_encoder import MiniLmEncoder
from models.weights import KNOWN, find
from pipeline.errors import ModelError
from pipeline.ports import TextEncoder

CACHE = Path.home() / ".cache" / "firstcall"
TEXTS = [
    "Where is my parcel?", "My package hasn't arrived.", "The oven won't heat up.", "", "Yes.",
    "long " * 400,
]  # fmt: skip


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    named = os.environ.get("FIRSTCALL_TEST_ENCODER")
    try:
        found = find("all-MiniLM-L6-v2", cache=CACHE, explicit=Path(named) if named else None)
    except ModelError as error:
        pytest.skip(str(error))
    return MiniLmEncoder(found.path)


@pytest.mark.weights
def test_rows_are_of_length_one_in_the_order_given(encoder: TextEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(encoder.encode(TEXTS[::-1])[::-1], vectors)


@pytest.mark.weights
def test_a_texts_vector_does_not_depend_on_its_neighbours(encoder: TextEncoder) -> None:
    many = encoder.encode(TEXTS * 7)
    assert all(np.array_equal(many[i], encoder.encode([text])[0]) for i, text in enumerate(TEXTS))


@pytest.mark.weights
def test_no_texts_give_no_rows(encoder: TextEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


@pytest.mark.weights
def test_like_meanings_are_near(encoder: TextEncoder) -> None:
    parcel, package, oven = encoder.encode(TEXTS[:3])
    assert parcel @ package > 0.5 > parcel @ oven


@pytest.mark.weights
def test_the_provenance_names_the_known_weights(encoder: TextEncoder) -> None:
    assert encoder.provenance.weights_sha256 == KNOWN["all-MiniLM-L6-v2"].tensors_sha256


@pytest.mark.weights
def test_the_sentiment_head_belongs_to_this_encoder(encoder: TextEncoder) -> None:
    LinearHead(SENTIMENT, encoder_sha256=encoder.provenance.weights_sha256)
    with pytest.raises(ModelError, match="belongs to the encoder"):
        LinearHead(SENTIMENT, encoder_sha256="0" * 64)


def test_a_heads_probabilities_sum_to_one_and_are_none_for_none() -> None:
    head = LinearHead(SENTIMENT)
    rows = np.random.default_rng(0).normal(size=(50, 384)).astype(np.float32)
    assert head.probabilities(rows).sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert head.probabilities(rows[:0]).shape == (0, len(head.labels))
    assert head.labels == ("negative", "neutral", "positive")
    assert SENTIMENT.stat().st_size < 1_000_000


def test_a_folder_that_is_no_encoder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json"):
        MiniLmEncoder(tmp_path)


def test_a_file_that_is_no_head_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "odd.safetensors"
    for content in (None, b"not safetensors"):
        if content:
            file.write_bytes(content)
        with pytest.raises(ModelError, match=r"odd\.safetensors"):
            LinearHead(file)
