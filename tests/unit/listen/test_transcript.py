"""Words become utterances: nothing is lost, none crosses a long pause, roles need evidence."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.listen.transcript import joined, roles, utterances, with_roles
from pipeline.types import Provenance, Role, Transcript, Word

WORDS = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.integers(1, 80),
        st.sampled_from(["yes", "no.", "why?", "so"]),
        st.sampled_from(["en", "es"]),
    ),
    max_size=40,
)


def spoken(parts: list[tuple[int, int, str, str]]) -> list[tuple[Word, str]]:
    """(gap, length) in hundredths of a second, text, language, as words in time order."""
    found, at = [], 0
    for gap, length, text, language in parts:
        start = at + gap
        at = start + length
        word = Word(start_s=start / 100, end_s=at / 100, text=text, confidence=0.5)
        found.append((word, language))
    return found


@given(WORDS)
def test_every_word_is_in_one_utterance_and_in_order(
    parts: list[tuple[int, int, str, str]],
) -> None:
    words = spoken(parts)
    found = utterances(words, channel=1, role="agent", pause_s=0.8)
    assert [w for u in found for w in u.words] == [w for w, _ in words]
    for one in found:
        assert (one.start_s, one.end_s) == (one.words[0].start_s, one.words[-1].end_s)
        assert one.text == " ".join(w.text for w in one.words)
        assert (one.channel, one.role) == (1, "agent")


@given(WORDS)
def test_no_utterance_crosses_a_long_pause_or_a_change_of_language(
    parts: list[tuple[int, int, str, str]],
) -> None:
    words = spoken(parts)
    language = {id(word): code for word, code in words}
    for one in utterances(words, channel=0, role="unknown", pause_s=0.8):
        assert all(b.start_s - a.end_s <= 0.8 + 1e-9 for a, b in pairwise(one.words))
        assert {language[id(word)] for word in one.words} == {one.language}


def test_languages_without_spaces_are_joined_without_them() -> None:
    words = [Word(start_s=0, end_s=1, text=text, confidence=1) for text in ("你", "好")]
    assert joined(words, "zh") == "你好"
    assert joined(words, "en") == "你 好"


@pytest.mark.parametrize(
    ("n_channels", "channel_map", "expected"),
    [
        (2, ("agent", "customer"), [("agent", 1.0), ("customer", 1.0)]),
        (2, ("customer", "unknown"), [("customer", 1.0), ("unknown", 0.0)]),
        (2, None, [("unknown", 0.0), ("unknown", 0.0)]),
        (1, ("agent", "customer"), [("unknown", 0.0)]),  # both speakers on one channel
        (1, ("customer",), [("customer", 1.0)]),
    ],
)
def test_roles_are_as_sure_as_the_channel_map(
    n_channels: int,
    channel_map: tuple[Role, ...] | None,
    expected: list[tuple[str, float]],
) -> None:
    found = roles(n_channels, channel_map, "metadata")
    assert [(e.role, e.confidence) for e in found] == expected
    assert all(e.reason for e in found)


def test_corrected_metadata_changes_roles_and_no_words() -> None:
    said = utterances(spoken([(0, 10, "hello", "en")]), channel=0, role="unknown", pause_s=1)
    before = Transcript(
        recording_id="r",
        duration_s=1.0,
        language="en",
        roles=roles(2, None, "metadata"),
        utterances=tuple(said),
        speech=((), ()),
        dropped=(),
        provenance=Provenance(
            stage="listen", engine="", model="", weights_sha256="", numeric_mode="", version=1
        ),
        translation=tuple(said),
    )
    after = with_roles(before, ("customer", "agent"), "metadata")
    assert [u.role for u in after.utterances] == ["customer"]
    assert after.translation == after.utterances
    assert [u.words for u in after.utterances] == [u.words for u in before.utterances]
    assert [e.role for e in after.roles] == ["customer", "agent"]
