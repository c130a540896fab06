"""What can be read in English of a transcript."""

from dataclasses import replace

from pipeline.english import in_english
from pipeline.types import Provenance, Transcript, Utterance


def said(start_s: float, channel: int, language: str, text: str = "x") -> Utterance:
    return Utterance(
        start_s=start_s,
        end_s=start_s + 1,
        channel=channel,
        role="unknown",
        text=text,
        confidence=1.0,
        language=language,
        words=(),
    )


def transcript(*utterances: Utterance) -> Transcript:
    return Transcript(
        recording_id="r",
        duration_s=9.0,
        language="es",
        roles=(),
        utterances=utterances,
        speech=(),
        dropped=(),
        provenance=Provenance(
            stage="listen", engine="", model="", weights_sha256="", numeric_mode="", version=1
        ),
    )


def test_without_a_translation_everything_is_as_it_was_said() -> None:
    done = transcript(said(0, 0, "en"), said(1, 1, "es"))
    assert in_english(done) == done.utterances


def test_a_translation_takes_the_place_of_its_sides_other_languages_in_order_of_time() -> None:
    done = transcript(said(0, 0, "en"), said(1, 1, "es"), said(2, 0, "en"), said(3, 1, "en"))
    told = replace(done, translation=(said(1.2, 1, "en", "told"),))
    assert [(u.start_s, u.text) for u in in_english(told)] == [
        (0, "x"),
        (1.2, "told"),
        (2, "x"),
        (3, "x"),
    ]


def test_a_side_of_which_nothing_was_translated_stays() -> None:
    done = transcript(said(0, 0, "bg"), said(1, 1, "es"))
    told = replace(done, translation=(said(1, 1, "en", "told"),))
    assert [u.text for u in in_english(told)] == ["x", "told"]
