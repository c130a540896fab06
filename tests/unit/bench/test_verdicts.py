"""A bar is met or not by the figures alone, and a difference inside its interval is called none."""

from dataclasses import replace

import numpy as np
import pytest

from bench.chart import label_places
from bench.compare import Ratio, difference, spread
from bench.figures import TOGETHER, Row
from bench.verdicts import told, verdicts
from bench.words import Errors, rate


def _errors(each: list[int]) -> Errors:
    return Errors(
        words=np.full(len(each), 10),
        errors=np.array(each),
        substituted=sum(each),
        deleted=0,
        inserted=0,
    )


OURS, THEIRS = _errors([1] * 20), _errors([2] * 20)


def _row(name: str, speech: str, errors: Errors, speed: float, ours: float | None) -> Row:
    return Row(
        contender=name,
        label=name,
        speech=speech,
        words=rate(speech, [errors]),
        times_real_time=spread([speed]),
        peak_bytes=0,
        difference=None if ours is None else difference([OURS], [errors]),
        ratio=None if ours is None else Ratio(spread=spread([ours / speed]), paired=True),
    )


ROWS = [
    _row("ours", "telephone", OURS, 40, None),
    _row("faster-batched", "telephone", THEIRS, 8, 40),
    _row("faster-files", "telephone", THEIRS, 12, 40),
    _row("openai-cli", "telephone", OURS, 2, 40),
]


def test_the_fastest_peer_sets_the_bar() -> None:
    fastest, words, command_line = verdicts(ROWS)
    assert "faster-files" in fastest.asked and not fastest.met  # 3.3 times, 4 are asked
    assert words.met and "faster-files" in words.asked
    assert "12 times" in command_line.asked and command_line.met


def test_more_word_errors_are_not_met_even_where_the_difference_is_none() -> None:
    ours = replace(ROWS[0], words=replace(ROWS[0].words, rate=20.1))
    assert not verdicts([ours, *ROWS[1:]])[1].met


def test_ten_per_cent_fewer_errors_are_asked_of_the_telephone_sets_together() -> None:
    row = replace(
        _row("faster-batched", TOGETHER, THEIRS, 8, None),
        difference=difference([OURS], [THEIRS]),
    )
    (verdict,) = verdicts([row])
    assert verdict.met and "-50.0 %" in verdict.measured


def test_a_difference_inside_its_interval_is_called_none() -> None:
    lucky = difference([_errors([1] * 20)], [_errors([1] * 19 + [3])])
    assert told(lucky).startswith("none")
    assert not told(difference([OURS], [THEIRS])).startswith("none")


def test_labels_of_the_chart_keep_apart() -> None:
    places = label_places([10, 10.1, 40], lowest=5, highest=50)
    assert places[1] / places[0] > 1.1
    assert places[::2] == pytest.approx([10, 40])
