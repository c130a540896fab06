"""Topics trained on made-up rows: what is told apart, what is no topic, what a file keeps."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from models.topic_fit import KEPT, THRESHOLD, fit
from models.topic_head import TopicHead, save, topics_of
from models.topic_score import neighbours, shares
from pipeline.errors import ModelError
from pipeline.ports import Encoded

N_TOPICS, WIDTH = 5, 24
CENTRES = np.random.default_rng(0).normal(size=(N_TOPICS + 1, WIDTH))


def rows(topic: int, n: int, seed: int = 0) -> np.ndarray:
    """Rich rows of length the root of 3 near a topic's centre; topic 5 is never trained."""
    made = CENTRES[topic] + np.random.default_rng(seed).normal(scale=0.5, size=(n, WIDTH))
    return (made / np.linalg.norm(made, axis=1, keepdims=True) * np.sqrt(3)).astype(np.float32)


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("head") / "head.safetensors"
    x = np.concatenate([rows(topic, 8, topic) for topic in range(N_TOPICS)])
    owner = np.repeat(np.arange(N_TOPICS), 8)
    clean, misheard = encoded(x), encoded(x + rows(N_TOPICS, len(x)) * np.float32(0.3))
    fitted = fit(clean, misheard, owner, N_TOPICS, np.ones(len(x), dtype=bool))
    assert fitted.n_aside == len(x) and fitted.accuracy > 0.9 and fitted.accuracy_misheard > 0.9
    assert fitted.told >= KEPT - 0.1
    save(file, list("abcde"), fitted.parts, encoder_sha256="e")
    return file


def encoded(rich: np.ndarray, texts: Sequence[str] = ()) -> Encoded:
    none = rich[:, :0]
    return Encoded(texts=tuple(texts) or ("",) * len(rich), vectors=none, sounds=none, rich=rich)


def test_eight_examples_a_topic_tell_topics_apart_and_from_others(head: Path) -> None:
    reader = TopicHead(head, encoder_sha256="e")
    assert reader.topics == tuple("abcde") == topics_of(head)
    for topic in range(N_TOPICS):
        scores = reader.scores(encoded(rows(topic, 20, 50 + topic)))
        assert np.mean(scores.argmax(axis=1) == topic) > 0.9
        assert np.mean(scores.max(axis=1) >= THRESHOLD) > 0.8
    other = reader.scores(encoded(rows(N_TOPICS, 40, 99)))
    assert np.mean(other.max(axis=1) >= THRESHOLD) < 0.3


def test_a_row_has_the_same_scores_in_any_company(head: Path) -> None:
    reader, x = TopicHead(head, encoder_sha256="e"), rows(1, 41)
    together = reader.scores(encoded(x))
    many, owner = rows(2, 333), np.arange(333) % 3
    votes = neighbours(x, many, owner, 3)
    for row in (0, 4, 31, 33):
        assert np.array_equal(together[row : row + 1], reader.scores(encoded(x[row : row + 1])))
        assert np.array_equal(votes[row : row + 1], neighbours(x[row : row + 1], many, owner, 3))
    assert reader.scores(encoded(x[:0])).shape == (0, N_TOPICS)


def test_words_tell_apart_what_the_encoder_does_not(tmp_path: Path) -> None:
    same = np.ones((40, WIDTH), dtype=np.float32)
    texts = [f"{word} {i}" for word in ("refund", "transfer") for i in range(20)]
    owner, real = np.repeat([0, 1], 20), np.ones(40, dtype=bool)
    fitted = fit(encoded(same, texts), encoded(same, texts), owner, 2, real)
    save(tmp_path / "h.safetensors", ["a", "b"], fitted.parts, encoder_sha256="e")
    reader = TopicHead(tmp_path / "h.safetensors", encoder_sha256="e")
    said = ["My refunds?", "has transferred", "transfer 3", "", "the refund of 3 pounds"]
    scores = reader.scores(encoded(same[:5], said))
    assert (scores[:, 0] > scores[:, 1])[[0, 1, 2, 4]].tolist() == [True, False, False, True]
    for row in range(5):
        alone = reader.scores(encoded(same[:1], said[row : row + 1]))
        assert np.array_equal(alone[0], scores[row])


def test_a_head_of_another_encoder_or_none_is_refused(head: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="was trained on the encoder e"):
        TopicHead(head, encoder_sha256="other")
    (tmp_path / "x.safetensors").write_text("no")
    with pytest.raises(ModelError, match="topics train"):
        topics_of(tmp_path / "x.safetensors")


def test_shares_sum_to_one() -> None:
    x = rows(2, 10)
    assert shares(x, 1.5).sum(axis=1) == pytest.approx(1, abs=1e-5)
    votes = neighbours(x, rows(1, 30), np.arange(30) % 3, 3)
    assert votes.sum(axis=1) == pytest.approx(1, abs=1e-5)
