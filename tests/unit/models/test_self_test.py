"""The numeric mode that is proposed: the fastest one here, and never one that is wrong here."""

from collections.abc import Iterator

import pytest

from models import self_test


@pytest.fixture(autouse=True)
def _afresh() -> Iterator[None]:
    """What a pretended processor showed is not taken for this one's, nor the reverse."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    self_test.propose.cache_clear()
    self_test.int8_is_exact.cache_clear()


@pytest.mark.parametrize(
    ("times_s", "mode"),
    [
        ({"float32": 1.0, "int8": 0.2}, "int8"),
        ({"float32": 1.0, "int8": 0.9}, "float32"),
        ({"float32": 1.0, "int8": 5.0}, "float32"),
        ({"float32": 1.0}, "float32"),
    ],
)
def test_a_mode_that_rounds_more_must_be_a_fifth_faster(
    times_s: dict[self_test.Mode, float], mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_test, "times_s", lambda: times_s)
    assert self_test.propose("whisper", "cpu") == mode


def test_other_engines_and_devices_have_a_mode_of_their_own() -> None:
    assert self_test.propose("faster-whisper", "cpu") == "int8"
    assert self_test.propose("transformers", "cpu") == "float32"
    assert {self_test.propose(e, "cuda") for e in ("whisper", "faster-whisper")} == {"float16"}


def test_a_processor_whose_bytes_overflow_is_not_given_int8(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Old ones add two products in 16 bits: 127 * 127 twice is too much for these."""
    right = self_test.torch._int_mm
    monkeypatch.setattr(self_test.torch, "_int_mm", lambda a, b: right(a, b).clamp(max=32767))
    assert "int8" not in self_test.times_s()


def test_the_test_is_short_and_leaves_the_threads_as_they_were() -> None:
    before = self_test.torch.get_num_threads()
    assert all(0 < took_s < 1 for took_s in self_test.times_s().values())
    assert self_test.torch.get_num_threads() == before
