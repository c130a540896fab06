"""One name, however an export writes it: "Billing", "billing " and "BILLING" are one queue."""

import polars as pl

NAMES = ("queue", "team", "agent_id", "agent_name", "call_type")


def one_spelling(legs: pl.DataFrame) -> pl.DataFrame:
    """Legs whose names differ only in case or blanks get the spelling that most legs have.

    Of spellings that are as frequent, the one that sorts first; blank names become null.
    """
    for name in NAMES:
        tidy = pl.col(name).str.strip_chars().str.replace_all(r"\s+", " ").replace("", None)
        legs = legs.with_columns(tidy.alias(name), tidy.str.to_lowercase().alias("_folded"))
        spelt = (
            legs.drop_nulls(name)
            .group_by("_folded", name)
            .len()
            .sort("_folded", "len", name, descending=[False, True, False])
            .unique("_folded", keep="first", maintain_order=True)
            .select("_folded", pl.col(name).alias("_spelt"))
        )
        legs = legs.join(spelt, on="_folded", how="left", maintain_order="left")
        legs = legs.with_columns(pl.col("_spelt").alias(name)).drop("_folded", "_spelt")
    return legs
