"""Transcript files say what the transcript says, in forms that players accept."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.listen.formats import FORMATS, to_json, to_srt, to_txt, to_vtt
from pipeline.types import DroppedSpan, Provenance, Role, Transcript, Utterance, Word

VTT_TIME = r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})"
SRT_TIME = VTT_TIME.replace(r"\.", ",")


def said(start_s: float, end_s: float, text: str, *, channel: int = 0, role: Role = "agent"):
    words = (Word(start_s=start_s, end_s=end_s, text=text, confidence=0.75),)
    return Utterance(
        start_s=start_s,
        end_s=end_s,
        channel=channel,
        role=role,
        text=text,
        confidence=0.75,
        language="en",
        words=words,
    )


def transcript(*utterances: Utterance) -> Transcript:
    return Transcript(
        recording_id="r",
        duration_s=20_000.0,
        language="en",
        roles=(),
        utterances=utterances,
        speech=((), ()),
        dropped=(DroppedSpan(start_s=1.0, end_s=2.0, channel=0, reason="no speech"),),
        provenance=Provenance(
            stage="listen", engine="", model="", weights_sha256="", numeric_mode="", version=1
        ),
    )


CALL = transcript(
    said(0.5, 2.0, "Good morning."),
    said(61.25, 62.0, "Bills & <charges>?", channel=1, role="customer"),
    said(3723.004, 3724.0, "Tschüß, до свидания.", channel=1, role="unknown"),
)


def seconds(parts: tuple[str, ...]) -> float:
    hours, minutes, s, ms = (int(part) for part in parts)
    return hours * 3600 + minutes * 60 + s + ms / 1000


def test_there_is_a_file_for_every_format_that_the_issue_names() -> None:
    assert sorted(FORMATS) == ["json", "srt", "txt", "vtt"]


def test_json_has_exactly_the_fields_that_are_promised() -> None:
    found = json.loads(to_json(CALL, recording="call.wav"))
    assert {"recording", "duration_s", "language", "utterances"} <= set(found)
    assert found["recording"] == "call.wav"
    one = found["utterances"][1]
    assert {"start_s", "end_s", "channel", "role", "text", "confidence", "words"} <= set(one)
    assert set(one["words"][0]) == {"start_s", "end_s", "text", "confidence"}
    assert one["text"] == "Bills & <charges>?"
    assert found["dropped"][0]["reason"] == "no speech"


def test_txt_is_a_line_an_utterance() -> None:
    assert to_txt(CALL, recording="").splitlines() == [
        "[00:00:00.500] Agent: Good morning.",
        "[00:01:01.250] Customer: Bills & <charges>?",
        "[01:02:03.004] Channel 2: Tschüß, до свидания.",
    ]


def test_vtt_cues_parse_and_what_was_said_is_escaped() -> None:
    blocks = to_vtt(CALL, recording="").strip().split("\n\n")
    assert blocks[0].strip() == "WEBVTT"
    assert len(blocks) == 4
    for block, utterance in zip(blocks[1:], CALL.utterances, strict=True):
        times, text = block.split("\n")
        match = re.fullmatch(f"{VTT_TIME} --> {VTT_TIME}", times)
        assert match is not None
        assert seconds(match.groups()[:4]) == pytest.approx(utterance.start_s)
        assert seconds(match.groups()[4:]) == pytest.approx(utterance.end_s)
        assert re.fullmatch(r"<v [^<>]+>[^<>]*</v>", text)
    assert "Bills &amp; &lt;charges&gt;?" in blocks[2]


def test_srt_cues_are_numbered_from_one_with_a_comma_before_milliseconds() -> None:
    blocks = to_srt(CALL, recording="").strip().split("\n\n")
    assert [block.split("\n")[0] for block in blocks] == ["1", "2", "3"]
    assert all(re.fullmatch(f"{SRT_TIME} --> {SRT_TIME}", b.split("\n")[1]) for b in blocks)
    assert blocks[2].split("\n")[2] == "Channel 2: Tschüß, до свидания."


@given(st.floats(0, 360_000))
def test_times_are_right_to_the_millisecond(start_s: float) -> None:
    call = transcript(said(start_s, start_s + 1, "x"))
    match = re.search(VTT_TIME, to_vtt(call, recording=""))
    assert match is not None
    assert seconds(match.groups()) == pytest.approx(start_s, abs=0.000501)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_transcript_without_words_is_a_file_all_the_same(name: str) -> None:
    written = FORMATS[name](transcript(), recording="silent.wav")
    assert written == "" or written.endswith("\n")


HOLA = replace(said(4.0, 5.0, "Hola.", channel=1, role="customer"), language="es")
HELLO = replace(said(4.1, 5.1, "Hello.", channel=1, role="customer"))
TRANSLATED = replace(transcript(said(0.5, 2.0, "Good morning."), HOLA), translation=(HELLO,))


def test_translated_words_take_the_place_of_the_spoken_ones_but_not_in_json() -> None:
    for form in (to_txt, to_vtt, to_srt):
        text = form(TRANSLATED, recording="a.wav")
        assert "Good morning." in text and "Hello." in text and "Hola." not in text
    content = json.loads(to_json(TRANSLATED, recording="a.wav"))
    assert [u["text"] for u in content["utterances"]] == ["Good morning.", "Hola."]
    assert [u["text"] for u in content["translation"]] == ["Hello."]
    assert content["translation"][0].keys() == content["utterances"][0].keys()
    assert json.loads(to_json(CALL, recording="a.wav"))["translation"] == []
