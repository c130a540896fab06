"""Calibration error and what counts as a right word, on examples worked out by hand."""

import math

import numpy as np
import pytest

from bench.calibration import (
    bins,
    calibrated_elsewhere,
    error_by_chance,
    expected_error,
    roc_area,
)
from bench.rightness import rightness
from bench.words import Said


def _said(said: str, heard: str, *, names_uncounted: bool = False) -> list[bool | None]:
    side = Said(name="x", utterances=(said,), heard=heard, names_uncounted=names_uncounted)
    return rightness(side, heard.split())


def test_the_error_of_a_worked_example() -> None:
    """0.95 twice, one right: 0.45 apart; 0.2 twice, none right: 0.2 apart; halves of each."""
    confidence, right = np.array([0.95, 0.95, 0.2, 0.2]), np.array([1.0, 0.0, 0.0, 0.0])
    found = bins(confidence, right, kind="width")
    assert [(one.n, one.right) for one in found] == [(2, 0.0), (2, 0.5)]
    assert expected_error(found) == pytest.approx(0.5 * 0.2 + 0.5 * 0.45)


def test_bins_of_equal_mass_hold_equally_many_whatever_their_width() -> None:
    confidence = np.linspace(0.9, 1.0, 50)
    found = bins(confidence, np.ones(50), kind="mass")
    assert [one.n for one in found] == [5] * 10
    assert expected_error(found) == pytest.approx(0.05)


def test_certainty_falls_into_the_last_bin() -> None:
    assert expected_error(bins(np.ones(3), np.ones(3), kind="width")) == 0.0


def test_nothing_has_no_error() -> None:
    assert expected_error(bins(np.array([]), np.array([]), kind="mass")) == 0


def test_area_under_roc_counts_ties_half() -> None:
    right = np.array([True, True, False, False])
    assert roc_area(np.array([0.9, 0.8, 0.7, 0.1]), right) == 1
    assert roc_area(np.array([0.9, 0.5, 0.5, 0.6]), right) == pytest.approx((1 + 1 + 0.5 + 0) / 4)
    assert math.isnan(roc_area(np.array([0.9]), np.array([True])))


def test_a_fitted_curve_mends_what_is_off_and_keeps_the_order() -> None:
    rng = np.random.default_rng(3)
    confidence = rng.uniform(0.05, 0.95, 4000)
    right = (rng.random(4000) < np.sqrt(confidence)).astype(float)
    groups = [str(i % 5) for i in range(4000)]
    fitted = calibrated_elsewhere(confidence, right, groups)
    raw = expected_error(bins(confidence, right, kind="mass"))
    assert expected_error(bins(fitted, right, kind="mass")) < raw / 3
    own = np.array(groups) == "0"
    assert (np.diff(fitted[own][np.argsort(confidence[own])]) >= 0).all()


def test_few_numbers_show_an_error_by_chance() -> None:
    few, many = np.full(50, 0.7), np.full(5000, 0.7)
    assert error_by_chance(few, kind="mass") > 3 * error_by_chance(many, kind="mass")


def test_words_are_right_wrong_or_not_counted() -> None:
    assert _said("i am here", "I'm uh there") == [True, None, False]


def test_a_number_heard_as_several_words_is_right_as_a_whole() -> None:
    assert _said("25 pounds", "twenty five pounds") == [True, True, True]
    assert _said("26 pounds", "twenty five pounds")[:2] == [False, False]


def test_invented_names_are_not_counted_where_they_are_not_known() -> None:
    assert _said("call onword now", "call someone now", names_uncounted=True) == [True, None, True]
    assert _said("call onword now", "call on ward now", names_uncounted=True) == [
        True,
        None,
        None,
        True,
    ]
    assert _said("call onword now", "call someone now") == [True, False, True]


def test_where_nothing_was_said_every_word_is_wrong() -> None:
    assert _said("", "thank you") == [False, False]
