"""What every TextEncoder keeps, and every head on one."""

import os
from pathlib import Path

import numpy as np
import pytest

from models.feeling import FeelingHead
from models.head_file import FEELING
from models.self_test import int8_is_exact
from models.text_encoder import MiniLmEncoder
from models.weights import KNOWN, find
from pipeline.errors import ModelError
from pipeline.ports import Encoded, TextEncoder

CACHE = Path.home() / ".cache" / "firstcall"
TEXTS = [
    "Where is my parcel?", "My package hasn't arrived.", "The oven won't heat up.", "", "Yes.",
    "long " * 400,
]  # fmt: skip


@pytest.fixture(scope="module")
def folder() -> Path:
    named = os.environ.get("FIRSTCALL_TEST_ENCODER")
    try:
        found = find("all-MiniLM-L6-v2", cache=CACHE, explicit=Path(named) if named else None)
    except ModelError as error:
        pytest.skip(str(error))
    return found.path


@pytest.fixture(scope="module", params=["float32", "int8"])
def encoder(folder: Path, request: pytest.FixtureRequest) -> MiniLmEncoder:
    if request.param == "int8" and not int8_is_exact():
        pytest.skip("this processor adds up products of bytes wrongly")
    return MiniLmEncoder(folder, numeric_mode=request.param, threads=2, fork=FEELING)


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
def test_how_a_text_sounds_does_not_depend_on_its_neighbours_or_threads(
    encoder: TextEncoder, folder: Path
) -> None:
    many = encoder.read(TEXTS * 7)
    other = MiniLmEncoder(folder, numeric_mode=encoder.provenance.numeric_mode, fork=FEELING)
    for i, text in enumerate(TEXTS):
        alone = other.read([text])
        assert np.array_equal(many.sounds[i], alone.sounds[0])
        assert np.array_equal(many.vectors[i], alone.vectors[0])
    assert np.array_equal(many.vectors, encoder.encode(TEXTS * 7))


@pytest.mark.weights
def test_vectors_are_those_of_transformers(encoder: MiniLmEncoder, folder: Path) -> None:
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    tokens = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder).eval()
    for text in TEXTS[:5]:
        with torch.inference_mode():
            hidden = model(**tokens(text, return_tensors="pt")).last_hidden_state[0].numpy()
        wanted = hidden.mean(axis=0) / np.linalg.norm(hidden.mean(axis=0))
        least = 0.99999 if encoder.provenance.numeric_mode == "float32" else 0.995
        assert encoder.encode([text])[0] @ wanted > least, text


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
def test_a_fork_belongs_to_its_encoder(folder: Path, tmp_path: Path) -> None:
    from safetensors import safe_open
    from safetensors.torch import save_file

    with safe_open(FEELING, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        about = {**file.metadata(), "encoder_sha256": "0" * 64}
    save_file(tensors, tmp_path / "other.safetensors", metadata=about)
    with pytest.raises(ModelError, match="belongs to the encoder 000"):
        MiniLmEncoder(folder, fork=tmp_path / "other.safetensors")


@pytest.mark.parametrize(("name", "several"), [("sentiment", False), ("emotions", True)])
def test_a_heads_probabilities_are_shares_and_are_none_for_none(name: str, several: bool) -> None:
    head = FeelingHead(FEELING, name)
    rows = np.random.default_rng(0).normal(size=(50, 768)).astype(np.float32)
    encoded = Encoded(texts=("",) * 50, vectors=rows[:, :384], sounds=rows, rich=rows)
    found = head.probabilities(encoded)
    assert head.several is several and len(head.thresholds) == len(head.labels)
    assert ((found >= 0) & (found <= 1)).all()
    if not several:
        assert found.sum(axis=1) == pytest.approx(1, abs=1e-5)
    none = Encoded(texts=(), vectors=rows[:0, :384], sounds=rows[:0], rich=rows[:0])
    assert head.probabilities(none).shape == (0, len(head.labels))
    assert FEELING.stat().st_size < 3_000_000


def test_a_folder_that_is_no_encoder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json"):
        MiniLmEncoder(tmp_path)


def test_a_file_that_is_no_head_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "odd.safetensors"
    for content in (None, b"not safetensors"):
        if content:
            file.write_bytes(content)
        with pytest.raises(ModelError, match=r"odd\.safetensors"):
            FeelingHead(file, "sentiment")
