"""The common ground: settings, masks, intervals, errors."""

import pickle
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import errors, intervals
from pipeline.masks import masked
from pipeline.settings import Settings, load
from pipeline.types import Span

# --- settings -------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no FIRSTCALL__ variables but their own."""
    import os

    for name in [name for name in os.environ if name.startswith("FIRSTCALL__")]:
        monkeypatch.delenv(name)


def toml(folder: Path, text: str) -> Path:
    file = folder / "firstcall.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_site_sets_only_what_differs(tmp_path: Path) -> None:
    found = load(toml(tmp_path, '[site]\nname = "Harbour Home"\n'))
    assert found.site.name == "Harbour Home"
    assert found.site.timezone == Settings().site.timezone
    assert found.listen == Settings().listen


def test_the_environment_wins_over_the_file_name_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTCALL__SITE__TIMEZONE", "Europe/Sofia")
    monkeypatch.setenv("FIRSTCALL__LISTEN__LANGUAGES", '["en", "bg"]')
    found = load(toml(tmp_path, '[site]\nname = "Here"\ntimezone = "Europe/London"\n'))
    assert (found.site.name, found.site.timezone) == ("Here", "Europe/Sofia")
    assert found.listen.languages == ("en", "bg")
    assert found.zone.key == "Europe/Sofia"


def test_the_command_line_wins_over_the_environment_and_leaves_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTCALL__LISTEN__LANGUAGE", "es")
    file = toml(tmp_path, "[listen]\nbatch_windows = 3\n")
    found = load(file, {"listen": {"language": "en"}})
    assert (found.listen.language, found.listen.batch_windows) == ("en", 3)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[listen]\nspeech_threshold = 1.5\n", ["listen.speech_threshold", "1.5"]),
        ('[site]\ntimezone = "Sofia"\n', ["site.timezone", "'Sofia'", "Europe/Sofia"]),
        ("[listen]\nbatchwindows = 4\n", ["listen.batchwindows", "4"]),
        ("[lisen]\nbatch_windows = 4\n", ["lisen"]),
        ("[run]\nmax_attempts = 0\n[site]\ncountry = 'GBR'\n", ["max_attempts = 0", "'GBR'"]),
        ("[site\n", ["TOML", "line 1"]),
    ],
)
def test_a_wrong_value_is_an_error_that_names_the_setting_and_the_value(
    tmp_path: Path, text: str, named: list[str]
) -> None:
    file = toml(tmp_path, text)
    with pytest.raises(errors.SettingsError) as raised:
        load(file)
    said = str(raised.value)
    assert all(part in said for part in [str(file), *named])


def test_a_wrong_value_on_the_command_line_is_refused_as_in_the_file() -> None:
    with pytest.raises(errors.SettingsError, match="batch_windows = 0"):
        load(None, {"listen": {"batch_windows": 0}})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.SettingsError, match=re.escape(str(tmp_path / "none.toml"))):
        load(tmp_path / "none.toml")


def test_a_fingerprint_changes_with_its_own_section_and_no_other() -> None:
    before = load(None)
    after = load(None, {"listen": {"batch_windows": 4}})
    assert before.fingerprint("listen") != after.fingerprint("listen")
    assert before.fingerprint("understand") == after.fingerprint("understand")
    assert before.fingerprint("listen") == load(None).fingerprint("listen")


# --- masks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("in-02079460123-20260914-091233.wav", "in-···23-20260914-091233.wav"),
        ("call_+447700900123.mp3", "call_···23.mp3"),
        ("0044 7700 900-269", "···69"),
        ("2026/09/05/in-4402-07700900171-20260905-123109.wav", None),
        ("call-0042.wav", "call-0042.wav"),
        ("'31/02/2026 10:00:00' of 07700 900171", "'31/02/2026 10:00:00' of ···71"),
        ("2026-09-14 09_12_33.mp3", "2026-09-14 09_12_33.mp3"),
        ("", ""),
    ],
)
def test_numbers_are_hidden_and_dates_stay_readable(text: str, shown: str | None) -> None:
    if shown is not None:
        assert masked(text) == shown
    assert "07700900171" not in masked(text)


@given(st.from_regex(r"[a-z_]{0,5}0[1-9]\d{9}[a-z_]{1,5}", fullmatch=True))
def test_no_telephone_number_in_a_name_is_readable(name: str) -> None:
    digits = re.sub(r"\D", "", name)
    assert digits not in masked(name)
    assert digits[-2:] in masked(name)


@given(st.text(max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)


# --- intervals ------------------------------------------------------------------------------

SPANS = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 30)).map(
        lambda pair: Span(start_s=pair[0], end_s=pair[0] + pair[1])
    ),
    max_size=15,
)


def seconds(spans: list[Span]) -> set[int]:
    """Whole seconds covered: on a grid of whole numbers, an exact other way to count."""
    return {t for span in spans for t in range(int(span.start_s), int(span.end_s))}


@given(SPANS)
def test_a_union_is_sorted_apart_and_covers_the_same_seconds(spans: list[Span]) -> None:
    merged = intervals.union(spans)
    assert all(a.end_s < b.start_s for a, b in pairwise(merged))
    assert seconds(list(merged)) == seconds(spans)
    assert intervals.union(merged) == merged


@given(SPANS)
def test_the_total_counts_no_second_twice(spans: list[Span]) -> None:
    assert intervals.total_s(spans) == len(seconds(spans))


# --- errors ---------------------------------------------------------------------------------

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.FirstcallError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_crosses_a_process_border_whole(kind: type[errors.FirstcallError]) -> None:
    error = kind("call.wav", "is empty (0 bytes)", remedy="Copy it again", code="empty")
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is kind
    assert vars(other) == vars(error)
    assert str(other) == "call.wav: is empty (0 bytes). Copy it again"
    assert other.transient == kind.transient


def test_only_errors_that_may_pass_by_themselves_are_transient() -> None:
    assert [kind.__name__ for kind in KINDS if kind.transient] == ["TransientError"]
