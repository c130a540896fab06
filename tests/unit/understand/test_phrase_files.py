"""Phrase files: which there are, what a site's own may hold, and how a bad one is refused."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.taxonomy import phrases
from pipeline.taxonomy.phrases import all_phrases, digest, languages, load_phrases

OURS = Path(phrases.__file__).parent / "phrases"


def own(folder: Path, old: str, new: str, language: str = "de") -> Path:
    """A site's folder with our file of a language, a text in it replaced."""
    text = (OURS / f"{language}.toml").read_text("utf-8")
    assert old in text
    (folder / f"{language}.toml").write_text(text.replace(old, new, 1), "utf-8")
    return folder


def test_the_languages_that_come_with_firstcall() -> None:
    assert languages() == ("de", "en", "es", "pl", "ru")
    assert set(all_phrases()) == set(languages())
    assert load_phrases("xx") is None
    assert load_phrases("../en") is None


@pytest.mark.parametrize("language", ["de", "en", "es", "pl", "ru"])
def test_every_language_has_every_weekday_month_and_day(language: str) -> None:
    found = load_phrases(language)
    assert found is not None
    assert set(found.weekdays.values()) == set(range(7))
    assert set(found.months.values()) == set(range(1, 13))
    assert set(found.ordinals.values()) == set(range(1, 32))
    english = load_phrases("en")
    assert english is not None
    for table in ("commits", "ends", "cues"):
        kinds = {name for name, _ in getattr(found, table)}
        assert kinds == {name for name, _ in getattr(english, table)}, table


@pytest.mark.parametrize("language", ["de", "es", "pl", "ru"])
def test_a_file_that_was_not_tried_on_speech_says_so(language: str) -> None:
    head = (OURS / f"{language}.toml").read_text("utf-8").split("[", 1)[0]
    assert "ot tried on telephone speech" in " ".join(head.replace("#", " ").split())


def test_a_sites_own_file_takes_the_place_of_ours_and_may_add_a_language(tmp_path: Path) -> None:
    own(tmp_path, "montag = 0", "montach = 0\nmontag = 0")
    (tmp_path / "nds.toml").write_text((OURS / "de.toml").read_text("utf-8"), "utf-8")
    found = all_phrases(tmp_path)
    assert found["de"].weekdays["montach"] == 0
    assert set(found) == {*languages(), "nds"}
    assert "montach" not in all_phrases()["de"].weekdays


def test_a_changed_file_of_ones_own_is_read_anew_and_changes_the_fingerprint(
    tmp_path: Path,
) -> None:
    before = digest(own(tmp_path, "montag = 0", "montag = 0"))
    assert "montach" not in all_phrases(tmp_path)["de"].weekdays
    assert before != digest(own(tmp_path, "montag = 0", "montach = 0\nmontag = 0"))
    assert "montach" in all_phrases(tmp_path)["de"].weekdays
    assert digest(None) == ""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[weekdays]", "[wochentage]", "lacks [weekdays]"),
        ("[pieces]", "[stuecke]\nx = 'y'\n[pieces]", "unknown table [stuecke]"),
        ("montag = 0", "montag = 7", "weekdays.montag is 7; a number from 0 to 6"),
        ("montag = 0", "Montag = 0", "weekdays.Montag: words are in lower case"),
        ("\nyesterday = '''", "\nyesterdy = '''", "past.yesterdy: the rules of [past] are"),
        (
            "\nyesterday = '''",
            "\nyesterday = '''(",
            "past.yesterday: '(\\\\bgestern\\\\b' is no regular",
        ),
        ("@until\\b'''", "@bis\\b'''", "names @bis, which isn't a piece"),
        ("vor dem @day(?: @month)?", "vor dem dritten", "due.before_dated"),
        ("in einer woche\\b|\\b@until", "in|", "lacks @until"),
        ("[first_person]\npattern", "[first_person]\npatern", "[first_person] lacks pattern"),
        ("[goodbye]\npatterns = [", "[goodbye]\npatterns = [1, ", "goodbye is [1, "),
        ("[goodbye]", "[goodbye", "not valid TOML"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_its_table_and_what_is_wrong(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    folder = own(tmp_path, old, new)
    with pytest.raises(SettingsError) as refused:
        all_phrases(folder)
    assert says in str(refused.value) and str(folder / "de.toml") in str(refused.value)


def test_a_folder_without_phrase_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no phrase file"):
        all_phrases(tmp_path)
    with pytest.raises(SettingsError, match=r"phrases_dir"):
        all_phrases(tmp_path / "none")
