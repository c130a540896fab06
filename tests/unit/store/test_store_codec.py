"""Results come back exactly as they were."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import StoreError
from pipeline.insights import ContactInsight, UtteranceSentiment
from pipeline.store.codec import decode, encode
from pipeline.types import ContactMetadata, RedactedTranscript, Span

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SMALL = st.integers(-(2**53), 2**53)


@pytest.fixture(scope="module", autouse=True)
def finite_floats():
    """Floats are drawn finite and moments in UTC in this module, as stages make them."""
    st.register_type_strategy(float, FINITE)
    moments = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0))
    st.register_type_strategy(datetime, moments)
    yield
    st.register_type_strategy(float, st.floats())
    st.register_type_strategy(datetime, st.datetimes())


@pytest.mark.parametrize("kind", [ContactInsight, RedactedTranscript, Span, UtteranceSentiment])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_result_comes_back_equal(kind: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    payload = encode(value)
    back = decode(kind, payload)
    assert back == value
    # tuples stay tuples, -0.0 stays -0.0; pydantic has a name of its own for UTC
    assert repr(back).replace("TzInfo(0)", "datetime.timezone.utc") == repr(value)
    assert encode(back) == payload


@given(FINITE, FINITE)
def test_floats_lose_nothing(start_s: float, end_s: float) -> None:
    back = decode(Span, encode(Span(start_s=start_s, end_s=end_s)))
    assert (back.start_s.hex(), back.end_s.hex()) == (start_s.hex(), end_s.hex())


def test_moments_keep_their_instant() -> None:
    value = ContactMetadata(source="a", started_at=datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC))
    assert decode(ContactMetadata, encode(value)) == value


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "0.5 said 4711"])
def test_what_a_field_does_not_allow_is_refused_without_repeating_it(number: Any) -> None:
    with pytest.raises(StoreError, match="Span: can't be stored") as caught:
        encode(Span(start_s=number, end_s=1.0))
    assert "4711" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "payload", [b"", b"not zlib", encode(Span(start_s=0.0, end_s=1.0))[:-3]], ids=str
)
def test_damaged_bytes_are_an_error_with_a_remedy(payload: bytes) -> None:
    with pytest.raises(StoreError, match="Raise the version"):
        decode(Span, payload)


def test_a_result_of_another_type_is_not_taken_for_this_one() -> None:
    with pytest.raises(StoreError, match="its type has changed"):
        decode(UtteranceSentiment, encode(Span(start_s=0.0, end_s=1.0)))
