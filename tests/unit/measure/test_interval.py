"""Wilson's interval, with customers as what is independent."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from pipeline.measure.interval import effective_n, rates, wilson
from pipeline.measures import Rate


def rate_of(customers: list[list[bool]]) -> Rate:
    trials = [(f"c{i}", "all", x) for i, own in enumerate(customers) for x in own]
    frame = pl.DataFrame(trials, schema=["customer_key", "value", "success"], orient="row")
    return rates(frame, min_n=30)["all"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_with_one_thread_a_customer_the_limits_are_scipys_wilson(outcomes: list[bool]) -> None:
    found = rate_of([[x] for x in outcomes])
    truth = binomtest(sum(outcomes), len(outcomes)).proportion_ci(method="wilson")
    assert found.n_eff == pytest.approx(len(outcomes))
    assert found.low == pytest.approx(truth.low, abs=1e-12)
    assert found.high == pytest.approx(truth.high, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=5), min_size=1, max_size=40))
def test_n_eff_is_the_formula_of_the_definition(customers: list[list[bool]]) -> None:
    every = np.array([x for own in customers for x in own], dtype=float)
    n, share = len(every), every.mean()
    variance = sum((sum(x - share for x in own) / n) ** 2 for own in customers)
    truth = min(n, share * (1 - share) / variance) if variance > 1e-15 else n
    assert rate_of(customers).n_eff == pytest.approx(truth)


def test_customers_whose_threads_all_end_alike_count_once_each() -> None:
    found = rate_of([[True] * 4] * 10 + [[False] * 4] * 10)
    assert (found.denominator, found.n_eff, found.small) == (80, pytest.approx(20), True)


def test_all_resolved_keeps_n_and_an_upper_limit_of_one() -> None:
    found = rate_of([[True, True]] * 20)
    assert (found.rate, found.high, found.n_eff) == (1.0, 1.0, 40.0)
    assert 0.9 < (found.low or 0) < 1


def test_the_interval_covers_what_it_promises_where_customers_have_several_threads() -> None:
    dice = np.random.default_rng(3)
    covered = 0
    for _ in range(300):
        ease = dice.beta(2, 1, size=80)
        sizes = dice.integers(1, 6, size=80)
        k = dice.binomial(sizes, ease)
        n, total = int(sizes.sum()), int(k.sum())
        sums = {"kk": int((k * k).sum()), "kn": int((k * sizes).sum()), "nn": int((sizes**2).sum())}
        low, high = wilson(total / n, effective_n(n, total, **sums))
        covered += low <= 2 / 3 <= high
    assert 0.92 <= covered / 300 <= 0.98
