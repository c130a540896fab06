"""Who the customer is: identifiers that were seen together form one customer.

Telephone numbers become E.164, every identifier a keyed hash, and from there on nobody sees the
number. A number that many customers share (a switchboard) says nothing about who calls.
"""

import re
from dataclasses import dataclass

import phonenumbers
import polars as pl

from pipeline.keys import keyed, normalised
from pipeline.link.components import components
from pipeline.types import ContactMetadata

WITHHELD = frozenset(
    {
        "anonymous", "anon", "withheld", "private", "unknown", "blocked", "restricted", "hidden",
        "unavailable", "undefined", "none", "null", "nil", "nan", "n/a", "na", "no number",
        "no-number", "nonumber", "private number", "guest", "-", "?", "0",
    }
)  # fmt: skip
"""What exports write where there is no identifier: never linked."""

MIN_PHONE_DIGITS = 6
"""Shorter numbers are extensions or service codes, which identify a desk and not a customer."""

_EXPORT_FLOAT = re.compile(r"^(\+?\d+)\.0+$")
_SCIENTIFIC = re.compile(r"\d[.,]?\d*[eE]\+?\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegKeys:
    """Keyed hashes of what a leg's metadata says about the customer and the matter."""

    identifiers: tuple[str, ...]
    case_key: str | None
    order_key: str | None


def pseudonymous(metadata: ContactMetadata, *, secret: bytes, country: str) -> LegKeys:
    """The keys of one leg; blank, anonymous and withheld values give none.

    Parameters
    ----------
    secret : bytes
        The site's secret.
    country : str
        ISO 3166 code, for telephone numbers without a country code.
    """
    found = (
        _key(secret, "customer", metadata.customer_id),
        _key(secret, "account", metadata.account_id),
        _key(secret, "phone", e164(metadata.customer_phone, country=country)),
    )
    return LegKeys(
        identifiers=tuple(sorted(key for key in found if key is not None)),
        case_key=_key(secret, "case", metadata.case_id),
        order_key=_key(secret, "order", metadata.order_id),
    )


def _key(secret: bytes, kind: str, value: str | None) -> str | None:
    if value is None or value.strip().casefold() in WITHHELD or not normalised(kind, value):
        return None
    return keyed(secret, kind, value)


def e164(value: str | None, *, country: str) -> str | None:
    """A telephone number in E.164, or its bare digits where it isn't possible as a number.

    None for blank and withheld numbers, for fewer than 6 digits, for one digit repeated
    ("0000000000") and for numbers that a spreadsheet rounded ("1.5551E+10").

    >>> e164("(202) 555-0143", country="US")
    '+12025550143'
    """
    text = _EXPORT_FLOAT.sub(r"\1", (value or "").strip().removeprefix("sip:").partition("@")[0])
    digits = re.sub(r"\D", "", text)
    if (
        text.casefold() in WITHHELD
        or len(digits) < MIN_PHONE_DIGITS
        or len(set(digits)) == 1
        or _SCIENTIFIC.search(text)
    ):
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(number):
        return digits
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def customer_keys(legs: pl.DataFrame, *, max_customer_ids: int) -> pl.DataFrame:
    """The customer of every leg.

    Parameters
    ----------
    legs : polars.DataFrame
        `leg_id`, `identifiers`, and `together`: legs with one value of it are one contact by the
        site's own ids, so their identifiers were seen together.
    max_customer_ids : int
        An identifier seen with more customer ids than this joins nobody.

    Returns
    -------
    polars.DataFrame
        `leg_id`, `customer_key`: the first of the customer's identifiers, customer ids before
        accounts before telephone numbers; null where the leg has none that counts.
    """
    seen = (
        legs.select("leg_id", "together", pl.col("identifiers").list.unique())
        .explode("identifiers")
        .rename({"identifiers": "identifier"})
        .drop_nulls("identifier")
    )
    seen = seen.join(_shared_by_many(seen, max_customer_ids), on="identifier", how="anti")
    first = seen.group_by("together").agg(pl.col("identifier").min().alias("first"))
    pairs = seen.join(first, on="together")
    groups = components(pairs["identifier"].to_list(), pairs["first"].to_list())
    named = (
        groups.with_columns(rank=_rank(pl.col("name")))
        .sort("group", "rank", "name")
        .with_columns(pl.col("name").first().over("group").alias("key"))
    )
    keys = seen.join(named, left_on="identifier", right_on="name")
    of_contact = keys.group_by("together").agg(pl.col("key").min().alias("customer_key"))
    return (
        legs.select("leg_id", "together")
        .join(of_contact, on="together", how="left")
        .select("leg_id", "customer_key")
        .sort("leg_id")
    )


def _shared_by_many(seen: pl.DataFrame, max_customer_ids: int) -> pl.DataFrame:
    """Identifiers seen with more customer ids than one customer would have."""
    ids = seen.filter(pl.col("identifier").str.starts_with("customer:"))
    ids = ids.select("together", pl.col("identifier").alias("customer_id")).unique()
    others = seen.filter(~pl.col("identifier").str.starts_with("customer:"))
    return (
        others.join(ids, on="together")
        .group_by("identifier")
        .agg(pl.col("customer_id").n_unique().alias("customer_ids"))
        .filter(pl.col("customer_ids") > max_customer_ids)
        .select("identifier")
    )


def _rank(identifier: pl.Expr) -> pl.Expr:
    """Customer ids name a customer best, then accounts, then telephone numbers."""
    return (
        pl.when(identifier.str.starts_with("customer:"))
        .then(pl.lit(0))
        .when(identifier.str.starts_with("account:"))
        .then(pl.lit(1))
        .otherwise(pl.lit(2))
    )
