"""How sure a rate is: Wilson's interval, with customers and not contacts as what is independent.

A customer with five threads doesn't tell five times as much as one with a single thread. Plain
Wilson would cover 71 to 94 % where it promises 95; METRICS.md ("Interval") defines n_eff.
"""

import math
from fractions import Fraction

import polars as pl

from pipeline.measures import Rate

Z = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""


def wilson(share: float, n: float) -> tuple[float, float]:
    """95 % limits of a share (0 to 1) seen in n independent trials (n > 0, need not be whole).

    Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    >>> [round(limit, 4) for limit in wilson(0.8, 10)]
    [0.4902, 0.9433]
    """
    spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    middle, scale = share + Z * Z / (2 * n), 1 + Z * Z / n
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return (0.0 if share == 0 else low), (1.0 if share == 1 else high)


def effective_n(n: int, k: int, *, kk: int, kn: int, nn: int) -> float:
    """n_eff = min(n, S(1-S)/V), exactly; n where V = 0.

    V, the sum over customers of their squared summed influence values (x - S)/n, is
    (kk - 2 S kn + S^2 nn) / n^2; whole numbers keep it free of rounding and of any order.

    Parameters
    ----------
    n, k : int
        Trials, and successes among them; S = k/n.
    kk, kn, nn : int
        Sums over customers of their successes squared, successes x trials, trials squared.
    """
    share = Fraction(k, n)
    variance = (kk - 2 * share * kn + share * share * nn) / (n * n)
    if variance == 0:
        return float(n)
    return float(min(Fraction(n), share * (1 - share) / variance))


def rates(outcomes: pl.DataFrame, *, min_n: int) -> dict[str, Rate]:
    """The rate of every group.

    Parameters
    ----------
    outcomes : polars.DataFrame
        One row a trial: `value` (the group), `customer_key`, `success` (bool, not null).
    min_n : int
        A rate with an n_eff below this is `small`.
    """
    k, n = pl.col("k"), pl.col("n")
    sums = (
        outcomes.group_by("value", "customer_key")
        .agg(pl.col("success").sum().cast(pl.Int64).alias("k"), pl.len().cast(pl.Int64).alias("n"))
        .group_by("value")
        .agg(k.sum(), n.sum(), kk=(k * k).sum(), kn=(k * n).sum(), nn=(n * n).sum())
        .sort("value")
    )
    return {
        row["value"]: _rate(row["k"], row["n"], row["kk"], row["kn"], row["nn"], min_n=min_n)
        for row in sums.iter_rows(named=True)
    }


def no_rate() -> Rate:
    """Nothing counts: no rate, and no limits."""
    return Rate(numerator=0, denominator=0, rate=None, low=None, high=None, n_eff=0.0, small=True)


def _rate(k: int, n: int, kk: int, kn: int, nn: int, *, min_n: int) -> Rate:
    n_eff = effective_n(n, k, kk=kk, kn=kn, nn=nn)
    low, high = wilson(k / n, n_eff)
    return Rate(
        numerator=k, denominator=n, rate=k / n, low=low, high=high, n_eff=n_eff, small=n_eff < min_n
    )
