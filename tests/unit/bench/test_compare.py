"""The comparison's statistics, against figures worked out by hand and by another way."""

import numpy as np
import pytest

from bench.compare import difference, ratio, spread
from bench.words import Errors


def _side(words: list[int], errors: list[int]) -> Errors:
    return Errors(
        words=np.array(words), errors=np.array(errors), substituted=0, deleted=0, inserted=0
    )


def test_same_hearing_is_no_difference() -> None:
    side = _side([5, 8, 3], [1, 0, 2])
    found = difference([side], [side])
    assert (found.points, found.low, found.high, found.relative) == (0, 0, 0, 0)
    assert found.none


def test_points_are_pooled_over_sides_and_relative_to_theirs() -> None:
    ours = [_side([10, 10], [1, 0]), _side([20], [1])]
    theirs = [_side([10, 10], [2, 1]), _side([20], [1])]
    found = difference(ours, theirs)
    assert found.points == pytest.approx(100 * (2 - 4) / 40)
    assert found.relative == pytest.approx(-50)


def test_fewer_errors_in_every_utterance_is_a_difference() -> None:
    ours, theirs = _side([10] * 30, [1] * 30), _side([10] * 30, [2] * 30)
    found = difference([ours], [theirs])
    assert found.low == found.high == found.points == pytest.approx(-10)
    assert not found.none


def test_one_lucky_utterance_is_no_difference() -> None:
    ours, theirs = _side([10] * 30, [1] * 30), _side([10] * 30, [1] * 29 + [4])
    found = difference([ours], [theirs])
    assert found.points < 0
    assert found.none


def test_interval_is_that_of_the_normal_law_for_many_alike_utterances() -> None:
    draw = np.random.default_rng(7)
    n, words = 4000, 10
    own, other = draw.poisson(1.0, n), draw.poisson(1.2, n)
    found = difference([_side([words] * n, own.tolist())], [_side([words] * n, other.tolist())])
    half = 1.96 * 100 * (own - other).std() / words / n**0.5
    assert found.low == pytest.approx(found.points - half, abs=0.1 * half)
    assert found.high == pytest.approx(found.points + half, abs=0.1 * half)


def test_pairs_are_what_narrows_the_interval() -> None:
    """Utterances differ much among themselves, the two hearings little: only pairs show it."""
    hard = np.random.default_rng(3).integers(0, 10, 200)
    ours, theirs = _side([10] * 200, hard.tolist()), _side([10] * 200, (hard + 1).tolist())
    assert difference([ours], [theirs]).high == pytest.approx(-10)


def test_other_utterances_are_refused() -> None:
    with pytest.raises(ValueError, match="same utterances"):
        difference([_side([5, 8], [0, 0])], [_side([8, 5], [0, 0])])


def test_ratio_of_speed_is_taken_round_by_round() -> None:
    ours_s = {"a": 1.0, "b": 2.0, "c": 1.0}
    theirs_s = {"a": 3.0, "b": 6.0, "d": 100.0}
    found = ratio(ours_s, theirs_s)
    assert found.paired
    assert (found.spread.middle, found.spread.low, found.spread.high, found.spread.n) == (
        3,
        3,
        3,
        2,
    )


def test_ratio_without_common_rounds_says_so() -> None:
    found = ratio({"a": 2.0}, {"b": 8.0, "c": 12.0})
    assert not found.paired
    assert found.spread.middle == 5


def test_spread_keeps_the_extremes() -> None:
    found = spread([3.0, 1.0, 2.0])
    assert (found.middle, found.low, found.high, found.n) == (2, 1, 3, 3)
