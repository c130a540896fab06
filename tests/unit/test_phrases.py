"""A vocabulary that can't be listened for is refused, in words that say which phrase and why."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.options import phrases
from models import recognizers, weights
from pipeline.errors import ModelError, SettingsError
from pipeline.settings import Settings, load


def vocabulary(*given: object) -> tuple[str, ...]:
    return load(None, {"listen": {"vocabulary": given}}).listen.vocabulary


def test_there_is_none_unless_a_site_gives_one(tmp_path: Path) -> None:
    assert Settings().listen.vocabulary == ()
    file = tmp_path / "firstcall.toml"
    file.write_text('[listen]\nvocabulary = ["Onword", " Harbour   Home "]\n')
    assert load(file).listen.vocabulary == ("Onword", "Harbour Home")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("", "needs a letter or a digit"),
        (" - ", "needs a letter or a digit"),
        ("x" * 61, "61 characters; a phrase has at most 60"),
        ("bell\x07", "is text"),
        (7, "valid string"),
        (None, "valid string"),
    ],
)
def test_a_phrase_that_is_none_is_refused_by_number_and_reason(wrong: object, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as raised:
        vocabulary("Onword", wrong)
    assert "vocabulary.1" in str(raised.value)


def test_a_thousand_phrases_are_allowed_and_one_more_is_refused_in_few_words() -> None:
    many = [f"name {i}" for i in range(1001)]
    assert len(vocabulary(*many[:-1])) == 1000
    with pytest.raises(SettingsError, match="1,001 phrases; at most 1,000") as raised:
        vocabulary(*many)
    assert len(str(raised.value)) < 400


def test_a_file_has_a_phrase_a_line(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes("\ufeffOnword\r\n\r\n  Café Noir \r\n".encode())
    assert vocabulary(*(phrases(file) or ())) == ("Onword", "Café Noir")
    assert phrases(None) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "can't be read"), (b"\xff\xfe\x00O", "is not text in UTF-8"), (b"ok\n!!\n", "letter")],
)
def test_a_file_that_is_no_vocabulary_is_wrong_use(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "names.txt"
    if content is not None:
        file.write_bytes(content)
    options = ["transcribe", "none.wav", "--out", str(tmp_path), "--vocabulary", str(file)]
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 2, done.output
    assert reason in " ".join(done.output.split())


@pytest.mark.parametrize("engine", ["faster-whisper", "transformers"])
def test_other_engines_refuse_a_vocabulary(engine: recognizers.Engine, tmp_path: Path) -> None:
    found = weights.Found(name="base", path=tmp_path, source="cache")
    with pytest.raises(ModelError, match=f"engine {engine} .* Set listen.engine to whisper"):
        recognizers.make(
            engine,
            found,
            numeric_mode="float32",
            batch_windows=1,
            languages=(),
            device="cpu",
            threads=1,
            cache=tmp_path,
            vocabulary=("Onword",),
        )
