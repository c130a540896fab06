"""Keyed hashes of identifiers: the same value gives the same key, and a key gives no value away.

A stage that reads "order 4711-22" in the metadata and one that hears it on the telephone must
come to the same key, so the normalising lives here, on common ground. Keys are pseudonymous, not
anonymous: whoever holds the secret can try all telephone numbers.
"""

import hashlib
import hmac
import re

KEY_HEX_DIGITS = 32

_NUMBER_KINDS = frozenset({"order", "case"})
_LEADING_WORDS = re.compile(
    r"^(?:\s*(?:(?:order|ord|case|ticket|reference|ref|number|num|nr|no|id)(?![a-z])|[#:.\-]))+",
    re.IGNORECASE,
)
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_LETTERS_AROUND_DIGITS = re.compile(r"[A-Z]*(\d{4,})[A-Z]*")


def keyed(secret: bytes, kind: str, value: str) -> str:
    """The key of an identifier: `kind:` and 32 hex digits of its HMAC-SHA-256.

    Parameters
    ----------
    secret : bytes
        The site's secret.
    kind : str
        What the value is: "customer", "account", "phone", "order", "case", ...
        It is part of what is hashed: an order 17 and a case 17 have nothing in common.
    value : str
        As written or said. Telephone numbers in E.164, with their plus.

    Examples
    --------
    >>> keyed(b"s", "order", "Order no. 47-11") == keyed(b"s", "order", "4711")
    True
    """
    said = f"{kind}:{normalised(kind, value)}".encode()
    return f"{kind}:{hmac.new(secret, said, hashlib.sha256).hexdigest()[:KEY_HEX_DIGITS]}"


def normalised(kind: str, value: str) -> str:
    """The value as it is hashed; an empty string when nothing of it identifies anything.

    Orders and cases: capital letters and digits only, without a leading "order", "no." or "#".
    An order's letters before or after four or more digits don't count either: callers leave them
    out, and a recogniser hears "FC-1042" as "F. C. 1042" at best. Within one customer the digits
    are enough. All others: without outer spaces, letter case ignored.

    >>> normalised("case", "Case # AB-12 34")
    'AB1234'
    >>> normalised("order", "order FC-1042")
    '1042'
    """
    if kind in _NUMBER_KINDS:
        plain = _NOT_ALPHANUMERIC.sub("", _LEADING_WORDS.sub("", value)).upper()
        around = _LETTERS_AROUND_DIGITS.fullmatch(plain) if kind == "order" else None
        return around.group(1) if around else plain
    return value.strip().casefold()
