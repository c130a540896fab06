"""Models of Hugging Face's kind in the place of our heads: tiny ones, with random weights."""

from pathlib import Path

import numpy as np
import pytest

from flows.tools import Tools
from models.text_classification import TextClassification, weights_of
from pipeline.errors import ModelError
from pipeline.ports import Encoded
from pipeline.settings import load

TEXTS = ("where is my parcel", "i am angry", "", "thank you " * 300)
GOEMOTIONS = ["anger", "joy", "gratitude", "neutral", "remorse"]
NLI = ["contradiction", "neutral", "entailment"]


def made(folder: Path, labels: list[str], problem: str | None = None) -> str:
    """A classification model with these labels, in a folder."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "where", "is", "my", "parcel", "angry", "thank"]
    plain = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    plain.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    PreTrainedTokenizerFast(
        tokenizer_object=plain, pad_token="[PAD]", unk_token="[UNK]", model_max_length=256
    ).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, problem_type=problem, id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)}, max_position_embeddings=300,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


def encoded(texts: tuple[str, ...] = TEXTS) -> Encoded:
    none = np.zeros((len(texts), 0), dtype=np.float32)
    return Encoded(texts=texts, vectors=none, sounds=none, rich=none)


def read(folder: str, what: str) -> TextClassification:
    return TextClassification(weights_of(folder, cache=Path("/nonexistent")), what)


@pytest.mark.parametrize("labels", [["Negative", "NEUTRAL", "positive"], NLI])
def test_a_model_reads_sentiment_in_shares(tmp_path: Path, labels: list[str]) -> None:
    model = read(made(tmp_path, labels), "sentiment")
    found = model.probabilities(encoded())
    assert model.labels == ("negative", "neutral", "positive") and not model.several
    assert found.shape == (4, 3) and found.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert model.probabilities(encoded(())).shape == (0, 3)


@pytest.mark.parametrize("problem", [None, "multi_label_classification"])
def test_emotions_are_mapped_by_name_and_the_rest_is_left_out(
    tmp_path: Path, problem: str | None
) -> None:
    model = read(made(tmp_path, GOEMOTIONS, problem), "emotions")
    assert model.labels == ("neutral", "satisfied", "grateful", "angry") and model.several
    found = model.probabilities(encoded())
    assert found.shape == (4, 4) and ((found >= 0) & (found <= 1)).all()


def test_a_zero_shot_model_is_asked_for_each_of_our_emotions(tmp_path: Path) -> None:
    model = read(made(tmp_path, NLI), "emotions")
    assert len(model.labels) == len(model.thresholds) == 8
    assert model.probabilities(encoded()).shape == (4, 8)


def test_a_texts_row_does_not_depend_on_its_neighbours(tmp_path: Path) -> None:
    model = read(made(tmp_path, GOEMOTIONS), "emotions")
    many = model.probabilities(encoded(TEXTS * 5))
    for i, text in enumerate(TEXTS):
        assert np.array_equal(many[i], model.probabilities(encoded((text,)))[0])


@pytest.mark.parametrize(
    ("what", "labels", "needed"),
    [
        ("sentiment", ["NEGATIVE", "POSITIVE"], "negative, neutral and positive"),
        ("emotions", ["LABEL_0", "LABEL_1"], "joy or gratitude"),
    ],
)
def test_labels_that_do_not_do_are_named_with_what_is_needed(
    tmp_path: Path, what: str, labels: list[str], needed: str
) -> None:
    with pytest.raises(ModelError, match=needed) as caught:
        read(made(tmp_path, labels), what)
    assert all(label.lower() in str(caught.value) for label in labels)


def test_a_folder_that_is_no_such_model_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=str(tmp_path)):
        read(str(tmp_path), "sentiment")


def test_the_settings_choose_it(tmp_path: Path) -> None:
    folder = made(tmp_path, GOEMOTIONS)
    tools = Tools(load(None, {"understand": {"emotion_model": folder}}))
    assert tools.emotions.labels == ("neutral", "satisfied", "grateful", "angry")
    assert tools.sentiment.labels == ("negative", "neutral", "positive")
