"""`firstcall transcribe`: recordings in, files out, no workspace."""

import json
import re
import shutil
from pathlib import Path

import pytest
from harness import SAMPLE, firstcall, said

TWO_SIDES = "call-0049.opus"  # the customer is on the first channel
CARD = "call-0012.opus"
TRUTH = json.loads((SAMPLE / "truth.json").read_text())["contacts"]


@pytest.fixture(scope="module")
def written(real_weights, tmp_path_factory):
    """Two recordings of one stem and a broken file, in every format; what the command said."""
    folder = tmp_path_factory.mktemp("transcribe")
    (folder / "b").mkdir()
    shutil.copyfile(SAMPLE / "recordings" / TWO_SIDES, folder / "call.opus")
    shutil.copyfile(SAMPLE / "recordings" / "vm-0070.wav", folder / "b" / "call.wav")
    (folder / "memo.wav").write_text("not a call " * 50)
    options = ["--out", "out", "--format", "json,txt,vtt,srt", "--language", "en"]
    more = ["--channel-map", "customer,agent"]
    done = firstcall("transcribe", "call.opus", "b", "memo.wav", *options, *more, cwd=folder)
    return folder, done


def test_a_broken_file_is_told_with_its_reason_and_the_others_are_written(written) -> None:
    folder, done = written
    assert done.returncode == 1, said(done)
    assert "2 transcribed" in done.stdout
    assert "1 failed" in done.stdout
    assert f"{folder}/memo.wav" in done.stderr
    assert "is not audio" in done.stderr
    assert "Traceback" not in said(done)


def test_two_files_of_one_stem_do_not_overwrite_each_other(written) -> None:
    folder, _ = written
    names = {f"{stem}.{kind}" for stem in ("call", "call-2") for kind in ("json", "txt", "vtt")}
    assert {path.name for path in (folder / "out").iterdir()} == names | {"call.srt", "call-2.srt"}
    recordings = {
        json.loads((folder / "out" / f"{stem}.json").read_text())["recording"]
        for stem in ("call", "call-2")
    }
    assert recordings == {"call.opus", "call.wav"}


def _sides(written) -> dict:
    folder, _ = written
    found = [json.loads(path.read_text()) for path in (folder / "out").glob("*.json")]
    return next(one for one in found if one["recording"] == "call.opus")


def test_the_json_is_as_documented(written) -> None:
    transcript = _sides(written)
    assert {"recording", "duration_s", "language", "utterances"} <= set(transcript)
    assert transcript["translation"] == []
    assert transcript["language"] == "en"
    assert transcript["duration_s"] == pytest.approx(12.55, abs=0.1)
    for utterance in transcript["utterances"]:
        assert {"start_s", "end_s", "channel", "role", "text", "confidence", "words"} <= set(
            utterance
        )
        for word in utterance["words"]:
            assert set(word) == {"start_s", "end_s", "text", "confidence"}


def test_times_never_go_back_and_stay_within_the_recording(written) -> None:
    transcript = _sides(written)
    starts = [u["start_s"] for u in transcript["utterances"]]
    assert starts == sorted(starts)
    for utterance in transcript["utterances"]:
        times = [t for word in utterance["words"] for t in (word["start_s"], word["end_s"])]
        assert times == sorted(times)
        assert 0 <= utterance["start_s"] <= times[0]
        assert times[-1] <= utterance["end_s"] <= transcript["duration_s"] + 0.1


def test_each_side_has_the_role_that_the_channel_map_gives_it(written) -> None:
    roles = {(u["channel"], u["role"]) for u in _sides(written)["utterances"]}
    assert roles == {(0, "customer"), (1, "agent")}


def test_the_words_are_those_that_were_spoken(written) -> None:
    heard = " ".join(u["text"] for u in _sides(written)["utterances"])
    (spoken,) = (
        " ".join(turn["text"] for turn in recording["turns"])
        for contact in TRUTH
        for recording in contact["recordings"]
        if recording["file"] == TWO_SIDES
    )
    wanted = set(re.findall(r"[a-z]{4,}", spoken.casefold()))
    missed = wanted - set(re.findall(r"[a-z]{4,}", heard.casefold()))
    assert len(missed) <= 0.25 * len(wanted), missed


def test_subtitles_have_a_cue_an_utterance_with_the_speaker(written) -> None:
    folder, _ = written
    n_utterances = len(_sides(written)["utterances"])
    (stem,) = (
        path.stem
        for path in (folder / "out").glob("*.json")
        if json.loads(path.read_text())["recording"] == "call.opus"
    )
    vtt = (folder / "out" / f"{stem}.vtt").read_text()
    srt = (folder / "out" / f"{stem}.srt").read_text()
    assert vtt.startswith("WEBVTT\n")
    assert vtt.count("<v Customer>") + vtt.count("<v Agent>") == n_utterances
    assert len(re.findall(r"^\d\d:\d\d:\d\d\.\d{3} --> ", vtt, re.MULTILINE)) == n_utterances
    assert len(re.findall(r"^\d\d:\d\d:\d\d,\d{3} --> ", srt, re.MULTILINE)) == n_utterances
    assert len((folder / "out" / f"{stem}.txt").read_text().splitlines()) == n_utterances


def test_translate_adds_english_to_the_json_and_speaks_it_in_the_subtitles(
    real_weights, tmp_path: Path
) -> None:
    source = SAMPLE / "recordings" / "vm-0058.wav"
    done = firstcall("transcribe", source, "--out", "out", "--format", "json,txt", "--translate",
                     cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, said(done)
    content = json.loads((tmp_path / "out" / "vm-0058.json").read_text())
    spoken, english = (
        " ".join(u["text"] for u in content[name]) for name in ("utterances", "translation")
    )
    assert content["language"] == "es"
    assert "español" in spoken and "Spanish" in english
    text = (tmp_path / "out" / "vm-0058.txt").read_text()
    assert "Spanish" in text and "español" not in text


def test_redact_hides_a_card_in_every_format_and_without_it_words_are_as_said(
    real_weights, tmp_path: Path
) -> None:
    source = SAMPLE / "recordings" / CARD
    options = ["--format", "json,txt,vtt,srt", "--language", "en", "--redact"]
    done = firstcall("transcribe", source, "--out", "out", *options, cwd=tmp_path)
    assert done.returncode == 0, said(done)
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 4
    for path in files:
        assert "[CARD]" in path.read_text(), path.name
    text = (tmp_path / "out" / f"{Path(CARD).stem}.txt").read_text()
    said_digits = re.sub(r"\[[\d:.]+\]|\D", "", text)
    assert len(said_digits) < 12, "no card's worth of digits is left"
