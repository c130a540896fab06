"""Recordings are found wherever sources point, each once, in one order."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.discover import discover, unique_stems

MAGIC = b"RIFF\x24\x00\x00\x00WAVEfmt "


def touch(path: Path, content: bytes = MAGIC) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(folder: Path, *sources: str) -> list[str]:
    return [str(path.relative_to(folder)) for path in discover(sources).files]


def codes(*sources: str) -> list[str]:
    return [row.code for row in discover(sources).rejected]


def test_folders_are_searched_to_the_bottom_and_sorted(tmp_path: Path) -> None:
    for name in ("b.wav", "a/z.mp3", "a/b/c.OPUS", ".hidden/x.wav", "a/.x.wav", "list.csv"):
        touch(tmp_path / name)
    assert names(tmp_path, str(tmp_path)) == ["a/b/c.OPUS", "a/z.mp3", "b.wav"]


def test_content_decides_where_the_extension_says_nothing(tmp_path: Path) -> None:
    touch(tmp_path / "in-1-2-20211201-075551-1638345351.42")
    touch(tmp_path / "noextension")
    touch(tmp_path / "note", b"just text")
    touch(tmp_path / "meta.json")
    found = names(tmp_path, str(tmp_path))
    assert found == ["in-1-2-20211201-075551-1638345351.42", "noextension"]


def test_a_file_that_is_named_is_tried_whatever_it_is(tmp_path: Path) -> None:
    assert names(tmp_path, str(touch(tmp_path / "x.csv", b"a,b"))) == ["x.csv"]


def test_each_file_is_found_once_by_many_ways(tmp_path: Path) -> None:
    path = touch(tmp_path / "a" / "x.wav")
    sources = (str(path), str(tmp_path), f"{tmp_path}/**/*.wav", f"{tmp_path}/a/../a/x.wav")
    assert names(tmp_path, *sources) == ["a/x.wav"]


def test_lists_hold_paths_from_their_own_folder(tmp_path: Path) -> None:
    touch(tmp_path / "calls" / "x.wav")
    touch(tmp_path / "calls" / "deep" / "y.wav")
    touch(
        tmp_path / "l.txt", b"\xef\xbb\xbf# nightly\r\ncalls/x.wav\r\n\r\ncalls/d*\r\nnone.wav\r\n"
    )
    for source in (str(tmp_path / "l.txt"), f"@{tmp_path}/l.txt"):
        assert names(tmp_path, source) == ["calls/deep/y.wav", "calls/x.wav"]
        assert codes(source) == ["not_found"]


def test_a_list_in_a_list_is_not_followed(tmp_path: Path) -> None:
    touch(tmp_path / "l.txt", b"l.txt\n")
    assert names(tmp_path, str(tmp_path / "l.txt")) == ["l.txt"]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        *[("none.wav", "not_found"), ("none/*.wav", "no_match"), ("empty", "no_recordings")],
        *[("bad\0name", "not_found"), ("x" * 5000, "unreadable"), ("@empty.txt", "empty")],
    ],
)
def test_a_source_that_leads_nowhere_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    touch(tmp_path / "empty.txt", b"# nothing\n")
    assert codes(source) == [code]


def test_links_are_followed_but_not_in_a_circle(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a" / "x.wav")
    (tmp_path / "in" / "a" / "up").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "self.wav").symlink_to("self.wav")
    (tmp_path / "out").mkdir()
    touch(tmp_path / "out" / "y.wav")
    (tmp_path / "in" / "b").symlink_to(tmp_path / "out")
    found = discover([str(tmp_path / "in")])
    assert [path.name for path in found.files] == ["x.wav", "y.wav", "self.wav"]
    assert [(Path(row.item).name, row.code) for row in found.rejected] == [("up", "symlink_loop")]


def test_a_folder_with_the_name_of_a_recording_is_told_unless_it_holds_some(tmp_path: Path) -> None:
    touch(tmp_path / "full.wav" / "x.wav")
    (tmp_path / "empty.wav").mkdir()
    found = discover([str(tmp_path)])
    assert [path.name for path in found.files] == ["x.wav"]
    assert [(Path(row.item).name, row.code) for row in found.rejected] == [
        ("empty.wav", "not_a_file")
    ]


def test_a_name_that_is_no_utf_8_is_told(tmp_path: Path) -> None:
    touch(tmp_path / "x.wav")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.wav")).write_bytes(MAGIC)
    assert names(tmp_path, str(tmp_path)) == ["x.wav"]
    assert codes(str(tmp_path)) == ["bad_name"]


def test_folders_deeper_than_anybody_needs_are_told(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(220):
        deep = deep / "d"
    touch(deep / "x.wav")
    assert codes(str(tmp_path)) == ["too_deep"]


PATHS = st.lists(
    st.tuples(st.sampled_from("pqr"), st.sampled_from(["a", "A", "a-2", "a-3", "b\nc", "b_c"])),
    unique=True,
)


@given(PATHS)
def test_stems_for_output_are_unique_on_any_file_system(parts: list[tuple[str, str]]) -> None:
    paths = [Path(folder) / f"{stem}.wav" for folder, stem in parts]
    given_names = unique_stems(paths)
    assert set(given_names) == set(paths)
    assert len({name.casefold() for name in given_names.values()}) == len(paths)
    assert all(name.isprintable() for name in given_names.values())
    assert given_names == unique_stems(paths[::-1])


def test_the_second_of_one_stem_gets_a_suffix() -> None:
    paths = [Path("a/x.wav"), Path("b/x.wav"), Path("c/x.mp3"), Path("c/y.wav")]
    assert list(unique_stems(paths).values()) == ["x", "x-2", "x-3", "y"]


@pytest.mark.parametrize("source", ["", " ", "@"])
def test_an_empty_source_is_not_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    (tmp_path / "call.wav").write_bytes(b"RIFF")
    monkeypatch.chdir(tmp_path)
    found = discover([source])
    assert found.files == ()
    assert [one.code for one in found.rejected] == ["no_source"]
