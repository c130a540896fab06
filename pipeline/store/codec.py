"""Results as bytes and back, exactly: compressed JSON of the frozen dataclasses of `types`."""

import json
import zlib
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from pipeline.errors import StoreError

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)  # costs milliseconds, once a type


def encode(value: object) -> bytes:
    """A dataclass of finite numbers, texts, moments, tuples and other dataclasses, as bytes.

    Equal values give equal bytes; floats lose nothing.

    Raises
    ------
    StoreError
        A field holds what its type doesn't allow, or a number that is not finite.

    Examples
    --------
    >>> from pipeline.types import Span
    >>> decode(Span, encode(Span(start_s=0.1, end_s=0.30000000000000004)))
    Span(start_s=0.1, end_s=0.30000000000000004)
    """
    kind: Any = type(value)
    try:
        plain = _adapter(kind).dump_python(value, mode="json", warnings="error")
        text = json.dumps(plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        return zlib.compress(text.encode())
    except (PydanticSerializationError, ValueError):
        # pydantic's message repeats the value: what people said, which no message may hold
        raise StoreError(
            kind.__name__,
            "can't be stored: a field is not of its declared type, or a number is not finite",
            remedy="This is a defect of the stage that made it; report it with the stage's name",
            code="result_unstorable",
        ) from None


def decode(kind: type[T], payload: bytes) -> T:
    """The dataclass that `encode` was given.

    Raises
    ------
    StoreError
        The bytes are damaged, or of a `kind` that has changed since.
    """
    adapter = _adapter(cast(Any, kind))
    try:
        found: T = adapter.validate_json(zlib.decompress(payload), strict=True)
    except (zlib.error, ValidationError):
        raise StoreError(
            kind.__name__,
            "a stored result can't be read: it is damaged, or its type has changed",
            remedy="Raise the version of the stage that makes it, so that it is made again",
            code="result_unreadable",
        ) from None
    return found
