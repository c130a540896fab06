"""Word times are compared word by word, only where everybody heard the same one."""

import pytest

from bench.word_times import Timed, exactness, matched, reference


def _timed(text: str, start_s: float, *, sure: bool = True) -> Timed:
    return Timed(text=text, start_s=start_s, end_s=start_s + 0.2, sure=sure)


SEGMENT: dict[str, object] = {
    "speaker_role": "agent",
    "start_ms": 1500,
    "offset_ms": 3500,
    "transcript": "hello miss brown",
    "human_transcript": "hello mister brown [noise]",
    "word_offsets_ms": [0, 300, 600],
    "word_durations_ms": [270, 300, 450],
}


def test_times_are_in_the_own_wav_and_doubted_words_are_not_sure() -> None:
    words = list(reference([SEGMENT, {**SEGMENT, "speaker_role": "caller"}], role="agent"))
    assert [word.text for word in words] == ["hello", "miss", "brown"]
    assert [word.sure for word in words] == [True, False, True]
    assert words[2].start_s == pytest.approx(2.1) and words[2].end_s == pytest.approx(2.55)


def test_words_are_paired_by_edit_distance_however_they_are_written() -> None:
    wanted = [_timed("i'm", 1.0), _timed("twenty", 1.3), _timed("um", 1.5), _timed("now", 1.6)]
    ours = [_timed("So", 0.7), _timed("I'm", 1.1), _timed("20,", 1.2), _timed("Now.", 1.7)]
    assert [(a.text, b.text) for a, b in matched(wanted, ours)] == [
        ("i'm", "I'm"),
        ("twenty", "20,"),
        ("now", "Now."),
    ]


def test_only_sure_words_are_compared() -> None:
    wanted = [_timed("yes", 1.0, sure=False), _timed("please", 2.0)]
    pairs = matched(wanted, [_timed("yes", 1.0), _timed("please", 2.0)])
    assert [a.text for a, _ in pairs] == ["please"]


def test_nothing_heard_is_nothing_compared() -> None:
    assert matched([_timed("yes", 1.0)], []) == []


def test_exactness_of_a_worked_example() -> None:
    found = exactness("start", [-0.1, -0.2, -0.3, 0.1, 2.0])
    assert (found.n, found.far) == (5, 1)
    assert found.bias_s == pytest.approx(-0.1)
    assert found.median_s == pytest.approx(0.2)
    assert found.p95_s == pytest.approx(0.3 + 0.8 * 1.7)
