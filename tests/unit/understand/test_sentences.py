from dataclasses import replace
from itertools import pairwise

from saidwords import transcript

from pipeline.taxonomy.phrases import all_phrases
from pipeline.types import RedactedTranscript
from pipeline.understand.sentences import MAX_WORDS, sentences


def told(*lines: str, language: str = "en") -> list[str]:
    said = RedactedTranscript(
        transcript=transcript(*lines, language=language), redactions=(), entities=()
    )
    found = sentences(said)
    assert all(a.quote.end_s <= b.quote.start_s for a, b in pairwise(found))
    return [sentence.quote.text for sentence in found]


def test_a_sentence_ends_with_its_mark_or_its_utterance() -> None:
    assert told("C: Hello. Where is it? It's late", "A: Sure!") == [
        "Hello.",
        "Where is it?",
        "It's late",
        "Sure!",
    ]


def test_titles_and_initials_end_no_sentence() -> None:
    assert told("C: I spoke to Mr. Smith and J. Brown today.") == [
        "I spoke to Mr. Smith and J. Brown today."
    ]


def test_talk_without_marks_is_cut_where_the_encoder_would_lose_it() -> None:
    parts = told("C: " + "so " * 100)
    assert [len(part.split()) for part in parts] == [MAX_WORDS, MAX_WORDS, 10]


def test_the_language_of_a_sentence_is_its_utterances() -> None:
    said = RedactedTranscript(
        transcript=transcript("C: Hola.", language="es"), redactions=(), entities=()
    )
    assert [sentence.english for sentence in sentences(said)] == [False]


def test_what_was_translated_is_read_in_english_at_the_second_it_was_said() -> None:
    spoken = transcript("A: Buenos días.", "C: Mi paquete no llegó.", language="es")
    told = transcript("A: Good morning.", "C: My parcel didn't come.")
    redacted = RedactedTranscript(
        transcript=replace(spoken, translation=told.utterances[1:]), redactions=(), entities=()
    )
    found = sentences(redacted)
    assert [s.quote.text for s in found] == ["Buenos días.", "My parcel didn't come."]
    assert [(s.english, s.quote.translated) for s in found] == [(False, False), (True, True)]
    assert found[1].quote.start_s == told.utterances[1].start_s


def test_each_sentence_is_read_in_its_own_language_where_that_has_a_phrase_file() -> None:
    """An agent in German and a customer in Bulgarian: one spoken, the other translated."""
    lines = ("A: Guten Tag. Wir rufen zurück.", "C: Пратката не дойде.", "A: Am 3. April. Gut.")
    heard = transcript(*lines)
    languages = ("de", "bg", "de")
    spoken = replace(
        heard,
        language="de",
        utterances=tuple(
            replace(one, language=language)
            for one, language in zip(heard.utterances, languages, strict=True)
        ),
        translation=tuple(
            replace(one, text=text, words=(), language="en")
            for one, text in zip(
                heard.utterances, ("Good day.", "It didn't come.", "On 3 April."), strict=True
            )
        ),
    )
    redacted = RedactedTranscript(transcript=spoken, redactions=(), entities=())
    found = sentences(redacted, all_phrases())
    assert [(s.language, s.quote.text, s.quote.translated) for s in found] == [
        ("de", "Guten Tag.", False),
        ("de", "Wir rufen zurück.", False),
        ("en", "It didn't come.", True),
        ("de", "Am 3. April.", False),
        ("de", "Gut.", False),
    ]
    assert [s.quote.text for s in sentences(redacted)] == [
        "Good day.", "It didn't come.", "On 3 April.",
    ]  # fmt: skip
