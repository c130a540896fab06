"""First-contact resolution: closed first contacts without an event, over closed first contacts."""

from collections import defaultdict
from datetime import datetime

import polars as pl

from pipeline.measure.interval import no_rate, rates
from pipeline.measure.outcomes import closed, followed
from pipeline.measure.scope import DIMENSIONS, Scope, group_value
from pipeline.measures import Bounds, Dimension, FcrRow, Merges, Rate, Variant

VARIANTS: tuple[Variant, ...] = ("same_issue", "any_contact")


def first_contacts(outcomes: pl.DataFrame) -> pl.DataFrame:
    """First contacts that can enter a rate: not those too near the beginning of the data."""
    return outcomes.filter(pl.col("first") & ~pl.col("left_edge"))


def fcr_rows(
    outcomes: pl.DataFrame,
    *,
    scope: Scope,
    merges: Merges,
    min_n: int,
    dimensions: tuple[Dimension, ...] = DIMENSIONS,
) -> tuple[FcrRow, ...]:
    """FCR for every variant, window and group, from the outcomes of the period's index contacts."""
    if scope.horizon is None:
        return ()
    firsts = first_contacts(outcomes)
    found: list[FcrRow] = []
    for variant in VARIANTS:
        for days in scope.windows_days:
            judged = judge(firsts, variant=variant, window_days=days, horizon=scope.horizon)
            for dimension in dimensions:
                value = group_value(dimension, timezone=scope.zone.key)
                groups = _grouped(judged.with_columns(value), min_n=min_n, whole=dimension == "all")
                found += [
                    FcrRow(
                        variant=variant,
                        merges=merges,
                        window_days=days,
                        dimension=dimension,
                        value=name,
                        fcr=rate,
                        open=left_open,
                        undetermined=undetermined,
                        bounds=bounds(rate, undetermined),
                    )
                    for name, (rate, left_open, undetermined) in groups.items()
                ]
    return tuple(found)


def judge(
    firsts: pl.DataFrame, *, variant: Variant, window_days: float, horizon: datetime
) -> pl.DataFrame:
    """First contacts with `state`: open, failed, resolved or undetermined.

    An attempt of which nobody knows the issue leaves a contact undetermined, unless another one
    already made it fail. In the any-contact variant the issue doesn't matter.
    """
    failed = followed("to_event" if variant == "same_issue" else "to_any", window_days)
    unsure = followed("to_unheard", window_days) & pl.lit(variant == "same_issue")
    state = (
        pl.when(~closed(window_days, horizon=horizon))
        .then(pl.lit("open"))
        .when(failed)
        .then(pl.lit("failed"))
        .when(unsure)
        .then(pl.lit("undetermined"))
        .otherwise(pl.lit("resolved"))
    )
    return firsts.with_columns(state=state)


def bounds(rate: Rate, undetermined: int) -> Bounds:
    """The rate with undetermined outcomes as failed and as resolved."""
    n = rate.denominator + undetermined
    if n == 0:
        return Bounds(if_failed=None, if_resolved=None)
    return Bounds(if_failed=rate.numerator / n, if_resolved=(rate.numerator + undetermined) / n)


def first_agent_rate(
    outcomes: pl.DataFrame, *, scope: Scope, window_days: float, min_n: int
) -> Rate | None:
    """First-agent resolution: resolved at the first contact, and nobody was transferred."""
    if scope.horizon is None:
        return None
    firsts = first_contacts(outcomes)
    judged = judge(firsts, variant="same_issue", window_days=window_days, horizon=scope.horizon)
    counted = judged.filter(pl.col("state").is_in(["failed", "resolved"])).select(
        "customer_key",
        value=pl.lit("all"),
        success=(pl.col("state") == "resolved") & (pl.col("transfers") == 0),
    )
    return rates(counted, min_n=min_n).get("all", no_rate())


def _grouped(judged: pl.DataFrame, *, min_n: int, whole: bool) -> dict[str, tuple[Rate, int, int]]:
    """For each group: its rate, how many are open, and how many undetermined."""
    counted = judged.filter(pl.col("state").is_in(["failed", "resolved"]))
    by_value = rates(
        counted.select("value", "customer_key", success=pl.col("state") == "resolved"), min_n=min_n
    )
    others: dict[str, dict[str, int]] = defaultdict(dict)
    tally = judged.group_by("value", "state").len()
    for value, state, count in tally.iter_rows():
        others[value][state] = count
    names = sorted({*others, *(["all"] if whole else [])})
    return {
        name: (
            by_value.get(name, no_rate()),
            others[name].get("open", 0),
            others[name].get("undetermined", 0),
        )
        for name in names
    }
