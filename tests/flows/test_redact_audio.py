"""`firstcall redact`: the copy of a call no longer says the card, and the call stays as it is."""

import hashlib
import json

import pytest
import soundfile
from harness import SAMPLE, firstcall, said

from pipeline.types import Word
from pipeline.understand.numbers import numbers_in

CARD = "call-0012.opus"
DIGITS = "5425233430109903"
LEFT_BY_CHANCE = 5


@pytest.fixture(scope="module")
def copied(real_weights, tmp_path_factory):
    """A folder with the copy of a call that tells a card, and what the command said."""
    folder = tmp_path_factory.mktemp("redact")
    source = SAMPLE / "recordings" / CARD
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    done = firstcall("redact", source, "--out", "out", "--language", "en", cwd=folder)
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before
    return folder, done


def _digits(text: str) -> str:
    words = [Word(start_s=0, end_s=0, text=word, confidence=1) for word in text.split()]
    return "".join(number.digits for number in numbers_in(words))


def test_the_copy_heard_again_says_nothing_of_the_card(copied) -> None:
    folder, done = copied
    assert done.returncode == 0, said(done)
    copy = folder / "out" / "call-0012.wav"
    options = ["--out", "heard", "--language", "en"]
    again = firstcall("transcribe", copy, SAMPLE / "recordings" / CARD, *options, cwd=folder)
    assert again.returncode == 0, said(again)
    told = {
        one["recording"]: _digits(" ".join(u["text"] for u in one["utterances"]))
        for one in (json.loads(path.read_text()) for path in (folder / "heard").glob("*.json"))
    }
    parts = [DIGITS[i : i + LEFT_BY_CHANCE] for i in range(len(DIGITS) - LEFT_BY_CHANCE + 1)]
    assert any(part in told[CARD] for part in parts), "the call itself tells it"
    assert not any(part in told[copy.name] for part in parts)


def test_the_copy_has_the_recordings_rate_channels_and_length(copied) -> None:
    folder, _ = copied
    copy, source = (
        soundfile.info(path)
        for path in (folder / "out" / "call-0012.wav", SAMPLE / "recordings" / CARD)
    )
    assert copy.channels == source.channels
    assert copy.duration == pytest.approx(source.duration, abs=0.1)


def test_it_says_what_was_hidden_where_and_no_value(copied) -> None:
    _, done = copied
    assert "card" in done.stdout
    assert "1 copied" in done.stdout
    assert not any(DIGITS[i : i + 4] in said(done) for i in range(len(DIGITS) - 3))


def test_a_second_time_nothing_is_written_over(copied) -> None:
    folder, _ = copied
    copy = folder / "out" / "call-0012.wav"
    before = copy.read_bytes()
    done = firstcall("redact", SAMPLE / "recordings" / CARD, "--out", "out", cwd=folder)
    assert done.returncode == 1
    assert "exists already" in done.stderr
    assert copy.read_bytes() == before
